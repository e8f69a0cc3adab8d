"""Analyses in English: asked for by the expert group and made in the background, read, computed again, signed; and what goes wrong."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from shichen.analysis.runs import disease
from shichen.analysis.runs.models import Run
from shichen.jobs import running

AT = "2020-02-10T12:00"
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
    text = disease.shipped()["covid19-2020"]
    for wrong in (text, text.replace("mean = 4.7", "mean = 0"), text.replace('unit = "天"', "", 1), "x", ""):
        expert.send("/analysis/profiles/new/", text=wrong, reason="试")
    expert.send("/analysis/profiles/new/", text=text.replace("version = 1", "version = 2"), reason="")
    expert.send("/analysis/profiles/new/", text=text.replace("version = 1", "version = 2"), reason="再版")
    return expert, leader
