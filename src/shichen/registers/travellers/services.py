"""Acts on travellers at the door: register one (逢鄂必登记), take a list, say in the log what came, correct and void."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from shichen import watches
from shichen.city import queries as city
from shichen.city.models import Account, Area, Body
from shichen.intake.kinds import Arrival, Duplicate
from shichen.journal import services as journal
from shichen.journal.models import Column, Entry
from shichen.records import services as records
from shichen.records.models import Record
from shichen.refusal import Refusal
from shichen.registers.people import services as people
from shichen.registers.travellers import lists
from shichen.registers.travellers.choices import ASSIGNED, FOLLOWERS, GOING_ON, LISTED, SENDERS
from shichen.registers.travellers.models import ListRow, Traveller

AGAIN = "again"
BESIDE = 1_000_000_000
"""Rows of an envelope that names several people in one line are numbered from here on."""


def register(values: Mapping[str, Any], arrival: Arrival) -> Traveller:
    """Enter somebody from a source area (逢鄂必登记), in the act that met them: the one door of lists and posts. Raises Refusal.

    `values` are those of the report `traveller`; what is not known may be left out. Whoever has an open card keeps it, and
    the line is kept under it. The card goes at once to the unit that must follow up, where one is known for the area.
    """
    sender = str(values.get("sender") or "checkpoint")
    if sender not in SENDERS:
        raise Refusal(f"没有名为「{sender}」的来源；可用：{'、'.join(SENDERS.values())}。", field="sender")
    row_no = _row_no(arrival)
    person = people.find_or_enter(values, arrival, row_no=row_no)
    source = lists.list_of(arrival, sender, values.get("listed_as_of"))
    card = _open_card(person.first)
    if card is None:
        card = _new_card(values, sender, person.first, arrival, row_no)
    kept = lists.keep_row(arrival, source, card, person.met, dict(values), row_no)
    card.met = person.met if kept else AGAIN
    return card


def take(values: dict[str, Any], arrival: Arrival) -> Traveller:
    """Enter one line of a list. Raises Refusal, and Duplicate for a line that the same sender sent before."""
    made = register(values, arrival)
    if made.met == AGAIN:
        raise Duplicate()
    return made


def named_in(arrival: Arrival) -> bool:
    """Whether a report named anybody."""
    return ListRow.objects.filter(envelope=arrival.envelope.id).exists()


def named_by(envelope: UUID) -> set[UUID]:
    """Whose cards a report named."""
    return set(ListRow.objects.filter(envelope=envelope).values_list("person", flat=True))


@transaction.atomic
def tell(made: list[Any], arrival: Arrival) -> None:
    """One entry in the log for what came in: how many lines, how many people, how many of them are new; nobody's name."""
    rows = ListRow.objects.filter(envelope=arrival.envelope.id)
    people_, new = rows.values("person").distinct().count(), rows.filter(match=people.NEW).count()
    senders = "、".join(SENDERS[key] for key in rows.order_by("sender").values_list("sender", flat=True).distinct())
    text = f"收到重点人员名单{rows.count()}行({senders})，涉及{people_}人，其中新登记{new}人。"
    told = {"kind": Entry.Kind.SYSTEM, "topic": "traveller", "column": Column.FRONT, "act": "register_travellers"}
    journal.write(arrival.said(text, **told), by=arrival.by)


@transaction.atomic
def correct(old: Traveller, values: dict[str, Any], reason: str, *, by: Account) -> Traveller:
    """Put right where somebody came from and when (更正). Raises Refusal."""
    return records.correct(old, values, reason, check=lambda card: None, by=by)


@transaction.atomic
def void(old: Traveller, reason: str, *, by: Account) -> None:
    """Take a card out of every count (作废): it was no traveller at all. Raises Refusal."""
    records.void(old, reason, by=by)
    note(old, f"作废重点人员登记1人：{reason}", "void_traveller", by=by)


def note(card: Traveller, text: str, act: str, *, unit: Body | None = None, by: Account) -> Entry:
    """A line in the log of what was done to a card; who it is does not stand there."""
    return journal.note(card, text, "traveller", act, by=by, kind=Entry.Kind.SYSTEM, unit=unit or card.unit)


def follower(area: Area) -> Body | None:
    """The unit that follows travellers up in an area: that of the area or of one around it, else the one that is set."""
    whole = city.the_city().path
    bodies = Body.objects.filter(area__path__startswith=whole, kind__in=FOLLOWERS).exclude(area__path=whole)
    around = [body for body in bodies.select_related("area") if body.area is not None and body.area.contains(area)]
    if around:
        return min(around, key=lambda body: (-len(body.area.path) if body.area else 0, body.pk))
    return Body.objects.filter(pk=settings.CONFIG["travellers.unit"]).first()


def _open_card(person: Any) -> Traveller | None:
    found: Traveller | None = Traveller.objects.current().filter(person=person, state__in=GOING_ON).first()
    return found


def _new_card(values: Mapping[str, Any], sender: str, person: Any, arrival: Arrival, row_no: int) -> Traveller:
    area = arrival.area_named(str(values.get("area") or "").strip(), on=watches.civil_day(arrival.at))
    if not arrival.may_submit(area):
        raise Refusal(f"{arrival.by}不能登记{area}的重点人员。", rule="报送范围", field="area")
    assignee = arrival.once(f"follower {area.pk}", lambda: follower(area))
    arrived = values.get("arrived_on")
    made = Traveller(
        person=person,
        sender=sender,
        came_from=values.get("came_from") or "",
        came_by=values.get("came_by") or "",
        arrived_on=arrived,
        state=ASSIGNED if assignee else LISTED,
        assignee=assignee,
        due_at=arrival.at + timedelta(hours=settings.CONFIG["travellers.due_hours"]),
        note=values.get("note") or "",
        synthetic=bool(values.get("synthetic")),
        sensitivity=Record.Sensitivity.PERSONAL,
        occurred_from=arrival.reported_at,
    )
    if arrived is not None and arrived > watches.civil_day(arrival.at):
        raise Refusal("到达日期在今天之后；请核对。", field="arrived_on")
    arrival.begin(made, area=area, row_no=row_no)
    made.save(force_insert=True)
    return made


def _row_no(arrival: Arrival) -> int:
    """The number of the line, or one of its own for the second person in it."""
    used: set[int] = arrival.once("rows of travellers", lambda: set[int]())
    number = arrival.row_no if arrival.row_no not in used else BESIDE + len(used)
    used.add(number)
    return number
