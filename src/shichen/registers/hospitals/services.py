"""Acts on open beds: enter a step, put it right, take it out; each with its entry in the log."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from shichen import watches
from shichen.city import queries as city
from shichen.city.models import Account
from shichen.intake.kinds import Arrival, Duplicate
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.records import services as records
from shichen.refusal import Refusal
from shichen.registers.hospitals.models import Capacity

DECLARED = ("place", "kind", "beds", "from_on", "source", "area_id")
TOPIC = "medical"
MOST = 1_000_000


def enter_capacity(values: dict[str, Any], arrival: Arrival) -> Capacity:
    """Enter from when a place has how many open beds of a class (登记开放床位). Raises Refusal."""
    places = arrival.once("places", city.Places.load)
    area = places.named(values["area"], on=values["from_on"]) if values["area"] else arrival.area
    if not city.may_submit(arrival.by, unit=arrival.unit, area=area, event=arrival.event, at=arrival.at):
        raise Refusal(f"{arrival.by}不能登记{area}的床位。", rule="报送范围", field="area")
    step = Capacity(
        place=values["place"],
        kind=values["kind"],
        beds=values["beds"],
        from_on=values["from_on"],
        source=values["source"],
        synthetic=bool(values["synthetic"]),
        occurred_from=watches.clock(values["from_on"], 0),
    )
    records.begin(
        step,
        unit=arrival.unit,
        area=area,
        event=arrival.event,
        reported_at=arrival.reported_at,
        envelope=arrival.envelope.id,
        row_no=arrival.row_no,
        by=arrival.by,
    )
    check(step)
    records.enter(step, lambda: _before(step))
    return step


def tell_capacity(steps: list[Capacity], arrival: Arrival) -> None:
    """The log entry of the steps that one report brought."""
    first = steps[0]
    more = f"等{len(steps)}项" if len(steps) > 1 else ""
    text = f"登记开放床位：{first.place}{first.get_kind_display()}{first.from_on}起{first.beds}张{more}。"
    said = Said(
        text=journal.plain(text),
        unit=arrival.unit,
        area=arrival.area,
        event=arrival.event,
        topic=TOPIC,
        reported_at=arrival.reported_at,
        envelope=arrival.envelope.id,
    )
    journal.write(said, by=arrival.by)


@transaction.atomic
def correct_capacity(old: Capacity, values: dict[str, Any], reason: str, *, by: Account) -> Capacity:
    """Put a step right (更正). Raises Refusal."""
    new = records.correct(old, values, reason, check=check, by=by)
    _note(new, f"更正{new.place}开放床位：{reason}", "correct_capacity", by)
    return new


@transaction.atomic
def void_capacity(old: Capacity, reason: str, *, by: Account) -> None:
    """Take a step out (作废). Raises Refusal."""
    records.void(old, reason, by=by)
    _note(old, f"作废{old.place}开放床位：{reason}", "void_capacity", by)


def check(step: Capacity) -> None:
    """The rule a step must keep: somebody said it. Raises Refusal."""
    if not step.source.strip():
        raise Refusal("请写明来源：哪份文件或谁报的。", field="source")


def _before(step: Capacity) -> Refusal:
    found = Capacity.objects.current().filter(area=step.area, place=step.place, kind=step.kind, from_on=step.from_on)
    before = found.first()
    if before is not None and records.alike(before, step, DECLARED):
        return Duplicate()
    return Refusal("这一处这一类这一天的开放床位已登记；如有出入请作更正。", field="from_on")


def _note(step: Capacity, text: str, act: str, by: Account) -> None:
    said = Said(journal.plain(text), step.unit, step.area, step.event, kind=Entry.Kind.ACT, topic=TOPIC, act=act)
    journal.write(said, by=by)
