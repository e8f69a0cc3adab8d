"""The tables of bulk rows that there are (流水种类), by their names."""

from __future__ import annotations

from shichen.records.bulk import passings, stays
from shichen.records.bulk.shape import Table

TABLES = {one.name: one for one in (passings.TABLE, stays.TABLE)}


def of(name: str) -> Table:
    """The table of this name. Raises KeyError."""
    return TABLES[name]
