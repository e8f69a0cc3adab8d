"""The columns and types of bulk movement (流水数据): passings, stays, roll-ups, origins, and the small index side, unbound."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import numpy as np

Columns = Mapping[str, np.ndarray]
"""A small table in memory: one array a column, all of one length."""

_PASSING = {"t": "int32", "place": "int32", "vehicle": "int64", "person": "int64", "dir": "int8", "outcome": "int8"}
_STAY = {"t": "int32", "place": "int32", "dur": "int32", "person": "int64", "kind": "int8", "seat": "int16"}

LARGE = {
    "passings_by_place": {**_PASSING, "load": "int32"},
    "passings_by_person": {**_PASSING, "load": "int32", "region": "int32", "temp": "int16"},
    "stays_by_place": {**_STAY, "load": "int32"},
    "stays_by_person": {**_STAY, "load": "int32"},
    "rollup_passings": {
        "place": "int32",
        "slot": "int8",
        "dir": "int8",
        "outcome": "int8",
        "n": "int64",
        "n_vehicle": "int64",
        "n_person": "int64",
    },
    "origins": {"region": "int32", "person": "int64"},
}
"""What lies in files. Signed integers only, no nulls: `t` are seconds since 1970 UTC, to 2038-01-19; person and vehicle are
pseudonyms (假名), 0 is nobody and never joins; `dur` are seconds; `temp` are tenths of a degree, 0 not taken."""

SMALL = {
    "index_windows": {"ix": "int64", "lo": "int32", "hi": "int32"},
    "index_events": {"ix": "int64", "place": "int32", "t": "int32", "vehicle": "int64"},
    "index_stays": {"ix": "int64", "place": "int32", "a": "int32", "b": "int32", "seat": "int16"},
    "persons": {"person": "int64"},
    "vehicles": {"vehicle": "int64"},
}
"""What is given with a question: index persons with their infectious windows [lo, hi) (传染期), their passings and stays
in those windows, and persons or vehicles asked for by name of pseudonym."""

SORTED = {
    "passings_by_place": ("place", "t", "person", "vehicle"),
    "passings_by_person": ("person", "t", "place", "vehicle"),
    "stays_by_place": ("place", "t", "person", "dur"),
    "stays_by_person": ("person", "t", "place", "dur"),
    "rollup_passings": ("place", "slot", "dir", "outcome"),
    "origins": ("region", "person"),
}
"""The order of rows in a file. Place layout answers who was there, person layout where somebody was."""

NATURAL_KEY = {
    "passings_by_place": ("place", "t", "person", "vehicle"),
    "passings_by_person": ("place", "t", "person", "vehicle"),
    "stays_by_place": ("place", "t", "person", "dur"),
    "stays_by_person": ("place", "t", "person", "dur"),
}
"""What makes two rows the same record, whichever load brought them: equal for both layouts."""

ROW_GROUP = 16_384
"""Rows of a group in a file: small, so that a question about a hundred persons skips most of them."""


def large(table: str, name: str | None = None) -> ibis.Table:
    """A large table, or a view over part of it called `name`."""
    return ibis.table(LARGE[table], name=name or table)


def small(kind: str, name: str | None = None) -> ibis.Table:
    """The small table of this kind, as it will be registered under `name`."""
    return ibis.table(SMALL[kind], name=name or kind)


def columns(kind: str, **given: object) -> dict[str, np.ndarray]:
    """Arrays of exactly the types the small table has, ready to be registered; all of one length."""
    types = SMALL[kind]
    if set(given) != set(types):
        raise ValueError(f"{kind} has the columns {', '.join(types)}, not {', '.join(given)}")
    arrays = {name: np.ascontiguousarray(given[name], dtype=types[name]) for name in types}
    if len({len(array) for array in arrays.values()}) > 1:
        raise ValueError(f"the columns of {kind} differ in length")
    return arrays


def windows(rows: list[tuple[int, int, int]]) -> dict[str, np.ndarray]:
    """Index persons with their windows [lo, hi), the overlapping ones of a person joined, so that no event counts twice."""
    joined: list[list[int]] = []
    for ix, lo, hi in sorted(row for row in rows if row[1] < row[2]):
        if joined and joined[-1][0] == ix and lo <= joined[-1][2]:
            joined[-1][2] = max(joined[-1][2], hi)
        else:
            joined.append([ix, lo, hi])
    ixs, los, his = zip(*joined, strict=True) if joined else ((), (), ())
    return columns("index_windows", ix=ixs, lo=los, hi=his)
