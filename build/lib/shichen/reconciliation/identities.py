"""Checks of names and seats: two holders of one seat, one body under two names, one disease under several, printed hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from shichen.city.models import Body, Event, Holder
from shichen.journal.models import Entry
from shichen.reconciliation.checks import Finding, Side, check


@check
def single_seats() -> Iterator[Finding]:
    """一时一人的职位，同日不应有两人。"""
    holders = (
        Holder.objects.filter(seat__single=True).select_related("seat__body").order_by("seat", "valid_from", "person")
    )
    by_seat: dict[Any, list[Holder]] = defaultdict(list)
    for holder in holders:
        by_seat[holder.seat].append(holder)
    for seat, people in by_seat.items():
        for place, one in enumerate(people):
            for other in people[place + 1 :]:
                if one.valid_from is None or other.valid_from is None:
                    continue
                day = max(one.valid_from, other.valid_from)
                if one.stands(day) and other.stands(day):
                    sides = (Side(one.person, one.basis), Side(other.person, other.basis))
                    yield Finding(
                        "single_seat",
                        str(seat),
                        f"{seat}在{day.month}月{day.day}日有两人：{one.person}、{other.person}",
                        sides,
                        owner="office",
                    )


@check
def one_body_two_names() -> Iterator[Finding]:
    """同一机构前后两个名称：一个机构，一个序列，照签发时的名称印。"""
    for body in Body.objects.filter(aliases__official=True).distinct().prefetch_related("aliases"):
        names = [alias for alias in body.aliases.all() if alias.official]
        if len(names) > 1:
            sides = tuple(
                Side(alias.name, f"{alias.valid_from or '…'} — {alias.valid_until or '…'}") for alias in names
            )
            reason = "同一机构更名；文号为一个序列，各文照签发时的名称印。"
            yield Finding("issuer", body.code, f"{body}先后有{len(names)}个正式名称", sides, explained=reason)


@check
def one_disease_several_names() -> Iterator[Finding]:
    """一病数名：同一事件，各文保留原用词。"""
    for event in Event.objects.prefetch_related("names"):
        names = list(event.names.all())
        if len(names) > 1:
            sides = tuple(Side(one.name, f"{one.valid_from or '…'} — {one.valid_until or '…'}") for one in names)
            reason = "病名先后不同，所指为一；检索与统计按同一事件，各文保留原用词。"
            yield Finding("names", event.code, f"{event}先后有{len(names)}个病名", sides, explained=reason)


@check
def whole_days_under_one_watch() -> Iterator[Finding]:
    """「全天」的数刊在某一时辰之下：时辰是刊出位置，不是发生时间。"""
    for entry in Entry.objects.exclude(slot="").filter(text__contains="全天").order_by("seq"):
        reason = "时辰是版面位置；「全天」指自然日0—24时，发生时间未报，不作推断。"
        side = Side(f"{entry.page_day.month}月{entry.page_day.day}日 {entry.slot}时 {entry.unit_text}", entry.text[:60])
        yield Finding("slot", entry.unit_id, f"{entry.unit_text}的全天数刊于{entry.slot}时", (side,), explained=reason)
