"""Acts on public transport: enter what is reported, correct it, void it; each with its entry in the log."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import transaction

from shichen import watches
from shichen.city.models import Account
from shichen.intake.kinds import Arrival, again
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.records import services as records
from shichen.records.models import Record
from shichen.refusal import Refusal
from shichen.registers.transport import status
from shichen.registers.transport.choices import BUS, MODES
from shichen.registers.transport.models import Fleet, Resumption, Service

R = TypeVar("R", bound=Record)
TOPIC = "transport"


def take_service(values: dict[str, Any], arrival: Arrival) -> Service:
    """Enter a service. Raises Refusal; one that is there with the same content is not entered twice."""
    made = Service(mode=values["mode"], line=values["line"], operator=values["operator"] or "")
    _begin(made, values, arrival)
    old = _others(made).filter(mode=made.mode, line=made.line, area=made.area).first()
    if old is not None:
        raise _twice(old, made, ("operator",), f"{made.area}的{MODES[made.mode]}「{made.line}」")
    made.save(force_insert=True)
    return made


def take_fleet(values: dict[str, Any], arrival: Arrival) -> Fleet:
    """Enter vehicles set aside. Raises Refusal where the parts are not the whole."""
    made = Fleet(
        mode=values["mode"] or BUS,
        operator=values["operator"],
        vehicles=values["vehicles"],
        hospital=values["hospital"],
        standby=values["standby"],
        other=values["other"] or 0,
        order=values["order"] or "",
        occurred_from=values["starts_at"],
        occurred_to=values["ends_at"],
    )
    _begin(made, values, arrival)
    check_fleet(made)
    old = _others(made).filter(operator=made.operator, mode=made.mode, occurred_from=made.occurred_from).first()
    if old is not None:
        same = ("vehicles", "hospital", "standby", "other", "order", "occurred_to")
        raise _twice(old, made, same, f"{made.operator}自{moment(made)}起的应急运力")
    made.save(force_insert=True)
    return made


def take_resumption(values: dict[str, Any], arrival: Arrival) -> Resumption:
    """Enter lines that run again. Raises Refusal where nothing had been suspended."""
    made = Resumption(
        mode=values["mode"],
        lines=values["lines"],
        extent=values["extent"],
        named=values["named"] or "",
        conditions=values["conditions"] or "",
        occurred_from=values["starts_at"],
    )
    _begin(made, values, arrival)
    check_resumption(made)
    old = _others(made).filter(mode=made.mode, extent=made.extent, occurred_from=made.occurred_from).first()
    if old is not None and old.area_id == made.area_id and old.named == made.named:
        raise _twice(old, made, ("lines", "conditions"), f"{made.area}自{moment(made)}起恢复的{MODES[made.mode]}")
    made.save(force_insert=True)
    return made


def check_service(one: Service) -> None:
    """What holds of a service beyond its columns: another must not go by its name in its area. Raises Refusal."""
    if _others(one).filter(mode=one.mode, line=one.line, area=one.area).exists():
        raise Refusal(f"{one.area}的{MODES[one.mode]}「{one.line}」已登记过。", field="line")


def check_fleet(one: Fleet) -> None:
    """The parts sum to the whole (18 + 50 = 68), and it ends after it began. Raises Refusal."""
    parts = one.hospital + one.standby + one.other
    if parts != one.vehicles:
        said = f"接送医技{one.hospital} + 备勤{one.standby} + 其他{one.other} = {parts}"
        raise Refusal(f"{said}，与应急线路总数{one.vehicles}不符；请核对后重报。", field="vehicles")
    if one.occurred_to is not None and one.occurred_from is not None and one.occurred_to <= one.occurred_from:
        raise Refusal("止期不能早于起期。", field="ends_at")


def check_resumption(one: Resumption) -> None:
    """Resuming needs a suspension, of that service, there, begun before. Raises Refusal."""
    if one.occurred_from is None:
        raise AssertionError("a resumption has a beginning")
    if not status.suspended_before(one.mode, one.area, one.occurred_from):
        raise Refusal(
            f"{one.area}的{MODES[one.mode]}在此前没有停运的措施，谈不上恢复；请先登记停运的措施，或核对时间。",
            field="starts_at",
        )


@transaction.atomic
def correct_service(old: Service, values: dict[str, Any], reason: str, *, by: Account) -> Service:
    return _corrected(old, values, reason, check_service, f"线路「{old.line}」", by)


@transaction.atomic
def correct_fleet(old: Fleet, values: dict[str, Any], reason: str, *, by: Account) -> Fleet:
    return _corrected(old, values, reason, check_fleet, f"{old.operator}的应急运力", by)


@transaction.atomic
def correct_resumption(old: Resumption, values: dict[str, Any], reason: str, *, by: Account) -> Resumption:
    return _corrected(old, values, reason, check_resumption, f"{moment(old)}恢复营运", by)


@transaction.atomic
def void(old: Record, reason: str, *, by: Account) -> None:
    """Take a record out of the register (作废). Raises Refusal."""
    records.void(old, reason, by=by)
    _note(old, f"作废公共交通记录「{old}」：{reason}", "void_transport", by)


def moment(one: Record) -> str:
    """As orders write it: 2月2日0时."""
    if one.occurred_from is None:
        raise AssertionError("it has a beginning")
    wall = watches.local(one.occurred_from)
    return f"{wall.month}月{wall.day}日{wall.hour}时" + (f"{wall.minute}分" if wall.minute else "")


def _begin(made: R, values: dict[str, Any], arrival: Arrival) -> None:
    made.synthetic = bool(values["synthetic"])
    made.reported_at = arrival.reported_at
    place = arrival.area_named(values["area"], on=watches.civil_day(made.occurred_from or made.reported_at))
    if not arrival.may_submit(place):
        raise Refusal(f"{arrival.by}不能替{place}报送。", rule="报送范围", field="area")
    arrival.begin(made, area=place)


def _others(made: R) -> Any:
    rows = type(made)._default_manager.all().current()
    return rows.filter(event=made.event_id).exclude(first=made.first)


def _twice(old: Record, made: Record, same: tuple[str, ...], what: str) -> Refusal:
    return again(old, made, same) or Refusal(f"{what}已登记过；如有出入请作更正。")


def _corrected(old: R, values: dict[str, Any], reason: str, check: Any, what: str, by: Account) -> R:
    new = records.correct(old, values, reason, check=check, by=by)
    _note(new, f"更正{what}：{reason}", "correct_transport", by)
    return new


def _note(one: Record, text: str, act: str, by: Account) -> None:
    journal.write(journal.about(one, journal.plain(text), kind=Entry.Kind.ACT, topic=TOPIC, act=act), by=by)
