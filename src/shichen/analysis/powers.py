"""Who may analyse, of which area, and who may sign; what was done with an analysis stands in the trail and in the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.db import IntegrityError, transaction

from shichen.analysis.kept import Belonging, Computed, Signed
from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account, Area
from shichen.city.queries import Standing
from shichen.city.scope import sight
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.refusal import Refusal

LONGEST = 200
"""Characters of a reason or of a note."""
S = TypeVar("S", bound=Signed)


@dataclass(frozen=True)
class Checked:
    """What computing again gave (重算核对): whether the rows are the same, by which version of the program each time."""

    same: bool
    digest: str
    version: str


def may_analyse(by: Account) -> Standing:
    """In whose name somebody may run analyses and enter what they go by. Raises Refusal for who may not."""
    if by.kind == Account.Kind.SYSTEM:
        return Standing(city.the_office(), city.the_city(), city.the_event())
    standing = city.standing_of(by, "analyse", at=now())
    if standing is None:
        raise Refusal("分析由疾控、专家组或办公室办；您的权限不及于此。", rule="分析权限")
    return standing


def must_reach(area: Area, by: Account, act: str) -> None:
    """Whether somebody may act on the analyses of an area. Raises Refusal."""
    reaches = sight(by, act, at=now()).reaches
    if by.kind != Account.Kind.SYSTEM and not any(area.path.startswith(path) for _unit, path, _event in reaches):
        raise Refusal("这个区域不在您的权限之内。", rule="分析权限")


def may_sign(one: Belonging, by: Account) -> None:
    """Whether somebody may sign what belongs to a unit and an area. Raises Refusal."""
    if not sight(by, "approve", at=now()).covers(unit=one.unit_id, path=one.area_path, event=one.event_id):
        raise Refusal("签发由办公室或指挥长办；您的权限不及于此。", rule="签发权限")


def signed(signature: S, one: Computed, note: str, *, by: Account) -> S:
    """A signature under what another asked for, written once (签发). Raises Refusal."""
    if one.asked_by_id == by.pk:
        raise Refusal("自己提出的分析由另一个人签发。", rule="不得自批")
    if len(note) > LONGEST:
        raise Refusal("意见不超过200字。", field="note")
    signature.by, signature.at, signature.note = by, now(), note.strip()
    try:
        with transaction.atomic():
            signature.save(force_insert=True)
    except IntegrityError:
        raise Refusal("这次分析已经签发。", rule="先到先办") from None
    return signature


def reasoned(reason: str) -> str:
    """A reason as it is kept. Raises Refusal where there is none."""
    if not reason.strip() or len(reason) > LONGEST:
        raise Refusal(f"请写明理由，不超过{LONGEST}字。", field="reason")
    return reason.strip()


def noted(action: str, one: Belonging, by: Account, *, reason: str = "", result: str = "done") -> None:
    """That something was done with an analysis stands in the trail."""
    audit.note(
        action,
        table=one._meta.label_lower,
        subject=one.pk,
        unit=one.unit_id,
        area=one.area_id,
        reason=reason,
        result=result,
        by=by,
    )


def told(text: str, one: Belonging, act: str, by: Account, *, kind: Entry.Kind = Entry.Kind.ACT) -> None:
    """That something was done with an analysis stands in the log."""
    journal.write(Said(journal.plain(text), one.unit, one.area, one.event, kind=kind, topic="case", act=act), by=by)
