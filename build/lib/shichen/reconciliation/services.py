"""Acts on disagreements: give it to somebody, take it over, settle it with a reason, make it a follow-up, open it again."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from shichen import watches
from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account, Body
from shichen.city.scope import may
from shichen.journal import services as journal
from shichen.journal.models import Column, Entry
from shichen.journal.services import Said
from shichen.reconciliation.models import Disagreement, Settlement
from shichen.reconciliation.steps import add_step
from shichen.refusal import Refusal

LONGEST_REASON = 300
FARTHEST = timedelta(days=400)  # a day to look again that lies further ahead was mistyped
State, Outcome, Step = Disagreement.State, Disagreement.Outcome, Settlement.Step


@transaction.atomic
def settle(
    disagreement: Disagreement,
    outcome: str,
    reason: str,
    *,
    side: int | None = None,
    look_again_on: date | None = None,
    at: datetime | None = None,
    by: Account,
) -> Disagreement:
    """Accept one side or both, for a reason; the same gap is not raised again.

    With a day to look again it comes back on that day if it still does not agree, and closes itself once it does.
    Raises Refusal.
    """
    item, said = _held(disagreement), _reason(reason)
    _must_be_open(item)
    chosen = _side(item, side) if outcome == Outcome.SIDE else ""
    if outcome not in {Outcome.SIDE, Outcome.BOTH}:
        raise Refusal("请选择：以哪一方为准、两数并存，或转督办。", field="outcome")
    _must_lie_ahead(look_again_on, at or now())
    add_step(
        item,
        Step.SETTLED,
        State.EXPLAINED,
        said,
        outcome=outcome,
        chosen=chosen,
        look_again_on=look_again_on,
        at=at or now(),
        by=by,
    )
    return _kept(item, "settle", said, by=by)


@transaction.atomic
def follow_up(
    disagreement: Disagreement,
    owner: Body,
    reason: str,
    *,
    look_again_on: date | None,
    at: datetime | None = None,
    by: Account,
) -> Disagreement:
    """Ask a unit to find out by a day (转督办); it is told in the log, and comes back on that day. Raises Refusal."""
    item, said = _held(disagreement), _reason(reason)
    _must_be_open(item)
    if look_again_on is None:
        raise Refusal("转督办要定一个期限。", field="look_again_on")
    _must_lie_ahead(look_again_on, at or now())
    item.owner = owner
    add_step(item, Step.FOLLOWED, State.TASK, said, look_again_on=look_again_on, at=at or now(), by=by)
    _tell(item, owner, said, look_again_on, at=at or now(), by=by)
    return _kept(item, "follow-up", said, by=by)


@transaction.atomic
def assign(
    disagreement: Disagreement,
    *,
    assignee: Account | None = None,
    owner: Body | None = None,
    reason: str = "",
    at: datetime | None = None,
    by: Account,
) -> Disagreement:
    """Say who deals with it: a person, a unit, or both. Raises Refusal for a person who may not settle it."""
    item = _held(disagreement)
    _must_be_open(item)
    if assignee is None and owner is None:
        raise Refusal("请选承办人或责任单位。", field="assignee")
    if assignee is not None and not may(assignee, "resolve", at=now()):
        raise Refusal(f"{assignee}的角色不能处理数不符。", field="assignee")
    item.assignee, item.owner = assignee or item.assignee, owner or item.owner
    said = reason.strip()[:LONGEST_REASON]
    _add_same(item, Step.ASSIGNED, said, at=at or now(), by=by)
    return _kept(item, "assign", said, by=by)


@transaction.atomic
def take_over(disagreement: Disagreement, *, at: datetime | None = None, by: Account) -> Disagreement:
    """Deal with it oneself (接手). Raises Refusal."""
    item = _held(disagreement)
    _must_be_open(item)
    if item.assignee_id == by.pk:
        raise Refusal("这一条已经由您承办。")
    before = item.assignee
    item.assignee = by
    said = f"原承办：{before}" if before else ""
    _add_same(item, Step.TAKEN, said, at=at or now(), by=by)
    return _kept(item, "take-over", said, by=by)


@transaction.atomic
def note(disagreement: Disagreement, text: str, *, at: datetime | None = None, by: Account) -> Disagreement:
    """Leave word on it for whoever looks next (留言). Raises Refusal."""
    item, said = _held(disagreement), _reason(text)
    _add_same(item, Step.NOTED, said, at=at or now(), by=by)
    return _kept(item, "note", said, by=by)


@transaction.atomic
def reopen(disagreement: Disagreement, reason: str, *, at: datetime | None = None, by: Account) -> Disagreement:
    """Ask again what was settled (重开). Raises Refusal."""
    item, said = _held(disagreement), _reason(reason)
    if item.state == State.OPEN:
        raise Refusal("这一条本来就待核。")
    add_step(item, Step.REOPENED, State.OPEN, said, at=at or now(), by=by)
    return _kept(item, "reopen", said, by=by)


def _held(disagreement: Disagreement) -> Disagreement:
    """The item as it is now, kept from others until the act is done."""
    rows = Disagreement.objects.select_for_update(of=("self",))
    return rows.select_related("owner", "assignee", "settled_by").get(pk=disagreement.pk)


def _must_be_open(item: Disagreement) -> None:
    if item.settled:
        raise Refusal(f"这一条已由{item.settled_by}处理为「{item.get_state_display()}」；如要再议，请先重开。")


def _must_lie_ahead(day: date | None, at: datetime) -> None:
    today = watches.civil_day(at)
    if day is not None and not today < day <= today + FARTHEST:
        raise Refusal("再看的日期应在今天之后、四百天之内。", field="look_again_on")


def _side(item: Disagreement, side: int | None) -> str:
    if side is None or not 0 <= side < len(item.sides):
        raise Refusal("请选以哪一方为准。", field="outcome")
    chosen: str = item.sides[side]["label"]
    return chosen[:120]


def _reason(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise Refusal("处理数不符要写明理由。", field="reason")
    if len(said) > LONGEST_REASON:
        raise Refusal(f"理由最多 {LONGEST_REASON} 字，现有 {len(said)} 字。", field="reason")
    return said


def _add_same(item: Disagreement, step: str, said: str, *, at: datetime, by: Account) -> None:
    """A step that leaves the item where it is: its state, its reason and its day stay."""
    Settlement.objects.create(
        disagreement=item,
        step=step,
        state=item.state,
        reason=said,
        owner=item.owner,
        assignee=item.assignee,
        at=at,
        by=by,
    )


def _tell(item: Disagreement, owner: Body, reason: str, day: date, *, at: datetime, by: Account) -> Entry:
    """The follow-up in the log, so that the unit reads of it."""
    office = city.the_office()
    text = f"转督办：请{owner}核实「{item.title}」，{day.month}月{day.day}日前答复。{reason}"
    said = Said(
        text=text,
        unit=office,
        area=city.the_city(),
        event=city.the_event(),
        kind=Entry.Kind.ACT,
        topic="disagreement",
        column=Column.COMMAND,
        reported_at=at,
        act="follow_up_disagreement",
    )
    return journal.write(said, by=by)


def _kept(item: Disagreement, act: str, reason: str, *, by: Account) -> Disagreement:
    item.save()
    audit.note(act, table="reconciliation.disagreement", subject=item.pk, reason=reason, by=by)
    return item
