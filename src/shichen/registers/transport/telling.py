"""What the log is told of public transport: every number of a single bus fleet or resumption leads to its record."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from shichen import watches
from shichen.indicators import services as indicators
from shichen.indicators.declare import Scope
from shichen.indicators.models import Figure
from shichen.indicators.queries import compute
from shichen.indicators.telling import tell
from shichen.intake.kinds import Arrival
from shichen.journal.models import Entry
from shichen.records.models import Record
from shichen.registers.transport.choices import BUS, IN_ALL, MODES
from shichen.registers.transport.models import Fleet, Resumption, Service
from shichen.registers.transport.services import TOPIC, moment


@transaction.atomic
def tell_services(made: list[Service], arrival: Arrival) -> None:
    """One entry for the services of an envelope."""
    first = f"：{made[0].area}{MODES[made[0].mode]}「{made[0].line}」" if len(made) == 1 else ""
    _tell(made[0], f"登记公共交通线路{len(made)}条{first}。", {}, "record_services", arrival)


@transaction.atomic
def tell_fleets(made: list[Fleet], arrival: Arrival) -> None:
    """An entry for each fleet: the whole, and what it is the sum of."""
    for one in made:
        said = {"emergency_buses": one.vehicles, "hospital_buses": one.hospital, "standby_buses": one.standby}
        whole, hospital, standby = slots = _slots(one, said)
        parts = [
            ("接送医技", one.hospital, hospital),
            ("备勤", one.standby, standby),
            ("其他", one.other, f"{one.other}台"),
        ]
        listed = "、".join(name + slot for name, count, slot in parts if count)
        text = f"{one.operator}自{moment(one)}起安排应急{MODES[one.mode]}{whole}" + (
            f"：{listed}。" if listed else "。"
        )
        _tell(one, text, _figures(one, slots, text, arrival), "record_fleet", arrival)


@transaction.atomic
def tell_resumptions(made: list[Resumption], arrival: Arrival) -> None:
    for one in made:
        lines = f"{one.lines}条"
        slots = _slots(one, {"bus_routes_resumed": one.lines}) if one.extent != IN_ALL else [lines]
        how = "共恢复" if one.extent == IN_ALL else "恢复"
        condition = f"，{one.conditions}" if one.conditions else ""
        text = f"{one.area}自{moment(one)}起{how}{MODES[one.mode]}线路{slots[0]}{condition}。"
        _tell(one, text, _figures(one, slots, text, arrival), "record_resumption", arrival)


def _slots(one: Fleet | Resumption, said: dict[str, int]) -> list[str]:
    """For each number a slot, where the figure of its day and area is just that number; else the number itself."""
    unit = "条" if isinstance(one, Resumption) else "台"
    return [
        f"{{transport.{name}}}" if one.mode == BUS and _value(name, one) == count else f"{count}{unit}"
        for name, count in said.items()
    ]


def _value(name: str, one: Record) -> Decimal | None:
    return compute(f"transport.{name}", _day(one), Scope(one.area)).value


def _figures(one: Record, slots: list[str], text: str, arrival: Arrival) -> dict[str, Figure]:
    keys = [slot[1:-1] for slot in slots if slot.startswith("{") and slot in text]
    return {
        key: indicators.freeze(
            key, _day(one), Scope(one.area), reporter=arrival.unit, event=arrival.event, by=arrival.by
        )
        for key in keys
    }


def _day(one: Record) -> watches.Period:
    if one.occurred_from is None:
        raise AssertionError("it has a beginning")
    return watches.whole(watches.civil_day(one.occurred_from), watches.Day.CIVIL)


def _tell(one: Record, text: str, figures: dict[str, Figure], act: str, arrival: Arrival) -> None:
    said = arrival.said(text, area=one.area, event=one.event, kind=Entry.Kind.ACT, topic=TOPIC, act=act)
    tell(said, figures, by=arrival.by)
