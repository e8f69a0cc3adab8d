"""Many figures at once: records that several of them rest on are read once and divided among them (同批计算).

Each comes out as `queries.compute` gives it, value and fingerprint; what cannot be divided is computed by itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import Case, Count, F, Q, Sum, When
from django.db.models.expressions import Combinable

from shichen.indicators.declare import Indicator, Scope
from shichen.indicators.queries import Computed, compute, indicator_named
from shichen.records.held import Held, HeldRecords
from shichen.records.keeper import RowRecords
from shichen.records.lake import File
from shichen.records.reductions import Reduction
from shichen.watches import Period

DIVISIBLE = ("count", "total", "distinct")


@dataclass(frozen=True)
class Asked:
    """One figure to be computed: of what, of which time, of which place and facets."""

    key: str
    period: Period
    scope: Scope


def computed(asked: Sequence[Asked]) -> list[Computed]:
    """The figures, in the order in which they are asked for. Raises Refusal, as `compute` does."""
    found: dict[int, Computed] = {}
    for places in _together(asked):
        held = _Rows([asked[at] for at in places])
        for at in places:
            found[at] = held.computed(asked[at]) if held.divisible else _alone(asked[at])
    return [found[at] for at in range(len(asked))]


def series(key: str, periods: Sequence[Period], scope: Scope) -> list[Decimal | None]:
    """One figure for several times, in one question where its records can be divided by time."""
    one = indicator_named(key)
    records = _picked(one, _hull(periods), scope)
    if records is None or one.reduction is None or one.reduction.how not in ("count", "total"):
        return [compute(key, period, scope).value for period in periods]
    parts = {f"p{n}": _part(one.reduction, period) for n, period in enumerate(periods)}
    row = records.queryset.order_by().aggregate(**parts)
    # Counting, nought means that there is no row; adding up, there is no sum where there is no row that says anything.
    said = [row[name] for name in parts]
    return [
        None if value is None or (value == 0 and one.reduction.how == "count") else Decimal(str(value))
        for value in said
    ]


def _part(reduction: Reduction, period: Period) -> Combinable:
    within = Q(occurred_from__gte=period.start, occurred_from__lt=period.end)
    if reduction.how == "count":
        return Count("pk", filter=within)
    return Sum(Case(When(within, then=F(reduction.field))))


def _alone(asked: Asked) -> Computed:
    return compute(asked.key, asked.period, asked.scope)


def _together(asked: Sequence[Asked]) -> Iterable[list[int]]:
    """Which of them may rest on the same rows: those of one key, as the records stood at one moment."""
    groups: dict[tuple[str, datetime | None], list[int]] = defaultdict(list)
    for at, one in enumerate(asked):
        groups[one.key, one.scope.as_of].append(at)
    return groups.values()


def _hull(periods: Sequence[Period]) -> Period:
    return Period(min(one.start for one in periods), max(one.end for one in periods))


def _picked(one: Indicator, period: Period, scope: Scope) -> RowRecords | None:
    """The records of a figure, if those of its parts lie among them."""
    records = one.pick(period, scope) if one.pick else None
    return records if isinstance(records, RowRecords) and records.cuts is not None else None


class _Rows:
    """The rows of one key for the whole time and all places asked for, and which of them belong to which figure."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        self.indicator = indicator_named(asked[0].key)
        first, areas = asked[0].scope, {one.scope.area.pk if one.scope.area else None for one in asked}
        whole = replace(first, area=first.area if len(areas) == 1 else None, facets={})
        self.records = _picked(self.indicator, _hull([one.period for one in asked]), whole)
        self.asked = asked

    @cached_property
    def divisible(self) -> bool:
        reduction = self.indicator.reduction
        if self.records is None or reduction is None or reduction.how not in DIVISIBLE or len(self.asked) < 2:
            return False
        return all(
            set(one.scope.facets) <= set(self.indicator.facets) & set(self.records.cuts or {}) for one in self.asked
        )

    def computed(self, asked: Asked) -> Computed:
        rows = self._of(asked.scope.facets)
        start, end = (
            bisect_left(rows, moment, key=lambda row: row.at) for moment in (asked.period.start, asked.period.end)
        )
        path = asked.scope.area.path if asked.scope.area else ""
        records = HeldRecords([row for row in rows[start:end] if row.path.startswith(path)], self._missing(asked))
        if self.indicator.reduction is None:
            raise AssertionError("only computed figures are divided")
        value = records.figure(self.indicator.reduction)
        return Computed(self.indicator, asked.period, asked.scope, value, records)

    def _missing(self, asked: Asked) -> tuple[File, ...]:
        """The files that a figure lacks; asked of each by itself only where something is lacking at all."""
        if not self._any_missing:
            return ()
        records = _picked(self.indicator, asked.period, asked.scope)
        return records.missing if records is not None else ()

    @cached_property
    def _any_missing(self) -> bool:
        return self.records is not None and bool(self.records.missing)

    @cached_property
    def _facets(self) -> tuple[str, ...]:
        return tuple(sorted({name for one in self.asked for name in one.scope.facets}))

    @cached_property
    def _all(self) -> list[tuple[tuple[str, ...], Held]]:
        if self.records is None or self.indicator.reduction is None:
            raise AssertionError("only rows that can be divided are read")
        rows = self.records.held(self._facets, self.indicator.reduction.field)
        return sorted(rows, key=lambda row: row[1].at)

    @cached_property
    def _by_facets(self) -> dict[tuple[str, ...], dict[tuple[str, ...], list[Held]]]:
        return {}

    def _of(self, facets: dict[str, str]) -> list[Held]:
        """The rows with these facets, oldest first."""
        names = tuple(name for name in self._facets if name in facets)
        if names not in self._by_facets:
            places = [self._facets.index(name) for name in names]
            found: dict[tuple[str, ...], list[Held]] = defaultdict(list)
            for values, row in self._all:
                found[tuple(str(values[place]) for place in places)].append(row)
            self._by_facets[names] = found
        return self._by_facets[names].get(tuple(facets[name] for name in names), [])
