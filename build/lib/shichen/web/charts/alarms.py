"""Alarms (异常信号): counts as columns, the upper bound as a step line, a triangle where it is exceeded.

`days` are days or the numbers of weeks. `bounds` is None or NaN where a day was not evaluated: its ground is hatched. `alarms` says
where there is one; an alarm is a proposal that a person confirms or dismisses.
"""

from __future__ import annotations

from collections.abc import Sequence

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
    known,
    named,
    sure,
    told,
)
from shichen.web.charts.svg import NOTHING, drawing, el, n, runs

HIGH, UNDER, ABOVE = 180.0, 24.0, 12.0


def alarms(
    days: Sequence[Day],
    counts: Sequence[Value],
    bounds: Sequence[Value],
    alarms: Sequence[bool],
    *,
    title: str,
    name: str = "",
    axis: str = "",
    width: float = WIDE,
) -> SafeString:
    """The columns with their bound; `name` is what is counted (发热门诊)."""
    keys = [("s3", _("实际")), ("line s2", _("上限")), ("s1", _("信号"))]
    head, lines = heading(name or _("计数"), keys, y=12.0, width=width)
    top = 12 + HEAD * lines + ABOVE - 6
    seen = [sure(value) for values in (counts, bounds) for value in values if known(value)]
    most = max((sure(value) for value in counts if known(value)), default=1.0)
    panel = Panel(bands(len(days), width), top, top + HIGH, ticks(min(max(seen, default=1), 3 * max(most, 1.0))))
    unseen = [i for i, bound in enumerate(bounds) if not known(bound)]
    titles = [_told(*one) for one in zip(days, counts, bounds, alarms, strict=True)]
    calm = [None if cry else value for value, cry in zip(counts, alarms, strict=True)]
    loud = [value if cry else None for value, cry in zip(counts, alarms, strict=True)]
    said = [named(day) for day, cry in zip(days, alarms, strict=True) if cry]
    return drawing(
        width,
        panel.base + UNDER,
        head,
        *(ground(panel, *run, hatched=True, said=_("未评价")) for run in runs(unseen)),
        grid(panel),
        columns(panel, [Layer(_("实际"), "s3", calm), Layer(_("信号"), "s1", loud)], titles),
        _steps(panel, bounds),
        *(_triangle(panel, i, counts[i], titles[i]) for i, cry in enumerate(alarms) if cry),
        floor(panel, days, axis=axis),
        label=f"{title}{_('：')}{_('、').join(said) if said else _('没有信号')}",
        class_="is-wide" if width >= WIDE else "is-narrow",
    )


def _told(day: Day, count: Value, bound: Value, cry: bool) -> str:
    limit = f"{_('上限')} {told(bound)}" if known(bound) else _("未评价")
    return f"{named(day)} {told(count)} ({limit}){' ' + _('信号') if cry else ''}"


def _steps(panel: Panel, bounds: Sequence[Value]) -> SafeString:
    """The bound as wide as each band, joined by uprights."""
    parts = []
    for first, count in runs([i for i, bound in enumerate(bounds) if known(bound)]):
        drawn = [f"M{n(panel.x.start(first))} {n(panel.y(sure(bounds[first])))}H{n(panel.x.start(first + 1))}"]
        for i in range(first + 1, first + count):
            drawn.append(f"V{n(panel.y(sure(bounds[i])))}H{n(panel.x.start(i + 1))}")
        parts.append("".join(drawn))
    return el("path", el("title", _("上限")), class_="line s2 is-thin", d="".join(parts)) if parts else NOTHING


def _triangle(panel: Panel, i: int, count: Value, said: str) -> SafeString:
    """Above the column, or at the top of the panel where the count is not known."""
    y = panel.y(sure(count)) - 3 if known(count) else panel.top
    x, half = panel.x.middle(i), 4.5
    d = f"M{n(x - half)} {n(y - 8)}h{n(2 * half)}L{n(x)} {n(y)}z"
    return el("path", el("title", said), class_="s1", d=d)
