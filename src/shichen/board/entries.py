"""The log as a reader asks for it: filters out of the address, fifty entries at a time, grouped by day and watch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q

from shichen.city.models import Body
from shichen.city.scope import Sight
from shichen.journal import queries
from shichen.journal.models import Column, Entry, EntryQuerySet, Mark
from shichen.refusal import Refusal
from shichen.watches import WATCHES
from shichen.web import clock

PAGE = 50
MOST_ROWS = 5000
LONGEST_SEARCH = 100
ORDER = ("-page_day", "-reported_at", "-seq")
SYSTEM, PEOPLE = "system", "people"


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

    @property
    def any(self) -> bool:
        return bool(self.unit or self.column or self.topic or self.watch or self.q or self.day or self.only)

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
    """Fifty entries, and the entry after which the next fifty begin."""

    groups: list[Group]
    after: Entry | None
    total: int


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
        only=_one_of(
            parameters.get("only", ""), (SYSTEM, PEOPLE, Mark.Kind.SIGNIFICANT, Mark.Kind.STRUCK), "类别", "only"
        ),
        as_of=clock.parsed(parameters.get("as_of", "")),
        before=_id(parameters.get("before", "")),
    )


def found(asked: Asked, sight: Sight) -> EntryQuerySet:
    """The entries within reach that the question asks for, newest first."""
    rows = queries.seen(sight, as_of=asked.as_of).prefetch_related("uses", "marks__successor", "marks__by")
    exact = {"unit": asked.unit, "column": asked.column, "topic": asked.topic, "page_day": asked.day}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if asked.watch:
        rows = rows.filter(Q(slot=asked.watch) | Q(slot="", watch=asked.watch))
    if asked.q:
        rows = rows.filter(Q(text__icontains=asked.q) | Q(unit_text__icontains=asked.q))
    if asked.only in (SYSTEM, PEOPLE):
        system = Q(kind=Entry.Kind.SYSTEM)
        rows = rows.filter(system if asked.only == SYSTEM else ~system)
    elif asked.only:
        rows = rows.filter(pk__in=Mark.objects.filter(kind=asked.only).values("entry"))
    return rows.order_by(*ORDER)


def page(asked: Asked, sight: Sight) -> Page:
    rows = found(asked, sight)
    total = rows.count()
    if asked.before is not None:
        rows = _after(rows, asked.before, sight)
    entries = list(rows[: PAGE + 1])
    shown = entries[:PAGE]
    return Page(_groups(shown), shown[-1] if len(entries) > PAGE else None, total)


def choices(sight: Sight) -> Choices:
    rows = Entry.objects.within(sight).order_by()
    units = Body.objects.filter(pk__in=rows.values("unit")).order_by("name")
    return Choices(list(units), sorted(rows.exclude(topic="").values_list("topic", flat=True).distinct()))


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
        "envelope": str(entry.envelope) if entry.envelope else None,
        "figures": [{"start": use.start, "end": use.end, "figure": str(use.figure_id)} for use in entry.uses.all()],
    }


def struck_by(entry: Entry) -> Mark | None:
    """The mark that strikes an entry out, if one does."""
    return next((mark for mark in entry.marks.all() if mark.kind == Mark.Kind.STRUCK), None)


def _groups(entries: Iterable[Entry]) -> list[Group]:
    groups: list[Group] = []
    for (day, watch), rows in groupby(entries, key=lambda entry: (entry.page_day, entry.watch)):
        groups.append(Group(day, watch, list(rows), not groups or groups[-1].day != day))
    return groups


def _after(rows: EntryQuerySet, mark: UUID, sight: Sight) -> EntryQuerySet:
    """What comes after an entry in the order of the page; one out of reach is no place to go on from."""
    last = Entry.objects.within(sight).filter(id=mark).first()
    if last is None:
        raise Refusal("翻页的起点不存在；请从第一页看起。", field="before")
    same_day, same_time = Q(page_day=last.page_day), Q(reported_at=last.reported_at)
    later = Q(page_day__lt=last.page_day) | same_day & Q(reported_at__lt=last.reported_at)
    return rows.filter(later | same_day & same_time & Q(seq__lt=last.seq))


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
