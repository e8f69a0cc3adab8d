"""Acts on the log at the desk: write a duty note, judge an entry important, correct it by another, strike it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from shichen import watches
from shichen.board import attachments
from shichen.board.attachments import File
from shichen.city import queries as city
from shichen.city.models import Account
from shichen.journal import services as journal
from shichen.journal import updates
from shichen.journal.models import Column, Entry, Mark
from shichen.journal.services import Said
from shichen.refusal import Refusal

SKEW = timedelta(minutes=5)
FOR_THE_PAGE = "day_page"


@dataclass(frozen=True)
class Note:
    """What a duty officer writes down: what, in which column, when it happened, whether it matters (重要).

    `next_update` promises more by then; `follows` is the entry that this one goes on from (后续).
    """

    text: str
    column: str = ""
    occurred_at: datetime | None = None
    significant: bool = False
    next_update: datetime | None = None
    follows: Entry | None = None
    attachment: File | None = None


@transaction.atomic
def write(note: Note, *, at: datetime, by: Account) -> Entry:
    """Add a duty note (值班记事) in the name of one's unit. Raises Refusal."""
    standing = city.standing_of(by, "note", at=at)
    if standing is None:
        raise Refusal("您的角色不能记入日志。")
    occurred = note.occurred_at or at
    if watches.instant(occurred) > watches.instant(at) + SKEW:
        raise Refusal("所填时间还没有到；请改成已发生的时间。", field="occurred_at")
    said = Said(
        text=note.text,
        unit=standing.unit,
        area=standing.area,
        event=standing.event,
        kind=Entry.Kind.NOTE,
        column=_column(note.column),
        slot=_slot(occurred, at),
        occurred_from=occurred,
        reported_at=at,
        envelope=attachments.keep(note.attachment, standing, at=at, by=by).id if note.attachment else None,
        act="note",
    )
    entry = journal.write(said, by=by)
    if note.significant:
        mark_significant(entry, reason=gettext_noop("记录人标为重要"), by=by)
    if note.follows is not None:
        updates.follow(note.follows, entry, by=by)
    if note.next_update is not None:
        updates.promise(entry, note.next_update, at=at, by=by)
    return entry


@transaction.atomic
def mark_significant(entry: Entry, *, reason: str, by: Account) -> Mark:
    """Judge an entry important; one with a column becomes a candidate for the day page. Raises Refusal."""
    if entry.marks.filter(kind=Mark.Kind.SIGNIFICANT, detail=FOR_THE_PAGE).exists():
        raise Refusal(f"{entry.label} 已标为重要。")
    return journal.mark(entry, Mark.Kind.SIGNIFICANT, detail=FOR_THE_PAGE, reason=reason[:200], by=by)


@transaction.atomic
def correct(entry: Entry, text: str, reason: str, *, at: datetime, by: Account) -> Entry:
    """Say it otherwise: a new entry, and the old one struck with a link forward (更正). Raises Refusal."""
    if text.strip() == entry.text.strip():
        raise Refusal("更正与原记录相同；未作任何改动。", field="text")
    said = Said(
        text=text,
        unit=entry.unit,
        unit_text=entry.unit_text,
        area=entry.area,
        event=entry.event,
        kind=entry.kind,
        topic=entry.topic,
        column=entry.column,
        slot=entry.printed_watch,
        page_day=entry.page_day,
        occurred_from=entry.occurred_from,
        occurred_to=entry.occurred_to,
        reported_at=at,
        envelope=entry.envelope if attachments.of(entry) else None,
        act="correct",
    )
    successor = journal.write(said, by=by)
    journal.strike(entry, reason, successor=successor, by=by)
    return successor


def _column(name: str) -> str:
    if name and name not in Column.values:
        raise Refusal("没有这个栏目；请在四个栏目中选，或留空。", field="column")
    return name


def _slot(occurred: datetime, at: datetime) -> str:
    """The watch it happened in, where that is another than the one it was told in, on the same page."""
    told = watches.slot(at, watches.Day.PAGE)
    happened = watches.slot(occurred, watches.Day.PAGE)
    return happened.label if happened.date == told.date and happened.label != told.label else ""
