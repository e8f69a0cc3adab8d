"""Pictures of risk levels: the city's areas as squares or in their outlines with the level in words, and strips of their days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen import watches
from shichen.analysis.risk import saying
from shichen.analysis.risk.models import Assessment
from shichen.city import maps
from shichen.documents.pictures import picture_job, standing_alone
from shichen.web import printed, words
from shichen.web.charts.axes import NARROW, WIDE
from shichen.web.charts.choropleth import Shape, choropleth
from shichen.web.charts.grid import Cell, grid
from shichen.web.charts.strips import Strip, strips
from shichen.web.charts.svg import el, framed, join

VALUES = {"low": 0, "medium": 5, "high": 20}
BREAKS = (5, 10, 20)
CLASSES = {"low": "k0", "medium": "k2", "high": "k4", "": "k-none"}
"""The classes of the maps of the house, so that one sheet colours both."""
SHARES = {"low": 0.25, "medium": 0.6, "high": 1.0}
MOST_DAYS = 120


def map_(found: Sequence[Assessment]) -> SafeString:
    """The areas of the city with their last level in words: in their outlines where the city brought a map, else on the grid."""
    shown = [one for one in found if one.area.grid_x]
    if not shown:
        return SafeString("")
    outlines = maps.load(settings.HOME.path)
    title = _("风险等级，%(on)s") % {"on": last(found)}
    inside = outlines is not None and all(one.area_id in outlines.rings or one.area.counted_in_id for one in shown)
    if outlines is not None and inside:
        shapes = [
            Shape(
                words.called(one.area),
                tuple(outlines.rings[one.area_id]),
                _value(one),
                _href(one),
                saying.short(saying.at(one)),
            )
            for one in shown
            if one.area_id in outlines.rings
        ]
        return choropleth(shapes, outlines.size, title=title, unit="", breaks=BREAKS)
    cells = [
        Cell(
            words.called(one.area),
            one.area.grid_x or 1,
            one.area.grid_y or 1,
            _value(one),
            _href(one),
            saying.short(saying.at(one)),
        )
        for one in shown
    ]
    return grid(cells, title=title, unit="", breaks=BREAKS)


def key(found: Sequence[Assessment]) -> SafeString:
    """What the classes mean, each with its number of areas."""
    held = [saying.at(one)["level"] for one in found if one.area.grid_x]
    names = {**{level: saying.name(level) for level in VALUES}, "": _("不能判定")}
    return join(
        el(
            "span",
            el(
                "svg",
                el("rect", class_=CLASSES[level], width=12.0, height=12.0),
                viewBox="0 0 12 12",
                aria_hidden="true",
            ),
            f"{name}{_('：')}{held.count(level)}",
            class_="key",
        )
        for level, name in names.items()
        if held.count(level)
    )


def history(found: Sequence[Assessment], width: float = WIDE) -> SafeString:
    """The levels of each area day by day, the latest days that fit."""
    days = sorted({date.fromisoformat(row["date"]) for one in found for row in one.rows})[-MOST_DAYS:]
    rows = [_strip(one, days) for one in found]
    return strips(days, rows, title=_("风险等级逐日"), width=width)


def figure(found: Sequence[Assessment]) -> SafeString:
    """The strips as a figure in two widths."""
    caption = el("figcaption", el("strong", _("风险等级逐日")), _("　"), _("柱越高等级越高，虚线框是不能判定的日子"))
    return el("figure", caption, *(history(found, width) for width in (WIDE, NARROW)), class_="chart")


def file(found: Sequence[Assessment], ending: str) -> bytes:
    """The strips as a picture that goes out alone, with its day, its rule and whether it is signed."""
    title = _("风险等级逐日") if len(found) != 1 else f"{words.called(found[0].area)} · {_('风险等级逐日')}"
    drawn = str(framed(history(found), (title,), [foot(found)]))
    if ending == "svg":
        return standing_alone(drawn).encode()
    job: Any = picture_job(drawn) if ending == "png" else picture_job(drawn, form=ending, title=title)
    return printed.file(job)


def foot(found: Sequence[Assessment]) -> str:
    """As of when, by which rules, whether a draft."""
    at = max(one.as_of for one in found)
    rules = sorted({row["rule"] for one in found for row in one.rows if row["rule"]})
    drafts = sum(not hasattr(one, "signature") for one in found)
    said = {"at": f"{watches.local(at):%Y-%m-%d %H:%M}", "rules": _("、").join(rules) or words.DASH}
    told = _("数据截至%(at)s；规则 %(rules)s") % said
    return f"{told}{_('；')}{_('草稿%(n)s份') % {'n': drafts}}" if drafts else told


def last(found: Sequence[Assessment]) -> str:
    return words.day(date.fromisoformat(max(saying.at(one)["date"] for one in found)))


def _strip(one: Assessment, days: Sequence[date]) -> Strip:
    rows = {row["date"]: row for row in one.rows}
    told = [rows.get(day.isoformat()) for day in days]
    levels = [row["level"] if row else "" for row in told]
    return Strip(
        words.called(one.area),
        [SHARES.get(level) for level in levels],
        [CLASSES[level] for level in levels],
        [saying.level(row) if row else _("不能判定") for row in told],
        _href(one),
    )


def _value(one: Assessment) -> Decimal | None:
    level = saying.at(one)["level"]
    return Decimal(VALUES[level]) if level else None


def _href(one: Assessment) -> str:
    return reverse("risk-one", args=[one.pk])
