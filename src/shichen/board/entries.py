"""The log as a reader asks for it: filters out of the address, fifty entries at a time, grouped by day and watch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Case, Count, Exists, F, Max, OuterRef, Prefetch, Q, When

from shichen.board import walking
from shichen.board.walking import holding, walk
from shichen.city.models import Body
from shichen.city.scope import Sight
from shichen.indicators.models import Figure, Use
from shichen.journal import pins, queries, updates
from shichen.journal.models import Column, Entry, EntryQuerySet, Mark, Shelf
from shichen.refusal import Refusal
from shichen.watches import WATCHES
from shichen.web import clock
from shichen.web.corrections import Door, Proposed

PAGE = 50
MOST_ROWS = 5000
LONGEST_SEARCH = 100
COUNTED = 1000  # entries that a page counts; beyond, it says that there are more
SYSTEM, PEOPLE, PINNED = "system", "people", "pinned"
OF_MARKS = (Mark.Kind.SIGNIFICANT, Mark.Kind.STRUCK, Mark.Kind.DUE)


@dataclass(frozen=True)
class Asked:
    """What an address asks of the log; an empty field asks for everything."""

    unit: str = ""
    column: str = ""
    topic: str = ""
    watch: str = ""
    q: str = ""
    day: date | None = None
    only: str = ""
    as_of: datetime | None = None
    before: UUID | None = None
    until: date | None = None

    @property
    def any(self) -> bool:
        return bool(self.unit or self.column or self.topic or self.watch or self.q or self.day or self.only)

    @property
    def newest(self) -> bool:
        """Whether the page begins with the last entry that there is: what comes next belongs on it."""
        return self.as_of is None and self.before is None and self.until is None

    def address(self, **changed: str) -> str:
        """The question as the part of an address after the question mark."""
        said = {
            "unit": self.unit,
            "column": self.column,
            "topic": self.topic,
            "watch": self.watch,
            "q": self.q,
            "day": self.day.isoformat() if self.day else "",
            "only": self.only,
            "as_of": self.as_of.isoformat() if self.as_of else "",
            **changed,
        }
        return urlencode({name: value for name, value in said.items() if value})


@dataclass(frozen=True)
class Group:
    """The entries of one watch of one page day, newest first."""

    day: date
    watch: str
    entries: list[Entry]
    first_of_day: bool


@dataclass(frozen=True)
class Page:
    """Fifty entries, the entry after which the next fifty begin, how many there are in all.

    `total` is None on later pages; with `more` there are at least as many. Where the log was longer than a page may take to
    read, `read_from` is the first day that was looked at.
    """

    groups: list[Group]
    after: Entry | None
    total: int | None
    more: bool = False
    read_from: date | None = None

    @property
    def unread(self) -> date | None:
        """The last day that was not looked at."""
        return self.read_from - timedelta(days=1) if self.read_from else None


@dataclass
class Choices:
    """What the filters offer: only units and topics that the reader's entries have."""

    units: list[Body] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)


def read(parameters: Mapping[str, str]) -> Asked:
    """The filters in an address. Only known columns, watches and days pass. Raises Refusal."""
    return Asked(
        unit=parameters.get("unit", "")[:60],
        column=_one_of(parameters.get("column", ""), Column.values, "栏目", "column"),
        topic=parameters.get("topic", "")[:24],
        watch=_one_of(parameters.get("watch", ""), WATCHES, "时辰", "watch"),
        q=_search(parameters.get("q", "")),
        day=_day(parameters.get("day", "")),
        only=_one_of(parameters.get("only", ""), (SYSTEM, PEOPLE, PINNED, *OF_MARKS), "类别", "only"),
        as_of=clock.parsed(parameters.get("as_of", "")),
        before=_id(parameters.get("before", "")),
        until=_day(parameters.get("until", "")),
    )


def listed(asked: Asked, sight: Sight, most: int) -> list[Entry]:
    """The first so many entries that the question asks for, newest first, however long that takes."""
    want = walking.Asked(_asked_for(asked, sight), asked.q, most, most, asked.day)
    return _shown(walk(want, _extent(asked), patient=True).keys, _known_by(asked))


