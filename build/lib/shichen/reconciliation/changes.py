"""What changed since the last round of checks: rows of registers by the time of their entry, and the figures they touch."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db.models import Max, Model, Q, QuerySet

from shichen.batches import batches
from shichen.indicators.declare import known
from shichen.indicators.models import Figure
from shichen.indicators.queries import resting_on
from shichen.prose.tables import Tables
from shichen.reconciliation.rulebook import rulebook
from shichen.records.models import Record

FIGURES, RULES = "indicators.figure", "rules"
ALL = "*"
"""The subject of what a check says of all figures together."""
MOST = 10_000
"""Figures asked for at a time; rows of a register that are still looked at one by one."""
_FOLLOWED: dict[str, type[Model]] = {}
"""Tables of rooms above, of which a check asks what came since; each only added to, by the time in its column `at`."""
Until = tuple[str, int]
"""Up to which moment of entry the rows of a table were looked at (ISO, empty for none), and how many there were."""


def follow(model: type[Model]) -> None:
    """Declare a table of which a check of changes asks what came."""
    _FOLLOWED[model._meta.label_lower] = model


@dataclass(frozen=True)
class Spot:
    """A row that came or changed: when what it speaks of began, and when it was entered."""

    begun: datetime
    entered: datetime


@dataclass(frozen=True)
class Change:
    """The rows of one register that came, or were corrected or voided, since the last round, by their area's path.

    `everything` says that rows came in out of order (a replay, a restored copy): then none can be called old.
    """

    model: type[Record]
    spots: dict[str, list[Spot]]
    everything: bool = False

    def touches(self, figure: Figure, *, during: bool) -> bool:
        """Whether one of these rows may stand behind a figure that was frozen before the row was entered."""
        if self.everything:
            return True
        after = figure.frozen_at if figure.basis == Figure.Basis.COMPUTED else None
        return any(
            path.startswith(figure.area_path)
            and any(after is None or spot.entered >= after for spot in _within(spots, figure, during=during))
            for path, spots in self.spots.items()
        )


@dataclass
class Changes:
    """What a check of changes is given: how far the last round looked, and what it has to look at again."""

    held: dict[str, Until] = field(default_factory=dict)
    again: dict[str, set[str]] = field(default_factory=dict)  # for each check the subjects last found out of order

    def figures(self, basis: str) -> Iterator[Figure]:
        """The standing figures of a basis that some changed row may stand behind."""
        for change in self.rows:
            for during in (True, False):
                keys = [one.key for one in _resting() if one.model is change.model and one.during == during]
                yield from _candidates(change, keys, basis, during=during)

    def new_figures(self, basis: str) -> QuerySet[Figure]:
        """The standing figures of a basis that came into the ledger since the last round."""
        return self._new(Figure.objects.filter(basis=basis, successor=None))

    def came(self, keys: Iterable[str]) -> QuerySet[Figure]:
        """The standing figures of these keys, with a value, that came into the ledger since the last round."""
        rows = Figure.objects.filter(key__in=list(keys), successor=None, value__isnull=False)
        return self._new(rows).select_related("area", "statement")

    def since(self, model: type[Model]) -> QuerySet[Any]:
        """The rows of a followed table that came since the last round; all of them, where that cannot be told."""
        rows = model._default_manager.all()
        until, count = self.held.get(model._meta.label_lower, ("", 0))
        same = until and self.held.get(RULES) == _rules() and rows.filter(at__lte=until).count() == count
        return rows.filter(at__gt=until) if same else rows

    def once_more(self, check: str) -> Iterator[Figure]:
        """The figures that a check did not find in order the last time and that still stand; however many they are."""
        keys = sorted(self.again.get(check, set()) - {ALL})
        for some in batches(keys):
            rows = Figure.objects.filter(pk__in=some, successor=None, value__isnull=False)
            yield from rows.select_related("area", "definition", "statement")

    def _new(self, rows: QuerySet[Figure]) -> QuerySet[Figure]:
        return rows.filter(frozen_at__gt=self.held[FIGURES][0]) if self._in_order else rows

    @cached_property
    def _in_order(self) -> bool:
        """Whether all figures up to the last round were looked at, by the rules that hold now."""
        until, count = self.held.get(FIGURES, ("", 0))
        if not until or self.held.get(RULES) != _rules():
            return False
        return Figure.objects.filter(frozen_at__lte=until).count() == count

    @cached_property
    def rows(self) -> list[Change]:
        found = (_change(model, self.held.get(model._meta.label_lower)) for model in registers())
        return [one for one in found if one.everything or one.spots]

    @cached_property
    def until(self) -> dict[str, Until]:
        """How far this round looks, to be kept for the next; asked for before anything is looked at."""
        kept = {model._meta.label_lower: _until(model._default_manager.all(), "recorded_at") for model in registers()}
        kept |= {label: _until(model._default_manager.all(), "at") for label, model in _FOLLOWED.items()}
        return {**kept, FIGURES: _until(Figure.objects.all(), "frozen_at"), RULES: _rules()}


@dataclass(frozen=True)
class Resting:
    """A figure and a register that it rests on; `during` where only what began in its period counts."""

    key: str
    model: type[Record]
    during: bool


def registers() -> list[type[Record]]:
    """The registers that figures rest on."""
    return sorted({one.model for one in _resting()}, key=lambda model: model._meta.label_lower)


def _resting() -> list[Resting]:
    found = []
    for one in known().values():
        model = resting_on(one) if one.computed else None
        found += [Resting(one.key, model, one.during)] if model is not None else []
        found += [Resting(one.key, apps.get_model(name), False) for name in one.follows]
    return found


def _candidates(change: Change, keys: list[str], basis: str, *, during: bool) -> Iterator[Figure]:
    if not keys:
        return
    figures = Figure.objects.filter(key__in=keys, basis=basis, successor=None, period_to__isnull=False)
    if not change.everything:
        times = [spot.begun for spots in change.spots.values() for spot in spots]
        figures = figures.filter(period_to__gt=min(times))
        if during:
            figures = figures.filter(period_from__lte=max(times))
    for figure in figures.select_related("area", "definition", "statement").iterator(chunk_size=2000):
        if change.touches(figure, during=during):
            yield figure


def _change(model: type[Record], held: Until | None) -> Change:
    """What came since `held`; where nothing is held, or rows came in between, everything may have changed."""
    rows = model._default_manager.all()
    until, count = held or ("", 0)
    if not until:
        return Change(model, {}, everything=rows.exists())
    if rows.filter(recorded_at__lte=until).count() != count:
        return Change(model, {}, everything=True)
    new = list(rows.filter(recorded_at__gt=until).values_list("first", "recorded_at")[: MOST + 1])
    if len(new) > MOST:
        return Change(model, {}, everything=True)  # a whole register came: one by one would take longer
    entered = dict(sorted(new, key=lambda row: row[1]))  # of each record its last version
    spots: dict[str, list[Spot]] = defaultdict(list)
    # What an older version spoke of has changed as well.
    versions = rows.filter(Q(recorded_at__gt=until) | Q(first__in=list(entered))).order_by("occurred_from")
    for first, path, begun in versions.values_list("first", "area_path", "occurred_from"):
        if begun is None:
            return Change(model, {}, everything=True)
        spots[path].append(Spot(begun, entered[first]))
    return Change(model, dict(spots))


def _rules() -> Until:
    """By which rules and measure words figures are compared: other ones, and all have to be compared again."""
    said = repr([(rule.family, sorted(rule.given.items())) for rule in rulebook().rules])
    return hashlib.sha256(f"{said}\n{Tables.default().hash}".encode()).hexdigest(), 0


def _until(rows: QuerySet[Any], column: str) -> Until:
    last = rows.aggregate(last=Max(column))["last"]
    return ("", 0) if last is None else (last.isoformat(), rows.filter(**{f"{column}__lte": last}).count())


def _within(spots: list[Spot], figure: Figure, *, during: bool) -> list[Spot]:
    """The spots in the figure's period, or all before its end where what happened earlier counts too."""
    if figure.period_to is None or figure.period_from is None:
        return []
    last = bisect_left(spots, figure.period_to, key=lambda spot: spot.begun)
    first = bisect_left(spots, figure.period_from, key=lambda spot: spot.begun) if during else 0
    return spots[first:last]
