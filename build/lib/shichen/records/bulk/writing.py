"""Rows into the files of a day (写盘): two sort orders for two questions, the roll-up, the origins; and the digest that must agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from shichen import watches
from shichen.records import lake
from shichen.records.bulk import durable
from shichen.records.bulk.shape import Table
from shichen.tracing import digests
from shichen.tracing.digests import Digest

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Day:
    """A civil day of the city: its date, its seconds [start, end), and what its clock is off from UTC."""

    on: date
    start: int
    end: int
    offset: int


@dataclass(frozen=True)
class Part:
    """A file that is written but not known to anybody yet."""

    layout: str
    day: date
    rows: int
    row_digest: str
    earliest: int
    latest: int
    until: int
    """The last second that a row speaks of: of a stay, its departure."""
    file: durable.Written


def days(earliest: int, latest: int, zone: tzinfo) -> Iterator[Day]:
    """The civil days that hold the seconds from `earliest` to `latest`."""
    on = datetime.fromtimestamp(earliest, zone).date()
    while True:
        start, end = (lake.seconds(watches.clock(one, 0, zone=zone)) for one in (on, on + timedelta(days=1)))
        noon = watches.clock(on, 12, zone=zone).utcoffset() or timedelta()
        yield Day(on, start, end, int(noon.total_seconds()))
        if end > latest:
            return
        on += timedelta(days=1)


def files(
    table: Table,
    con: duckdb.DuckDBPyConnection,
    source: str,
    folder: Path,
    place: Path,
    when: Sequence[Day],
    *,
    load: str,
    home: int,
) -> list[Part]:
    """The files of the rows of a table, day by day; none for a day without rows.

    `source` has t, place, pseudonyms and what the table carries, and k, which settles the order of equals; `load` is the expression
    of their load's number. `home` is the city's own province (two figures).
    """
    parts: list[tuple[Path, str, str, Day, tuple[Digest, int, int, int]]] = []
    for day in when:
        here = f"FROM {source} WHERE t >= {day.start} AND t < {day.end}"
        span = con.execute(f"SELECT min(t), max(t), max({table.until}) {here}").fetchone()
        if span is None or span[0] is None:
            continue
        said = (_digest(table.name, con, f"(SELECT * {here})"), *span)
        for layout, query in table.files(here, day, load, home).items():
            part = place / f"{layout}-{day.on}.parquet"
            con.execute(
                f"COPY ({query}) TO '{part}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {lake.GROUP})"
            )
            parts.append((part, f"{table.name}/{layout}/day={day.on}", layout, day, said))
    written = durable.publish(folder, [(part, target) for part, target, *_ in parts])
    return [
        Part(layout, day.on, digest.n, str(digest), earliest, latest, until, file)
        for (_, _, layout, day, (digest, earliest, latest, until)), file in zip(parts, written, strict=True)
    ]


def row_digest(table: str, con: duckdb.DuckDBPyConnection, path: Path, *, form: int = digests.NUMBER) -> Digest:
    """Count and sum of the natural keys of a file: independent of order and of the engine that wrote it."""
    return _digest(table, con, lake.reading([path]), form)


def _digest(table: str, con: duckdb.DuckDBPyConnection, source: str, form: int = digests.NUMBER) -> Digest:
    n, total = con.execute(digests.row_sql(source, f"{table}_by_place", "duckdb", form=form)).fetchone() or (0, 0)
    return Digest(int(n), int(total), form)
