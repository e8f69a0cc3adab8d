"""A nowcast (现报校正): what is reported, what of it has an onset that was estimated, and what is not reported yet.

Each `Row` is one day: `reported` with its date known, `imputed` reported with a date that was estimated, `median` of the total to
come with its 95 % interval; what lies between reported and median is drawn light. `shown` is False where the total may not be
shown: the reported count stands alone, on a hatched ground. `earlier` are nowcasts of earlier days, each a name and its medians.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.web.charts.axes import WIDE, ticks
from shichen.web.charts.panel import (
    HEAD,
    Day,
    Layer,
    Panel,
    Value,
    bands,
    columns,
    floor,
    grid,
    ground,
    heading,
    interval,
    known,
    line,
    named,
    sure,
    told,
    whiskers,
)
from shichen.web.charts.svg import drawing, runs

HIGH, UNDER = 190.0, 24.0


class Row(NamedTuple):
    """One day of a nowcast; None or NaN where something is not known."""

    on: Day
    reported: Value
    median: Value = None
    lower_95: Value = None
    upper_95: Value = None
    imputed: Value = 0.0
    shown: bool = True


class Earlier(NamedTuple):
    """A nowcast as it was made on an earlier day: what it is called, and its median of each day it spoke of."""

    name: str
    medians: Sequence[tuple[Day, float]]


def nowcast(
    rows: Sequence[Row],
    *,
    title: str,
    earlier: Sequence[Earlier] = (),
    event: str = "",
    axis: str = "",
    width: float = WIDE,
) -> SafeString:
    """The days as stacked columns with whiskers, the earlier nowcasts as thin lines above them."""
    to_come = [_to_come(row) for row in rows]
    layers = [
        Layer(_("已报告"), "s3", [row.reported for row in rows]),
        Layer(_("已报告，日期为推断"), "s4", [row.imputed for row in rows]),
        Layer(_("尚未报告（估计）"), "s2 is-light", to_come),
    ]
    worn = [one for one in layers if any(known(value) and sure(value) > 0 for value in one.values)] or layers[:1]
    keys = [*((one.class_, one.name) for one in worn), ("whisker", "95%")]
    if earlier:
        keys.append(("line s1 is-thin dashed", _("此前的估计")))
    label = _("病例（%(event)s）") % {"event": event} if event else _("病例")
    head, lines = heading(label, keys, y=12.0, width=width)
    top = 12 + HEAD * lines - 4
    seen = [_highest(row) for row in rows] + [value for one in earlier for _day, value in one.medians]
    panel = Panel(bands(len(rows), width), top, top + HIGH, ticks(max(seen, default=0)))
    drawn = [
        head,
        *(ground(panel, *run, hatched=True, said=_("数据未齐，暂不估计")) for run in runs(_hidden(rows))),
        grid(panel),
        columns(panel, layers, [_told(row) for row in rows]),
        whiskers(panel, [_end(row, "lower_95") for row in rows], [_end(row, "upper_95") for row in rows]),
        *(_line(panel, rows, one) for one in earlier),
        floor(panel, [row.on for row in rows], axis=axis),
    ]
    return drawing(
        width,
        panel.base + UNDER,
        *drawn,
        label=f"{title}{_('：')}{_told(rows[-1])}" if rows else title,
        class_="is-wide" if width >= WIDE else "is-narrow",
    )


def _reported(row: Row) -> float:
    return sum(sure(value) for value in (row.reported, row.imputed) if known(value))


def _to_come(row: Row) -> Value:
    if not row.shown or not known(row.median):
        return None
    return max(sure(row.median) - _reported(row), 0.0)


def _end(row: Row, name: str) -> Value:
    """An end of the interval; none where there is nothing left to come."""
    value: Value = getattr(row, name)
    if not row.shown or not known(value) or (known(row.upper_95) and sure(row.upper_95) <= _reported(row)):
        return None
    return value


def _hidden(rows: Sequence[Row]) -> list[int]:
    return [i for i, row in enumerate(rows) if not row.shown]


def _highest(row: Row) -> float:
    upper = _end(row, "upper_95")
    return max(_reported(row), sure(upper) if known(upper) else 0.0)


def _told(row: Row) -> str:
    said = f"{named(row.on)} {_('已报告')} {told(_reported(row), 0)}"
    if not row.shown or not known(row.median):
        return said
    return f"{said} {_('估计')} {told(row.median, 0)} (95% {interval(row.lower_95, row.upper_95, 0)})"


def _line(panel: Panel, rows: Sequence[Row], one: Earlier) -> SafeString:
    medians = dict(one.medians)
    return line(panel, [medians.get(row.on) for row in rows], "s1 is-thin", dashed_from=0, title=one.name)
