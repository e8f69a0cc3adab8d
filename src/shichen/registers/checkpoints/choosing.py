"""Acts on gates of several networks: decide whose count is published from a day on, or take the decision back."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from shichen import watches
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account
from shichen.indicators.telling import tell
from shichen.journal import services as journal
from shichen.journal.models import Column, Entry
from shichen.journal.services import Said
from shichen.records import services as records
from shichen.refusal import Refusal
from shichen.registers.checkpoints.models import Gate, GateChoice, Network, Post

LONGEST = 300


@transaction.atomic
def choose(gate: Gate, network: Network, since: date, why: str, *, by: Account) -> GateChoice:
    """From a day on, publish this network's count for the gate (一口一数). Figures worked out from then on follow.

    Raises Refusal where the network has no post at the gate, or where only one stands there.
    """
    said = _reason(why)
    _must_stand_there(gate, network)
    before = GateChoice.objects.current().filter(gate=gate, since=since).first()
    if before is not None:
        made: GateChoice = records.correct(
            before, {"network": network, "why": said}, said, check=lambda one: None, by=by
        )
    else:
        made = _new(gate, network, since, said, by=by)
        made.save(force_insert=True)
    _tell(gate, f"自{_day(since)}起取{network.name}的数", said, "choose_gate", by=by)
    return made


@transaction.atomic
def withdraw(choice: GateChoice, why: str, *, by: Account) -> None:
    """Take a decision back: the gate goes by the one before it, or by precedence. Raises Refusal."""
    said = _reason(why)
    records.void(choice, said, by=by)
    _tell(choice.gate, f"{_day(choice.since)}起取{choice.network.name}的决定撤回", said, "withdraw_gate_choice", by=by)


def _new(gate: Gate, network: Network, since: date, why: str, *, by: Account) -> GateChoice:
    choice = GateChoice(gate=gate, network=network, since=since, why=why, occurred_from=watches.clock(since, 0))
    records.begin(
        choice,
        unit=city.the_office(),
        area=gate.area,
        event=city.the_event(),
        reported_at=now(),
        envelope=None,
        row_no=1,
        by=by,
    )
    return choice


def _must_stand_there(gate: Gate, network: Network) -> None:
    networks = set(Post.objects.current().filter(gate=gate).values_list("network", flat=True))
    if network.pk not in networks:
        raise Refusal(f"{network.name}在「{gate}」没有卡点，不能取它的数。", field="network")
    if len(networks) < 2:
        raise Refusal(f"「{gate}」只有一个网络设卡，不必决定取谁的数。", field="network")


def _reason(why: str) -> str:
    said = why.strip()
    if not said:
        raise Refusal("决定取谁的数要写明理由。", field="why")
    if len(said) > records.LONGEST_REASON:
        raise Refusal(f"理由最多 {records.LONGEST_REASON} 字，现有 {len(said)} 字。", field="why")
    return said


def _tell(gate: Gate, what: str, why: str, act: str, *, by: Account) -> None:
    said = Said(
        text=f"一口一数：{gate}{what}。理由：{journal.plain(why)}",
        unit=city.the_office(),
        area=gate.area,
        event=city.the_event(),
        kind=Entry.Kind.ACT,
        topic="checkpoint",
        column=Column.FRONT,
        act=act,
    )
    tell(said, {}, by=by)


def _day(on: date) -> str:
    return f"{on.month}月{on.day}日"
