"""Where figures stand among their own kind: the first above nought, what round number a value crosses, by ledger and register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from shichen import watches
from shichen.city.models import Area
from shichen.indicators.declare import known
from shichen.indicators.models import Figure
from shichen.indicators.telling import quantity
from shichen.publications.chronicle.selecting import Select
from shichen.registers.cases import queries as cases

_INSTANT = timedelta(seconds=1)
# What the register of cases answers day by day, whether or not a figure was frozen for the day.
REGISTERED = {"cases.confirmed_new": "new", "cases.confirmed_cum": "cumulative", "cases.discharged": "discharged"}


@dataclass(frozen=True)
class Point:
    """A value of an indicator for a day: a figure of the ledger, or what the register says of the day."""

    on: date
    value: Decimal
    key: str
    area: str
    place: str
    unit: str
    figure: UUID | None = None

    @property
    def said(self) -> str:
        """In a few words: what it counts, where, of which day."""
        one = known().get(self.key)
        name = one.name if one else self.key
        return f"{self.on.month}月{self.on.day}日{self.place}{name}{quantity(self.value, self.unit)}"


Series = tuple[Point, ...]


def told_of(figure: Figure) -> date:
    """The last day that a figure speaks of."""
    return watches.civil_day(figure.period_to - _INSTANT if figure.period_to else figure.as_of)


@dataclass(frozen=True)
class Ranks:
    """The values of some indicators, oldest first, each area by itself.

    A figure dated by publication says again what another says of the day of its data: it stands in no series, beside them.
    """

    series: Mapping[tuple[str, str], Series]
    beside: Mapping[tuple[str, str], Series]

    def of(self, key: str, area: str) -> Series:
        return self.series.get((key, area), ())

    def anywhere(self, key: str) -> list[Point]:
        """The values of an indicator in all areas, oldest first."""
        return sorted((point for place, all_ in self.series.items() if place[0] == key for point in all_), key=_order)

    def first_above_nought(self, key: str, area: str) -> Point | None:
        return next((one for one in self.of(key, area) if one.value > 0), None)

    def first_nought(self, key: str, area: str) -> Point | None:
        """The first 0 after there was something; before the first case nobody counts noughts."""
        began = self.first_above_nought(key, area)
        return next((one for one in self.of(key, area) if began and one.on > began.on and one.value == 0), None)

    def is_first_above_nought(self, figure: Figure) -> bool:
        first = self.first_above_nought(figure.key, figure.area_id)
        return first is not None and first.figure == figure.pk

    def crossed(self, figure: Figure, milestones: Iterable[Decimal]) -> Decimal | None:
        """The highest of some round numbers that a figure reaches and none before it had."""
        if figure.value is None:
            return None
        place, day = (figure.key, figure.area_id), told_of(figure)
        before = (one.value for one in (*self.of(*place), *self.beside.get(place, ())) if one.on < day)
        most = max(before, default=Decimal(0))
        return max((one for one in milestones if most < one <= figure.value), default=None)


def among(keys: Iterable[str], areas: Iterable[Area], last: date) -> Ranks:
    """The ranks of some indicators as the ledger stands, with what the register says of `areas` day by day up to `last`."""
    wanted = {key for key in keys if key}
    figures = Figure.objects.filter(key__in=wanted, value__isnull=False, successor=None).select_related("area")
    series: dict[tuple[str, str], list[Point]] = defaultdict(list)
    beside: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for figure in figures:
        group = beside if figure.facets.get("dated") == cases.PUBLISHED else series
        group[figure.key, figure.area_id].append(point_of(figure))
    for point in _registered(wanted & set(REGISTERED), areas, last):
        held = series[point.key, point.area]
        if all(one.on != point.on for one in held):
            held.append(point)
    return Ranks(_in_order(series), _in_order(beside))


def named_by(rules: Iterable[Select]) -> set[str]:
    """The indicators that the rules speak of, with every one that their patterns take in."""
    asked = [rule for rule in rules if rule.indicators]
    return {key for key in known() if any(rule.counts(key) for rule in asked)}


def point_of(figure: Figure) -> Point:
    value = figure.value if figure.value is not None else Decimal(0)
    return Point(told_of(figure), value, figure.key, figure.area_id, figure.area.name, figure.unit, figure.pk)


def _registered(keys: Iterable[str], areas: Iterable[Area], last: date) -> Iterable[Point]:
    asked = sorted(keys)
    for area in {one.pk: one for one in areas}.values() if asked else ():
        for day in cases.curve(area, cases.EPOCH, last):
            for key in asked:
                value = getattr(day, REGISTERED[key])
                if value is not None:
                    yield Point(day.on, Decimal(value), key, area.pk, area.name, known()[key].unit)


def _in_order(series: Mapping[tuple[str, str], list[Point]]) -> dict[tuple[str, str], Series]:
    return {place: tuple(sorted(found, key=_order)) for place, found in series.items()}


def _order(point: Point) -> tuple[date, bool]:
    return point.on, point.figure is None
