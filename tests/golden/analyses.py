"""Analyses in English: asked for by the expert group and made in the background, read, computed again, signed; and what goes wrong."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from shichen.analysis.runs import disease
from shichen.analysis.runs.models import Run
from shichen.jobs import running

AT = "2020-02-10T12:00"
SUPPOSED = {"name": "公交恢复", "reason": "试算", "horizon": "30", "imports": "1"}
STEP = {"what1": "R", "value1": "1.3", "label1": "公交", "source1": "第3号令"}
LATE = "/analysis/?until=2020-04-02T00:00"


def walked(walk: Any) -> tuple[Any, ...]:
    """Whoever analyses, and whoever signs."""
    expert, leader = walk("expert"), walk("leader")
    expert.send("/analysis/ask/", as_of=AT, area="nowhere")
    expert.send("/analysis/ask/", as_of="x")
    expert.send("/analysis/ask/", as_of="2100-01-01T00:00")
    expert.send("/analysis/ask/", as_of=AT, area="")
    while running.run_next(timezone.now()):
        pass
    expert.everywhere(
        ("/analysis/", LATE, "/analysis/?until=x", "/analysis/profiles/", "/analysis/profiles/new/?from=measles")
    )
    for run in Run.objects.filter(as_of__lt=timezone.now()).order_by("number")[:40]:
        expert.look(f"/analysis/runs/{run.pk}/", expert.client.get(f"/analysis/runs/{run.pk}/"))
    one = Run.objects.filter(method="rt", area__code="430200").order_by("as_of")[0]
    expert.send(f"/analysis/runs/{one.pk}/recompute/")
    leader.send(f"/analysis/runs/{one.pk}/recompute/")
    leader.send(f"/analysis/runs/{one.pk}/sign/", note="看过了")
    leader.send(f"/analysis/runs/{one.pk}/sign/", note="再签")
    refused = Run.objects.filter(method="nowcast", area__code="430200")[0]
    leader.send(f"/analysis/runs/{refused.pk}/sign/")
    supposed(expert, leader)
    text = disease.shipped()["covid19-2020"]
    for wrong in (text, text.replace("mean = 4.7", "mean = 0"), text.replace('unit = "天"', "", 1), "x", ""):
        expert.send("/analysis/profiles/new/", text=wrong, reason="试")
    expert.send("/analysis/profiles/new/", text=text.replace("version = 1", "version = 2"), reason="")
    expert.send("/analysis/profiles/new/", text=text.replace("version = 1", "version = 2"), reason="再版")
    return expert, leader


def supposed(expert: Any, leader: Any) -> None:
    """Scenarios: refused at their fields, computed, set side by side, not signed."""
    new = "/analysis/whatif/new/"
    shown = str(expert.client.get(new, {"area": "430200"}).content, "utf-8")
    last = date.fromisoformat(re.findall(r"last day (\d{4}-\d\d-\d\d)", shown)[0])
    begin = (last + timedelta(days=5)).isoformat()
    said = {**SUPPOSED, **STEP, "area": "430200", "from1": begin, "R": "1.5"}
    more = {"what2": "tracing", "value2": "50", "delay2": "2", "from2": begin, "ramp2": "3"}
    for wrong in ({"name": ""}, {"horizon": "99"}, {"from1": "2020-01-01"}, {"value1": "x"}, {"what1": ""}, {"R": "x"}):
        expert.send(new, **{**said, **wrong})
    expert.send(new, **said)
    expert.send(new, **said, **more)
    leader.send(new, **said)
    made = Run.objects.filter(method="whatif")
    assert made.count() == 2
    expert.everywhere(
        (
            new,
            "/analysis/supplies/",
            "/analysis/whatif/",
            "/analysis/whatif/?" + "&".join(f"with={one.pk}" for one in made),
        )
    )
    for one in made:
        expert.look(f"/analysis/runs/{one.pk}/", expert.client.get(f"/analysis/runs/{one.pk}/"))
        leader.send(f"/analysis/runs/{one.pk}/sign/")
