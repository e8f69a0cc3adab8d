"""Acts on open beds: enter a step, put it right, take it out; each with its entry in the log."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from shichen import watches
from shichen.city.models import Account
from shichen.intake.kinds import Arrival, again
from shichen.journal import services as journal
from shichen.records import services as records
from shichen.refusal import Refusal
from shichen.registers.hospitals.models import Capacity

DECLARED = ("place", "kind", "beds", "from_on", "source", "area_id")
TOPIC = "medical"
MOST = 1_000_000


def enter_capacity(values: dict[str, Any], arrival: Arrival) -> Capacity:
    """Enter from when a place has how many open beds of a class (登记开放床位). Raises Refusal."""
    area = arrival.area_named(values["area"], on=values["from_on"])
    if not arrival.may_submit(area):
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
    arrival.begin(step, area=area)
    check(step)
    records.enter(step, lambda: _before(step))
    return step


def tell_capacity(steps: list[Capacity], arrival: Arrival) -> None:
    """The log entry of the steps that one report brought."""
    first = steps[0]
    more = f"等{len(steps)}项" if len(steps) > 1 else ""
    text = f"登记开放床位：{first.place}{first.get_kind_display()}{first.from_on}起{first.beds}张{more}。"
    journal.write(arrival.said(journal.plain(text), topic=TOPIC), by=arrival.by)


@transaction.atomic
def correct_capacity(old: Capacity, values: dict[str, Any], reason: str, *, by: Account) -> Capacity:
    """Put a step right (更正). Raises Refusal."""
    new = records.correct(old, values, reason, check=check, by=by)
    journal.note(new, f"更正{new.place}开放床位：{reason}", TOPIC, "correct_capacity", by=by)
    return new


@transaction.atomic
def void_capacity(old: Capacity, reason: str, *, by: Account) -> None:
    """Take a step out (作废). Raises Refusal."""
    records.void(old, reason, by=by)
    journal.note(old, f"作废{old.place}开放床位：{reason}", TOPIC, "void_capacity", by=by)


def check(step: Capacity) -> None:
    """The rule a step must keep: somebody said it. Raises Refusal."""
    if not step.source.strip():
        raise Refusal("请写明来源：哪份文件或谁报的。", field="source")


def _before(step: Capacity) -> Refusal:
    found = Capacity.objects.current().filter(area=step.area, place=step.place, kind=step.kind, from_on=step.from_on)
    return again(found.first(), step, DECLARED) or Refusal(
        "这一处这一类这一天的开放床位已登记；如有出入请作更正。", field="from_on"
    )