def page(asked: Asked, sight: Sight) -> Page:
    """Fifty entries of what is asked for, from the newest or from where the reader goes on."""
    rows, until, extent = _asked_for(asked, sight), asked.until, _extent(asked)
    first = asked.before is None and until is None
    if asked.before is not None:
        rows, until = _after(rows, asked.before, sight)
    found = walk(walking.Asked(rows, asked.q, COUNTED + 1 if first else PAGE + 1, PAGE + 1, until), extent)
    shown = _shown(found.keys[:PAGE], _known_by(asked))
    full = len(found.keys) > PAGE
    return Page(
        _groups(shown),
        shown[-1] if full else None,
        min(len(found.keys), COUNTED) if first else None,
        more=not found.whole,
        read_from=found.stopped_at + timedelta(days=1) if found.stopped_at and not full else None,
    )


def counted(on: date, asked: Asked, sight: Sight) -> dict[str, int]:
    """How many entries of a day stand under each watch, as far as the reader's reach and the rest of the question go."""
    rows = _asked_for(replace(asked, day=on, watch=""), sight)
    printed = rows.annotate(printed=Case(When(slot="", then=F("watch")), default=F("slot")))
    return dict(printed.values_list("printed").annotate(n=Count("pk")))


def news(asked: Asked, sight: Sight, since: tuple[int, datetime | None]) -> int:
    """How many entries of what is asked for came after a page was drawn; at most so many as a page shows."""
    last, known = since
    later = Q(seq__gt=last) if known is None else Q(recorded_at__gt=known)
    return len(_asked_for(asked, sight).filter(later).values_list("seq", flat=True)[:PAGE])


def drawn() -> tuple[int, datetime | None]:
    """Up to where the log is drawn now: the last entry there is; in a replay, the moment it has come to."""
    return Entry.objects.aggregate(last=Max("seq"))["last"] or 0, clock.known_by()


def next_page(asked: Asked, found: Page) -> str:
    """The question for what comes after a page: from its last entry, or from the day that was not read; empty at the end."""
    if found.after is not None:
        return asked.address(before=str(found.after.id))
    return asked.address(until=found.unread.isoformat()) if found.unread else ""


def choices(sight: Sight) -> Choices:
    shelves = Shelf.objects.within(sight)
    units = Body.objects.filter(pk__in=shelves.values("unit")).order_by("name")
    return Choices(list(units), sorted(shelves.exclude(topic="").values_list("topic", flat=True).distinct()))


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
        "significant": any(mark.kind == Mark.Kind.SIGNIFICANT for mark in entry.marks.all()),
        "struck": struck is not None,
        "struck_reason": struck.reason if struck else "",
        "successor": str(struck.successor.id) if struck and struck.successor else None,
        "next_update": promised.isoformat() if (promised := due(entry)) else None,
        "followed_by": str(after.successor.id) if (after := followed_by(entry)) and after.successor else None,
        "envelope": str(entry.envelope) if entry.envelope else None,
        "figures": [_figure(use, entry) for use in entry.uses.all()],
    }


def _figure(use: Use, entry: Entry) -> dict[str, Any]:
    made = use.figure.correction
    named = "announces" if made is not None and made.is_told_by(entry) else "correction"
    mark = {named: made.number} if made is not None else {}
    return {"start": use.start, "end": use.end, "figure": str(use.figure_id), **mark}


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


def on_top(asked: Asked, sight: Sight) -> list[tuple[Entry, Mark]]:
    """The pinned entries with the mark that says by whom and when; on the first page of the whole log alone."""
    if asked.any or asked.before or asked.until:
        return []
    then = _known_by(asked)
    found = pins.pinned(sight, as_of=then)
    return [(entry, found[entry.pk]) for entry in _shown(list(found), then)]


def chosen(keys: list[int], as_of: datetime | None = None) -> list[Entry]:
    """The entries of these keys, in their order, with all that a page says of one, as it was known then."""
    return _shown(keys, as_of)


def proposed(entry: Entry) -> list[tuple[int, int, Door | Proposed]]:
    """The numbers of a duty note that were seen in it and stand in no ledger, outside the figures that it prints."""
    held = [(use.start, use.end) for use in entry.uses.all()]
    seen = entry.reading.spans if hasattr(entry, "reading") else []
    return [
        (start, end, Proposed(indicator))
        for start, end, indicator in seen
        if not any(start < until and begin < end for begin, until in held)
    ]


