"""A small ranker over the candidates of a figure (排序): linear, fitted to what persons decided, explained weight by weight.

It begins at the order of the rules and is drawn back to it: where decisions say nothing, the rules' order stays. The same decisions
give the same weights to the last digit.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEATURES = ("score", "place", "margin", "subject", "clause", "measure", "unit", "column", "often", "last")
RULES = (3.0, *(0.0 for _name in FEATURES[1:]))
"""The weights of one who only trusts the rules: three points of score are as good as certain."""
L2, STEPS, CLOSE = 1.0, 30, 1e-7
SMOOTH = 1.0
Weights = tuple[float, ...]


class Offer(NamedTuple):
    """A candidate: its indicator, the rules' score, what of its words stands in the subject and in the sentence, whether the
    measure word is its own."""

    indicator: str
    score: float
    subject: float = 0.0
    clause: float = 0.0
    measure: bool = False


class Case(NamedTuple):
    """A figure whose candidates are ranked: who reports it, under which column, its value; what it was taken for."""

    offers: tuple[Offer, ...]
    unit: str = ""
    column: str = ""
    value: float = 0.0
    right: str = ""


@dataclass
class Past:
    """What was decided before: how often a unit, a column, anybody gave an indicator, and the last value of each series."""

    units: Counter[tuple[str, str]] = field(default_factory=Counter)
    columns: Counter[tuple[str, str]] = field(default_factory=Counter)
    every: Counter[str] = field(default_factory=Counter)
    values: dict[tuple[str, str], float] = field(default_factory=dict)

    def learn(self, case: Case) -> None:
        if not case.right:
            return
        self.units[case.unit, case.right] += 1
        self.columns[case.column, case.right] += 1
        self.every[case.right] += 1
        self.values[case.unit, case.right] = case.value

    def as_rows(self) -> dict[str, Any]:
        """The same as plain lists, to be kept."""
        return {
            "units": [[*key, times] for key, times in sorted(self.units.items())],
            "columns": [[*key, times] for key, times in sorted(self.columns.items())],
            "every": [[key, times] for key, times in sorted(self.every.items())],
            "values": [[*key, value] for key, value in sorted(self.values.items())],
        }

    @classmethod
    def of_rows(cls, rows: Mapping[str, Sequence[Sequence[Any]]]) -> Past:
        return cls(
            Counter({(one, key): times for one, key, times in rows["units"]}),
            Counter({(one, key): times for one, key, times in rows["columns"]}),
            Counter(dict(map(tuple, rows["every"]))),
            {(one, key): float(value) for one, key, value in rows["values"]},
        )


class Row(NamedTuple):
    """A candidate with its features, in the order of FEATURES."""

    indicator: str
    told: tuple[float, ...]


def rows_of(case: Case, past: Past) -> list[Row]:
    """The candidates of a figure in the rules' order, each with its features as far as the past goes."""
    offers = sorted(case.offers, key=lambda one: (-one.score, one.indicator))
    keys = [one.indicator for one in offers]
    units = _shares([past.units[case.unit, key] for key in keys])
    columns = _shares([past.columns[case.column, key] for key in keys])
    often = _shares([past.every[key] for key in keys])
    rows = []
    for place, one in enumerate(offers):
        others = [other.score for other in offers if other is not one]
        told = (
            one.score,
            -float(place),
            one.score - max(others, default=0.0),
            one.subject,
            one.clause,
            float(one.measure),
            units[place],
            columns[place],
            often[place],
            _near(case.value, past.values.get((case.unit, one.indicator))),
        )
        rows.append(Row(one.indicator, told))
    return rows


def _shares(times: Sequence[int]) -> list[float]:
    """How much more or less often than evenly, as logarithms; nothing where nothing is known."""
    total = sum(times) + SMOOTH * len(times)
    return [math.log((one + SMOOTH) / total * len(times)) for one in times]


def _near(value: float, last: float | None) -> float:
    """How close a value is to the last one of its series: nought where there is none, else at most one, less by each tenfold."""
    if last is None or value <= 0 or last <= 0:
        return 0.0
    return max(1 - abs(math.log10(value / last)), -1.0)


