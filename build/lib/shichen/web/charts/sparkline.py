"""The line of thirteen days beside a figure (走势): no axis, no words, and nothing where nothing was reported."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.safestring import SafeString

from shichen.web.charts.svg import NOTHING, el, n

WIDTH, HEIGHT, EDGE = 104.0, 30.0, 3.0
LEAST = 3  # two values are a change, and the change stands in words


def sparkline(values: Sequence[Decimal | int | None]) -> SafeString:
    """The values as one line that breaks at days without report; the last value is a dot. Hidden from readers of text:
    the change beside it says the same in words."""
    points = _points(values)
    known = [point for point in points if point is not None]
    if len(known) < LEAST:
        return NOTHING
    x, y = known[-1]
    return el(
        "svg",
        *(el("path", d="M" + "L".join(f"{n(px)} {n(py)}" for px, py in run)) for run in _runs(points)),
        el("circle", cx=x, cy=y, r=2.5),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {n(WIDTH)} {n(HEIGHT)}",
        aria_hidden="true",
    )


def _points(values: Sequence[Decimal | int | None]) -> list[tuple[float, float] | None]:
    known = [float(value) for value in values if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    step = (WIDTH - 2 * EDGE) / max(len(values) - 1, 1)
    scale = (HEIGHT - 2 * EDGE) / ((high - low) or 1)
    return [
        None if value is None else (EDGE + step * i, HEIGHT - EDGE - (float(value) - low) * scale)
        for i, value in enumerate(values)
    ]


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """The stretches without a gap; a single day between two gaps is a line of no length."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]
