"""The charts of a nowcast and of a delay of reports, from the stored rows of the run."""

from __future__ import annotations

from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.analysis.runs.models import Run
from shichen.analysis.runs.telling import saying, saying_listed
from shichen.web import words
from shichen.web.charts.axes import WIDE
from shichen.web.charts.delays import Fit
from shichen.web.charts.delays import delay as delay_drawing
from shichen.web.charts.nowcast import Earlier, Row
from shichen.web.charts.nowcast import nowcast as nowcast_drawing

DAYS, FEWER = 42, 24
"""Days that stand in a wide and in a narrow nowcast."""


def nowcast(run: Run, width: float) -> SafeString:
    """The last days stacked: reported with onset known, with likely onset, to come with 95 %; the nowcasts before as lines."""
    imputed = {one["date"]: one["mean"] for one in saying.rows(run, "reported_imputed")}
    known = {one["date"]: one["mean"] for one in saying.rows(run, "reported")}
    kept = saying.rows(run, "cases", "")[-(DAYS if width >= WIDE else FEWER) :]
    rows = [
        Row(
            date.fromisoformat(one["date"]),
            known.get(one["date"], 0.0),
            one["median"],
            one["lower_95"],
            one["upper_95"],
            imputed.get(one["date"], 0.0),
            one["status"] in saying.SHOWN,
        )
        for one in kept
    ]
    then: dict[str, list[tuple[date, float]]] = {}
    for one in saying.rows(run, "cases_earlier"):
        then.setdefault(one["strat"], []).append((date.fromisoformat(one["date"]), one["median"]))
    return nowcast_drawing(
        rows,
        title=f"{words.called(run.area)} · {run.get_method_display()}",
        earlier=[Earlier(_("第%(n)s号") % {"n": name}, medians) for name, medians in then.items()],
        event=saying.event(run),
        width=width,
    )


def delay(run: Run, width: float) -> SafeString:
    """Density and share reached of each family, the best first, over the step of what was observed."""
    fits = []
    for name in dict.fromkeys(one["strat"] for one in saying.rows(run, "delay_cdf")):
        reached, density = (saying.rows(run, variable, name) for variable in ("delay_cdf", "delay_density"))
        marks = {one["variable"]: one["mean"] for one in run.rows if one["strat"] == name}
        fits.append(
            Fit(
                saying_listed.family(name),
                [one["t_start"] / 4 for one in reached],
                [one["mean"] for one in density],
                [one["mean"] for one in reached],
                marks.get("delay_median"),
                marks.get("delay_p95"),
            )
        )
    observed = [(one["t_start"] + 0.5, one["mean"]) for one in saying.rows(run, "delay_observed")]
    title = f"{words.called(run.area)} · {run.get_method_display()}"
    return delay_drawing(fits, title=title, observed=observed, width=width)
