"""The log as a reader asks for it: filters out of the address, fifty entries at a time, grouped by day and watch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, When

from shichen.batches import batches
from shichen.board import telling, topics, walking
from shichen.board.asked import PEOPLE, PINNED, SYSTEM, Asked
from shichen.board.walking import holding, walk
from shichen.city import queries as city
from shichen.city.models import Body
from shichen.city.scope import Sight
from shichen.journal import pins, queries, updates
from shichen.journal.models import Entry, EntryQuerySet, Mark, Shelf
from shichen.refusal import Refusal
from shichen.web import clock

PAGE = 50
MOST_ROWS = 5000
COUNTED = 1000  # entries that a page counts; beyond, it says that there are more


@dataclass(frozen=True)
class Group:
    """The entries of one watch of one page day, newest first; without a watch, those told after that day had closed."""

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
    topics: list[tuple[str, str]] = field(default_factory=list)


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
    found = shelves.exclude(topic="").values_list("topic", flat=True).distinct()
    return Choices(list(units), [(topic, topics.called(topic)) for topic in sorted(found)])


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


def _groups(entries: Iterable[Entry]) -> list[Group]:
    groups: list[Group] = []
    for (day, watch), rows in groupby(entries, key=lambda entry: (entry.page_day, _heading(entry))):
        groups.append(Group(day, watch, list(rows), not groups or groups[-1].day != day))
    return groups


def _heading(entry: Entry) -> str:
    """The watch under whose heading an entry stands; what came later stands above the day, in the order it came."""
    return "" if telling.told_later(entry) else entry.watch


def _asked_for(asked: Asked, sight: Sight) -> EntryQuerySet:
    """The entries within reach that the question asks for, without an order."""
    rows = Entry.objects.within(sight).order_by()
    known = _known_by(asked)
    if known is not None:
        rows = rows.filter(recorded_at__lte=known)
    if asked.unit:
        rows = rows.filter(unit__in=city.members([asked.unit])[asked.unit])
    exact = {"column": asked.column, "topic": asked.topic, "page_day": asked.day}
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
    rows = Entry.objects.defer("mac", "key_id", "act").select_related("unit", "reading").order_by()
    rows = rows.prefetch_related(*telling.fetched(as_of))
    held = {entry.pk: entry for some in batches(keys) for entry in rows.filter(pk__in=some)}
    return [held[key] for key in keys]


def _after(rows: EntryQuerySet, mark: UUID, sight: Sight) -> tuple[EntryQuerySet, date]:
    """What comes after an entry in the order of the page; one out of reach is no place to go on from."""
    last = Entry.objects.within(sight).filter(id=mark).first()
    if last is None:
        raise Refusal("翻页的起点不存在；请从第一页看起。", field="before")
    same_day, same_time = Q(page_day=last.page_day), Q(reported_at=last.reported_at)
    later = Q(page_day__lt=last.page_day) | same_day & Q(reported_at__lt=last.reported_at)
    return rows.filter(later | same_day & same_time & Q(seq__lt=last.seq)), last.page_day
