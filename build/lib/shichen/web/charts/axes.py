"""Scales, ticks and places for labels: arithmetic on plain numbers that every chart shares."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from shichen.web.charts.svg import text_width

WIDE, NARROW = 760, 360
"""The two widths in which a chart is drawn; the style sheet shows one of them."""


def ticks(highest: float, *, at_most: int = 5) -> list[int]:
    """Whole ticks from 0 to at least `highest`, by 1-2-5, no more than `at_most` steps."""
    highest = max(math.ceil(highest), 1)
    step = next(size * 10**power for power in range(12) for size in (1, 2, 5) if size * 10**power * at_most >= highest)
    return list(range(0, step * math.ceil(highest / step) + 1, step))


@dataclass(frozen=True)
class Bands:
    """Equal bands side by side between two edges, one for each day."""

    left: float
    right: float
    count: int

    @property
    def width(self) -> float:
        return (self.right - self.left) / max(self.count, 1)

    def start(self, index: float) -> float:
        return self.left + self.width * index

    def middle(self, index: float) -> float:
        return self.start(index) + self.width / 2


def every(labels: Sequence[str], room: float, gap: float = 8) -> int:
    """Every how many bands a label fits."""
    widest = max((text_width(label) for label in labels), default=0)
    return max(1, math.ceil((widest + gap) / room)) if room > 0 else max(len(labels), 1)


@dataclass(frozen=True)
class Placed:
    """A label with the row and the left edge it was given; `row` None where there was no room."""

    index: int
    text: str
    row: int | None
    left: float


def stagger(points: Sequence[tuple[float, str]], *, rows: int, left: float, right: float) -> list[Placed]:
    """Give each (x, label), in order of x, a row and a place near x in which it touches no other and stays between the edges.

    From under its row a line falls at x: it runs through no label below, and no line of another runs through this one.
    """
    held: list[_Held] = []
    placed = []
    for index, (x, text) in enumerate(points):
        width = text_width(text) + 4
        spots = (_Held(row, edge, edge + width, x) for edge in _edges(x, width, left, right) for row in range(rows))
        spot = next((one for one in spots if not any(_meet(one, other) for other in held)), None)
        if spot is None:
            placed.append(Placed(index, text, None, 0.0))
            continue
        held.append(spot)
        placed.append(Placed(index, text, spot.row, spot.start))
    return placed


class _Held(NamedTuple):
    """A label in its row, and where its line falls."""

    row: int
    start: float
    end: float
    x: float


def _edges(x: float, width: float, left: float, right: float) -> list[float]:
    """Where a label may begin: over its line, right of it, left of it, always between the edges."""
    if width > right - left:
        return []
    return [max(left, min(edge, right - width)) for edge in (x - 4, x + 4, x - width)]


def _meet(one: _Held, other: _Held) -> bool:
    """Whether two labels touch, or the line of one runs through the other."""
    if one.row == other.row:
        return one.start < other.end + 4 and other.start < one.end + 4
    upper, lower = sorted((one, other))
    return lower.start - 2 < upper.x < lower.end - 2


def apart(wanted: Sequence[float], gap: float, *, left: float, right: float) -> list[float]:
    """Places as near as may be to those wanted (in order), between two edges and a gap apart; less where there are many."""
    gap = min(gap, (right - left) / max(len(wanted) - 1, 1))
    placed: list[float] = []
    for x in wanted:
        placed.append(max(x, placed[-1] + gap if placed else left))
    for i in range(len(placed) - 1, -1, -1):
        placed[i] = min(placed[i], right - gap * (len(placed) - 1 - i))
    return placed


def short(on: date, *, english: bool = False) -> str:
    """A day under an axis."""
    return f"{on.day} {on:%b}" if english else f"{on.month}月{on.day}日"


def fine(low: float, high: float, *, at_most: int = 5) -> list[float]:
    """Ticks by 1-2-5 of any power, whole or broken, from at or below `low` to at or above `high`."""
    span = (high - low) or abs(high) or 1.0
    power = math.floor(math.log10(span)) - 2
    steps = (size * 10.0**at for at in range(power, power + 6) for size in (1, 2, 5))
    step = next(one for one in steps if math.ceil(high / one - 1e-9) - math.floor(low / one + 1e-9) <= at_most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    digits = max(-math.floor(math.log10(step)), 0)
    return [round(step * place, digits) for place in range(first, max(last, first + 1) + 1)]
