"""Counts by day or week, stacked by group (分组疫情曲线): up to five tints, the smaller groups of more being one.

`days` are the first days of the bins, one after the other; each group has one value a bin, None or NaN where it is missing.
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
    heading,
    known,
    named,
    sure,
    told,
)
from shichen.web.charts.svg import drawing

HIGH, UNDER = 190.0, 24.0
TINTS = ("s1", "s2", "s3", "s4", "s5")


def stack(
    days: Sequence[Day],
    groups: Sequence[tuple[str, Sequence[Value]]],
    *,
    title: str,
    name: str = "",
    axis: str = "",
    width: float = WIDE,
) -> SafeString:
    """The bins as stacked columns; `name` is what is counted."""
    layers = [Layer(said, tint, values) for (said, values), tint in zip(_few(groups), TINTS, strict=False)]
    keys = [(one.class_, one.name) for one in layers if one.name]
    head, lines = heading(name or _("新增病例"), keys, y=12.0, width=width)
    totals = [sum(sure(one.values[i]) for one in layers if known(one.values[i])) for i in range(len(days))]
    top = 12 + HEAD * lines - 4
    panel = Panel(bands(len(days), width), top, top + HIGH, ticks(max(totals, default=0)))
    titles = [
        f"{named(day)} " + " ".join(f"{one.name} {told(one.values[i], 0)}".strip() for one in layers)
        for i, day in enumerate(days)
    ]
    return drawing(
        width,
        panel.base + UNDER,
        head,
        grid(panel),
        columns(panel, layers, titles),
        floor(panel, days, axis=axis),
        label=f"{title}{_('：')}{told(sum(totals), 0)}",
        class_="is-wide" if width >= WIDE else "is-narrow",
    )


def _few(groups: Sequence[tuple[str, Sequence[Value]]]) -> list[tuple[str, Sequence[Value]]]:
    """The groups as they are, or the four largest and the others as one."""
    if len(groups) <= len(TINTS):
        return list(groups)

    def total(one: tuple[str, Sequence[Value]]) -> float:
        return sum(sure(value) for value in one[1] if known(value))

    ranked = sorted(groups, key=total, reverse=True)
    kept, rest = ranked[: len(TINTS) - 1], ranked[len(TINTS) - 1 :]
    others = [
        sum(sure(value) for value in values if known(value)) for values in zip(*(one[1] for one in rest), strict=True)
    ]
    return [*kept, (_("其余"), others)]
