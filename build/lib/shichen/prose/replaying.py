"""Decided figures replayed in the order of their days (回放): what would have been proposed before each was decided.

No figure is judged after it was learned from: a day is judged with what was decided on the days before, then learned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from shichen.prose import ranker
from shichen.prose.memory import Decided, Memory
from shichen.prose.ranker import Case, Past, Row, Weights

FITS = 40
"""A long history is fitted anew at so many of its days."""


class Met(NamedTuple):
    """A decided figure: its day, how it was said, what the rules named it, the candidates with what was right."""

    day: str
    sayings: tuple[str, ...]
    rules: str
    case: Case
    decided: Decided


class Day(NamedTuple):
    """How many of all figures until a day were named rightly: by the rules, with memory, with the ranker, with both."""

    day: str
    figures: int
    rules: int
    memory: int
    ranked: int
    both: int


def replay(met: Sequence[Met]) -> Iterator[Day]:
    """One row a day, each the sum of all days until then."""
    days = [list(same) for _day, same in groupby(sorted(met, key=_day_of), key=_day_of)]
    learner, every = _Learner(), max(len(days) // FITS, 1)
    found = Day("", 0, 0, 0, 0, 0)
    for number, today in enumerate(days):
        if number % every == 0:
            learner.fit()
        for one in today:
            rules, memory, ranked, both = learner.said(one)
            right = one.case.right
            found = Day(
                one.day,
                found.figures + 1,
                found.rules + (rules == right),
                found.memory + (memory == right),
                found.ranked + (ranked == right),
                found.both + (both == right),
            )
        learner.learn(today)
        yield found


def trained(met: Sequence[Met]) -> tuple[Weights, Past]:
    """The weights that all decided figures give, and what they tell of the past."""
    learner = _Learner()
    for _day, same in groupby(sorted(met, key=_day_of), key=_day_of):
        learner.learn(list(same))
    learner.fit()
    return learner.weights, learner.past


def _day_of(one: Met) -> str:
    return one.day


class _Learner:
    """What was decided so far."""

    def __init__(self) -> None:
        self.weights: Weights = ranker.RULES
        self.past = Past()
        self.memory = Memory()
        self._told: list[tuple[list[Row], str]] = []

    def fit(self) -> None:
        self.weights = ranker.fit(self._told)

    def said(self, one: Met) -> tuple[str, str, str, str]:
        """What the rules, the rules with memory, with the ranker, with both would name a figure."""
        recalled = self.memory.recall(one.sayings)
        remembered = recalled.decided.indicator if recalled is not None and recalled.sure else None
        ranked = one.rules
        if one.rules:
            ranked = ranker.order(ranker.rows_of(one.case, self.past), self.weights)[0][0]
        return (
            one.rules,
            one.rules if remembered is None else remembered,
            ranked,
            ranked if remembered is None else remembered,
        )

    def learn(self, today: Sequence[Met]) -> None:
        """The features of a day are those that it had before it was decided."""
        self._told += [(ranker.rows_of(one.case, self.past), one.case.right) for one in today]
        for one in today:
            self.past.learn(one.case)
            for saying in one.sayings:
                self.memory.learn(saying, one.decided)
