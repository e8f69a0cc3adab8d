"""Spark as the engine of a trace: the same questions over the same files, where one machine cannot hold them.

The large tables are never shuffled: index events travel to them as a broadcast, and only sums by person travel back. Nothing of
PySpark is loaded before an engine is made; a session is given, so that a cluster is whoever calls' affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from shichen.tracing import tables
from shichen.tracing.engine import Engine

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SETTINGS = {
    "spark.sql.ansi.enabled": "true",  # a sum that overflows is an error, as it is for DuckDB
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.autoBroadcastJoinThreshold": "256MB",  # index events of a mass trace included
    "spark.sql.adaptive.enabled": "true",
}
"""What makes Spark answer like DuckDB and join by broadcast; set on the session that is given."""

TYPES = {"int8": "tinyint", "int16": "smallint", "int32": "int", "int64": "bigint"}


class SparkEngine(Engine):
    """A session and, for each large table, the files of a snapshot; it opens no others. Whoever names them has verified them."""

    dialect, asof = "pyspark", False

    def __init__(self, session: SparkSession, files: Mapping[str, Iterable[str]]) -> None:
        self.session = session
        self.given: dict[str, DataFrame] = {}
        for name, value in SETTINGS.items():
            session.conf.set(name, value)
        for table, types in tables.LARGE.items():  # one without a file is there, and empty
            paths, schema = list(files.get(table, ())), spelled(types)
            read = session.read.schema(schema).parquet(*paths) if paths else session.createDataFrame([], schema)
            read.createOrReplaceTempView(table)

    def register(self, name: str, columns: tables.Columns) -> None:
        """Held in the executors' memory, so that Spark knows how small it is, and marked to be sent to the large side."""
        from pyspark.sql import functions  # a second to load, and only here where there is one

        schema = spelled({column: array.dtype.name for column, array in columns.items()})
        rows = list(zip(*(array.tolist() for array in columns.values()), strict=True))
        frame = self.session.createDataFrame(rows, schema).cache()
        frame.count()
        functions.broadcast(frame).createOrReplaceTempView(name)
        before = self.given.pop(name, None)
        if before is not None:
            before.unpersist()
        self.given[name] = frame

    def define(self, name: str, sql: str) -> None:
        self.session.sql(sql).createOrReplaceTempView(name)

    def ask(self, sql: str) -> dict[str, np.ndarray]:
        frame = self.session.sql(sql)
        rows: list[Any] = frame.collect()
        columns = list(zip(*rows, strict=True)) if rows else [() for _ in frame.columns]
        return {name: np.array(column) for name, column in zip(frame.columns, columns, strict=True)}

    def plan(self, sql: str) -> str:
        """How Spark would answer, as it prints it."""
        return str(self.session.sql(sql)._jdf.queryExecution().executedPlan().toString())


def spelled(types: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {TYPES[kind]}" for name, kind in types.items())


def shuffled(plan: str) -> list[str]:
    """Lines of a plan in which files are read and their rows travel between machines as they are: the first exchange above such a
    line comes before any join with a broadcast or partial sum has made the rows few."""
    above: list[tuple[int, str]] = []
    found = []
    for line in plan.splitlines():
        text = line.lstrip(" :+-*|")
        depth = len(line) - len(text)
        above = [step for step in above if step[0] < depth]
        if "FileScan" in text and _travels([step for _, step in reversed(above)]):
            found.append(text)
        above.append((depth, text))
    return found


def _travels(steps: list[str]) -> bool:
    for step in steps:
        if "BroadcastHashJoin" in step or "HashAggregate" in step:
            return False
        if "Exchange" in step or "SortMergeJoin" in step:
            return True
    return False
