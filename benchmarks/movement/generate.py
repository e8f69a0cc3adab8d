"""The lake of the benchmark: both layouts of passings and stays by day, origins, the same passings as they arrived.

python -m benchmarks.movement.generate FOLDER --rows 1e6
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from benchmarks.movement.crowd import DAY, DAYS, OFFSET, SEED, START, Crowd

from shichen.tracing import tables

INDEX = (1, 10, 100, 1_000)
MASS_SHARE = 166_000 / 1e8
"""Index persons of the mass trace for each row of passings."""
CITED = {1_000_000: 960_619, 10_000_000: 9_597_780, 100_000_000: 96_328_306}
"""Rows that the generator of the design's own figures yielded; this one is another, of the same shape."""


def generate(folder: Path, rows: int) -> dict[str, Any]:
    """Writes everything under `folder` (anew) and says what came out; holds one day in memory at a time."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    started, crowd = time.monotonic(), Crowd(rows)
    con = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
    counts = {"passings": _passings(con, folder, crowd), "stays": _stays(con, folder, crowd)}
    mass = max(20, int(rows * MASS_SHARE))
    for name, many in [*((str(n), n) for n in INDEX), ("mass", mass)]:
        np.savez(folder / f"index_{name}.npz", **crowd.index(many))
    said = {
        "rows": rows,
        **counts,
        "cited": CITED.get(rows),
        "posts": crowd.posts,
        "places": crowd.places,
        "mass": mass,
        "seed": SEED,
        "numpy": np.__version__,
        "seconds": round(time.monotonic() - started, 1),
        "bytes": {name: sum(f.stat().st_size for f in (folder / name).rglob("*.parquet")) for name in LAYOUTS},
    }
    (folder / "manifest.json").write_text(json.dumps(_bounds(con, folder)), encoding="utf-8")
    (folder / "said.json").write_text(json.dumps(said, indent=1), encoding="utf-8")
    return said


LAYOUTS = ("passings_by_place", "passings_by_person", "stays_by_place", "stays_by_person", "origins", "arrival")


def files(folder: Path, table: str) -> list[str]:
    """The files of a table in the order of their days, named one by one."""
    return sorted(str(path) for path in (folder / table).rglob("*.parquet"))


def _bounds(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, list[list[Any]]]:
    """Of each table: files with the first and last second that begins in them, as the manifest of a lake holds them."""
    bounds: dict[str, list[list[Any]]] = {}
    for table in LAYOUTS:
        timed = table != "origins"
        asked = "select min(t), max(t) from read_parquet(?, hive_partitioning = false)"
        bounds[table] = [
            [path, *(con.execute(asked, [path]).fetchone() or ())] if timed else [path, 0, 2**31 - 1]
            for path in files(folder, table)
        ]
    return bounds


def _passings(con: duckdb.DuckDBPyConnection, folder: Path, crowd: Crowd) -> int:
    """By the day of arrival: what came late lies in the next day's files."""
    held: dict[str, np.ndarray] | None = None
    total = 0
    for day in range(DAYS + 1):
        made = crowd.day(day) if day < DAYS else None
        parts = [part for part in (held, made) if part is not None]
        rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        here = (rows["arrived"] - START) // DAY <= day
        held = {name: column[~here] for name, column in rows.items()}
        rows = {name: column[here] for name, column in rows.items()}
        rows["load"] = np.full(len(rows["t"]), day + 1, np.int32)
        if len(rows["t"]):
            _write_passings(con, folder, day, rows)
        total += len(rows["t"])
    return total


def _write_passings(con: duckdb.DuckDBPyConnection, folder: Path, day: int, rows: dict[str, np.ndarray]) -> None:
    con.register("rows", rows)
    for table in ("passings_by_place", "passings_by_person"):
        _copy(con, folder, table, day, f"select {_columns(table)} from rows")
    _copy(con, folder, "origins", day, "select distinct region, person from rows where person <> 0")
    arrival = folder / "arrival" / f"day={number(day)}" / "part.parquet"
    arrival.parent.mkdir(parents=True)
    wide = _columns("passings_by_person")
    con.execute(f"copy (select {wide} from rows order by arrived) to '{arrival}' (format parquet, compression zstd)")
    con.unregister("rows")


def _stays(con: duckdb.DuckDBPyConnection, folder: Path, crowd: Crowd) -> int:
    """By the day on which the stay began."""
    total = 0
    for day in range(DAYS):
        rows = crowd.stays(day)
        rows["load"] = np.full(len(rows["t"]), day + 1, np.int32)
        con.register("rows", rows)
        for table in ("stays_by_place", "stays_by_person"):
            _copy(con, folder, table, day, f"select {_columns(table)} from rows")
        con.unregister("rows")
        total += len(rows["t"])
    return total


def number(day: int) -> int:
    return (START + OFFSET) // DAY + day


def _columns(table: str) -> str:
    return ", ".join(tables.LARGE[table])


def _copy(con: duckdb.DuckDBPyConnection, folder: Path, table: str, day: int, rows: str) -> None:
    path = folder / table / f"day={number(day)}" / "part.parquet"
    path.parent.mkdir(parents=True)
    order = ", ".join(tables.SORTED[table])
    options = f"format parquet, compression zstd, row_group_size {tables.ROW_GROUP}"
    con.execute(f"copy ({rows} order by {order}) to '{path}' ({options})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=float, default=1e6)
    given = parser.parse_args()
    print(json.dumps(generate(given.folder, int(given.rows))))


if __name__ == "__main__":
    main()
