"""The face of an engine: DuckDB over the files of a snapshot, or Spark; what a trace needs of either, and no more."""

from __future__ import annotations

import abc

import ibis
import numpy as np

from shichen.tracing import digests, tables
from shichen.tracing.digests import Digest
from shichen.tracing.tables import Columns


class Engine(abc.ABC):
    """Somewhere the large tables can be asked. It sees the files of one snapshot and nothing else."""

    dialect: str
    """The SQL it speaks: `duckdb` or `pyspark`."""
    asof: bool = False
    """Whether it can join each row with the last one before it."""

    @abc.abstractmethod
    def register(self, name: str, columns: Columns) -> None:
        """A small table in memory becomes askable under this name, in place of one registered before."""

    @abc.abstractmethod
    def ask(self, sql: str) -> dict[str, np.ndarray]:
        """The answer's columns, in its order."""

    def view(self, table: str, lo: int | None = None, hi: int | None = None) -> ibis.Table:
        """A large table by name. An engine that knows what its files hold leaves out those without a row in [lo, hi]."""
        return tables.large(table)

    def give(self, kind: str, columns: Columns, name: str | None = None) -> ibis.Table:
        """Registers a small table of this kind and names it for an expression."""
        self.register(name or kind, tables.columns(kind, **columns))
        return tables.small(kind, name)

    def rows(self, expression: ibis.Table) -> dict[str, np.ndarray]:
        """The answer to an expression, in the types the expression has: engines sum to wider ones, or to floats."""
        answer = self.ask(digests.compiled(expression, self.dialect))
        types = expression.schema()
        return {name: np.asarray(answer[name]).astype(types[name].to_numpy(), copy=False) for name in types}

    def digest(self, expression: ibis.Table, columns: tuple[str, ...] = digests.RANKED) -> Digest:
        answer = self.ask(digests.sql(expression, columns, self.dialect))
        return Digest(int(answer["n"][0]), int(answer["total"][0]))
