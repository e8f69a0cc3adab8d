"""What files that somebody sent say of passings beyond their number: from which regions, how warm, in how many vehicles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from shichen import watches
from shichen.records import lake
from shichen.records.cells import Asked, of_days
from shichen.records.lake import File, View
from shichen.records.manifest import Load


class Cell(NamedTuple):
    """Of what a count is: the number of the place, the civil day, its slot (0 to 12) and the outcome."""

    place: int
    day: date
    slot: int
    outcome: int


class Counts(NamedTuple):
    """Vehicles that passed, persons, those of them from the regions asked for, and rows at least as warm as was asked."""

    vehicles: int
    persons: int
    from_regions: int
    warm: int


@dataclass(frozen=True)
class Brought:
    """The counts, and the files that should have been read for them: missing, damaged, or destroyed on time."""

    cells: Mapping[Cell, Counts]
    missing: tuple[File, ...] = ()


def brought(view: View, asked: Asked, *, regions: Sequence[str], warm: int) -> Brought:
    """What loads brought of a time; rows that the house sealed itself are not among them, for the register knows more of these.

    `regions` are leading figures of region codes (GB/T 2260), `warm` tenths of a degree. Files of the lake name no plate.
    """
    here = of_days(view, asked.days)
    sent = Load.objects.filter(table=lake.PASSINGS, snapshot__lte=view.snapshot).exclude(channel=Load.SEALED)
    numbers = tuple(sent.order_by("number").values_list("number", flat=True)) if here.files else ()
    if not numbers:
        return Brought({})
    files = [one for one in here.files if one.layout == lake.PERSON]
    bad = lake.damaged(here, files)
    gone = _rolled_alone(here)
    read = tuple(one for one in files if one not in bad)
    return Brought(_read(here.folder, asked, read, numbers, tuple(regions), warm), (*bad, *gone))


def _rolled_alone(view: View) -> list[File]:
    """The roll-ups of days whose rows were destroyed on time."""
    found: list[File] = []
    for day in {one.day for one in view.files}:
        rolled, rows = (
            [one for one in view.of(lake.PASSINGS, name) if one.day == day] for name in (lake.ROLLUP, lake.PERSON)
        )
        aside = any(one.day == day and one.layout == lake.PERSON for one in view.missing)
        if rolled and not rows and not aside:
            found += rolled
    return found


@lru_cache(maxsize=64)
def _read(
    folder: Path, asked: Asked, files: tuple[File, ...], loads: tuple[int, ...], regions: tuple[str, ...], warm: int
) -> Mapping[Cell, Counts]:
    if not files:
        return {}
    lo, hi = lake.seconds(asked.period.start), lake.seconds(asked.period.end)
    con = lake.connect(folder, lake.Settings(threads=2, memory="400MB"))
    try:
        parts = [_of_day(day, [one for one in files if one.day == day], folder) for day in {one.day for one in files}]
        listed = ", ".join(map(str, loads))
        found = con.execute(
            "SELECT place, day, slot, outcome, count(DISTINCT CASE WHEN vehicle <> 0 THEN (t::hugeint << 64) + vehicle END)::bigint,"
            f" sum(number)::bigint, sum(CASE WHEN {_from(regions)} THEN number ELSE 0 END)::bigint,"
            f" count(*) FILTER (temp >= {warm}) FROM ({' UNION ALL '.join(parts)})"
            f" WHERE t >= {lo} AND t < {hi} AND load IN ({listed}) GROUP BY ALL"
        ).fetchall()
    finally:
        con.close()
    return {
        Cell(place, date.fromordinal(day), slot, outcome): Counts(*said) for place, day, slot, outcome, *said in found
    }


def _of_day(day: date, files: Iterable[File], folder: Path) -> str:
    offset = watches.clock(day, 12).utcoffset()
    shift = int(offset.total_seconds()) if offset else 0
    slot = f"(((t + {shift}) % 86400 + 3600) // 7200)::tinyint AS slot"
    reading = lake.reading(folder / one.path for one in files)
    return f"SELECT {day.toordinal()} AS day, {slot}, t, place, vehicle, outcome, number, load, region, temp FROM {reading}"


def _from(regions: Sequence[str]) -> str:
    """A region's code has six figures; those of a province begin alike."""
    tests = [
        f"region // {10 ** (6 - len(one))} = {int(one)}" for one in regions if one.isdigit() and 1 <= len(one) <= 6
    ]
    return " OR ".join(tests) or "false"
