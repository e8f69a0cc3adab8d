"""What shows that two engines, two layouts or two files say the same: a count and a sum of hashes, whatever the order.

The sum runs over the first 15 hexadecimal digits of MD5 over a row's values as text, joined by a bar: below 2^60 a row, and
every engine has MD5, while an engine's own hash changes with its version.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import ibis

from shichen.tracing.tables import NATURAL_KEY, Columns

DIGITS = 15
RANKED = ("person", "n_ix", "s")
"""What a ranked list is compared by."""


@dataclass(frozen=True)
class Digest:
    """Rows and the sum of their hashes."""

    n: int
    total: int

    def __str__(self) -> str:
        return f"{self.n}:{self.total:x}"

    def __add__(self, other: Digest) -> Digest:
        """Of the rows of both together."""
        return Digest(self.n + other.n, self.total + other.total)

    @classmethod
    def read(cls, text: str) -> Digest:
        """The digest that is written so."""
        n, _, total = text.partition(":")
        return cls(int(n), int(total, 16))


def compiled(expression: ibis.Table, dialect: str) -> str:
    """The expression as SQL of `duckdb` or `pyspark`."""
    return str(ibis.to_sql(expression, dialect=dialect))


def sql_over(rows: str, columns: tuple[str, ...], dialect: str) -> str:
    """The question for the digest of what stands after `from`."""
    if dialect == "duckdb":
        text = ", ".join(f'"{name}"' for name in columns)
        number = f"('0x' || substr(md5(concat_ws('|', {text})), 1, {DIGITS}))::bigint"
        total = f"cast(coalesce(sum({number}), 0) as varchar)"
    else:
        text = ", ".join(f"string(`{name}`)" for name in columns)
        number = f"cast(conv(substr(md5(concat_ws('|', {text})), 1, {DIGITS}), 16, 10) as decimal(38, 0))"
        total = f"string(coalesce(sum({number}), 0))"
    return f"select count(*) as n, {total} as total from {rows}"  # noqa: S608 - names of columns that stand in the code


def sql(expression: ibis.Table, columns: tuple[str, ...], dialect: str) -> str:
    """The question for the digest of these columns of an expression."""
    return sql_over(f"({compiled(expression, dialect)}) as asked", columns, dialect)


def row_sql(source: str, table: str, dialect: str) -> str:
    """The question for the row digest of a file or view: over the natural key, so that both layouts of a table, and its
    files before and after compaction, must agree. `source` is what stands after `from`."""
    return sql_over(source, NATURAL_KEY[table], dialect)


def of(columns: Columns, names: tuple[str, ...]) -> Digest:
    """The same digest of rows already in memory."""
    lists = [columns[name].tolist() for name in names]
    total = n = 0
    for row in zip(*lists, strict=True):
        said = hashlib.md5("|".join(map(str, row)).encode(), usedforsecurity=False).hexdigest()
        total += int(said[:DIGITS], 16)
        n += 1
    return Digest(n, total)
