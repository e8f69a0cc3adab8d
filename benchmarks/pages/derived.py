"""What the product keeps beside the log, filled for the synthetic entries by the product's own code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from django.db import connection

from shichen.journal import grams

AT_ONCE = 20_000


def fill(say: Callable[[str], None]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_shelf (unit_id, event_id, area_path, topic) "
            "SELECT DISTINCT unit_id, event_id, area_path, topic FROM journal_entry WHERE TRUE ON CONFLICT DO NOTHING"
        )
    say("shelves")
    if connection.vendor == "sqlite" and grams.exists():
        grams.emptied()
        for rows in _entries():
            grams.add_rows(rows)
    say("pairs of characters")


def _entries() -> Iterator[list[tuple[int, date, str]]]:
    cursor = connection.connection.cursor()  # the driver's own: a long reading beside short writings
    cursor.execute("SELECT seq, page_day, text || char(10) || unit_text FROM journal_entry ORDER BY seq")
    while rows := cursor.fetchmany(AT_ONCE):
        yield [(seq, day if isinstance(day, date) else date.fromisoformat(day), said) for seq, day, said in rows]
