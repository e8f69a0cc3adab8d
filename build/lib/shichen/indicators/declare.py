"""Declaring a figure once: the function picks the records, the decorator names the reduction, the docstring defines it."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cache

from django.utils.translation import gettext_noop as _

from shichen.city.models import Area
from shichen.prose.tables import Tables
from shichen.records.reductions import COUNT, Records, Reduction
from shichen.watches import Period


class Sort(StrEnum):
    """What a figure is of (数字性质)."""

    FLOW = "flow"
    STOCK = "stock"
    CUMULATIVE = "cumulative"
    RATIO = "ratio"
    PRICE = "price"
    TARGET = "target"
    PLAN = "plan"
    CAPACITY = "capacity"
    MILESTONE = "milestone"
    STREAK = "streak"


SORTS_ZH = {
    Sort.FLOW: _("当期"),
    Sort.STOCK: _("现有"),
    Sort.CUMULATIVE: _("累计"),
    Sort.RATIO: _("率"),
    Sort.PRICE: _("价"),
    Sort.TARGET: _("目标"),
    Sort.PLAN: _("计划"),
    Sort.CAPACITY: _("能力"),
    Sort.MILESTONE: _("首次"),
    Sort.STREAK: _("连续"),
}


@dataclass(frozen=True)
class Scope:
    """Of what part of the city a figure speaks, by which facets, and as the records stood when."""

    area: Area | None = None
    facets: dict[str, str] = field(default_factory=dict)
    as_of: datetime | None = None

    def facet(self, name: str) -> str | None:
        return self.facets.get(name)


Pick = Callable[[Period, Scope], Records]


@dataclass(frozen=True)
class Indicator:
    """A named figure: what it is called, counted in, made of, and how it is defined (指标)."""

    key: str
    name: str
    name_en: str
    unit: str
    sort: Sort
    definition: str
    reduction: Reduction | None = None
    pick: Pick | None = None
    facets: tuple[str, ...] = ()
    # Only what began within the period counts: a record of another time cannot move the figure.
    during: bool = False
    # Further registers (checkpoints.gatechoice) whose records decide which of its own are counted.
    follows: tuple[str, ...] = ()

    @property
    def computed(self) -> bool:
        return self.pick is not None

    @property
    def version(self) -> str:
        """Changes whenever what the figure means changes; eight hex digits."""
        said = "\n".join([self.key, self.name, self.unit, self.sort, self.definition, str(self.reduction)])
        return hashlib.sha256(said.encode()).hexdigest()[:8]


_DECLARED: dict[str, Indicator] = {}
_coined: dict[str, Indicator] = {}


def indicator(
    key: str,
    name: str,
    *,
    en: str,
    unit: str,
    sort: Sort = Sort.FLOW,
    reduction: Reduction = COUNT,
    facets: tuple[str, ...] = (),
    during: bool = False,
    follows: tuple[str, ...] = (),
) -> Callable[[Pick], Pick]:
    """Declare the decorated function as the one place where the figure `key` is picked from records."""

    def declare(pick: Pick) -> Pick:
        if key in _DECLARED:
            raise AssertionError(f"two functions declare the figure {key}")
        text = inspect.getdoc(pick) or ""
        if not text:
            raise AssertionError(f"the figure {key} has no definition: its docstring is the public one")
        _DECLARED[key] = Indicator(key, name, en, unit, sort, text, reduction, pick, facets, during, follows)
        return pick

    return declare


def known() -> dict[str, Indicator]:
    """Every figure by key: those computed from records, those that can only be stated (from the catalogue), the city's own."""
    return _catalogue() | _coined | _DECLARED


def named(key: str) -> Indicator:
    """The figure of that key. Raises KeyError."""
    return _DECLARED.get(key) or _coined.get(key) or _catalogue()[key]


def declared() -> dict[str, Indicator]:
    """The figures that come with the house, without those of this city."""
    return _catalogue() | _DECLARED


def coin(own: dict[str, Indicator]) -> None:
    """From now on this process knows the city's own figures as these."""
    global _coined
    _coined = own


@cache
def _catalogue() -> dict[str, Indicator]:
    rows = {}
    for row in Tables.default().catalogue:
        sort = Sort(row.kind) if row.kind in set(Sort) else Sort.FLOW
        rows[row.id] = Indicator(row.id, row.name, row.name_en, row.unit, sort, row.definition)
    return rows


def with_unit(one: Indicator, unit: str) -> Indicator:
    """The same figure counted in another measure word of the same meaning (例, 口)."""
    return replace(one, unit=unit)
