"""Acts that follow a traveller up (随访): assign, call once, visit, exclude, hand over, control by two persons of two units."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from shichen import watches
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account, Area, Body
from shichen.city.queries import Standing
from shichen.city.scope import Sight
from shichen.records import services as records
from shichen.records.sealed import normalised
from shichen.refusal import Refusal
from shichen.registers.travellers import choices, services
from shichen.registers.travellers.choices import (
    ASSIGNED,
    CONTROLLED,
    DONE,
    EXCLUDED,
    EXPIRED,
    LISTED,
    MOVED,
    UNRESOLVED,
    VERIFIED,
    VERIFYING,
)
from shichen.registers.travellers.models import Call, Traveller, Visit
from shichen.web.masking import masked

MOST_AT_ONCE = 500


@transaction.atomic
def assign(card: Traveller, values: dict[str, Any], *, by: Account) -> Traveller:
    """Give a card to the unit that must follow up (分派), with a time by which. Raises Refusal."""
    _must_go_on(card)
    unit = city.body_named(str(values["unit"]), on=watches.civil_day(now()))
    _may_be_entrusted(unit)
    new = _assigned(card, unit, values.get("due_at"), by=by)
    services.note(new, f"重点人员1人分派{unit}核查。", "assign_traveller", by=by)
    return new


@transaction.atomic
def assign_area(area: Area, unit: Body, sees: Sight, *, by: Account) -> int:
    """Give every card of an area that waits to be assigned to a unit, in one act. Raises Refusal; returns how many."""
    _may_be_entrusted(unit)
    rows = Traveller.objects.current().within(sees).inside(area).filter(state=LISTED).order_by("recorded_at", "pk")
    waiting = list(rows[:MOST_AT_ONCE])
    if not waiting:
        raise Refusal(f"{area}没有待分派的重点人员。", field="area")
    made = [_assigned(card, unit, None, by=by) for card in waiting]
    services.note(made[0], f"{area}重点人员{len(made)}人分派{unit}核查。", "assign_travellers", by=by)
    return len(made)


def _may_be_entrusted(unit: Body) -> None:
    if unit.kind not in choices.ENTRUSTED:
        raise Refusal(f"「{unit}」不是负责核查的单位；请选政府、工作组、局、公安或医院。", field="unit")


def _assigned(card: Traveller, unit: Body, due: datetime | None, *, by: Account) -> Traveller:
    due = due or now() + timedelta(hours=settings.CONFIG["travellers.due_hours"])
    state = ASSIGNED if card.state in UNRESOLVED else card.state
    told = {"assignee_id": unit.pk, "due_at": due, "state": state}
    return records.correct(card, told, f"分派{unit}", check=_keep_rules, by=by)


@transaction.atomic
def call(card: Traveller, values: dict[str, Any], *, by: Account) -> Traveller:
    """Call somebody (电话). Within a day nobody is called twice without a new reason (一人一天一个电话). Raises Refusal."""
    _must_go_on(card)
    moment, standing = now(), _standing(by)
    again = " ".join(str(values.get("again_because") or "").split())
    _once(card.person, again, moment)
    Call.objects.create(
        purpose=values["purpose"], again_because=masked(again), **_contact(card, values, standing, moment, by)
    )
    return _found(card, str(values["finding"]), "电话", standing, moment, by=by)


@transaction.atomic
def visit(card: Traveller, values: dict[str, Any], *, by: Account) -> Traveller:
    """Somebody went there (走访), and found what they found. Raises Refusal."""
    _must_go_on(card)
    moment, standing = now(), _standing(by)
    Visit.objects.create(**_contact(card, values, standing, moment, by))
    return _found(card, str(values["finding"]), "走访", standing, moment, by=by)


def _once(person: UUID, again: str, at: datetime) -> None:
    last = last_call(person)
    hours = settings.CONFIG["travellers.call_again_hours"]
    if last is None or at - last.at >= timedelta(hours=hours):
        return
    if again and normalised(again) not in (normalised(last.again_because), normalised(choices.PURPOSES[last.purpose])):
        return
    wall, why = watches.local(last.at), choices.PURPOSES[last.purpose]
    when = f"{wall.month}月{wall.day}日{wall:%H:%M}"
    raise Refusal(
        f"{last.unit}{when}已就{why}致电此人；{hours}小时内再打要写明新的理由。",
        rule="一人一天一个电话",
        field="again_because",
    )


def last_call(person: UUID, *, until: datetime | None = None) -> Call | None:
    """The last call to somebody by any unit."""
    rows = Call.objects.filter(person=person).select_related("unit", "by")
    return (rows if until is None else rows.filter(recorded_at__lte=until)).order_by("-at", "-recorded_at").first()


def _contact(
    card: Traveller, values: dict[str, Any], standing: Standing, moment: datetime, by: Account
) -> dict[str, Any]:
    at = values.get("at") or moment
    if at > moment:
        raise Refusal("时间在现在之后；请核对。", field="at")
    return {
        "traveller": card.first,
        "person": card.person,
        "at": at,
        "unit": standing.unit,
        "finding": values["finding"],
        "note": masked(str(values.get("note") or "")),
        "by": by,
        "recorded_at": moment,
    }


def _found(card: Traveller, finding: str, how: str, standing: Standing, moment: datetime, *, by: Account) -> Traveller:
    """What was found becomes part of the card; who was there is verified, whose fourteen days are over is done."""
    told: dict[str, Any] = {"finding": finding}
    if finding == DONE:
        told |= {"state": EXPIRED, "ended_at": moment}
    elif finding in VERIFYING and card.state in UNRESOLVED:
        told |= {"state": VERIFIED}
    said = choices.FOUND[finding]
    services.note(card, f"{how}重点人员1人：{said}。", "follow_traveller", unit=standing.unit, by=by)
    if all(getattr(card, name) == value for name, value in told.items()):
        return card
    return records.correct(card, told, f"{how}：{said}", check=_keep_rules, by=by)


@transaction.atomic
def exclude(card: Traveller, values: dict[str, Any], *, by: Account) -> Traveller:
    """Somebody is no traveller of ours after all (排除): never in a source area, or long before. Raises Refusal."""
    return _over(card, EXCLUDED, str(values["reason"]), {}, "排除", by=by)


@transaction.atomic
def move(card: Traveller, values: dict[str, Any], *, by: Account) -> Traveller:
    """Somebody left for elsewhere and was handed over (转出). Raises Refusal."""
    to = str(values["moved_to"])
    return _over(card, MOVED, str(values["reason"]), {"moved_to": to}, f"转往{to}", by=by)


def _over(card: Traveller, state: str, reason: str, more: dict[str, Any], what: str, *, by: Account) -> Traveller:
    _must_go_on(card)
    told = {"state": state, "ended_at": now(), **more}
    new = records.correct(card, told, masked(reason), check=_keep_rules, by=by)
    services.note(new, f"重点人员1人{what}。", f"{state}_traveller", by=by)
    return new


@transaction.atomic
def control(card: Traveller, values: dict[str, Any], *, by: Account) -> Traveller:
    """Propose control (管控): how, on what basis, until when; it holds once somebody of another unit confirms. Raises Refusal."""
    if card.state not in (VERIFIED, CONTROLLED):
        raise Refusal("核实以后才能管控；请先走访或致电核实。")
    today = watches.civil_day(now())
    if values["control_until"] < today:
        raise Refusal("管控的止期已过；请核对。", field="control_until")
    told = {
        "control": values["control"],
        "control_basis": values["control_basis"],
        "control_until": values["control_until"],
        "control_by_id": by.pk,
        "control_unit_id": _standing(by).unit.pk,
        "confirmed_by_id": None,
        "state": VERIFIED,
    }
    new = records.correct(card, told, f"提请管控：{values['control_basis']}", check=_keep_rules, by=by)
    services.note(new, f"提请管控重点人员1人，待另一单位确认。依据：{new.control_basis}", "propose_control", by=by)
    return new


@transaction.atomic
def confirm(card: Traveller, values: dict[str, Any], *, by: Account) -> Traveller:
    """Confirm a proposed control: by another person, of another unit (两人两单位). Raises Refusal."""
    if not waits_for_confirmation(card):
        raise Refusal("没有待确认的管控。")
    if card.control_by_id == by.pk:
        raise Refusal("管控不能由提请的人自己确认；请由另一单位的人确认。", rule="两人两单位")
    if card.control_unit_id == _standing(by, "confirm").unit.pk:
        raise Refusal("管控不能由提请的单位自己确认；请由另一单位的人确认。", rule="两人两单位")
    told = {"state": CONTROLLED, "confirmed_by_id": by.pk}
    new = records.correct(card, told, f"确认管控：{values['reason']}", check=_keep_rules, by=by)
    services.note(new, "确认管控重点人员1人。", "confirm_control", by=by)
    return new


def waits_for_confirmation(card: Traveller) -> bool:
    """Whether control was proposed and nobody has confirmed it."""
    return card.state == VERIFIED and card.control_by_id is not None and card.confirmed_by_id is None


def _keep_rules(card: Traveller) -> None:
    """A state that does not go on has its end, one that does has none."""
    if card.goes_on == (card.ended_at is not None):
        raise AssertionError(f"a card in state {card.state} ended at {card.ended_at}")


def _must_go_on(card: Traveller) -> None:
    if not card.goes_on:
        raise Refusal("这张卡已经办结；如又来了，由新的登记另开一张。")


def _standing(by: Account, action: str = "correct") -> Standing:
    found = city.standing_of(by, action, at=now())
    if found is None:
        raise Refusal("您没有办理重点人员的单位；请找安全管理员授权。", rule="办理范围")
    return found
