"""A delay (时滞) as density and as share reached: each family's curves, and the step of the data themselves.

Each `Fit` has its name and, at days `at` from 0 on, its density and its share reached. `observed` are days and the share of records
reached on each, a step; None for data that are known to an interval only. `median` and `p95` of the first fit are said and marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.web.charts.axes import WIDE, Bands, fine, ticks
from shichen.web.charts.panel import HEAD, LEFT, RIGHT, Panel, grid, heading, told
from shichen.web.charts.svg import NOTHING, drawing, el, join, path

HIGH, UNDER = 110.0, 24.0
TINTS = ("s2", "s1", "s4")


class Fit(NamedTuple):
    """A family fitted: its curves at the days `at`."""

    name: str
    at: Sequence[float]
    density: Sequence[float]
    reached: Sequence[float]
    median: float | None = None
    p95: float | None = None


def delay(
    fits: Sequence[Fit], *, title: str, observed: Sequence[tuple[float, float]] = (), width: float = WIDE
) -> SafeString:
    """Two panels as one drawing: density above, share reached below. Raises AssertionError for more than three fits."""
    assert len(fits) <= len(TINTS), "a fit without a tint of its own cannot be told from the others"
    tinted = list(zip(fits, TINTS, strict=False))
    upto = ticks(max([*(day for one in fits for day in one.at), *(day for day, _share in observed)], default=1))[-1]
    x = Bands(LEFT, width - RIGHT, upto)
    keys = [(f"line {tint}", one.name) for one, tint in tinted]
    head, lines = heading(_("密度"), keys, y=12.0, width=width)
    top = 12 + HEAD * lines - 6
    density = Panel(x, top, top + HIGH, fine(0, max((value for one in fits for value in one.density), default=1)))
    upper = [
        head,
        grid(density),
        *(_curve(density, one.at, one.density, tint) for one, tint in tinted),
        *_marks(density, fits),
    ]
    observed_key = [("line s3", _("观察到的"))] if observed else []
    head, lines = heading(_("累计比例"), observed_key, y=density.base + 32, width=width)
    top = density.base + 32 + HEAD * lines - 6
    share = Panel(x, top, top + HIGH, [0.0, 0.25, 0.5, 0.75, 1.0])
    lower = [
        head,
        grid(share),
        _step(share, observed),
        *(_curve(share, one.at, one.reached, tint) for one, tint in tinted),
        _days(share, upto, width),
    ]
    said = _words(fits[0]) if fits else ""
    class_ = "is-wide" if width >= WIDE else "is-narrow"
    label = f"{title}{_('：')}{said}" if said else title
    return drawing(width, share.base + UNDER, *upper, *lower, label=label, class_=class_)


def _curve(panel: Panel, at: Sequence[float], values: Sequence[float], tint: str) -> SafeString:
    points = [(panel.x.start(day), panel.y(value)) for day, value in zip(at, values, strict=True)]
    return el("path", class_=f"line {tint}", d=path(points)) if len(points) > 1 else NOTHING


def _step(panel: Panel, observed: Sequence[tuple[float, float]]) -> SafeString:
    if not observed:
        return NOTHING
    corners = [(0.0, 0.0)]
    for day, share in observed:
        corners += [(day, corners[-1][1]), (day, share)]
    corners.append((float(panel.x.count), corners[-1][1]))
    points = [(panel.x.start(day), panel.y(share)) for day, share in corners]
    kept = [points[0], *(after for before, after in pairwise(points) if before != after)]
    return el("path", el("title", _("观察到的")), class_="line s3", d=path(kept))


def _marks(panel: Panel, fits: Sequence[Fit]) -> list[SafeString]:
    """Where the median and the 95 % quantile of the first fit lie, in words above the density."""
    drawn = []
    for name, day in ((_("中位"), fits[0].median), ("95%", fits[0].p95)) if fits else ():
        if day is None:
            continue
        x = panel.x.start(day)
        drawn.append(el("line", class_="event", x1=x, x2=x, y1=panel.top, y2=panel.base))
        drawn.append(el("text", f"{name} {told(day, 1)}", class_="is-title halo", x=x + 4, y=panel.top + 10))
    return drawn


def _words(fit: Fit) -> str:
    return f"{fit.name} {_('中位')} {told(fit.median, 1)}{_('，')}95% {told(fit.p95, 1)}"


def _days(panel: Panel, upto: int, width: float) -> SafeString:
    marks = [
        el("text", str(day), x=panel.x.start(day), y=panel.base + 15, text_anchor="middle")
        for day in ticks(upto)
        if panel.x.start(day) < width - 40
    ]
    return join((*marks, el("text", _("天"), x=width - 2, y=panel.base + 15, text_anchor="end")))
