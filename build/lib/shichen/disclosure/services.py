"""Acts of this room: propose, sign and withdraw a decision on small numbers, or a table for the public."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from django.db import transaction

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.models import Account
from shichen.disclosure import queries
from shichen.disclosure.exposures import Exposure, How
from shichen.disclosure.models import Decision, Line, OpenTable, TwoPersons
from shichen.refusal import Refusal

LONGEST_BASIS, LONGEST_REASON = 200, 300
State = TwoPersons.State
Act = TypeVar("Act", Decision, OpenTable)


@transaction.atomic
def propose(exposures: Sequence[Exposure], basis: str, reason: str, *, by: Account) -> Decision:
    """Ask that small numbers be told on purpose. Raises Refusal."""
    if not exposures:
        raise Refusal("没有须作公布决定的数字。", field="figure")
    on = _said(basis, LONGEST_BASIS, "法律依据", "basis")
    why = _said(reason, LONGEST_REASON, "理由", "reason")
    named = [(one.figure, one) for one in exposures if one.figure is not None]
    if len(named) < len(exposures):
        raise Refusal("公布决定只能就台账里的数字作出；表里的小格不走这条路。", field="figure")
    waiting = _waiting([one for _, one in named])
    if waiting is not None:
        raise Refusal(f"其中有数字已由{waiting.proposed_by}提出，正等第二人签发。", field="figure")
    made = Decision.objects.create(basis=on, reason=why, proposed_at=now(), proposed_by=by)
    for figure, one in named:
        quantity = one.quantity.said() if one.quantity else None
        Line.objects.create(
            decision=made,
            figure=figure,
            how=one.how,
            quantity=quantity,
            low=one.low,
            high=one.high,
            sentence=one.sentence[:400],
        )
    audit.note("propose-decision", table="disclosure.decision", subject=made.pk, reason=why, rows=len(named), by=by)
    return made


@transaction.atomic
def sign(decision: Decision, *, by: Account) -> Decision:
    """Let the numbers of a decision be told from now on. Raises Refusal."""
    held = _held(Decision, decision, State.PROPOSED)
    _second(held, by)
    if held.lines.filter(figure__successor__isnull=False).exists():
        raise Refusal("其中有数字已被更正；请不予签，按更正后的数重新提出。", rule="公布决定")
    return _decided(held, State.SIGNED, "", "sign-decision", by=by)


@transaction.atomic
def refuse(act: Act, note: str, *, by: Account) -> Act:
    """Turn a proposal down, with a reason. Raises Refusal."""
    held = _held(type(act), act, State.PROPOSED)
    return _decided(held, State.REFUSED, _said(note, LONGEST_REASON, "不予签的理由", "note"), "refuse", by=by)


@transaction.atomic
def withdraw(act: Act, note: str, *, by: Account) -> Act:
    """Take back what was signed: it covers nothing that goes out from now on; what was told stays told. Raises Refusal."""
    held = _held(type(act), act, State.SIGNED)
    held.note = _said(note, LONGEST_REASON, "撤回的理由", "note")
    held.state, held.withdrawn_at, held.withdrawn_by = State.WITHDRAWN, now(), by
    held.save(update_fields=["state", "note", "withdrawn_at", "withdrawn_by"])
    audit.note("withdraw", table=f"disclosure.{held._meta.model_name}", subject=held.pk, reason=held.note, by=by)
    return held


@transaction.atomic
def propose_table(name: str, until: date, content: dict[str, Any], *, by: Account) -> OpenTable:
    """Put a suppressed table up for release. Raises Refusal where one waits already, or where the same went out."""
    if OpenTable.objects.filter(name=name, state=State.PROPOSED).exists():
        raise Refusal("这张表已有一份待签；先签发，或不予签。")
    mark = digest(content)
    if any(one.digest == mark and one.state == State.SIGNED for one in queries.released_tables(name)):
        raise Refusal("这张表已经公开，内容没有变。")
    made = OpenTable.objects.create(
        name=name, until=until, content=content, digest=mark, proposed_at=now(), proposed_by=by
    )
    audit.note("propose-table", table="disclosure.opentable", subject=made.pk, after=mark, by=by)
    return made


@transaction.atomic
def release_table(table: OpenTable, checked: Callable[[OpenTable], object], *, by: Account) -> OpenTable:
    """Let a table go out, once `checked` (which clears it) has let it pass. Raises Refusal."""
    held = _held(OpenTable, table, State.PROPOSED)
    _second(held, by)
    if digest(held.content) != held.digest:
        raise Refusal("表的内容与提出时的指纹不符，不能公开。")
    checked(held)
    return _decided(held, State.SIGNED, "", "release-table", by=by)


def digest(content: dict[str, Any]) -> str:
    """SHA-256 over the canonical form of a table."""
    said = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def _decided(held: Act, state: State, note: str, act: str, *, by: Account) -> Act:
    held.state, held.note, held.decided_at, held.decided_by = state, note, now(), by
    held.save(update_fields=["state", "note", "decided_at", "decided_by"])
    audit.note(act, table=f"disclosure.{held._meta.model_name}", subject=held.pk, reason=note, by=by)
    return held


def _held(model: type[Act], act: Act, state: State) -> Act:
    held: Act = model._default_manager.select_for_update(of=("self",)).get(pk=act.pk)
    if held.state != state:
        raise Refusal(f"现在是「{held.get_state_display()}」，须是「{state.label}」才行。")
    return held


def _second(held: TwoPersons, by: Account) -> None:
    if held.proposed_by_id == by.pk:
        raise Refusal("提出的人不能自己签发；请由第二人签发。", rule="两人签发")


def _waiting(exposures: Sequence[Exposure]) -> Decision | None:
    printed = [one.figure.pk for one in exposures if one.how == How.PRINTED and one.figure is not None]
    line = Line.objects.filter(figure__in=printed, how=How.PRINTED, decision__state=State.PROPOSED)
    first = line.select_related("decision__proposed_by").first()
    return first.decision if first else None


def _said(text: str, longest: int, what: str, field: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise Refusal(f"公布决定要写明{what}。" if field != "note" else "要写明理由。", field=field)
    if len(said) > longest:
        raise Refusal(f"{what}最多 {longest} 字，现有 {len(said)} 字。", field=field)
    return said
