"""Numbers seen in duty notes (拟采数字): read by a job after a note is written, so that sending one never waits for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from shichen import watches
from shichen.board.models import Reading
from shichen.bulletins import tables
from shichen.journal.models import Entry
from shichen.prose import reader, spans
from shichen.refusal import Refusal
from shichen.web import clock

AT_ONCE = 50
LOOK_BACK = timedelta(days=1)


def read_new(now: datetime) -> int:
    """Read the notes of today's page and yesterday's that nobody has read yet; how many."""
    since = watches.page_day(clock.stands_at() or now) - LOOK_BACK
    unread = Entry.objects.filter(kind=Entry.Kind.NOTE, page_day__gte=since)
    unread = unread.filter(~Exists(Reading.objects.filter(entry=OuterRef("pk"))))
    waiting = list(unread.select_related("unit").order_by("page_day", "reported_at", "seq")[:AT_ONCE])
    found = [Reading(entry=entry, spans=seen_in(entry), read_at=now) for entry in waiting]
    Reading.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


def seen_in(entry: Entry) -> list[list[Any]]:
    """Where in a note numbers stand that might be figures: [start, end, indicator or nothing]."""
    return [[one.start, one.end, one.indicator or ""] for part in read(entry) for one in part.figures]


def read(entry: Entry) -> tuple[spans.Entry, ...]:
    """What the reader of prose makes of a note; nothing of a text beyond reading."""
    try:
        return reader.read(entry.text, tables.of_the_city(), covers=entry.page_day, unit=entry.unit.name).entries
    except Refusal:
        return ()