def shares(rows: Sequence[Row], weights: Weights) -> list[float]:
    """How likely each candidate is."""
    sums = [math.fsum(map(_times, weights, row.told)) for row in rows]
    highest = max(sums, default=0.0)
    powers = [math.exp(one - highest) for one in sums]
    total = math.fsum(powers)
    return [one / total for one in powers]


def order(rows: Sequence[Row], weights: Weights) -> list[tuple[str, float]]:
    """The candidates by how likely they are, the rules' order among equals."""
    found = zip((row.indicator for row in rows), shares(rows, weights), strict=True)
    return sorted(found, key=lambda one: -round(one[1], 9))


def explained(row: Row, other: Row, weights: Weights) -> dict[str, float]:
    """What each feature says for one candidate against another: the parts of the difference."""
    parts = (weight * (one - two) for weight, one, two in zip(weights, row.told, other.told, strict=True))
    return dict(zip(FEATURES, parts, strict=True))


def _times(weight: float, told: float) -> float:
    return weight * told


def fit(cases: Iterable[tuple[Sequence[Row], str]], l2: float = L2) -> Weights:
    """The weights that make what was decided most likely, drawn back to those of the rules. By Newton's steps, each short enough
    to gain something: no chance in it, and one end, as the sum has one lowest place."""
    import numpy as np  # heavy, and needed only where weights are fitted

    table, right, starts = _table(cases)
    weights, home = np.array(RULES), np.array(RULES)
    if not len(right):
        return RULES
    stands = _loss(table, right, starts, weights)
    for _step in range(STEPS):
        slope, bend = _slopes(table, right, starts, weights)
        step = np.linalg.solve(bend + l2 * np.eye(len(home)), slope + l2 * (weights - home))
        tried, loss = weights, stands
        for _halved in range(STEPS):
            away = weights - step - home
            loss = _loss(table, right, starts, weights - step) + l2 / 2 * float(away @ away)
            if loss <= stands:
                tried = weights - step
                break
            step = step / 2
        moved, weights, stands = float(np.abs(tried - weights).max()), tried, loss
        if moved < CLOSE:
            break
    return tuple(round(float(one), 6) for one in weights)


def _loss(table: NDArray[Any], right: NDArray[Any], starts: NDArray[Any], weights: NDArray[Any]) -> float:
    """How unlikely the decisions are."""
    import numpy as np  # as in `fit`

    sums = table @ weights
    sums = sums - np.repeat(np.maximum.reduceat(sums, starts), np.diff(np.append(starts, len(table))))
    return float(np.log(np.add.reduceat(np.exp(sums), starts)).sum() - sums[right].sum())


def _table(cases: Iterable[tuple[Sequence[Row], str]]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """All candidates of the figures that teach: those with a choice, in which what was decided is one of them."""
    import numpy as np  # as in `fit`

    told: list[tuple[float, ...]] = []
    right: list[int] = []
    starts: list[int] = []
    for rows, taken in cases:
        keys = [row.indicator for row in rows]
        if len(keys) > 1 and taken in keys:
            starts.append(len(told))
            right.append(len(told) + keys.index(taken))
            told.extend(row.told for row in rows)
    return np.array(told), np.array(right, dtype=int), np.array(starts, dtype=int)


def _slopes(
    table: NDArray[Any], right: NDArray[Any], starts: NDArray[Any], weights: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """The first and second derivative of how unlikely the decisions are."""
    import numpy as np  # as in `fit`

    sizes = np.diff(np.append(starts, len(table)))
    sums = table @ weights
    powers = np.exp(sums - np.repeat(np.maximum.reduceat(sums, starts), sizes))
    likely = powers / np.repeat(np.add.reduceat(powers, starts), sizes)
    weighed = table * likely[:, None]
    means = np.add.reduceat(weighed, starts, axis=0)
    slope = weighed.sum(axis=0) - table[right].sum(axis=0)
    return slope, table.T @ weighed - means.T @ means
