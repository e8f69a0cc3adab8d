"""A city's own rows laid over tables: each by its key, in the place of the row that had that key; what is taken out is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from shichen.prose.tables import Body, Indicator, Measure, Place, Tables


class Alias(NamedTuple):
    """A further name of a listed place (别名)."""

    code: str
    name: str


Good = tuple[str, tuple[str, ...]]
Row = Measure | Indicator | Place | Body | Alias | Good | str
Changes = Mapping[str, Mapping[str, Row | None]]
"""By table and key the row that holds now; None where it is taken out."""

FIELDS = {
    "measure": "measures",
    "catalogue": "catalogue",
    "place": "gazetteer",
    "body": "roster",
    "verb": "verbs",
    "idiom": "idioms",
    "goods": "goods",
}


def keyed(tables: Tables, table: str) -> dict[str, Row]:
    """The rows of one table by their keys, in their order. An indicator's second row has the key `ID#2`."""
    if table == "alias":
        return {key_of(table, one): one for place in tables.gazetteer for one in _aliases(place)}
    found: dict[str, Row] = {}
    met: Counter[str] = Counter()
    for row in getattr(tables, FIELDS[table]):
        key = key_of(table, row)
        met[key] += table == "catalogue"
        found[nth(key, met[key]) if table == "catalogue" else key] = row
    return found


def key_of(table: str, row: Row) -> str:
    """What a row is known by in its table."""
    match row:
        case Measure():
            return row.word
        case Indicator():
            return row.id
        case Place():
            return row.code
        case Body():
            return row.body
        case Alias():
            return f"{row.code}:{row.name}"
    return row if isinstance(row, str) else row[0]


def nth(indicator: str, number: int) -> str:
    """The key of an indicator's first, second, third row."""
    return indicator if number == 1 else f"{indicator}#{number}"


def widened(tables: Tables, changes: Changes) -> Tables:
    """These tables with the rows of `changes` in them; in whatever order those were made, the result is the same."""
    made: dict[str, Any] = {}
    for table, field in FIELDS.items():
        if changes.get(table):
            made[field] = _laid(keyed(tables, table), changes[table])
    found = replace(tables, **made) if made else tables
    return _named(found, changes["alias"]) if changes.get("alias") else found


def _laid(rows: dict[str, Row], changes: Mapping[str, Row | None]) -> tuple[Row, ...]:
    for key in sorted(changes):
        row, before = changes[key], rows.get(key)
        if row is None:
            rows.pop(key, None)
        elif isinstance(row, Place) and isinstance(before, Place):
            rows[key] = replace(row, aliases=before.aliases)
        else:
            rows[key] = row
    return tuple(rows.values())


def _aliases(place: Place) -> list[Alias]:
    return [Alias(place.code, name) for name in place.aliases]


def _named(tables: Tables, changes: Mapping[str, Row | None]) -> Tables:
    """The places with names given to them and names taken from them; the name of a place that is not listed names nothing."""
    given: dict[str, dict[str, bool]] = {}
    for key in sorted(changes):
        code, _, name = key.partition(":")
        given.setdefault(code, {})[name] = changes[key] is not None
    places = tuple(_renamed(place, given[place.code]) if place.code in given else place for place in tables.gazetteer)
    return replace(tables, gazetteer=places)


def _renamed(place: Place, given: Mapping[str, bool]) -> Place:
    kept = [name for name in place.aliases if given.get(name, True)]
    return replace(place, aliases=(*kept, *(name for name, holds in given.items() if holds and name not in kept)))
