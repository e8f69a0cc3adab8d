"""The tables as they are shown: each row with where it comes from and who changed it last (词表页)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_noop as _

from shichen.bulletins import tables
from shichen.bulletins.models import Wording
from shichen.bulletins.wording_rows import TABLES, Column, Table, Values, values_of
from shichen.indicators.declare import known
from shichen.prose.tables import Tables
from shichen.prose.widening import Row, keyed
from shichen.web.words import called

GENERAL, CITY, OWN = "general", "city", "own"
SOURCES = {GENERAL: _("随系统"), CITY: _("城市档案"), OWN: _("本市")}


@dataclass(frozen=True)
class Line:
    """A row of a table: its columns, where it comes from, whether it holds, and the last change of it by the city."""

    table: Table
    key: str
    values: Values
    source: str
    standing: bool = True
    last: Wording | None = None

    @property
    def cells(self) -> list[tuple[Column, str, bool]]:
        """The columns that are filled in, as they are shown, and whether it is a word of the house, not of a text."""
        return [
            (one, shown(one, self.values.get(one.name, "")), one.choices is not None)
            for one in self.table.columns
            if self.values.get(one.name) and one.name not in self.hidden
        ]

    @property
    def hidden(self) -> tuple[str, ...]:
        """What the head of the line says already."""
        return ("id", "row") if self.table.key == "catalogue" else (self.title_by,)

    @property
    def title_by(self) -> str:
        return {"place": "name", "body": "name", "alias": "name"}.get(self.table.key, self.table.named_by[0])

    @property
    def title(self) -> str:
        """What the row is called: the word, the name, the indicator."""
        if self.table.key == "catalogue":
            one = known().get(self.values["id"])
            return called(one) if one else self.values["id"]
        return self.values.get(self.title_by, self.key)

    @property
    def from_where(self) -> str:
        return SOURCES[self.source]


def shown(column: Column, value: str) -> str:
    return (column.choices or {}).get(value, value)


@dataclass(frozen=True)
class Card:
    """A table as a whole: how many rows, how many of the city's own, the last change."""

    table: Table
    rows: int
    own: int
    last: Wording | None


def cards() -> list[Card]:
    """All tables."""
    words, own = tables.of_the_city(), tables.own()
    last = {one.table: one for one in _latest(Wording.objects.values("table"))}
    return [
        Card(one, len(keyed(words, key)), sum(table == key for table, _key in own), last.get(key))
        for key, one in TABLES.items()
    ]


def _latest(groups: QuerySet[Wording, Any]) -> QuerySet[Wording]:
    """The last row of each group."""
    return Wording.objects.filter(pk__in=groups.order_by().annotate(last=Max("pk")).values("last")).select_related("by")


def lines(table: Table, *, word: str = "", source: str = "") -> list[Line]:
    """The rows of a table, those that the city changed first, the last change before others."""
    last = {one.key: one for one in _latest(Wording.objects.filter(table=table.key).values("key"))}
    own = [_own(table, one) for one in sorted(last.values(), key=lambda one: -one.pk)]
    found = [*own, *(one for one in _given(table) if one.key not in last)]
    return [one for one in found if (not source or one.source == source) and _holds(one, word)]


def line(table: Table, key: str) -> Line | None:
    """One row by its key."""
    last = Wording.objects.filter(table=table.key, key=key).select_related("by").order_by("-pk").first()
    return _own(table, last) if last else next((one for one in _given(table) if one.key == key), None)


def history(table: Table, key: str) -> list[tuple[Wording, list[tuple[Column, str, str]]]]:
    """What became of a row, the last change first: each with the columns that it changed, before and after."""
    rows = list(Wording.objects.filter(table=table.key, key=key).select_related("by").order_by("pk"))
    before = tables.row_of(table.key, key, tables.based(), {}) or {}
    told = []
    for row in rows:
        after = row.values if row.standing else {}
        told.append((row, changed(table, before, after) if row.standing else []))
        before = after
    return told[::-1]


def changed(table: Table, before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[Column, str, str]]:
    """The columns in which two rows differ, as they are shown."""
    return [
        (one, shown(one, before.get(one.name, "")), shown(one, after.get(one.name, "")))
        for one in table.columns
        if before.get(one.name, "") != after.get(one.name, "")
    ]


def _own(table: Table, row: Wording) -> Line:
    return Line(table, row.key, row.values, OWN, row.standing, row)


def _given(table: Table) -> Iterator[Line]:
    general: dict[str, Row] = keyed(Tables.default(), table.key)
    for key, row in keyed(tables.based(), table.key).items():
        source = GENERAL if general.get(key) == row else CITY
        yield Line(table, key, values_of(table.key, key, row), source)


def _holds(one: Line, word: str) -> bool:
    return not word or word in one.title or any(word in value for value in one.values.values())
