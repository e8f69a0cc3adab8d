"""Beds and stocks of the demonstration: what the city said of them, and invented rows that are marked as such."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from shichen import watches
from shichen.city.models import Account
from shichen.site.demo.sheets import Arrival, sheet

DAY = date(2020, 2, 2)


def brought(people: dict[str, Account]) -> Iterator[Arrival]:
    """The beds on the afternoon of 2 February, each count in the evening of its day, what is assumed late on the 2nd."""
    by = people["duty"]
    yield from sheet("bed_capacity", "bed_capacity.csv", by, lambda row: watches.clock(DAY, 17))
    yield from sheet(
        "stock_count", "stock_counts.csv", by, lambda row: watches.clock(date.fromisoformat(row["counted_on"]), 20)
    )
    yield from sheet("supply_assumption", "supply_assumptions.csv", by, lambda row: watches.clock(DAY, 22, 40))
