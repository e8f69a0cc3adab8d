"""What shows that two engines, two layouts or two files say the same: a count and a sum of hashes, whatever the order.

Of answers the sum runs over the first 15 hexadecimal digits of MD5 over a row's values as text, joined by a bar: below 2^60 a row, and
every engine has MD5, while an engine's own hash changes with its version. Of the rows of a file, of which there are many more, it runs
over a product of two sums of the row's numbers, each with factors of its own and taken by a prime: a thirtieth of MD5's time, below 2^62
a row, and what belongs to one row cannot stand in another without changing it. The bytes of a file are guarded by SHA-256 besides.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import ibis

from shichen.tracing.tables import NATURAL_KEY, Columns

DIGITS = 15
PRIME = 2**31 - 1
FACTORS = (
    (179_424_673, 32_452_843, 86_028_121, 15_485_863),
    (49_979_687, 141_650_939, 67_867_967, 122_949_823),
)
"""What the columns of a natural key are multiplied with in either sum: primes below 2^28, so that no sum leaves 64 bits."""
TEXT, NUMBER = 1, 2
"""How a row's hash is made: of its values as text, or as numbers. Files written before stand with the first."""
RANKED = ("person", "n_ix", "s")
"""What a ranked list is compared by."""


@dataclass(frozen=True)
class Digest:
    """Rows and the sum of their hashes, made in one of two ways."""

    n: int
    total: int
    form: int = TEXT

    def __str__(self) -> str:
        return f"{self.n}:{self.total:x}" + (f":{self.form}" if self.form != TEXT else "")

    def __add__(self, other: Digest) -> Digest:
        """Of the rows of both together. Raises ValueError for hashes that were made in two ways."""
        if self.form != other.form:
            raise ValueError(f"digests of forms {self.form} and {other.form} do not add up")
        return Digest(self.n + other.n, self.total + other.total, self.form)

    @classmethod
    def read(cls, text: str) -> Digest:
        """The digest that is written so."""
        n, total, *form = text.split(":")
        return cls(int(n), int(total, 16), int(form[0]) if form else TEXT)


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


def row_sql(source: str, table: str, dialect: str, *, form: int = NUMBER) -> str:
    """The question for the row digest of a file or view: over the natural key, so that both layouts of a table, and its
    files before and after compaction, must agree. `source` is what stands after `from`."""
    key = NATURAL_KEY[table]
    if form == TEXT:
        return sql_over(source, key, dialect)
    quote = '"' if dialect == "duckdb" else "`"
    first, second = (
        f"(({' + '.join(f'(cast({quote}{name}{quote} as bigint) % {PRIME}) * {factor}' for name, factor in zip(key, row, strict=True))}) % {PRIME})"
        for row in FACTORS
    )
    kind, text = ("hugeint", "varchar") if dialect == "duckdb" else ("decimal(38, 0)", "string")
    total = f"cast(coalesce(sum(cast({first} * {second} as {kind})), 0) as {text})"
    return f"select count(*) as n, {total} as total from {source}"  # noqa: S608 - names of columns that stand in the code


def of_rows(columns: Columns, table: str) -> Digest:
    """The row digest of rows already in memory."""
    lists = [columns[name].tolist() for name in NATURAL_KEY[table]]
    total = n = 0
    for row in zip(*lists, strict=True):
        first, second = (_left(sum(_left(value) * by for value, by in zip(row, one, strict=True))) for one in FACTORS)
        total += first * second
        n += 1
    return Digest(n, total, NUMBER)


def _left(number: int) -> int:
    """What is left of a number by the prime, with the number's own sign, as SQL has it."""
    return abs(number) % PRIME * (1 if number > 0 else -1)


def of(columns: Columns, names: tuple[str, ...]) -> Digest:
    """The same digest of rows already in memory."""
    lists = [columns[name].tolist() for name in names]
    total = n = 0
    for row in zip(*lists, strict=True):
        said = hashlib.md5("|".join(map(str, row)).encode(), usedforsecurity=False).hexdigest()
        total += int(said[:DIGITS], 16)
        n += 1
    return Digest(n, total)
