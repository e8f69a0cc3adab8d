"""DuckDB over the files of one view, as the engine of a trace: large tables by name, small ones from memory, answers as arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from shichen.records import lake
from shichen.records.lake import Settings, View
from shichen.tracing import engine, tables
from shichen.tracing.tables import Columns

if TYPE_CHECKING:
    import duckdb

LARGE = {
    "passings_by_place": (lake.PASSINGS, lake.PLACE),
    "passings_by_person": (lake.PASSINGS, lake.PERSON),
    "stays_by_place": (lake.STAYS, lake.PLACE),
    "stays_by_person": (lake.STAYS, lake.PERSON),
    "rollup_passings": (lake.PASSINGS, lake.ROLLUP),
    "origins": (lake.PASSINGS, lake.ORIGINS),
}
"""Where the rows of each large table lie: table and layout of the manifest."""
_SQL = {"int8": "tinyint", "int16": "smallint", "int32": "integer", "int64": "bigint"}


T = TypeVar("T")


def held(persons: int, act: Callable[[Settings], T]) -> T:
    """Do something for so many index persons in little memory; once more with all there is, where that was not enough."""
    import duckdb

    try:
        return act(lake.sized(persons))
    except duckdb.OutOfMemoryException:
        return act(Settings())


class LakeEngine(engine.Engine):
    """One connection over one view. A file is compared with the manifest when it is first read; a bad one raises lake.Damaged."""

    dialect, asof = "duckdb", True

    def __init__(
        self, view: View, settings: Settings | None = None, *, con: duckdb.DuckDBPyConnection | None = None
    ) -> None:
        """With `con` the connection of another engine goes on over this view: what is warm stays warm."""
        self.lake = view
        self.con = con or lake.connect(view.folder, settings)
        if view.beside is not None and len(view.beside):
            self.con.register("passings_hot", dict(view.beside.hot))
            self.con.register("passings_gone", dict(view.beside.gone))
        for table in LARGE:
            self.view(table, 0, 2**31 - 1)

    def view(self, table: str, lo: int, hi: int) -> str:
        """Of the files, by the manifest, those that can hold a row of that time. Roll-ups and origins have no time of their own."""
        name, layout = LARGE[table]
        timed = layout in (lake.PLACE, lake.PERSON)
        files = self.lake.of(name, layout, lo if timed else None, hi if timed else None)
        lake.must_be_whole(self.lake, files)
        columns = ", ".join(f"0::{_SQL[kind]} as {column}" for column, kind in tables.LARGE[table].items())
        sql = f"select * from (select {columns}) where false"
        if files:
            sql = f"select * from {lake.reading(self.lake.path(file) for file in files)}"
        self.define(table, self._settled(table, sql) if name == lake.PASSINGS and timed else sql)
        return table

    def _settled(self, table: str, sql: str) -> str:
        """The rows of the files without those that no longer stand, and with those that are in none yet."""
        beside = self.lake.beside
        if beside is None:
            return sql
        if len(beside.gone["t"]):
            sql = f"select * from ({sql}) anti join passings_gone using (place, t, person, vehicle, load)"
        if len(beside.hot["t"]):
            sql += f" union all by name select {', '.join((*tables.LARGE[table], 'number'))} from passings_hot"
        return sql

    def register(self, name: str, columns: Columns) -> None:
        self.con.register(name, dict(columns))

    def define(self, name: str, sql: str) -> None:
        self.con.execute(f'create or replace temp view "{name}" as {sql}')

    def ask(self, sql: str, parameters: Any = None) -> dict[str, np.ndarray]:
        found: dict[str, np.ndarray] = self.con.execute(sql, parameters).fetchnumpy()
        return found
