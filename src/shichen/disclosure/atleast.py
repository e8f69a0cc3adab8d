"""What “at least one” gives away (至少一例): a risk level that is not low says that there was a case, and beside what was told that may say how many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from shichen import watches
from shichen.disclosure.facts import Fact, Region

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """Civil days from the first to the last, in one area."""

    area: str
    first: date
    last: date

    @classmethod
    def of(cls, region: Region) -> Window | None:
        """The days of a region; None for one that reaches back to the beginning."""
        if region.since is None:
            return None
        return cls(region.area, watches.civil_day(region.since), watches.civil_day(region.until) - A_DAY)

    def days(self) -> frozenset[date]:
        return frozenset(self.first + at * A_DAY for at in range((self.last - self.first).days + 1))


@dataclass(frozen=True)
class Narrow:
    """An area where so few can be meant that a reader learns more than “few”: the days, and the most there can be."""

    area: str
    days: tuple[date, ...]
    most: int


def narrow(
    claims: Sequence[Region], facts: Iterable[Fact], measure: str, k: int, counted_in: Collection[str] = ()
) -> list[Narrow]:
    """The claims of at least one new case that leave fewer than k−1 possible: then not every number from 1 to k−1 is left.

    `claims` are all that were told or are about to be, `facts` all numbers. Days on which an area is known to have had none are
    taken out of its claims. The most is what an area around it is told to have had in those days, less one for every other area
    in it with a claim of its own, but for those `counted_in` another, whose case may be the same. What is found is certain; what is not found need not be hidden.
    """
    told = [one for one in facts if one.region.measure == measure]
    windows = list(filter(None, map(Window.of, claims)))
    if not windows:
        return []
    sums = _windows(told, min(one.first for one in windows))
    empty = [(window, window.days()) for window, value in sums if value == 0]
    left: dict[str, set[frozenset[date]]] = defaultdict(set)
    for window in windows:
        days = window.days()
        for nought, gone in empty:
            if window.area.startswith(nought.area):
                days -= gone
        if days:
            left[window.area].add(days)
    alone = {area: held for area, held in left.items() if area not in counted_in}
    looked = ((area, days) for area, held in sorted(left.items()) for days in sorted(held, key=sorted))
    return [found for area, days in looked if (found := _found(area, days, alone, sums, k))]


def _found(
    area: str, days: frozenset[date], left: dict[str, set[frozenset[date]]], sums: list[tuple[Window, int]], k: int
) -> Narrow | None:
    most = min((_most(area, days, left, *one) for one in sums if _around(one[0], area, days)), default=None)
    if most is None or not 0 < most < k - 1:
        return None
    return Narrow(area, tuple(sorted(days)), most)


def _around(window: Window, area: str, days: frozenset[date]) -> bool:
    return area.startswith(window.area) and window.first <= min(days) and max(days) <= window.last


def _most(area: str, days: frozenset[date], left: dict[str, set[frozenset[date]]], window: Window, value: int) -> int:
    within = window.days()
    others = [
        other
        for other, held in left.items()
        if other.startswith(window.area) and not area.startswith(other) and not other.startswith(area)
        if any(one <= within for one in held)
    ]
    return value - len(others)


def _windows(facts: Iterable[Fact], since: date) -> list[tuple[Window, int]]:
    """What was new in which days: as it was told, as two running totals of one area leave it, nothing where a total is nought."""
    found: list[tuple[Window, int]] = []
    totals: dict[str, dict[date, int]] = defaultdict(dict)
    for one in facts:
        window = Window.of(one.region)
        if window is not None:
            found.append((window, one.value))
        else:
            totals[one.region.area][watches.civil_day(one.region.until) - A_DAY] = one.value
    for area, known in totals.items():
        for before, after in combinations(sorted(known), 2):
            if known[after] >= known[before]:
                found.append((Window(area, before + A_DAY, after), known[after] - known[before]))
        found += [(Window(area, since, day), 0) for day, value in known.items() if value == 0 and day >= since]
    return found
