"""Acts on measures: announce one, tell its end, correct it, void it; each with its entry in the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import re2
from django.db import transaction

from shichen import watches
from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account, Area, Body
from shichen.intake.kinds import Arrival, Duplicate
from shichen.journal import services as journal
from shichen.journal.models import Column, Entry
from shichen.records import services as records
from shichen.refusal import Refusal
from shichen.registers.measures import queries
from shichen.registers.measures.models import Measure

SAID = ("kind", "label", "label_en", "areas", "partial", "order", "occurred_from", "occurred_to")
LONGEST_LABEL = 40
HAN = re2.compile(r"\p{Han}")
MOST_NAMED = 4
APART = str.maketrans("，,；; ", "、、、、、")


@dataclass(frozen=True)
class Ended:
    """A measure's version that says when it ended, as it came in by a report."""

    measure: Measure
    order: str


@transaction.atomic
def announce(
    entry: Entry,
    kind: str,
    label: str,
    start: datetime,
    end: datetime | None = None,
    *,
    label_en: str = "",
    areas: Iterable[str] = (),
    partial: bool = False,
    replaces: Measure | None = None,
    order: str = "",
    by: Account,
) -> Measure:
    """Record that the measure an entry tells of holds from `start` to `end` (exclusive; None: not known). Raises Refusal."""
    if Measure.objects.current().filter(entry=entry, kind=kind, label=label.strip()).exists():
        raise Refusal(f"{entry.label} 已记过「{label}」。", field="label")
    made = Measure(
        kind=kind,
        label=label.strip(),
        label_en=label_en.strip(),
        occurred_from=start,
        occurred_to=end,
        areas=list(areas),
        partial=partial,
        replaces=replaces,
        order=order,
        entry=entry,
    )
    records.begin(
        made,
        unit=entry.unit,
        area=entry.area,
        event=entry.event,
        reported_at=entry.reported_at,
        envelope=entry.envelope,
        row_no=Measure.objects.filter(envelope=entry.envelope).count() + 1,
        by=by,
    )
    check(made)
    made.save(force_insert=True)
    unit, area = made.unit_id, made.area_id
    audit.note("announce_measure", table="measures.measure", subject=made.first, unit=unit, area=area, by=by)
    return made


@transaction.atomic
def end(old: Measure, at: datetime, basis: str, *, entry: Entry | None = None, by: Account) -> Measure:
    """A measure ends (结束): a new version says when, and on what that rests; the old one keeps what was known. Raises Refusal."""
    if old.ends_at == at:
        raise Refusal(f"「{old.label}」已记到这个时刻为止。", field="ended_at")
    values: dict[str, Any] = {"occurred_to": at} | ({"end_entry_id": entry.id} if entry is not None else {})
    return records.correct(old, values, f"结束：{basis}"[: records.LONGEST_REASON], check=check, by=by)


@transaction.atomic
def end_measure(old: Measure, values: dict[str, Any], *, by: Account) -> Measure:
    """A person ends a measure on its own page (结束), as a report would: a new version and an entry in the log. Raises Refusal."""
    standing = city.standing_of(by, "correct", at=now())
    if standing is None or not may_end(old, standing.unit):
        raise Refusal(_not_theirs(old), rule="报送范围")
    if not queries.is_open(old):
        raise Refusal(f"「{old.label}」已有止期或已被接替；有出入请作更正。")
    ended = Ended(end(old, values["ended_at"], values["order"], by=by), values["order"])
    ended.measure.end_entry = _write(ended.measure, _ending(ended), "end_measure", standing.unit, by=by)
    ended.measure.save(update_fields=["end_entry"])
    return ended.measure


def may_end(one: Measure, unit: Body) -> bool:
    """Whether a unit may tell the end of a measure: the one that announced it, or the Office."""
    return unit.pk in (one.unit_id, city.the_office().pk)


