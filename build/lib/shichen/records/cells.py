"""Counts of passings by place, day, watch, direction and outcome: added up over files of the lake and over rows, behind one face.

A cell says the same whether its rows lie in a file or still in the database, before and after compaction; so a figure does too.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from shichen import watches
from shichen.records import lake, seen
from shichen.records.lake import File, View
from shichen.records.reductions import Fingerprint, Reduction, Row
from shichen.watches import Period

FIELDS = {"vehicles": 1, "persons": 2}
"""What a figure may add up, and where it stands in a count."""


class Key(NamedTuple):
    """Of what a count is: the number of the place, the civil day, its slot (0 to 12), direction and outcome."""

    place: int
    day: date
    slot: int
    dir: int
    outcome: int


Counts = tuple[int, int, int]
"""Rows, vehicles that passed, persons."""


@dataclass(frozen=True)
class Asked:
    """A time as the roll-ups know it: whole watches of civil days, and seconds [lo, hi) of watches that are cut."""

    period: Period
    slots: Mapping[date, frozenset[int]]
    cut: tuple[tuple[date, int, int], ...]

    def __hash__(self) -> int:
        return hash(self.period)

    @property
    def days(self) -> set[date]:
        return set(self.slots) | {day for day, *_ in self.cut}

    @classmethod
    def of(cls, period: Period) -> Asked:
        slots: dict[date, set[int]] = defaultdict(set)
        cut = []
        for slot in watches.overlaps(period.start, period.end, watches.Day.CIVIL):
            whole = watches.bounds(slot.date, slot.label, watches.Day.CIVIL)
            if whole.start in period and whole.end <= period.end:
                slots[slot.date].add(slot.ordinal)
            else:
                lo, hi = max(whole.start, period.start), min(whole.end, period.end)
                cut.append((slot.date, lake.seconds(lo), lake.seconds(hi)))
        return cls(period, {day: frozenset(some) for day, some in slots.items()}, tuple(cut))


@dataclass(frozen=True)
class Stored:
    """What the files say: the counts, the files they were read from, and those that could not be."""

    cells: Mapping[Key, Counts]
    files: tuple[File, ...] = ()
    missing: tuple[File, ...] = ()


def stored(folder: Path, asked: Asked, number: int, table: str = lake.PASSINGS, *, among: View | None = None) -> Stored:
    """The counts of a time in the files of a snapshot. A file that is damaged is not read, and stands among the missing.

    `among` are the files of more days at that snapshot, where many times are asked for: the manifest is then asked once.
    """
    view = seen.view(folder, table, asked.days, number) if among is None else of_days(among, asked.days)
    if not view.files:
        return Stored({}, (), view.missing)
    rolled = [one for one in view.files if one.layout == lake.ROLLUP and one.day in asked.slots]
    rows = [one for one in view.files if one.layout == lake.PLACE and one.day in {day for day, *_ in asked.cut}]
    bad = lake.damaged(view, [*rolled, *rows])
    read = tuple(one for one in (*rolled, *rows) if one not in bad)
    return Stored(_read(view.folder, asked, read), read, (*view.missing, *bad, *_without_rows(view, asked)))


def of_days(view: View, days: Collection[date]) -> View:
    """Those files of a view that are of these days."""
    files, missing = ([one for one in some if one.day in days] for some in (view.files, view.missing))
    return replace(view, files=tuple(files), missing=tuple(missing))


def _without_rows(view: View, asked: Asked) -> list[File]:
    """The roll-ups of days whose watches are cut by what is asked, where the rows behind them are destroyed or erased."""
    found: list[File] = []
    aside = {one.day for one in view.missing if one.layout == lake.PLACE}  # stands among the missing itself
    for day in {day for day, *_ in asked.cut} - aside:
        here = [one for one in view.files if one.day == day]
        rolled, rows = ([one for one in here if one.layout == layout] for layout in (lake.ROLLUP, lake.PLACE))
        if sum(one.rows for one in rolled) != sum(one.rows for one in rows):
            found += rolled
    return found


@lru_cache(maxsize=128)
def _read(folder: Path, asked: Asked, files: tuple[File, ...]) -> Mapping[Key, Counts]:
    """Counts that were read are kept: the bytes of a file never change, and whether it is whole was asked just before."""
    parts = []
    for day, slots in asked.slots.items():
        paths = [folder / one.path for one in files if one.layout == lake.ROLLUP and one.day == day]
        if paths:
            some = ", ".join(map(str, sorted(slots)))
            parts.append(f"SELECT {day.toordinal()} AS day, * FROM {lake.reading(paths)} WHERE slot IN ({some})")
    for day, lo, hi in asked.cut:
        paths = [folder / one.path for one in files if one.layout == lake.PLACE and one.day == day]
        if paths:
            slot = watches.slot(lake.moment(lo), watches.Day.CIVIL).ordinal
            parts.append(_from_rows(day, slot, lake.reading(paths), lo, hi))
    if not parts:
        return {}
    con = lake.connect(folder, lake.Settings(threads=2, memory="400MB"))
    try:
        sums = "sum(n)::bigint, sum(n_vehicle)::bigint, sum(n_person)::bigint"
        found = con.execute(
            f"SELECT place, day, slot, dir, outcome, {sums} FROM ({' UNION ALL BY NAME '.join(parts)}) GROUP BY ALL"
        ).fetchall()
    finally:
        con.close()
    return {
        Key(place, date.fromordinal(day), slot, way, outcome): (n, vehicles, persons)
        for place, day, slot, way, outcome, n, vehicles, persons in found
    }


def _from_rows(day: date, slot: int, source: str, lo: int, hi: int) -> str:
    """Rows added up as a roll-up adds them."""
    cars = "count(DISTINCT CASE WHEN vehicle <> 0 THEN (t::hugeint << 64) + vehicle END)"
    return (
        f"SELECT {day.toordinal()} AS day, place, {slot}::tinyint AS slot, dir, outcome, count(*)::bigint AS n,"
        f" {cars}::bigint AS n_vehicle, sum(number)::bigint AS n_person FROM {source} WHERE t >= {lo} AND t < {hi} GROUP BY ALL"
    )


def added(*parts: Mapping[Key, Counts], less: Iterable[Mapping[Key, Counts]] = ()) -> dict[Key, Counts]:
    """Counts added up, and others taken away; what comes to nothing is left out."""
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0])
    for sign, some in [(1, one) for one in parts] + [(-1, one) for one in less]:
        for key, counts in some.items():
            held = sums[key]
            for place, count in enumerate(counts):
                held[place] += sign * count
    return {key: (n, vehicles, persons) for key, (n, vehicles, persons) in sums.items() if n or vehicles or persons}


class Source(NamedTuple):
    """What one load brought of a figure, in one file: its number, the file, and the counts of its rows."""

    load: int
    file: File
    counts: Counts


def sources(folder: Path, asked: Asked, number: int, places: Iterable[int], table: str = lake.PASSINGS) -> list[Source]:
    """Which loads the rows of a time and some places came with, file by file; none for days whose rows were destroyed on time."""
    import numpy as np  # loaded where somebody asks for the evidence

    view = seen.view(folder, table, asked.days, number, [lake.PLACE])
    lo, hi = lake.seconds(asked.period.start), lake.seconds(asked.period.end)
    some = list(places)
    files = view.of(table, lake.PLACE, lo, hi - 1)
    bad = lake.damaged(view, files)
    whole = {str(view.path(file)): file for file in files if file not in bad}
    if not whole or not some:
        return []
    con = lake.connect(folder, lake.Settings(threads=2, memory="400MB"))
    try:
        con.register("shown", {"place": np.array(some, np.int32)})
        cars = "count(DISTINCT CASE WHEN vehicle <> 0 THEN (place, t, vehicle) END)"
        reading = lake.reading(map(view.path, whole.values()), named=True)
        found = con.execute(
            f"SELECT filename, load, count(*), {cars}, sum(number)::bigint FROM {reading} SEMI JOIN shown USING (place)"
            f" WHERE t >= {lo} AND t < {hi} GROUP BY ALL ORDER BY load, filename"
        ).fetchall()
    finally:
        con.close()
    return [Source(load, whole[path], (n, vehicles, persons)) for path, load, n, vehicles, persons in found]


@dataclass(frozen=True)
class CellRecords:
    """Counts behind the face of Records. `named` says of each place what it is by the columns that figures are divided by, and `ref`
    what it is for good; places that it does not know are not among the records."""

    cells: Mapping[Key, Counts]
    named: Mapping[int, Mapping[str, str]]
    predicate: str
    snapshot: int
    files: tuple[File, ...]
    missing: tuple[File, ...]
    show: Callable[[frozenset[int], int], list[Row]]
    reach: Callable[[Any], frozenset[int]]
    """Which of the places somebody sees."""
    model: Any = None
    """The register in which rows of these records are entered."""

    def within(self, sight: Any) -> CellRecords:
        """The records of the places that somebody sees."""
        seen = self.reach(sight)
        return replace(self, named={place: names for place, names in self.named.items() if place in seen})

    def figure(self, reduction: Reduction) -> Decimal | None:
        counts = [counts for key, counts in self.cells.items() if key.place in self.named]
        if not counts:
            return None
        return Decimal(sum(one[_place(reduction)] for one in counts))

    def figures(self, reduction: Reduction, by: str) -> dict[str, Decimal]:
        sums: dict[str, Decimal] = {}
        for key, counts in self.cells.items():
            if key.place in self.named:
                name = watches.WATCHES[key.slot % 12] if by == "watch" else self.named[key.place][by]
                sums[name] = sums.get(name, Decimal(0)) + counts[_place(reduction)]
        return sums

    def rows(self, limit: int) -> list[Row]:
        return self.show(frozenset(self.named), limit)

    def fingerprint(self) -> Fingerprint:
        """How many rows, and a digest of the counts they make: the same wherever they lie, so that neither sealing nor compaction
        looks like a change; another number at any post and watch is one."""
        mine = {key: counts for key, counts in self.cells.items() if key.place in self.named}
        refs = {
            place: names["ref"] for place, names in self.named.items()
        }  # a post gets its number when it first comes in bulk
        lines = [
            f"{refs[key.place]},{','.join(map(str, key[1:]))}:{','.join(map(str, counts))}"
            for key, counts in mine.items()
        ]
        said = "\n".join([self.predicate, *sorted(lines)])
        return Fingerprint(sum(counts[0] for counts in mine.values()), hashlib.sha256(said.encode()).hexdigest())

    def evidence(self) -> str:
        """SHA-256 over snapshot, sorted digests of the files that were read, and what was asked: which bytes a frozen figure cites."""
        said = [str(self.snapshot), *sorted(file.sha256 for file in self.files), self.predicate]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()


def slot_of(second: int) -> tuple[date, int]:
    """The civil day and the slot of a second, as the roll-ups have them."""
    found = watches.slot(lake.moment(second), watches.Day.CIVIL)
    return found.date, found.ordinal


def _place(reduction: Reduction) -> int:
    if reduction.how == "count":
        return 0
    if reduction.how != "total":
        raise AssertionError(f"counts do not answer {reduction}")
    return FIELDS[reduction.field]
