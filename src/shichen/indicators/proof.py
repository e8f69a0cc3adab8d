"""The records behind a computed figure (依据): how many, which, how they divide; those out of reach are counted, never shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shichen import watches
from shichen.city.scope import Sight
from shichen.indicators.queries import Computed
from shichen.records.cells import CellRecords
from shichen.records.keeper import RowRecords
from shichen.records.models import PlacedQuerySet
from shichen.records.reductions import Reduction, Row
from shichen.web import words
from shichen.web.masking import masked

ROWS = 50
PARTS = ((_("按区域"), "area__name"), (_("按卡点"), "post__name"), (_("按班次"), "occurred_from"))


@dataclass(frozen=True)
class Breakdown:
    """The same figure by one column of its records; the parts add up to the whole exactly, or it is not shown."""

    title: str
    parts: tuple[tuple[str, Decimal], ...]
    total: Decimal

    @property
    def largest(self) -> Decimal:
        return max(part for _, part in self.parts)


@dataclass(frozen=True)
class Evidence:
    """The records of a computed figure as they are now: how many, which, how they divide."""

    value: Decimal | None
    count: int
    fingerprint: str
    rows: list[Row]
    hidden: int
    breakdowns: tuple[Breakdown, ...]
    missing: tuple[str, ...] = ()
    """Files that are missing or damaged: the value is of those that are whole, and is not complete (数据不完整)."""

    @property
    def columns(self) -> list[str]:
        return list(self.rows[0].cells) if self.rows else []


def evidence(computed: Computed, sight: Sight, *, as_reached: bool = False, rows: int = ROWS) -> Evidence:
    """The records behind a computed figure; rows out of reach are counted, never shown.

    With `as_reached` the value itself is worked out from the records within reach alone.
    """
    records, reduction = computed.records, computed.indicator.reduction
    if isinstance(records, CellRecords) and reduction is not None:
        return _of_cells(computed, records, reduction, sight, as_reached, rows)
    if not isinstance(records, RowRecords) or not isinstance(records.queryset, PlacedQuerySet) or reduction is None:
        mark = computed.fingerprint()
        return Evidence(computed.value, mark.count, mark.digest, [], mark.count, ())
    reached = RowRecords(records.queryset.within(sight), records.describe, records.href)
    shown = reached if as_reached else records
    value = shown.figure(reduction) if as_reached else computed.value
    mark = shown.fingerprint()
    hidden = mark.count - (mark.count if as_reached else reached.queryset.count())
    parts = () if hidden else tuple(breakdowns(shown, reduction, value))
    found = [_masked(row) for row in reached.rows(rows)]
    return Evidence(value, mark.count, mark.digest, found, hidden, parts, computed.missing)


def _of_cells(
    computed: Computed, records: CellRecords, reduction: Reduction, sight: Sight, as_reached: bool, rows: int
) -> Evidence:
    """Counts over files and rows: the loads, and the records that are in none yet, of the posts within reach."""
    reached = records.within(sight)
    shown = reached if as_reached else records
    value = shown.figure(reduction) if as_reached else computed.value
    mark = shown.fingerprint()
    hidden = 0 if as_reached else mark.count - reached.fingerprint().count
    parts = () if hidden else tuple(breakdowns(shown, reduction, value))
    found = [_masked(row) for row in reached.rows(rows)]
    return Evidence(value, mark.count, mark.digest, found, hidden, parts, computed.missing)


def _masked(row: Row) -> Row:
    """A record as pages and sheets show it: what might name a person in its words is masked."""
    cells = {name: masked(cell) if isinstance(cell, str) else cell for name, cell in row.cells.items()}
    return replace(row, cells=cells)


def breakdowns(records: RowRecords | CellRecords, reduction: Reduction, value: Decimal | None) -> list[Breakdown]:
    """The figure by area, post and shift, where its records have such a column and the parts add up to it exactly."""
    found = []
    if value is None or reduction.how not in {"count", "total", "latest"}:
        return []
    for title, column in PARTS:
        if not _has(records, column) or (column == "occurred_from" and reduction.how != "total"):
            continue
        parts = records.figures(reduction, by=column)
        if len(parts) > 1 and sum(parts.values()) == value:
            named = tuple((_part_name(column, name), part) for name, part in _ranked(column, parts))
            found.append(Breakdown(str(title), named, value))
    return found


def _has(records: RowRecords | CellRecords, column: str) -> bool:
    if isinstance(records, CellRecords):
        return column != "occurred_from"
    try:
        records.queryset.model._meta.get_field(column.split("__")[0])
    except FieldDoesNotExist:
        return False
    return True


def _ranked(column: str, parts: dict[str, Decimal]) -> Sequence[tuple[str, Decimal]]:
    if column == "occurred_from":
        return sorted(parts.items())
    return sorted(parts.items(), key=lambda part: (-part[1], part[0]))


def _part_name(column: str, name: str) -> str:
    if column != "occurred_from":
        return name
    start = watches.local(datetime.fromisoformat(name))
    return gettext("%(when)s班") % {"when": f"{words.day(start.date())} {start:%H:%M}"}