def _marked(entry: Entry, kind: str) -> Mark | None:
    return next((mark for mark in reversed(list(entry.marks.all())) if mark.kind == kind), None)


def _groups(entries: Iterable[Entry]) -> list[Group]:
    groups: list[Group] = []
    for (day, watch), rows in groupby(entries, key=lambda entry: (entry.page_day, entry.watch)):
        groups.append(Group(day, watch, list(rows), not groups or groups[-1].day != day))
    return groups


def _asked_for(asked: Asked, sight: Sight) -> EntryQuerySet:
    """The entries within reach that the question asks for, without an order."""
    rows = Entry.objects.within(sight).order_by()
    known = _known_by(asked)
    if known is not None:
        rows = rows.filter(recorded_at__lte=known)
    exact = {"unit": asked.unit, "column": asked.column, "topic": asked.topic, "page_day": asked.day}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if asked.watch:
        rows = rows.filter(Q(slot=asked.watch) | Q(slot="", watch=asked.watch))
    if asked.q:
        rows = rows.filter(holding(asked.q))
    if asked.only in (SYSTEM, PEOPLE):
        system = Q(kind=Entry.Kind.SYSTEM)
        rows = rows.filter(system if asked.only == SYSTEM else ~system)
    elif asked.only == PINNED:
        rows = rows.filter(pk__in=list(pins.pinned(sight, as_of=known)))
    elif asked.only == Mark.Kind.DUE:
        rows = rows.filter(Exists(updates.waiting(as_of=known).filter(entry=OuterRef("pk"))))
    elif asked.only:
        marks = Mark.objects.filter(entry=OuterRef("pk"), kind=asked.only)
        rows = rows.filter(Exists(marks if known is None else marks.filter(at__lte=known)))
    return rows


def _extent(asked: Asked) -> tuple[date, date] | None:
    """The page days among which to look."""
    if asked.day is not None:
        return asked.day, asked.day
    return queries.extent(as_of=_known_by(asked))


def _known_by(asked: Asked) -> datetime | None:
    """What was recorded later is left out: later than the moment asked for, or than the one a replay has come to."""
    known = clock.known_by()
    return min(asked.as_of, known) if asked.as_of and known else asked.as_of or known


def _shown(keys: list[int], as_of: datetime | None = None) -> list[Entry]:
    """The entries of these keys, in their order, with all that a page says of one, and no more; marks as known then."""
    figures = Prefetch("uses__figure", Figure.objects.only("pk", "successor"))
    marks = Mark.objects.select_related("successor")
    known = Prefetch("marks", marks if as_of is None else marks.filter(at__lte=as_of))
    rows = Entry.objects.defer("mac", "key_id", "act").select_related("unit", "reading").order_by()
    rows = rows.prefetch_related("uses", figures, known)
    held = {entry.pk: entry for at in range(0, len(keys), 500) for entry in rows.filter(pk__in=keys[at : at + 500])}
    return [held[key] for key in keys]


def _after(rows: EntryQuerySet, mark: UUID, sight: Sight) -> tuple[EntryQuerySet, date]:
    """What comes after an entry in the order of the page; one out of reach is no place to go on from."""
    last = Entry.objects.within(sight).filter(id=mark).first()
    if last is None:
        raise Refusal("翻页的起点不存在；请从第一页看起。", field="before")
    same_day, same_time = Q(page_day=last.page_day), Q(reported_at=last.reported_at)
    later = Q(page_day__lt=last.page_day) | same_day & Q(reported_at__lt=last.reported_at)
    return rows.filter(later | same_day & same_time & Q(seq__lt=last.seq)), last.page_day


def _one_of(text: str, allowed: Iterable[str], name: str, where: str) -> str:
    if text and text not in allowed:
        raise Refusal(f"没有这个{name}：「{text[:20]}」；请在列表中选。", field=where)
    return text


def _search(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_SEARCH or any(ord(char) < 32 for char in text):
        raise Refusal(f"搜索词最多 {LONGEST_SEARCH} 字，不含控制字符。", field="q")
    return text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal(f"日期「{text[:20]}」读不懂；请写成 2020-02-02。", field="day") from None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Refusal("翻页的起点读不懂；请从第一页看起。", field="before") from None
