"""Log entries as pages print them: the text cut where figures stand in it, so that each number is a door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shichen.audit.context import known
from shichen.city.scope import Sight
from shichen.journal.models import Entry, EntryQuerySet

SHOWN = 20


def entries_of(envelope_id: UUID | None, sight: Sight) -> EntryQuerySet:
    """The log entries that an envelope made, with the figures each prints."""
    found = Entry.objects.within(sight).filter(envelope=envelope_id, envelope__isnull=False).order_by("seq")
    moment = known()
    found = found if moment is None else found.filter(recorded_at__lte=moment)
    return found.select_related("unit").prefetch_related("uses__figure", "marks")


@dataclass(frozen=True)
class Piece:
    """A run of an entry's text; with the figure it prints, if it prints one."""

    text: str
    figure: Any = None


def pieces(entry: Entry) -> Iterator[Piece]:
    """The text of an entry cut where figures stand in it."""
    at = 0
    for use in sorted(entry.uses.all(), key=lambda use: use.start):
        if use.start < at:
            continue
        if use.start > at:
            yield Piece(entry.text[at : use.start])
        yield Piece(entry.text[use.start : use.end], use.figure)
        at = use.end
    if at < len(entry.text):
        yield Piece(entry.text[at:])


def told(envelope_id: UUID | None, sight: Sight) -> list[tuple[Entry, list[Piece]]]:
    """The first log entries of an envelope, in pieces."""
    return [(entry, list(pieces(entry))) for entry in entries_of(envelope_id, sight)[:SHOWN]]
