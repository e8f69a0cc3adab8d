"""What follows from equations over counts: bounds pushed through them, and whatever their sums and differences fix.

Bounds alone miss what only several equations together give away; elimination finds that. Neither is complete for whole
numbers in general: what is found follows, what is not found may still follow. Tables have an exact audit of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import gcd

ENDLESS = 1 << 40
ROUNDS = 60


class Contradiction(Exception):
    """No counts fit the equations."""


@dataclass(frozen=True)
class Equation:
    """Whole-number multiples of unknowns that add up to a number."""

    terms: Mapping[int, int]
    total: int


def bounds(count: int, equations: Iterable[Equation]) -> list[tuple[int, int]]:
    """Between which bounds each of `count` unknowns lies, none below 0. Raises Contradiction."""
    given = [one for one in equations if one.terms or _impossible(one)]
    low, high = [0] * count, [ENDLESS] * count
    _push([*given, *eliminated(given)], low, high)
    return list(zip(low, high, strict=True))


def eliminated(equations: Iterable[Equation]) -> list[Equation]:
    """The same equations solved as far as they go: each fixes its first unknown by the fewest others. Raises Contradiction."""
    solved: dict[int, Equation] = {}
    where: dict[int, set[int]] = defaultdict(set)
    for equation in sorted(equations, key=lambda one: len(one.terms)):
        row = _reduced(equation, solved)
        if not row.terms:
            _impossible(row)
            continue
        pivot = min(row.terms, key=lambda name: (abs(row.terms[name]), len(where[name])))
        for other in list(where[pivot]):
            _forget(solved[other], other, where)
            solved[other] = _without(solved[other], pivot, row)
            _note(solved[other], other, where)
        solved[pivot] = row
        _note(row, pivot, where)
    return list(solved.values())


def _reduced(row: Equation, solved: Mapping[int, Equation]) -> Equation:
    for name in [name for name in row.terms if name in solved]:
        if name in row.terms:
            row = _without(row, name, solved[name])
    return row


def _without(row: Equation, name: int, by: Equation) -> Equation:
    """The row less as much of another as takes the unknown out of it."""
    here, there = row.terms[name], by.terms[name]
    terms = {one: value * there for one, value in row.terms.items()}
    for one, value in by.terms.items():
        terms[one] = terms.get(one, 0) - value * here
    total = row.total * there - by.total * here
    terms = {one: value for one, value in terms.items() if value}
    shared = gcd(total, *terms.values()) or 1
    return Equation({one: value // shared for one, value in terms.items()}, total // shared)


def _note(row: Equation, pivot: int, where: dict[int, set[int]]) -> None:
    for name in row.terms:
        if name != pivot:
            where[name].add(pivot)


def _forget(row: Equation, pivot: int, where: dict[int, set[int]]) -> None:
    for name in row.terms:
        where[name].discard(pivot)


def _impossible(row: Equation) -> bool:
    if not row.terms and row.total:
        raise Contradiction
    return False


def _push(equations: list[Equation], low: list[int], high: list[int]) -> None:
    """Narrow bounds by each equation until none narrows further, or for long enough."""
    by_name: dict[int, list[int]] = defaultdict(list)
    for place, equation in enumerate(equations):
        for name in equation.terms:
            by_name[name].append(place)
    waiting = dict.fromkeys(range(len(equations)))
    for _ in range(ROUNDS * max(len(equations), 1)):
        if not waiting:
            return
        place = next(iter(waiting))
        del waiting[place]
        for name in _narrow(equations[place], low, high):
            waiting |= dict.fromkeys(by_name[name])


def _narrow(equation: Equation, low: list[int], high: list[int]) -> list[int]:
    """The unknowns whose bounds this equation narrows: each takes what the others leave. Raises Contradiction."""
    parts = [(name, factor, *_span(factor, low[name], high[name])) for name, factor in equation.terms.items()]
    least, most = _Total([one[2] for one in parts]), _Total([one[3] for one in parts])
    changed = []
    for name, factor, smallest, largest in parts:
        others_least, others_most = least.without(smallest), most.without(largest)
        ends = (
            None if others_most is None else equation.total - others_most,
            None if others_least is None else equation.total - others_least,
        )
        bottom, top = ends if factor > 0 else ends[::-1]
        before = low[name], high[name]
        if bottom is not None:
            low[name] = max(low[name], -(-bottom // factor))
        if top is not None:
            high[name] = min(high[name], top // factor)
        if low[name] > high[name]:
            raise Contradiction
        if before != (low[name], high[name]):
            changed.append(name)
    return changed


def _span(factor: int, low: int, high: int) -> tuple[int | None, int | None]:
    """The smallest and largest that a term can be; None without end."""
    ends = factor * low, None if high >= ENDLESS else factor * high
    return ends if factor > 0 else ends[::-1]


class _Total:
    """A sum some of whose parts may have no end."""

    def __init__(self, parts: list[int | None]) -> None:
        self.endless = sum(one is None for one in parts)
        self.known = sum(one for one in parts if one is not None)

    def without(self, part: int | None) -> int | None:
        """The sum of the others, where it has an end."""
        if part is None:
            return self.known if self.endless == 1 else None
        return None if self.endless else self.known - part
