"""Where everything on the epidemic curve stands: worked out from plain values, before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple, Protocol

from shichen.web.charts.axes import Bands, Placed, apart, stagger, ticks

LEFT, GAP, ROW = 34.0, 14.0, 15.0
BARS, LINES, DOT = 132.0, 74.0, 16.0
WHOLE = 8  # units of a day's width from which on it is rounded


class Mark(NamedTuple):
    """An event above the curve: its day, its words, and where what it stands for is read; "" where it leads nowhere."""

    on: date
    text: str
    href: str = ""


class Band(NamedTuple):
    """A measure under the curve: its first day, the first day without it (None: not known), its name, its address."""

    start: date
    end: date | None
    label: str
    href: str = ""


class Daily(Protocol):
    """One day of a curve; None where nothing was reported."""

    @property
    def on(self) -> date: ...
    @property
    def new(self) -> int | None: ...
    @property
    def cumulative(self) -> int | None: ...
    @property
    def discharged(self) -> int | None: ...


@dataclass(frozen=True)
class Day:
    """One day of a curve, as plain values."""

    on: date
    new: int | None = None
    cumulative: int | None = None
    discharged: int | None = None


@dataclass(frozen=True)
class Plan:
    """Where everything stands: worked out once from the values."""

    days: tuple[Daily, ...]
    marks: tuple[Mark, ...]
    bands: tuple[Band, ...]
    width: float
    unit: str
    provisional_from: date | None
    worded: frozenset[Mark] | None = None  # the events that may have words; None: all of them

    @cached_property
    def x(self) -> Bands:
        """The days side by side; whole units for each where there is room, which makes for short coordinates."""
        room, count = self.width - GAP - self.label_room - LEFT, max(len(self.days), 1)
        each = room / count
        return Bands(LEFT, LEFT + (int(each) if each >= WHOLE else each) * count, len(self.days))

    @property
    def is_wide(self) -> bool:
        return self.width >= 500

    @property
    def label_room(self) -> float:
        """Room at the right for the last values of the running totals."""
        return 74.0 if self.has_totals else 0.0

    @cached_property
    def has_totals(self) -> bool:
        return any(day.cumulative is not None or day.discharged is not None for day in self.days)

    @cached_property
    def leads(self) -> bool:
        """Whether something on the drawing is a link."""
        return any(one.href for one in self.shown_marks) or any(one.href for one in self.shown_bands)

    @cached_property
    def shown_marks(self) -> list[Mark]:
        return [mark for mark in self.marks if self.index(mark.on) is not None]

    @cached_property
    def placed(self) -> list[Placed]:
        """The events in their order: with words where they may have some and these find room, else without a row."""
        worded = [n for n, mark in enumerate(self.shown_marks) if self.worded is None or mark in self.worded]
        points = [
            (self.x.middle(self.index(one.on) or 0), one.text) for one in map(self.shown_marks.__getitem__, worded)
        ]
        put = stagger(points, rows=3, left=4.0, right=self.width - 4)
        rows = {worded[place.index]: replace(place, index=worded[place.index]) for place in put}
        return [rows.get(n, Placed(n, mark.text, None, 0.0)) for n, mark in enumerate(self.shown_marks)]

    @cached_property
    def dots(self) -> list[tuple[float, Mark]]:
        """Where the events without words stand as numbered dots, side by side where their days are too near."""
        marks = [self.shown_marks[place.index] for place in self.unplaced]
        wanted = [self.x.middle(self.index(one.on) or 0) for one in marks]
        return list(zip(apart(wanted, DOT, left=8.0, right=self.width - 8), marks, strict=True))

    @cached_property
    def unplaced(self) -> list[Placed]:
        return [place for place in self.placed if place.row is None]

    @cached_property
    def top(self) -> float:
        rows = max((place.row + 1 for place in self.placed if place.row is not None), default=0)
        return 12 + ROW * (rows + bool(self.unplaced))

    @property
    def base(self) -> float:
        return self.top + BARS

    @property
    def totals_top(self) -> float:
        return self.base + 34

    @property
    def totals_base(self) -> float:
        return self.totals_top + LINES if self.has_totals else self.base + 20

    @cached_property
    def shown_bands(self) -> list[Band]:
        first, last = self.days[0].on if self.days else None, self.days[-1].on if self.days else None
        if first is None or last is None:
            return []
        return [band for band in self.bands if band.start <= last and (band.end is None or band.end >= first)]

    @property
    def height(self) -> float:
        return self.totals_base + 10 + 18 * len(self.shown_bands)

    @cached_property
    def ticks(self) -> list[int]:
        return ticks(max((day.new or 0 for day in self.days), default=0))

    def y(self, count: float) -> float:
        return self.base - BARS * count / self.ticks[-1]

    def index(self, on: date) -> int | None:
        index = (on - self.days[0].on).days if self.days else -1
        return index if 0 <= index < len(self.days) else None

    def provisional(self, on: date) -> bool:
        return self.provisional_from is not None and on >= self.provisional_from
