"""Single rows sealed into the lake (封存): those of a watch become segments of their days, those put right since leave them; all or nothing.

A row stands in its table until the transaction that commits its file, and from then on in the file: a question sees none twice and none
never. A row that was put right after it was sealed leaves the lake by the same steps, and its successor comes in.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import transaction

from shichen.records import commits, lake, leases, pseudonyms, seen
from shichen.records.bulk import durable, writing
from shichen.records.bulk.comparing import Comparer
from shichen.records.bulk.passings import TABLE
from shichen.records.bulk.reading import Place
from shichen.records.bulk.writing import Day, Part
from shichen.records.manifest import Batch, Load

if TYPE_CHECKING:
    import duckdb

Columns = Mapping[str, np.ndarray]
TYPES = {
    "k": "int64",
    "t": "int32",
    "place": "int32",
    "vehicle": "int64",
    "person": "int64",
    "dir": "int8",
    "outcome": "int8",
    "region": "int32",
    "temp": "int16",
    "number": "int16",
}
"""A row that is not in a file yet; `k` is its number among those that are sealed together."""
GONE = {**TYPES, "load": "int32"}
"""A row that is to leave the lake, and with which load it came in."""
_STORED = "t, place, vehicle, person, dir, outcome, number, load, region, temp"
_SQL = {"int8": "TINYINT", "int16": "SMALLINT", "int32": "INTEGER", "int64": "BIGINT"}


@dataclass(frozen=True)
class Sealed:
    """What came of it: rows (by `k`) that are in the lake now, rows (by `k`) that left it, and days whose rows wait until their
    damaged files are mended. What was to leave a day that is destroyed is in no file any more, only in the roll-up."""

    fresh: frozenset[int]
    left: frozenset[int]
    waiting: frozenset[date]


@dataclass
class _Made:
    segments: list[Part] = field(default_factory=list)
    rewritten: list[Part] = field(default_factory=list)
    replaced: list[int] = field(default_factory=list)
    fresh: frozenset[int] = frozenset()
    left: frozenset[int] = frozenset()
    waiting: frozenset[date] = frozenset()
    days: set[date] = field(default_factory=set)


def columns(types: Mapping[str, str], rows: Collection[tuple[int, ...]]) -> dict[str, np.ndarray]:
    """Rows as one array a column."""
    turned = list(zip(*rows, strict=True)) if rows else [()] * len(types)
    return {name: np.array(values, kind) for (name, kind), values in zip(types.items(), turned, strict=True)}


def seal(
    load: Load, fresh: Columns, gone: Columns, place: Place, *, then: Callable[[Load, Sealed], None]
) -> Load | None:
    """Bring rows into the lake and take others out, in one commit to which `then` adds; None where another was first.

    `load` is at work and has its number; its counts are set here. A day with a damaged file is left as it is, its rows wait.
    Raises Refusal where the machine is at fault.
    """
    holder = uuid.uuid4()
    try:
        with durable.no_room_said(), lake.workplace(place.folder, f"seal-{load.number}-{holder.hex[:8]}") as aside:
            made = _made(load, fresh, gone, place, holder, aside)
            with transaction.atomic():
                _committed(load, made, place, holder, then)
    except leases.Lost:
        return None
    finally:
        leases.leave(holder)
    return load


def _made(load: Load, fresh: Columns, gone: Columns, place: Place, holder: uuid.UUID, aside: Path) -> _Made:
    made, when = _Made(), _days(fresh["t"], gone["t"], place)
    leases.take(load.table, [day.on for day in when], holder, place.clock)
    batches = {day.on: list(commits.live(load.table).filter(day=day.on)) for day in when}
    made.waiting = frozenset(on for on, files in batches.items() if not _whole(files, place))
    when = [day for day in when if day.on not in made.waiting]
    made.days = {day.on for day in when}
    con = lake.connect(place.folder, place.settings)
    try:
        given = _of_days(fresh, when)
        _table(con, "leaving", gone, when)
        con.execute("CREATE TEMP TABLE found (k BIGINT, whole BOOLEAN)")
        again = [day for day in when if _holds(gone["t"], day) and _of(batches[day.on], lake.PERSON)]
        kept = {day.on: _kept(con, commits.standing(batches[day.on]), day, place, aside) for day in again}
        made.left = _left(con)
        there = [
            place.folder / one.path for day in when if day.on not in kept for one in _of(batches[day.on], lake.PLACE)
        ]
        _compared(con, given, [*there, *kept.values()], place)
        made.fresh = frozenset(row[0] for row in con.execute("SELECT k FROM fresh").fetchall())
        others = [day for day in when if day.on not in kept]
        made.segments = _written(con, "fresh", others, f"{load.number}::integer", place, aside)
        for day in again:
            made.rewritten += _rewritten(con, load, day, kept[day.on], place, aside)
            made.replaced += [one.pk for one in commits.standing(batches[day.on])]
    finally:
        con.close()
    return made


def _days(fresh: np.ndarray, gone: np.ndarray, place: Place) -> list[Day]:
    """The days that any of the rows is of."""
    moments = np.concatenate([fresh, gone])
    return [day for day in writing.days(int(moments.min()), int(moments.max()), place.zone) if _holds(moments, day)]


def _holds(moments: np.ndarray, day: Day) -> bool:
    return bool(((moments >= day.start) & (moments < day.end)).any())


def _whole(files: list[Batch], place: Place) -> bool:
    """Whether nothing of a day is set aside, missing or altered: only then is anything compared with it."""
    if any(one.state != Batch.State.LIVE for one in files):
        return False
    found = [seen.file_of(one) for one in files]
    return not lake.damaged(lake.View(place.folder, 0, tuple(found)), found)


def _of(files: list[Batch], layout: str) -> list[Batch]:
    return [one for one in files if one.layout == layout]


def _of_days(columns: Columns, when: list[Day]) -> Columns:
    taken = np.zeros(len(columns["t"]), bool)
    for day in when:
        taken |= (columns["t"] >= day.start) & (columns["t"] < day.end)
    return {column: values[taken] for column, values in columns.items()}


def _compared(con: duckdb.DuckDBPyConnection, given: Columns, there: list[Path], place: Place) -> None:
    """Leaves in `fresh` what is neither twice among the given rows nor there already."""
    if not len(given["k"]):
        _table(con, "fresh", given, [])
        return
    comparer = Comparer(con, place.ring, TABLE, given={})
    comparer.give(given)
    comparer.compare(there, [])


def _table(con: duckdb.DuckDBPyConnection, name: str, columns: Columns, when: list[Day]) -> None:
    """The rows of those days as a table of the engine."""
    said = ", ".join(f"{column} {_SQL[values.dtype.name]}" for column, values in columns.items())
    con.execute(f"CREATE TEMP TABLE {name} ({said})")
    here = _of_days(columns, when)
    if len(here["t"]):
        con.register("handed", dict(here))
        con.execute(f"INSERT INTO {name} SELECT {', '.join(columns)} FROM handed")
        con.unregister("handed")


def _kept(con: duckdb.DuckDBPyConnection, files: list[Batch], day: Day, place: Place, aside: Path) -> Path:
    """The rows of a day without those that leave, as a file that nobody else sees; `left` and `missed` say which were found."""
    target = aside / f"kept-{day.on}.parquet"
    segments = [place.folder / one.path for one in _of(files, lake.PERSON)]
    numbered = f"row_number() OVER (PARTITION BY {_STORED}"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE parting AS SELECT *, {numbered} ORDER BY k) AS nth FROM leaving"
        f" WHERE t >= {day.start} AND t < {day.end}"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE stored AS SELECT {_STORED}, {numbered}) AS nth FROM {lake.reading(segments)}"
    )
    same = f"USING ({_STORED}, nth)"
    con.execute(f"COPY (SELECT {_STORED} FROM stored ANTI JOIN parting {same}) TO '{target}' (FORMAT parquet)")
    con.execute(f"INSERT INTO found SELECT k, true FROM parting SEMI JOIN stored {same}")
    missed = f"SELECT k, false FROM parting ANTI JOIN stored {same}"
    con.execute(f"INSERT INTO found {missed}")
    if _count(con, f"({missed})") and day.on not in commits.destroyed(lake.PASSINGS):
        raise AssertionError(f"not every row that leaves {day.on} was found there")
    con.execute("DROP TABLE parting; DROP TABLE stored")
    return target


def _left(con: duckdb.DuckDBPyConnection) -> frozenset[int]:
    """The numbers under which every row was found and left."""
    return frozenset(row[0] for row in con.execute("SELECT k FROM found GROUP BY k HAVING bool_and(whole)").fetchall())


def _rewritten(
    con: duckdb.DuckDBPyConnection, load: Load, day: Day, kept: Path, place: Place, aside: Path
) -> list[Part]:
    """A day written anew: what stays in it, and what comes in."""
    mine = f"SELECT {_STORED.replace('load', f'{load.number}::integer AS load')}, k FROM fresh WHERE t >= {day.start} AND t < {day.end}"
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW merged AS SELECT {_STORED}, 0::bigint AS k FROM {lake.reading([kept])} UNION ALL {mine}"
    )
    parts = _written(con, "merged", [day], "load", place, aside)
    if sum(part.rows for part in parts if part.layout == lake.PLACE) != _count(con, "merged"):
        raise AssertionError(f"the rows of {day.on} were not all written")
    return parts


def _written(
    con: duckdb.DuckDBPyConnection, source: str, when: list[Day], load: str, place: Place, aside: Path
) -> list[Part]:
    return writing.files(TABLE, con, source, place.folder, aside, when, load=load, home=place.home)


def _count(con: duckdb.DuckDBPyConnection, source: str) -> int:
    return int((con.execute(f"SELECT count(*) FROM {source}").fetchone() or (0,))[0])


def _committed(load: Load, made: _Made, place: Place, holder: uuid.UUID, then: Callable[[Load, Sealed], None]) -> None:
    at = place.clock()
    leases.must_hold(holder, made.days, at)
    added: list[tuple[Part, Load | None]] = [(part, load) for part in made.segments]
    added += [(part, None) for part in made.rewritten]
    snapshot = commits.commit(
        "seal",
        load.table,
        added,
        made.replaced,
        holder=holder,
        period=lambda part: pseudonyms.period_of(part.earliest),
        load=load,
        at=at,
    )
    fields: dict[str, Any] = {"state": Load.State.COMMITTED, "committed_at": at, "snapshot": snapshot}
    if not Load.objects.filter(pk=load.pk, state=Load.State.WORKING).update(**fields):
        raise leases.Lost
    load.refresh_from_db()
    then(load, Sealed(made.fresh, made.left, made.waiting))
