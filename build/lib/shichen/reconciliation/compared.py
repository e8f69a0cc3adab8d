"""Figures of the ledger as checks compare them: those that stand, by key and time, and how each is named as a side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlencode

from shichen import watches
from shichen.city import queries as city
from shichen.city.models import Area
from shichen.indicators.declare import known
from shichen.indicators.models import Figure
from shichen.indicators.telling import quantity
from shichen.reconciliation.checks import Side

When = tuple[datetime | None, datetime | None, str, str]
"""Of when and where a figure speaks: its period, its area, its facets."""


@dataclass
class Ledger:
    """The standing figures, each key read once while a check runs."""

    _read: dict[str, list[Figure]] = field(default_factory=dict)
    _tables: dict[tuple[str, bool], dict[When, list[Figure]]] = field(default_factory=dict)

    @cached_property
    def city(self) -> Area:
        return city.the_city()

    def of(self, key: str) -> list[Figure]:
        """The figures of a key that stand and have a value, oldest first."""
        if key not in self._read:
            rows = Figure.objects.filter(key=key, successor=None, value__isnull=False)
            self._read[key] = list(rows.select_related("area", "statement").order_by("period_to", "frozen_at", "pk"))
        return self._read[key]

    def read(self, keys: Iterable[str]) -> None:
        """Read these keys whole, so that what stands beside a figure is known without asking for each."""
        for key in keys:
            for total in (False, True):
                found: dict[When, list[Figure]] = defaultdict(list)
                for one in self.of(key):
                    if _is(one, total=total):
                        found[when(one)].append(one)
                self._tables[key, total] = found

    def speaking(self, key: str, figure: Figure, *, total: bool = False) -> list[Figure]:
        """The figures of a key, or its running totals, that speak of the same as another; the one frozen last is the last."""
        if (key, total) in self._tables:
            return self._tables[key, total].get(when(figure), [])
        there = {"period_from": figure.period_from, "period_to": figure.period_to, "area": figure.area_id}
        rows = Figure.objects.filter(key=key, successor=None, value__isnull=False, **there)
        ordered = rows.select_related("area", "statement").order_by("frozen_at", "pk")
        return [one for one in ordered if _is(one, total=total) and when(one) == when(figure)]

    def by_time(self, key: str, *, cumulative: bool = False) -> dict[When, Figure]:
        """The figures of a key by what they speak of; of two that speak of the same, the one frozen last."""
        return {when(one): one for one in self.of(key) if one.cumulative == cumulative}

    def same_time(self, left: str, right: str) -> Iterator[tuple[Figure, Figure]]:
        rights = self.by_time(right)
        for time, figure in self.by_time(left).items():
            if time in rights:
                yield figure, rights[time]

    def totals(self, key: str) -> dict[When, Figure]:
        """The running totals of a key: those said to be so, and those of a figure that always is one."""
        return {when(one): one for one in self.of(key) if _is(one, total=True)}

    def days(self, key: str) -> dict[tuple[str, str], dict[date, Figure]]:
        """The figures of single days of a key, for each area and set of facets."""
        found: dict[tuple[str, str], dict[date, Figure]] = defaultdict(dict)
        for (start, end, area, facets), one in {**self.by_time(key), **self.totals(key)}.items():
            if start is not None and end is not None and end - start <= timedelta(days=1):
                found[area, facets][watches.civil_day(start)] = one
        return found

    def side(self, figure: Figure) -> Side:
        """A figure as one side of a comparison."""
        place = "" if figure.area_id == self.city.pk else figure.area.name
        basis = "实算" if figure.basis == Figure.Basis.COMPUTED else "报称"
        facets = [value for key, value in _facets(figure) if key != "dated"]
        label = " ".join(part for part in (day_of(figure), place, *facets, name(figure), basis) if part)
        return Side(label, said(figure), f"/figures/{figure.pk}/")

    def live(self, figure: Figure, area: Area, amount: Decimal) -> Side:
        """What the registers give now for the time that a figure speaks of."""
        return Side(f"{area} {name(figure)} 实算", quantity(amount, figure.unit), self.live_href(figure, area))

    def live_href(self, figure: Figure, area: Area) -> str:
        """Where what the registers give now for the time of a figure is worked out and shown with its records."""
        if figure.period_from is None or figure.period_to is None:
            raise AssertionError("only figures with a period are computed")
        start, end = watches.local(figure.period_from), watches.local(figure.period_to)
        asked = {"from": start.isoformat(), "to": end.isoformat(), "area": area.pk}
        facets = figure.facets if figure.basis == Figure.Basis.COMPUTED else {}
        return f"/figures/{figure.key}/?{urlencode({**asked, **facets})}"


def _is(figure: Figure, *, total: bool) -> bool:
    """Whether a figure is a running total, by what it says or by what it is; else, whether it says that it is none."""
    found = known().get(figure.key)
    always = found is not None and found.sort == "cumulative"
    return figure.cumulative or always if total else not figure.cumulative


def when(figure: Figure) -> When:
    return figure.period_from, figure.period_to, figure.area_id, urlencode(_facets(figure))


def about(figure: Figure) -> str:
    """What a figure speaks of, as the name of a matter: time, area, facets."""
    start, end, area, facets = when(figure)
    spans = "/".join(f"{watches.local(at):%Y-%m-%dT%H:%M}" if at else "" for at in (start, end))
    return f"{spans} {area} {facets}".strip()


def _facets(figure: Figure) -> list[tuple[str, str]]:
    """By what a figure is narrowed; how large a sample was says nothing of that."""
    return sorted((key, value) for key, value in figure.facets.items() if key != "n")


def name(figure: Figure) -> str:
    found = known().get(figure.key)
    return found.name if found else figure.key


def said(figure: Figure) -> str:
    return quantity(figure.value, figure.unit)


def value(figure: Figure) -> Decimal:
    if figure.value is None:
        raise AssertionError("only figures with a value are compared")
    return figure.value


def day_of(figure: Figure) -> str:
    """The last day of a figure's period, as people say it."""
    day = watches.civil_day(figure.period_to - timedelta(seconds=1)) if figure.period_to else None
    return f"{day.month}月{day.day}日" if day else ""
