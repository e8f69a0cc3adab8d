"""Sealing as a job: binds rows into the chain that were written where the chain is not extended in the act itself."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, Max, OuterRef, QuerySet

from shichen.audit.models import Seal, Trail
from shichen.audit.services import seal_waiting

AT_ONCE = 1000
ALL_AGAIN = 3600.0  # seconds between two looks at the whole table, whatever is known of it


@dataclass
class Known:
    """Up to which row everything of a table is sealed, so that a look need not begin at the first one.

    A row may appear late below others, while the act that writes it is not over: what was the last row at `asked_at` is a
    floor only when no act is at work any more that had begun by then.
    """

    floor: int = 0
    whole_at: float = float("-inf")
    last: int = 0
    asked_at: datetime | None = None

    def start(self, oldest: datetime | None) -> int:
        """The row after which to look, when the oldest act at work began at `oldest`."""
        if time.monotonic() - self.whole_at >= ALL_AGAIN:
            self.floor, self.whole_at, self.asked_at = 0, time.monotonic(), None
        elif self.asked_at is not None and (oldest is None or oldest > self.asked_at):
            self.floor, self.asked_at = self.last, None
        return self.floor

    def nothing_waits(self, last: int, asked_at: datetime) -> None:
        """All rows that could be seen at that moment are sealed, `last` being the highest."""
        if self.asked_at is None:
            self.last, self.asked_at = last, asked_at


_known: dict[str, Known] = {}


def seal_unsealed(table: str, rows: QuerySet[Any]) -> int:
    """Seal what waits of a table whose rows have `id` and `mac`, oldest first. On SQLite nothing ever waits."""
    if connection.vendor == "sqlite":
        return 0
    known, (asked_at, oldest) = _known.setdefault(table, Known()), _at_work()
    later = rows.filter(pk__gt=known.start(oldest))
    last = later.aggregate(last=Max("pk"))["last"]
    if last is None:
        return 0
    sealed = Seal.objects.filter(table=table, row=OuterRef("id"))
    waiting = list(later.filter(~Exists(sealed)).order_by("pk").values_list("id", "mac")[:AT_ONCE])
    done = seal_waiting(table, waiting) if waiting else 0
    if len(waiting) < AT_ONCE:
        known.nothing_waits(last, asked_at)
    return done


def waiting() -> int:
    """How many rows of the trail wait for their link, as far back as a turn of the sealer looks. On SQLite nothing waits."""
    if connection.vendor == "sqlite":
        return 0
    sealed = Seal.objects.filter(table="audit.trail", row=OuterRef("id"))
    last = Trail.objects.aggregate(last=Max("position"))["last"] or 0
    return Trail.objects.filter(~Exists(sealed), position__gt=last - AT_ONCE).count()


def forget() -> None:
    """Look at whole tables again. For tests, which empty them."""
    _known.clear()


def _at_work() -> tuple[datetime, datetime | None]:
    """The moment by the database's clock, and when the oldest other act at work began."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clock_timestamp(), min(xact_start) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        now, oldest = cursor.fetchone()
    return now, oldest
