"""What is told of one entry of the log: struck, gone on with, due; the numbers proposed in it; the entry as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse

from shichen import watches
from shichen.board.models import Sighting
from shichen.city.scope import Sight
from shichen.indicators.models import Figure, Use
from shichen.journal import updates
from shichen.journal.models import Entry, Mark
from shichen.web.corrections import Door, Proposed, door


@dataclass(frozen=True)
class Takes:
    """Which numbers of the log a reader may take (采数), and to which page they come back from it."""

    reach: Sight
    back: str = ""

    def address(self, entry: Entry, start: int, end: int) -> str:
        """Where a number of an entry is taken; nowhere out of reach, or where the entry no longer stands."""
        reached = self.reach.covers(unit=entry.unit_id, path=entry.area_path, event=entry.event_id)
        if not reached or struck_by(entry):
            return ""
        return reverse("log-number", args=[entry.id, start, end]) + (f"?back={self.back}" if self.back else "")


def fetched(as_of: datetime | None = None) -> list[Prefetch[Any]]:
    """What `held` asks for, fetched for many entries at once; marks as known then.

    Each as a list of its own: Django would make a query set anew for every entry and relation, a fifth of the log's page.
    """
    marks = Mark.objects.select_related("successor")
    figures = Prefetch("figure", Figure.objects.only("pk", "successor"))
    return [
        Prefetch("marks", marks if as_of is None else marks.filter(at__lte=as_of), to_attr="held_marks"),
        Prefetch("uses", Use.objects.prefetch_related(figures), to_attr="held_uses"),
        Prefetch("sightings", Sighting.objects.all(), to_attr="held_sightings"),
    ]


def held(entry: Entry, name: str) -> list[Any]:
    """The marks, uses or sightings of an entry: those fetched beforehand, else asked for now."""
    found = getattr(entry, f"held_{name}", None)
    return list(getattr(entry, name).all()) if found is None else found


def told_later(entry: Entry) -> bool:
    """Whether an entry came after the page day it belongs to had closed."""
    return watches.page_day(entry.reported_at) != entry.page_day


def struck_by(entry: Entry) -> Mark | None:
    """The mark that strikes an entry out, if one does."""
    return _marked(entry, Mark.Kind.STRUCK)


def followed_by(entry: Entry) -> Mark | None:
    """The last mark that says by which entry this one is gone on with (后续)."""
    return _marked(entry, Mark.Kind.UPDATED)


def due(entry: Entry) -> datetime | None:
    """When the next update of an entry is due, while it is neither struck nor gone on with."""
    promise = _marked(entry, Mark.Kind.DUE)
    return None if promise is None or struck_by(entry) or followed_by(entry) else updates.due_of(promise)


def significant(entry: Entry) -> bool:
    return any(mark.kind == Mark.Kind.SIGNIFICANT for mark in held(entry, "marks"))


def spans(entry: Entry, takes: Takes | None = None) -> list[tuple[int, int, Door | Proposed]]:
    """The figures that an entry prints, and the numbers in it that might be some; each leads to where `takes` may take it."""
    printed: list[tuple[int, int, Door | Proposed]] = [
        (use.start, use.end, door(use.figure, entry)) for use in held(entry, "uses")
    ]
    return printed + proposed(entry, takes)


def proposed(entry: Entry, takes: Takes | None = None) -> list[tuple[int, int, Door | Proposed]]:
    """The numbers of a duty note that were seen in it and decided by nobody, outside the figures that it prints."""
    taken = [(use.start, use.end) for use in held(entry, "uses")]
    taken += [(number.start, number.end) for number in held(entry, "sightings")]
    seen = entry.reading.spans if hasattr(entry, "reading") else []
    return [
        (start, end, Proposed(indicator, takes.address(entry, start, end) if takes else ""))
        for start, end, indicator in seen
        if not any(start < until and begin < end for begin, until in taken)
    ]


def as_row(entry: Entry) -> dict[str, Any]:
    """An entry as the siblings of the page give it away: no account, only units."""
    struck = struck_by(entry)
    return {
        "id": str(entry.id),
        "label": entry.label,
        "page_day": entry.page_day.isoformat(),
        "watch": entry.watch,
        "printed_watch": entry.printed_watch,
        "reported_at": entry.reported_at.isoformat(),
        "recorded_at": entry.recorded_at.isoformat(),
        "occurred_from": entry.occurred_from.isoformat() if entry.occurred_from else None,
        "kind": entry.kind,
        "topic": entry.topic,
        "column": entry.column,
        "unit": entry.unit_id,
        "unit_text": entry.unit_text,
        "area": entry.area_id,
        "text": entry.text,
        "significant": significant(entry),
        "struck": struck is not None,
        "struck_reason": struck.reason if struck else "",
        "successor": str(struck.successor.id) if struck and struck.successor else None,
        "next_update": promised.isoformat() if (promised := due(entry)) else None,
        "followed_by": str(after.successor.id) if (after := followed_by(entry)) and after.successor else None,
        "envelope": str(entry.envelope) if entry.envelope else None,
        "figures": [_figure(use, entry) for use in held(entry, "uses")],
    }


def _marked(entry: Entry, kind: str) -> Mark | None:
    return next((mark for mark in reversed(held(entry, "marks")) if mark.kind == kind), None)


def _figure(use: Use, entry: Entry) -> dict[str, Any]:
    made = use.figure.correction
    named = "announces" if made is not None and made.is_told_by(entry) else "correction"
    mark = {named: made.number} if made is not None else {}
    return {"start": use.start, "end": use.end, "figure": str(use.figure_id), **mark}