def take(values: dict[str, Any], arrival: Arrival) -> Measure:
    """Enter a measure that is reported (措施登记). Raises Refusal."""
    start = values["starts_at"]
    areas = areas_named(values["areas"] or "", start, arrival.once("places", city.Places.load))
    place = areas[0] if len(areas) == 1 else arrival.area
    if not arrival.may_submit(place):
        raise Refusal(f"{arrival.by}不能替{place}登记措施。", rule="报送范围", field="areas")
    made = Measure(
        kind=values["kind"],
        label=values["label"],
        label_en=values["label_en"] or "",
        areas=[area.code for area in areas],
        occurred_from=start,
        occurred_to=values["ends_at"],
        partial=bool(values["partial"]),
        replaces=named(values["replaces"], arrival, "replaces") if values["replaces"] else None,
        order=values["order"] or "",
    )
    arrival.begin(made, area=place)
    check(made)
    if made.partial and made.replaces is None:
        raise Refusal("部分放宽要写明放宽的是哪一项措施。", field="replaces")
    _not_twice(made)
    made.save(force_insert=True)
    return made


def take_end(values: dict[str, Any], arrival: Arrival) -> Ended:
    """Enter the end of a measure that is reported (措施结束). Raises Refusal."""
    found = named(values["measure"], arrival, "measure")
    own = may_end(found, arrival.unit)
    if not own or not city.may_submit(arrival.by, unit=arrival.unit, area=found.area, event=found.event, at=arrival.at):
        raise Refusal(_not_theirs(found), rule="报送范围", field="measure")
    if found.ends_at == values["ended_at"]:
        raise Duplicate()
    return Ended(end(found, values["ended_at"], values["order"] or "报送", by=arrival.by), values["order"] or "")


def named(text: str, arrival: Arrival, field: str) -> Measure:
    """The measure in the register of that name or number. Raises Refusal, also where several go by the name."""
    rows = Measure.objects.current().filter(event=arrival.event).select_related("unit", "area", "event")
    wanted = text.strip()
    found: list[Measure] = [one for one in rows if wanted in (one.label, str(one.pk), str(one.first))]
    if len(found) == 1:
        return found[0]
    if found:
        listed = "、".join(f"{one.label}({_day(one.starts_at)}起，{one.unit})" for one in found[:MOST_NAMED])
        raise Refusal(f"有多项措施叫「{wanted}」：{listed}；请写记录的编号。", field=field)
    raise Refusal(f"登记册里没有名为「{wanted}」的措施；请核对名称，或先登记措施。", field=field)


def check(one: Measure) -> None:
    """The rules a measure must keep: it has a name, ends after it began, and replaces only what began before it."""
    if not one.label.strip():
        raise Refusal("措施要有名称，才能画在曲线下面。", field="label")
    if len(one.label) > LONGEST_LABEL:
        raise Refusal(f"措施的名称最多 {LONGEST_LABEL} 字，现有 {len(one.label)} 字。", field="label")
    if HAN.search(one.label_en):
        raise Refusal("英文名称里有汉字；请用英文写，或留空。", field="label_en")
    if one.ends_at is not None and one.ends_at <= one.starts_at:
        raise Refusal("措施的止期不能早于起期。", field="ends_at")
    if one.replaces is not None and one.starts_at < one.replaces.starts_at:
        raise Refusal(f"所接替的「{one.replaces.label}」起期更晚；请核对先后。", field="starts_at")


@transaction.atomic
def correct_measure(old: Measure, values: dict[str, Any], reason: str, *, by: Account) -> Measure:
    """Put a measure right (更正). Raises Refusal."""
    new = records.correct(old, values, reason, check=check, by=by)
    _note(new, f"更正措施「{new.label}」：{reason}", "correct_measure", by)
    return new


