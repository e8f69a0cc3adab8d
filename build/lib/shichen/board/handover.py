"""Handing the watch over (交接班): what stands open, signed by who leaves, taken by who comes; each an act of the log."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from shichen import watches
from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.board import promised
from shichen.board.duties import Duties, nudges
from shichen.board.models import Handover
from shichen.board.moment import Moment
from shichen.city import queries as city
from shichen.city.models import Account
from shichen.city.queries import Standing
from shichen.city.scope import Sight
from shichen.journal import pins, updates
from shichen.journal import services as journal
from shichen.journal.models import Column, Entry, Mark
from shichen.journal.services import Said
from shichen.refusal import Refusal

MOST = 100
LAST, WATCH = "last", "watch"
HOURS = {"8": 8, "12": 12, "24": 24}
SPANS = (WATCH, *HOURS)
LONGEST = timedelta(hours=24)  # a hand-over further back is no beginning of this watch


@dataclass(frozen=True)
class Span:
    """The time that is handed over."""

    since: datetime
    until: datetime


def span_of(asked: str, at: datetime, last: Handover | None) -> Span:
    """What an address asks to hand over: since the last hand-over, the watch at hand with the one before it, or some hours."""
    if asked in HOURS:
        return Span(at - timedelta(hours=HOURS[asked]), at)
    if asked != WATCH and last is not None and at - LONGEST <= last.until < at:
        return Span(last.until, at)
    over = watches.slot(at - timedelta(hours=2), watches.Day.PAGE)
    return Span(watches.bounds(over.date, over.label, watches.Day.PAGE).start, at)


def last_of(unit: str, *, before: datetime | None = None) -> Handover | None:
    """The last hand-over of a unit, taken or not."""
    rows = Handover.objects.filter(unit=unit)
    return (rows if before is None else rows.filter(signed_at__lte=before)).order_by("-signed_at").first()


def open_at(span: Span, sight: Sight, *, as_of: datetime | None = None) -> dict[str, Any]:
    """What stands open at the end of a time, within reach, as plain data: promises, what is owed, pins, what mattered."""
    moment = Moment(span.until, city.the_city(), city.the_event(), as_of)
    within = Entry.objects.within(sight).order_by()
    waiting = updates.waiting(as_of=as_of).filter(entry__in=within, entry__reported_at__lte=span.until)
    told = within.filter(reported_at__gt=span.since, reported_at__lte=span.until)
    if as_of is not None:
        told = told.filter(recorded_at__lte=as_of)
    marks = Mark.objects.filter(kind=Mark.Kind.SIGNIFICANT, entry__in=told.standing(as_of))
    marks = marks if as_of is None else marks.filter(at__lte=as_of)
    significant = marks.values_list("entry", flat=True).distinct()
    return {
        "updates": [promised.row(mark) for mark in waiting[:MOST]],
        "missing": [row for row in Duties(moment).rows() if _reaches(sight, row["unit"], moment)],
        "nudged": nudges(moment),
        "pinned": list(pins.pinned(sight, as_of=as_of)),
        "significant": list(significant.order_by("entry__page_day", "entry__reported_at", "entry")[:MOST]),
        "told": told.exclude(kind=Entry.Kind.SYSTEM).count(),
    }


@transaction.atomic
def sign(span: Span, sight: Sight, note: str, *, at: datetime, by: Account) -> Handover:
    """Hand a watch over (交班): what stands open is kept as it is, and told in the log. Raises Refusal."""
    acting = _standing(by, at)
    note = note.strip()
    if len(note) > 400:
        raise Refusal(f"交班说明最多 400 字，现有 {len(note)} 字。", field="note")
    content = open_at(span, sight)
    entry = journal.write(_said(acting, f"交班：{_counts(span, content)}待接班。{note}", "hand_over", at), by=by)
    signed = Handover.objects.create(
        unit=acting.unit,
        area=acting.area,
        event=acting.event,
        since=span.since,
        until=span.until,
        content=content,
        digest=digest(content),
        note=note,
        signed_by=by,
        signed_at=now(),
        signed_entry=entry,
    )
    _noted("hand_over", signed, by)
    return signed


@transaction.atomic
def take(signed: Handover, *, at: datetime, by: Account) -> Handover:
    """Take a watch that was handed over (接班). Raises Refusal for who signed it, a second time, and one that is not the last."""
    held = Handover.objects.select_for_update().get(pk=signed.pk)
    if held.taken_by_id is not None:
        raise Refusal("这一班已有人接。", rule="先到先办")
    if held.signed_by_id == by.pk:
        raise Refusal("交班和接班应是两个人；请由接班的人用自己的账号接。", rule="交接双签")
    last = last_of(held.unit_id)
    if last is not None and last.pk != held.pk:
        raise Refusal("后来又交过一班；请接最近的一班。")
    acting = _standing(by, at)
    if acting.unit.pk != held.unit_id:
        raise Refusal("这一班由别的单位交出；请由本单位的人接。", rule="交接双签")
    text = f"接班：接{held.signed_entry.label}所交，{_counts(Span(held.since, held.until), held.content)}已阅。"
    held.taken_entry = journal.write(_said(acting, text, "take_over", at), by=by)
    held.taken_by, held.taken_at = by, now()
    held.save(update_fields=["taken_by", "taken_at", "taken_entry"])
    _noted("take_over", held, by)
    return held


def digest(content: dict[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _counts(span: Span, content: dict[str, Any]) -> str:
    since, until = watches.local(span.since), watches.local(span.until)
    hours = f"{since.month}月{since.day}日{since:%H:%M}至{until.month}月{until.day}日{until:%H:%M}"
    counted = (("updates", "待更新"), ("missing", "缺报与到期"), ("pinned", "置顶"), ("significant", "重要"))
    return f"{hours}，{'、'.join(f'{name}{len(content[key])}项' for key, name in counted)}，"


def _said(acting: Standing, text: str, act: str, at: datetime) -> Said:
    return Said(
        text=text,
        unit=acting.unit,
        area=acting.area,
        event=acting.event,
        kind=Entry.Kind.ACT,
        column=Column.COMMAND,
        reported_at=at,
        act=act,
    )


def _standing(by: Account, at: datetime) -> Standing:
    found = city.standing_of(by, "note", at=at)
    if found is None:
        raise Refusal("您的角色不能记入日志，因此不能交接班。")
    return found


def _noted(action: str, handover: Handover, by: Account) -> None:
    audit.note(
        action,
        table="board.handover",
        subject=handover.pk,
        unit=handover.unit_id,
        area=handover.area_id,
        after=audit.keyed_digest(handover.digest),
        by=by,
    )


def _reaches(sight: Sight, unit: str, moment: Moment) -> bool:
    return sight.covers(unit=unit, path=moment.area.path, event=moment.event.pk)
