"""An edition as the page that it fixes: the same day page or chronicle as the live one, with the words that were signed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from shichen import watches
from shichen.audit.context import known
from shichen.city.scope import Sight
from shichen.indicators.models import Figure
from shichen.journal.models import Entry
from shichen.publications import places
from shichen.publications.chronicle.telling import Chronicle, ChronicleDay, Narrowing, build
from shichen.publications.day import page as daypage
from shichen.publications.day.page import Cell, DayPage, Watch
from shichen.publications.editions import then
from shichen.publications.items import Bound, Item
from shichen.publications.models import Edition, Slot
from shichen.publications.rules import rules

Items = dict[str, tuple[Item, ...]]


def day_of(edition: Edition) -> DayPage:
    """The day page as this edition says it."""
    rule, held = rules().day, items_of(edition)
    rows = tuple(
        Watch(
            watch,
            watches.heading(watch, full=True),
            tuple(Cell(column, watch, held.get(places.cell(watch, column), ())) for column in rule.columns),
        )
        for watch in watches.WATCHES
    )
    return DayPage(edition.first, watches.whole(edition.first, watches.PAGE), rule, rows, None, True)


def chronicle_of(edition: Edition) -> Chronicle:
    """The chronicle as this edition says it."""
    held = items_of(edition)
    count = (edition.last - edition.first).days + 1
    dates = [edition.first + timedelta(days=n) for n in range(count)]
    days = tuple(ChronicleDay(on, held.get(on.isoformat(), ())) for on in dates)
    return Chronicle(edition.first, edition.last, rules().chronicle, days, None, True)


def known_at(edition: Edition, chronicle: Chronicle) -> datetime:
    """As of when an edition speaks: when its words were fixed, never before its last line came into the log."""
    lines = (item.entry.recorded_at for item in chronicle.items)
    return max([edition.reviewed_at or edition.made_at, *lines])


def items_of(edition: Edition) -> Items:
    """What stands at each place: of a draft as its editors left it, from the review on as it was fixed."""
    return _fixed(edition.content) if edition.content else _in_hand(edition)


def day(on: date, sight: Sight, *, as_of: datetime | None = None, live: bool = False) -> tuple[DayPage, Edition | None]:
    """The page of a day as readers see it: its released edition where there is one, else what the log gives now."""
    edition = None if live else current(Edition.Kind.DAY, on, on, as_of=as_of)
    return (day_of(edition), edition) if edition else (daypage.build(on, sight, as_of=as_of), None)


def span(
    first: date,
    last: date,
    sight: Sight,
    *,
    as_of: datetime | None = None,
    only: Narrowing | None = None,
    live: bool = False,
) -> tuple[Chronicle, Edition | None]:
    """The chronicle as readers see it: the released edition of exactly these dates, else what the log gives now.

    Raises Refusal for dates that make no span.
    """
    edition = None if live else current(Edition.Kind.CHRONICLE, first, last, as_of=as_of)
    if edition is not None:
        return chronicle_of(edition).only(only or Narrowing()), edition
    return build(first, last, sight, as_of=as_of, only=only), None


def current(kind: str, first: date, last: date, *, as_of: datetime | None = None) -> Edition | None:
    """The released edition that readers see, or saw at a moment: the latest that was not taken down."""
    same = Edition.objects.filter(kind=kind, first=first, last=last).order_by("-number")
    if as_of is None:
        return same.filter(state=Edition.State.RELEASED).first()
    standing = Q(withdrawn_at=None) | Q(withdrawn_at__gt=as_of)
    found = same.filter(standing, released_at__lte=as_of).first()
    return then.as_it_stood(found, Edition.State.RELEASED, as_of) if found is not None else None


def later(edition: Edition) -> Edition | None:
    """The released edition that took the place of one, if there is one."""
    newest = current(edition.kind, edition.first, edition.last, as_of=known())
    return newest if newest is not None and newest.number > edition.number else None


def in_hand(kind: str, first: date, last: date) -> Edition | None:
    """The edition that is being put together, if there is one."""
    held = [Edition.State.DRAFT, Edition.State.REVIEWED, Edition.State.APPROVED]
    return Edition.objects.filter(kind=kind, first=first, last=last, state__in=held).first()


def items_in(slot: Slot) -> tuple[Item, ...]:
    """The passages of one place of a draft."""
    return tuple(
        Item(
            passage.entry,
            tuple(Bound(one.figure, one.start, one.end) for one in passage.bindings.all()),
            tuple(passage.kinds),
            passage.key_phrase,
            passage.note,
            passage.text,
        )
        for passage in slot.passages.all()
    )


def _in_hand(edition: Edition) -> Items:
    slots = edition.slots.prefetch_related(
        "passages__entry__unit",
        "passages__bindings__figure__area",
        "passages__bindings__figure__reporter",
        "passages__bindings__figure__definition",
    )
    return {slot.place: items_in(slot) for slot in slots}


def _fixed(content: dict[str, Any]) -> Items:
    figures = {str(one.pk): one for one in _figures(content)}
    entries = {str(one.id): one for one in _entries(content)}
    return {
        row["place"]: tuple(_item(passage, figures, entries) for passage in row["passages"])
        for row in content["places"]
    }


def _item(passage: dict[str, Any], figures: dict[str, Figure], entries: dict[str, Entry]) -> Item:
    return Item(
        entries[passage["entry"]],
        tuple(Bound(figures[figure], start, end) for start, end, figure in passage["spans"]),
        tuple(passage["kinds"]),
        passage["key_phrase"],
        passage["note"],
        passage["text"],
    )


def _figures(content: dict[str, Any]) -> list[Figure]:
    ids = [UUID(one) for one in content["figures"]]
    return list(Figure.objects.filter(pk__in=ids).select_related("area", "reporter", "definition", "statement"))


def _entries(content: dict[str, Any]) -> list[Entry]:
    ids = {UUID(passage["entry"]) for row in content["places"] for passage in row["passages"]}
    return list(Entry.objects.filter(id__in=ids).select_related("unit", "area").prefetch_related("marks"))