@transaction.atomic
def void_measure(old: Measure, reason: str, *, by: Account) -> None:
    """Take a measure out of the register (作废); what another replaces is voided after that one. Raises Refusal."""
    later = Measure.objects.current().filter(replaces__first=old.first).exclude(first=old.first).first()
    if later is not None:
        raise Refusal(f"「{later.label}」接替了它；请先更正或作废「{later.label}」。", field="reason")
    records.void(old, reason, by=by)
    _note(old, f"作废措施「{old.label}」：{reason}", "void_measure", by)


@transaction.atomic
def tell(made: list[Measure], arrival: Arrival) -> None:
    """An entry in the log for each measure that came in: what holds, where, from when, until when, by which order."""
    for one in made:
        verb = "调整为" if one.replaces_id and not one.partial else "放宽为" if one.partial else "施行"
        before = f"「{one.replaces.label}」" if one.replaces is not None else ""
        until = f"至{_moment(one.ends_at)}" if one.ends_at else ""
        text = f"{_by_order(one.order)}{_places(one)}自{_moment(one.starts_at)}起{until}{before}{verb}「{one.label}」。"
        one.entry = _reported(one, text, "record_measure", arrival)
        one.save(update_fields=["entry"])


@transaction.atomic
def tell_ends(ended: list[Ended], arrival: Arrival) -> None:
    """An entry in the log for each measure that a report ended."""
    for one in ended:
        one.measure.end_entry = _reported(one.measure, _ending(one), "end_measure", arrival)
        one.measure.save(update_fields=["end_entry"])


def _ending(one: Ended) -> str:
    measure = one.measure
    return f"{_by_order(one.order)}{_places(measure)}「{measure.label}」至{_moment(measure.ends_at)}结束。"


def _not_theirs(one: Measure) -> str:
    return f"「{one.label}」由{one.unit}登记；请由该单位或办公室登记结束。"


def _not_twice(made: Measure) -> None:
    alike = Measure.objects.current().filter(
        event=made.event, kind=made.kind, label=made.label, occurred_from=made.occurred_from
    )
    for one in alike:
        if records.alike(one, made, SAID):
            raise Duplicate()
        if one.areas == made.areas and made.replaces is None:
            raise Refusal(f"「{made.label}」已登记过；如有出入请作更正，如已结束请登记结束。", field="label")


def areas_named(text: str, start: datetime, places: city.Places) -> list[Area]:
    """The areas that a list names, in its order. Raises Refusal."""
    words = text.translate(APART).split("、")
    return [places.named(word, on=watches.civil_day(start)) for word in dict.fromkeys(words) if word.strip()]


def _reported(one: Measure, text: str, act: str, arrival: Arrival) -> Entry:
    came = {"reported_at": arrival.reported_at, "envelope": arrival.envelope.id}
    return _write(one, text, act, arrival.unit, by=arrival.by, **came)


def _write(one: Measure, text: str, act: str, unit: Body, *, by: Account, **came: Any) -> Entry:
    more = {"unit": unit, "kind": Entry.Kind.ACT, "topic": "measure", "column": Column.COMMAND, "act": act}
    return journal.write(journal.about(one, text, **more, **came), by=by)


def _note(one: Measure, text: str, act: str, by: Account) -> None:
    journal.write(journal.about(one, journal.plain(text), kind=Entry.Kind.ACT, topic="measure", act=act), by=by)


def _by_order(order: str) -> str:
    return f"依据{order}，" if order else ""


def _places(one: Measure) -> str:
    names = [area.name for area in queries.areas_of(one)]
    more = f"等{len(names)}处" if len(names) > MOST_NAMED else ""
    return "、".join(names[:MOST_NAMED]) + more


def _moment(at: datetime | None) -> str:
    """As orders write it: 2月2日0时, 2月7日15时."""
    if at is None:
        raise AssertionError("only a moment that is known is told")
    wall = watches.local(at)
    return f"{_day(at)}{wall.hour}时" + (f"{wall.minute}分" if wall.minute else "")


def _day(at: datetime) -> str:
    wall = watches.local(at)
    return f"{wall.month}月{wall.day}日"
