"""Acts of the log: write an entry, mark it, strike it. Nothing in the log is changed or taken out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, transaction

from shichen import watches
from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.models import Account, Area, Body, Event
from shichen.journal import grams
from shichen.journal.models import Entry, Mark, Shelf
from shichen.refusal import Refusal

KEY = audit.KEY
LONGEST, LONGEST_REASON = 20_000, 200


@dataclass(frozen=True)
class Said:
    """What an entry says and where it belongs; times that are not known stay empty."""

    text: str
    unit: Body
    area: Area
    event: Event
    kind: str = Entry.Kind.NOTE
    topic: str = ""
    column: str = ""
    slot: str = ""
    page_day: date | None = None
    unit_text: str = ""
    occurred_from: datetime | None = None
    occurred_to: datetime | None = None
    reported_at: datetime | None = None
    envelope: UUID | None = None
    act: str = ""


class Placed(Protocol):
    """Whatever belongs to a unit, an area and an event: a record, a report that came in."""

    @property
    def unit(self) -> Body: ...

    @property
    def area(self) -> Area: ...

    @property
    def event(self) -> Event: ...


def about(one: Placed, text: str, **more: Any) -> Said:
    """What is said of something, where it belongs; `more` are further parts of what is said, or others than its own."""
    return Said(text, **({"unit": one.unit, "area": one.area, "event": one.event} | more))


def note(one: Placed, text: str, topic: str, act: str, *, by: Account, **more: Any) -> Entry:
    """Write what was done to something, in one line that speaks of no figure. Raises Refusal."""
    return write(about(one, plain(text), **({"kind": Entry.Kind.ACT, "topic": topic, "act": act} | more)), by=by)


@transaction.atomic
def write(said: Said, *, by: Account, at: datetime | None = None) -> Entry:
    """Add an entry to the log, in the transaction of the act it speaks of. Raises Refusal.

    One that came after the page day it belongs to had closed is filed under the watch that prints it.
    """
    at = at or now()
    text = said.text.strip()
    _must_be_sayable(text)
    reported = said.reported_at or at
    page_day = said.page_day or watches.page_day(reported)
    watch = said.slot if said.slot and page_day != watches.page_day(reported) else watches.name(reported)
    entry = Entry(
        event=said.event,
        unit=said.unit,
        unit_text=said.unit_text or said.unit.name_on(page_day),
        area=said.area,
        area_path=said.area.path,
        kind=said.kind,
        topic=said.topic,
        text=text,
        column=said.column,
        slot=said.slot,
        page_day=page_day,
        watch=watch,
        number=_next_number(page_day, watch),
        occurred_from=said.occurred_from,
        occurred_to=said.occurred_to,
        reported_at=reported,
        recorded_at=at,
        envelope=said.envelope,
        act=said.act,
        author=by,
        key_id=KEY,
    )
    entry.mac = mac_of(entry)
    entry.save(force_insert=True)
    audit.seal("journal.entry", entry.id, entry.mac)
    _kept_beside(entry)
    return entry


@transaction.atomic
def mark(
    entry: Entry,
    kind: str,
    *,
    detail: str = "",
    key_phrase: str = "",
    reason: str = "",
    successor: Entry | None = None,
    by: Account,
    at: datetime | None = None,
) -> Mark:
    """Judge an entry: significant, adopted for a page, on top, to be gone on with; the log itself stays as it is."""
    said = {"detail": detail, "key_phrase": key_phrase, "reason": reason, "successor": successor}
    return Mark.objects.create(entry=entry, kind=kind, **said, at=at or now(), by=by)


@transaction.atomic
def strike(entry: Entry, reason: str, *, successor: Entry | None = None, by: Account) -> Mark:
    """Strike an entry out, for a reason; what it said stays readable. Raises Refusal."""
    if not reason.strip():
        raise Refusal("划去一条记录要写明理由。", field="reason")
    if len(reason.strip()) > LONGEST_REASON:
        raise Refusal(f"理由最多 {LONGEST_REASON} 字，现有 {len(reason.strip())} 字。", field="reason")
    if entry.marks.filter(kind=Mark.Kind.STRUCK).exists():
        raise Refusal(f"{entry.label} 已被划去。")
    audit.note("strike", table="journal.entry", subject=entry.id, unit=entry.unit_id, reason=reason, by=by)
    return Mark.objects.create(
        entry=entry, kind=Mark.Kind.STRUCK, reason=reason.strip(), successor=successor, at=now(), by=by
    )


def plain(text: str) -> str:
    """A text as it can stand in a template of the log: its braces are nobody's slots, for slots are those of figures."""
    return text.replace("{", "（").replace("}", "）")


def mac_of(entry: Entry) -> str:
    """The keyed digest of everything an entry says."""
    return audit.mac_of_row(entry, entry.key_id, besides={"seq", "mac"})


def _kept_beside(entry: Entry) -> None:
    """What readers find the entry by."""
    shelf = Shelf(unit_id=entry.unit_id, event_id=entry.event_id, area_path=entry.area_path, topic=entry.topic)
    Shelf.objects.bulk_create([shelf], ignore_conflicts=True)
    grams.add(entry)


def _must_be_sayable(text: str) -> None:
    if not text:
        raise Refusal("记录内容是空的；请写明何事。", field="text")
    if len(text) > LONGEST:
        raise Refusal(f"一条记录最多 {LONGEST} 字，现有 {len(text)} 字；请分条记录。", field="text")
    if any((ord(char) < 32 and char not in "\n\t") or 0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise Refusal("记录内容含有控制字符或残缺字符；请删去后再提交。", field="text")


def _next_number(page_day: date, watch: str) -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)",
                [7_100_613, page_day.toordinal() * 12 + watches.WATCHES.index(watch)],
            )
    last = (
        Entry.objects.filter(page_day=page_day, watch=watch)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return (last or 0) + 1
