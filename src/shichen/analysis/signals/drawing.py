"""The chart of an evaluation: its days as columns, the bound as a step line, a triangle where it is exceeded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen import watches
from shichen.analysis.signals import saying
from shichen.analysis.signals.models import Evaluation
from shichen.documents.pictures import picture_job, standing_alone
from shichen.web import printed, words
from shichen.web.charts.alarms import alarms
from shichen.web.charts.axes import NARROW, WIDE
from shichen.web.charts.svg import NOTHING, el, framed

BEFORE = 21
"""Days of the series that stand before those that were evaluated."""


def figure(one: Evaluation) -> SafeString:
    """The chart in two widths; nothing where there is no day."""
    if not one.rows:
        return NOTHING
    caption = el("figcaption", el("strong", title(one)), _("　"), foot(one))
    return el("figure", caption, *(_drawn(one, width) for width in (WIDE, NARROW)), class_="chart")


def file(one: Evaluation, ending: str) -> bytes:
    """The chart as a picture that goes out alone."""
    drawn = str(framed(_drawn(one, WIDE), (title(one),), [foot(one)]))
    if ending == "svg":
        return standing_alone(drawn).encode()
    job: Any = picture_job(drawn) if ending == "png" else picture_job(drawn, form=ending, title=title(one))
    return printed.file(job)


def title(one: Evaluation) -> str:
    return f"{words.called(one.area)} · {saying.figure(one.indicator)}"


def foot(one: Evaluation) -> str:
    said = {"at": f"{watches.local(one.as_of):%Y-%m-%d %H:%M}", "method": saying.method(one.method)}
    return _("数据截至%(at)s；%(method)s；规则 %(rules)s") % {**said, "rules": one.rules.code}


def _drawn(one: Evaluation, width: float) -> SafeString:
    told = {row["date"]: row for row in one.rows}
    values = {row["on"]: row["value"] for row in one.inputs}
    last = date.fromisoformat(one.rows[-1]["date"])
    days = [last - timedelta(days=at) for at in range(BEFORE + len(one.rows) - 1, -1, -1)]
    days = [day for day in days if day.isoformat() in values or day.isoformat() in told]
    names = [day.isoformat() for day in days]
    return alarms(
        days,
        [told[name]["value"] if name in told else values.get(name) for name in names],
        [told[name]["upper"] if name in told else None for name in names],
        [bool(told[name]["alarm"]) if name in told else False for name in names],
        title=title(one),
        name=saying.figure(one.indicator),
        width=width,
    )
