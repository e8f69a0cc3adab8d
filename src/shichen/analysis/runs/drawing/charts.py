"""The chart of a run, from its stored rows alone: in two widths for the page, alone with title and source as SVG, PNG and PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen import watches
from shichen.analysis.runs import profiles
from shichen.analysis.runs.drawing import charts_ahead, charts_listed
from shichen.analysis.runs.models import Run
from shichen.analysis.runs.telling import saying, saying_ahead
from shichen.city.scope import Sight
from shichen.documents.pictures import picture_job, standing_alone
from shichen.refusal import Refusal
from shichen.registers.measures import naming
from shichen.registers.measures import queries as measures
from shichen.registers.measures.classes import CLASSES
from shichen.watches import Period
from shichen.web import printed, words
from shichen.web.charts.axes import NARROW, WIDE
from shichen.web.charts.curve import Band, Day
from shichen.web.charts.curve import curve as curve_drawing
from shichen.web.charts.fan import Fan
from shichen.web.charts.fan import fan as fan_drawing
from shichen.web.charts.figures import epidemic_curve
from shichen.web.charts.growth import growth as growth_drawing
from shichen.web.charts.rt import Estimate
from shichen.web.charts.rt import rt as rt_drawing
from shichen.web.charts.svg import NOTHING, el, framed

MOST_BANDS = 6
PAST = 28
OPEN_DAYS = 7
"""Days not reported yet that stand at the end of a curve; more of them mean that reporting stopped."""
DATA, PUBLISHED, ONSET = "data", "published", "onset"
"""Days observed that stand before a forecast."""


TITLES: dict[str, Callable[[], str]] = {
    DATA: lambda: _("疫情曲线 · 按数据日(截至24时)"),
    PUBLISHED: lambda: _("疫情曲线 · 按发布日"),
    ONSET: lambda: _("疫情曲线 · 按发病日"),
}


def offered(run: Run) -> list[tuple[str, str]]:
    """By which days a curve can be drawn, and what each is called."""
    return [(key, said()) for key, said in TITLES.items() if saying.rows(run, "cases", key)]


def figure(run: Run, reach: Sight, dated: str = DATA) -> SafeString:
    """The chart as it stands on the page of a run, a curve by data day or by day of publication; nothing where there is none to draw."""
    if not drawable(run):
        return NOTHING
    if run.method == Run.Method.CURVE:
        return epidemic_curve(finding=saying.conclusion(run), **_curve(run, reach, dated))
    caption = el("figcaption", el("strong", title(run)), _("　"), foot(run))
    return el("figure", caption, *(_drawn(run, reach, width) for width in (WIDE, NARROW)), class_="chart")


def drawable(run: Run) -> bool:
    return run.state == Run.State.DONE and run.method in (*DRAWN, Run.Method.CURVE)


def file(run: Run, reach: Sight, ending: str) -> bytes:
    """The chart as a picture that goes out alone. Raises Refusal where there is none."""
    if not drawable(run):
        raise Refusal(_("这次分析没有图。"))
    below = [foot(run), _("来源：第%(n)s号分析，%(who)s") % {"n": run.number, "who": words.called(run.unit)}]
    drawn = str(framed(_drawn(run, reach, WIDE), (title(run),), below))
    return standing_alone(drawn).encode() if ending == "svg" else printed.file(_job(drawn, ending, title(run)))


def title(run: Run) -> str:
    if run.method == Run.Method.WHATIF:
        said = _("情景推演第%(n)s号（不是预测）") % {"n": run.number}
        return f"{words.called(run.area)} · {said}"
    return f"{words.called(run.area)} · {run.get_method_display()}"


def foot(run: Run) -> str:
    """As of when, by which date, which serial interval, how many days, how many of them missing."""
    si = profiles.said(run.profile).interval_said()
    said = {"at": f"{watches.local(run.as_of):%Y-%m-%d %H:%M}", "event": saying.event(run), "si": si}
    return _("数据截至%(at)s；%(event)s；序列间隔 %(si)s；%(n)s天，缺报%(missing)s天") % {
        **said,
        "n": run.n_used + run.n_missing,
        "missing": run.n_missing,
    }


def _job(drawn: str, ending: str, said: str) -> Any:
    return picture_job(drawn) if ending == "png" else picture_job(drawn, form=ending, title=said)


def _drawn(run: Run, reach: Sight, width: float) -> SafeString:
    if run.method in DRAWN:
        return DRAWN[Run.Method(run.method)](run, width)
    said = {name: value for name, value in _curve(run, reach).items() if name != "finding"}
    return curve_drawing(width=int(width), **said)


def _curve(run: Run, reach: Sight, dated: str = DATA) -> dict[str, Any]:
    totals = {one["date"]: one["mean"] for one in saying.rows(run, "cumulative", dated)}
    days = [
        Day(date.fromisoformat(one["date"]), _whole(one["mean"]), _whole(totals.get(one["date"])), None)
        for one in saying.rows(run, "cases", dated)
    ]
    today, last = watches.local(run.as_of).date(), days[-1].on
    young = [date.fromisoformat(one["date"]) for one in saying.rows(run, "cases", dated) if one["status"] == "partial"]
    open_ = [last + timedelta(days=at) for at in range(1, (today - last).days + 1)]
    open_ = open_ if len(open_) <= OPEN_DAYS else []
    days += [Day(on, None, None, None) for on in open_]
    return {
        "days": days,
        "title": TITLES[dated](),
        "unit": _("例"),
        "as_of": watches.local(run.as_of).date(),
        "bands": _bands(run, reach, days),
        "provisional_from": next(iter([*young, *open_]), None),
    }


def _bands(run: Run, reach: Sight, days: Sequence[Day]) -> list[Band]:
    """The measures in force under the curve, as they were known then, the weightiest classes first; those within reach."""
    span = Period(watches.clock(days[0].on, 0), watches.clock(days[-1].on, 24))
    ranks = list(CLASSES)
    held = measures.held(span, sight=reach, area=run.area, as_of=run.as_of)
    held.sort(key=lambda one: (ranks.index(one.measure.kind) if one.measure.kind in ranks else len(ranks), one.start))
    return [
        Band(one.first, one.gone, naming.in_words(one.measure.label, one.measure.label_en, one.measure.kind))
        for one in held[:MOST_BANDS]
    ]


def _rt(run: Run, width: float) -> SafeString:
    apart = {name: charts_ahead.counts(run, name) for name in ("local", "imported")}
    observed = charts_ahead.observed(run)
    first = next((place for place, (_day, value) in enumerate(observed) if value), 0)
    days = observed[first:]
    partial = [one["date"] for one in saying.rows(run, "incidence", "local") if one["status"] == "partial"]
    estimates = [
        Estimate(
            date.fromisoformat(one["date"]),
            one["median"],
            one["lower_95"],
            one["lower_50"],
            one["upper_50"],
            one["upper_95"],
            one["status"] in saying.SHOWN,
            "" if one["status"] in saying.SHOWN else saying.status(one["status"]),
        )
        for one in saying.rows(run, "R", saying.MAIN)
    ]
    disease = profiles.said(run.profile)
    return rt_drawing(
        [on for on, _value in days],
        local=[apart["local"].get(on, value) for on, value in days],
        imported=[apart["imported"].get(on) for on, _value in days] if apart["imported"] else None,
        partial_from=date.fromisoformat(partial[0]) if partial else None,
        estimates=estimates,
        title=title(run),
        si=[float(one) for one in disease.serial_interval()],
        event=saying.event(run),
        width=width,
    )


def _fan(run: Run, width: float) -> SafeString:
    scenario = run.status not in saying.SHOWN
    fans = [
        Fan(name, charts_ahead.ahead(run, "cases", strat), scenario or strat == "falls")
        for strat, name in saying_ahead.fans(run, "cases").items()
    ]
    return fan_drawing(charts_ahead.observed(run)[-PAST:], fans, title=title(run), event=saying.event(run), width=width)


def _growth(run: Run, width: float) -> SafeString:
    fitted = [
        (date.fromisoformat(one["date"]), one["mean"], one["lower_95"], one["upper_95"])
        for one in saying.rows(run, "fitted")
    ]
    observed = charts_ahead.observed(run)[-PAST:]
    return growth_drawing(
        [on for on, _value in observed],
        [value for _on, value in observed],
        fitted,
        title=title(run),
        finding=saying.conclusion(run),
        event=saying.event(run),
        width=width,
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _ahead(run: Run, width: float) -> SafeString:
    return charts_ahead.drawn(run, title=title(run), event=saying.event(run), width=width)


DRAWN: dict[Run.Method, Callable[[Run, float], SafeString]] = {
    Run.Method.RT: _rt,
    Run.Method.GROWTH: _growth,
    Run.Method.FORECAST: _fan,
    Run.Method.NOWCAST: charts_listed.nowcast,
    Run.Method.DELAY: charts_listed.delay,
    Run.Method.BEDS: _ahead,
    Run.Method.WHATIF: _ahead,
}
"""What draws each method but the curve, which stands with its measures."""
