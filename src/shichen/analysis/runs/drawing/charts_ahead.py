"""What lies ahead, drawn: patients in against the open beds, a scenario beside its baseline, several scenarios side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.analysis.runs.models import Run
from shichen.analysis.runs.telling import saying_ahead
from shichen.analysis.runs.telling.phrases import SHOWN, rows
from shichen.web import words
from shichen.web.charts.axes import NARROW, WIDE
from shichen.web.charts.fan import Ahead, Fan, Limit
from shichen.web.charts.fan import fan as fan_drawing
from shichen.web.charts.svg import el

PAST = 28
"""Days observed that stand before what lies ahead."""
MOST = 3
"""Scenarios that are drawn side by side, beside the first one's baseline."""


def drawn(run: Run, *, title: str, event: str, width: float) -> SafeString:
    """The chart of a bed forecast or of a scenario."""
    if run.method == Run.Method.WHATIF:
        fans = [Fan(saying_ahead.named(run, one), ahead(run, "cases", one), True) for one in ("baseline", "scenario")]
        return fan_drawing(observed(run)[-PAST:], fans, title=title, event=event, width=width)
    seen = [(date.fromisoformat(one["date"]), one["mean"]) for one in rows(run, "census", "")]
    scenario = run.status not in SHOWN
    fans = [
        Fan(name, ahead(run, "census", one), scenario or one == "falls")
        for one, name in saying_ahead.fans(run, "census").items()
    ]
    room = [(date.fromisoformat(one["date"]), one["mean"]) for one in rows(run, "capacity")]
    limit = Limit(_("开放床位"), room) if room else None
    return fan_drawing(seen[-PAST:], fans, title=title, counted=_("现有病人"), limit=limit, width=width)


def side_by_side(runs: Sequence[Run], *, event: str) -> SafeString:
    """Up to three scenarios of one area, beside the first one's days without measures."""
    first = runs[0]
    fans = [Fan(saying_ahead.named(first, "baseline"), ahead(first, "cases", "baseline"), True)]
    fans += [Fan(_called(run), ahead(run, "cases", "scenario"), True) for run in runs[:MOST]]
    title = _("情景对照（不是预测）")
    drawings = (
        fan_drawing(observed(first)[-PAST:], fans, title=title, event=event, width=width) for width in (WIDE, NARROW)
    )
    return el("figure", el("figcaption", el("strong", title)), *drawings, class_="chart")


def _called(run: Run) -> str:
    """A scenario by its number, and by its name where that is in the language of the page."""
    said, name = _("第%(n)s号") % {"n": run.number}, str(run.parameters["name"])
    return said if words.chinese(name) else f"{said} {name}"


def ahead(run: Run, variable: str, strat: str) -> list[Ahead]:
    """The days of a fan."""
    ends = ("median", "lower_50", "upper_50", "lower_90", "upper_90", "lower_95", "upper_95")
    return [Ahead(date.fromisoformat(one["date"]), *(one[end] for end in ends)) for one in rows(run, variable, strat)]


def observed(run: Run) -> list[tuple[date, float | None]]:
    """Every day that an estimate rests on with its count, completed where it is by onset; None where nobody reported."""
    found: dict[date, float | None] = {}
    for name in ("local", "imported"):
        for on, value in counts(run, name).items():
            found[on] = (found.get(on) or 0) + (value or 0)
    found = found or {date.fromisoformat(one["on"]): one["new"] for one in run.inputs.rows}
    first, last = min(found), max(found)
    days = [date.fromordinal(at) for at in range(first.toordinal(), last.toordinal() + 1)]
    return [(on, found.get(on)) for on in days]


def counts(run: Run, name: str) -> dict[date, float | None]:
    """The completed curve by onset of local or imported cases; empty where a run is by report."""
    return {date.fromisoformat(one["date"]): one["mean"] for one in rows(run, "incidence", name)}
