"""The log as the board shows it: its last entries, and what each watch of the day holds."""

from __future__ import annotations

from typing import Any

from shichen import watches
from shichen.board.moment import Moment
from shichen.journal.models import Entry, EntryQuerySet, Mark
from shichen.watches import WATCHES, Day

LAST = 8
HEADLINE = 28
ON_CURVE = ("response_level", "order", "first")
MOST_ON_CURVE = 6


def known_entries(moment: Moment) -> EntryQuerySet:
    """The entries reported by the moment, as far as they were recorded by then; what the system notes stays aside."""
    rows = Entry.objects.filter(reported_at__lte=moment.at, event=moment.event).exclude(kind=Entry.Kind.SYSTEM)
    rows = rows.filter(area_path__startswith=moment.area.path) | rows.filter(area_path=_above(moment))
    return rows if moment.as_of is None else rows.filter(recorded_at__lte=moment.as_of)


def last(moment: Moment) -> list[dict[str, Any]]:
    rows = (
        known_entries(moment).select_related("unit").prefetch_related("marks", "uses").order_by("-reported_at", "-seq")
    )
    return [line(entry) for entry in rows[:LAST]]


def line(entry: Entry) -> dict[str, Any]:
    """An entry as plain data: what it says, and which of its characters are figures."""
    kinds = {mark.kind for mark in entry.marks.all()}
    return {
        "id": str(entry.pk and entry.id),
        "label": entry.label,
        "at": entry.reported_at.isoformat(),
        "unit": entry.unit_id,
        "path": entry.area_path,
        "event": entry.event_id,
        "who": entry.unit_text,
        "who_en": entry.unit.name_en,
        "column": entry.column,
        "text": entry.text,
        "significant": Mark.Kind.SIGNIFICANT in kinds,
        "struck": Mark.Kind.STRUCK in kinds,
        "spans": [[use.start, use.end, str(use.figure_id)] for use in entry.uses.all()],
    }


def strip(moment: Moment) -> list[dict[str, Any]]:
    """The twelve watches of the page day: how many entries stand under each, and the first significant one."""
    rows = known_entries(moment).filter(page_day=moment.page_day).standing().prefetch_related("marks").order_by("seq")
    by_watch: dict[str, list[Entry]] = {watch: [] for watch in WATCHES}
    for entry in rows:
        by_watch[entry.printed_watch].append(entry)
    return [_cell(watch, entries, moment) for watch, entries in by_watch.items()]


def events(moment: Moment) -> list[list[str]]:
    """What is written above the curve: days on which something began that the chronicle keeps."""
    marks = Mark.objects.filter(
        kind=Mark.Kind.SIGNIFICANT, detail__in=ON_CURVE, entry__in=known_entries(moment).standing()
    ).exclude(key_phrase="")
    ranked = sorted(marks.select_related("entry"), key=lambda mark: (ON_CURVE.index(mark.detail), -mark.entry.seq))
    chosen = sorted(ranked[:MOST_ON_CURVE], key=lambda mark: mark.entry.seq)
    return [[mark.entry.page_day.isoformat(), mark.key_phrase] for mark in chosen]


def response_level(moment: Moment) -> dict[str, Any] | None:
    """The response level in force and the day it was declared, as the log has it."""
    mark = (
        Mark.objects.filter(
            kind=Mark.Kind.SIGNIFICANT, detail="response_level", entry__in=known_entries(moment).standing()
        )
        .select_related("entry")
        .order_by("-entry__page_day", "-entry__seq")
        .first()
    )
    if mark is None:
        return None
    return {"level": mark.key_phrase or mark.entry.text[:8], "day": (moment.today - mark.entry.page_day).days + 1}


def _cell(watch: str, entries: list[Entry], moment: Moment) -> dict[str, Any]:
    period = watches.bounds(moment.page_day, watch, Day.PAGE)
    first = next((entry for entry in entries if entry.column and entry.marks.all()), entries[0] if entries else None)
    return {
        "watch": watch,
        "from": period.start.isoformat(),
        "until": period.end.isoformat(),
        "count": len(entries),
        "headline": _short(first.text) if first else "",
        "units": sorted({entry.unit_id for entry in entries}),
    }


def _short(text: str) -> str:
    return text if len(text) <= HEADLINE else text[: HEADLINE - 1] + "…"


def _above(moment: Moment) -> str:
    """The path of the area that the city lies in: what a province orders is told in the city's log too."""
    return moment.area.path.rsplit("/", 2)[0] + "/"
