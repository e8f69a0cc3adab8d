"""The face of an engine: DuckDB over the files of a snapshot, or Spark; what a trace needs of either, and no more."""

from __future__ import annotations

import abc
from dataclasses import dataclass

import ibis
import numpy as np

from shichen.tracing import digests, tables
from shichen.tracing.digests import Digest
from shichen.tracing.tables import Columns


@dataclass(frozen=True)
class Compiled:
    """A question as an engine's SQL, with the type of each column of its answer."""

    sql: str
    types: tuple[tuple[str, np.dtype], ...]

    @classmethod
    def of(cls, expression: ibis.Table, dialect: str) -> Compiled:
        types = tuple((name, np.dtype(kind.to_numpy())) for name, kind in expression.schema().items())
        return cls(digests.compiled(expression, dialect), types)


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

    @abc.abstractmethod
    def define(self, name: str, sql: str) -> None:
        """A view under this name, in place of one defined before."""

    def view(self, table: str, lo: int, hi: int) -> str:
        """The name under which a large table can be asked for what begins in [lo, hi]. An engine that knows what its files
        hold leaves out those without such a row; it need not leave out a single row."""
        return table

    def narrow(
        self, table: str, lo: int, hi: int, places: list[int] | None = None, *, files: bool = False
    ) -> ibis.Table:
        """The rows that begin in [lo, hi], at these places if they are told, under a name that is always the same, so that
        questions over them are the same word for word and compiled once. Both are written out: whole row groups are passed
        over by their least and greatest values.

        With `files` only whole files outside [lo, hi] are left out, for a question that holds each row's second against its
        own events: looking at every row's second twice costs as much as a twentieth of reading it."""
        held = [] if files else [f"t >= {lo} and t <= {hi}"]
        held += [f"place in ({', '.join(map(str, places))})"] if places else []
        where = f" where {' and '.join(held)}" if held else ""
        name = f"{table}_near"
        self.define(name, f"select * from {self.view(table, lo, hi)}{where}")  # noqa: S608
        return tables.large(table, name)

    def give(self, kind: str, columns: Columns, name: str | None = None) -> ibis.Table:
        """Registers a small table of this kind and names it for an expression."""
        self.register(name or kind, tables.columns(kind, **columns))
        return tables.small(kind, name)

    def rows(self, expression: ibis.Table) -> dict[str, np.ndarray]:
        """The answer to an expression."""
        return self.answer(Compiled.of(expression, self.dialect))

    def answer(self, question: Compiled) -> dict[str, np.ndarray]:
        """The answer in the types the question has: engines sum to wider ones, or to floats."""
        found = self.ask(question.sql)
        return {name: np.asarray(found[name]).astype(kind, copy=False) for name, kind in question.types}

    def digest(self, expression: ibis.Table, columns: tuple[str, ...] = digests.RANKED) -> Digest:
        answer = self.ask(digests.sql(expression, columns, self.dialect))
        return Digest(int(answer["n"][0]), int(answer["total"][0]))
