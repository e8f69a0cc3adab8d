"""Finding entries by any two characters of theirs, in a log of any length: pairs of neighbours as an index (搜索).

On SQLite the pairs stand in a full-text table beside the log, which `add` extends with every entry; on PostgreSQL in an index
over an expression, which the database keeps itself. Where neither could be made, `candidates` says so and readers walk the log.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Protocol

from django.db import DatabaseError, connection, transaction

TABLE = "journal_grams"
SEQ_BITS = 40  # of a row's number on SQLite: the page day stands above the entry's own number, so that a day is a range
_SMALL = str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})


class Worded(Protocol):
    """What of an entry the index needs."""

    seq: int
    page_day: date
    text: str
    unit_text: str


def add(entry: Worded) -> None:
    """Index an entry, in the transaction that writes it."""
    if connection.vendor == "sqlite" and exists():
        add_rows([(entry.seq, entry.page_day, f"{entry.text}\n{entry.unit_text}")])


def add_rows(rows: Iterable[tuple[int, date, str]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {TABLE} (rowid, grams) VALUES (%s, %s)",  # noqa: S608 - a name of our own
            [(_row(day, seq), tokens(said)) for seq, day, said in rows],
        )


def candidates(word: str, first: date, last: date, most: int) -> list[int] | None:
    """Entries of these page days that may hold the word, at most so many; None where that cannot be asked.

    Whoever asks looks at the text itself too: the pairs may stand apart in it.
    """
    if not word or not exists():
        return None
    return (
        _on_sqlite(word, first, last, most)
        if connection.vendor == "sqlite"
        else _on_postgresql(word, first, last, most)
    )


def exists() -> bool:
    """Whether this database has the index."""
    found: bool | None = getattr(connection, "_journal_grams", None)
    if found is None:
        wanted = TABLE if connection.vendor == "sqlite" else INDEX
        found = _named(wanted)
        connection._journal_grams = found  # type: ignore[attr-defined]
    return found


def tokens(text: str) -> str:
    """Every pair of neighbouring characters of a text, once, and its last character, as words that no tokenizer cuts."""
    small = text.translate(_SMALL)
    pairs = {(one, two) for one, two in zip(small, small[1:] + "\0", strict=True)}
    return " ".join(f"{ord(one):x}z{ord(two):x}" if two != "\0" else f"{ord(one):x}z" for one, two in pairs)


def asked(word: str) -> str:
    """What the full-text table is asked for a word: all of its pairs; for one character, every pair that begins with it."""
    small = word.translate(_SMALL)
    if len(small) == 1:
        return f'"{ord(small):x}z"*'
    return " AND ".join(sorted({f'"{ord(one):x}z{ord(two):x}"' for one, two in pairwise(small)}))


def _row(day: date, seq: int) -> int:
    return (day.toordinal() << SEQ_BITS) | seq


def _on_sqlite(word: str, first: date, last: date, most: int) -> list[int]:
    # The newest first, so that of a frequent word no more is read than is wanted.
    said = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s AND rowid BETWEEN %s AND %s ORDER BY rowid DESC LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(said, [asked(word), _row(first, 0), _row(last, (1 << SEQ_BITS) - 1), most])
        return [row & ((1 << SEQ_BITS) - 1) for (row,) in cursor.fetchall()]


def _on_postgresql(word: str, first: date, last: date, most: int) -> list[int]:
    said = f"SELECT seq FROM journal_entry WHERE {EXPRESSION} @@ %s::tsquery AND page_day BETWEEN %s AND %s LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(said, [_query(word), first, last, most])
        return [seq for (seq,) in cursor.fetchall()]


def _query(word: str) -> str:
    """The pairs of a word as PostgreSQL's text search writes them."""
    small = word.translate(_SMALL)
    if len(small) == 1:
        return f"{_quoted(small)}:*"
    return " & ".join(sorted({_quoted(one + two) for one, two in pairwise(small)}))


def _quoted(pair: str) -> str:
    return "'" + pair.replace("\\", "\\\\").replace("'", "''") + "'"


def _named(name: str) -> bool:
    said = (
        "SELECT 1 FROM sqlite_master WHERE name = %s"
        if connection.vendor == "sqlite"
        else "SELECT 1 FROM pg_class WHERE relname = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(said, [name])
        return cursor.fetchone() is not None


INDEX = "journal_entry_grams"
EXPRESSION = "array_to_tsvector(journal_grams(text || E'\\n' || unit_text))"
FUNCTION = """
CREATE OR REPLACE FUNCTION journal_grams(said text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
SELECT array_agg(DISTINCT one || coalesce(two, '')) FROM (
  SELECT one, lead(one) OVER (ORDER BY place) AS two
  FROM unnest(string_to_array(lower(said COLLATE "C"), NULL)) WITH ORDINALITY AS said(one, place)
) AS neighbours
$$
"""


def made() -> bool:
    """Make the index, empty on SQLite; whether this database can have one. For migrations."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in _making():
                cursor.execute(statement)
    except DatabaseError:  # an SQLite without FTS5: the log is walked instead
        return False
    connection._journal_grams = True  # type: ignore[attr-defined]
    return True


def unmade() -> None:
    """Take the index away again. For migrations."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        else:
            cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")
            cursor.execute("DROP FUNCTION IF EXISTS journal_grams(text)")
    connection._journal_grams = False  # type: ignore[attr-defined]


def emptied() -> None:
    """The index without a row. For tests, which empty the log."""
    if connection.vendor == "sqlite" and exists():
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('delete-all')")  # noqa: S608


def _making() -> list[str]:
    if connection.vendor == "sqlite":
        # Pairs alone are kept: no text, no places, no lengths. `ascii` cuts at blanks, and the words are ASCII.
        return [
            f"CREATE VIRTUAL TABLE {TABLE} USING fts5(grams, content='', columnsize=0, detail=none, tokenize='ascii')"
        ]
    return [FUNCTION, f"CREATE INDEX {INDEX} ON journal_entry USING gin ({EXPRESSION})"]
