"""Risk levels in English: asked for and worked out in the background, read, checked, set otherwise, signed; and what goes wrong."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from shichen.analysis.risk import rulebook
from shichen.analysis.risk.models import Assessment
from shichen.jobs import running


def walked(walk: Any) -> tuple[Any, ...]:
    """Whoever analyses, and whoever signs."""
    expert, leader = walk("expert"), walk("leader")
    expert.send("/analysis/risk/ask/", as_of="x")
    expert.send("/analysis/risk/ask/", as_of="2100-01-01T00:00")
    expert.send("/analysis/risk/ask/", as_of="2020-01-01T00:00")
    expert.send("/analysis/risk/ask/", as_of="2020-02-25T12:00")
    while running.run_next(timezone.now()):
        pass
    expert.everywhere(("/analysis/risk/", "/analysis/risk/?until=x", "/analysis/risk/?until=2020-03-02T00:00"))
    expert.everywhere(("/analysis/risk/rules/", "/analysis/risk/rules/v2020-02/", "/analysis/risk/rules/new/"))
    for one in Assessment.objects.order_by("number")[:14]:
        expert.look(f"/analysis/risk/{one.pk}/", expert.client.get(f"/analysis/risk/{one.pk}/"))
    one = Assessment.objects.filter(area__code="430200").order_by("as_of")[0]
    at = f"/analysis/risk/{one.pk}/"
    expert.send(f"{at}recompute/")
    for wrong in ({"from_day": ""}, {"from_day": "x"}, {"level": "hot"}, {"reason": ""}, {"to_day": "2020-01-01"}):
        leader.send(f"{at}override/", **{"from_day": "2020-02-19", "level": "high", "reason": "省里要求", **wrong})
    leader.send(f"{at}override/", from_day="2020-02-19", level="high", reason="省里要求")
    leader.send(f"{at}sign/", note="看过了")
    leader.send(f"{at}sign/", note="再签")
    text = rulebook.shipped()["v2020-02"]
    for wrong_text in (text, text.replace("days = 14", "days = 0", 1), text.replace("source", "sources"), "x", "="):
        expert.send("/analysis/risk/rules/new/", text=wrong_text, reason="试")
    expert.send("/analysis/risk/rules/new/", text=text.replace('"v2020-02"', '"v2020-02b"'), reason="")
    expert.send("/analysis/risk/rules/new/", text=text.replace('"v2020-02"', '"v2020-02b"'), reason="另一份")
    return expert, leader
