"""Acts on records of any register: enter one, correct it by a successor, void it. Nothing is overwritten."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.models import Account, Area, Body, Event
from shichen.records.models import Record
from shichen.refusal import Refusal

R = TypeVar("R", bound=Record)
LONGEST_REASON = 200


def begin(
    record: R,
    *,
    unit: Body,
    area: Area,
    event: Event,
    reported_at: datetime,
    envelope: UUID | None,
    row_no: int,
    by: Account,
) -> R:
    """Fill in where a new record comes from; it is its own first version."""
    record.unit, record.event, record.author = unit, event, by
    record.place_in(area)
    record.reported_at, record.recorded_at = reported_at, now()
    record.envelope, record.row_no = envelope, row_no
    record.first = record.id
    return record


def enter(record: Record, twice: Callable[[], Refusal]) -> None:
    """Store a new record; where the database says that it is there already, `twice` says so to the person."""
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except IntegrityError:
        raise twice() from None


def alike(one: Record, other: Record, names: Iterable[str]) -> bool:
    """Whether two records say the same in those columns."""
    return all(getattr(one, name) == getattr(other, name) for name in names)


@transaction.atomic
def correct(old: R, values: dict[str, Any], reason: str, *, check: Callable[[R], None], by: Account) -> R:
    """A successor with other values; the old version stays, superseded. Raises Refusal, also when another came first."""
    moment = _retire(old, reason)
    new = _successor(old, reason, moment, by=by)
    changed = tuple(name for name, value in values.items() if getattr(old, name) != value)
    if not changed:
        raise Refusal("更正与原记录相同；未作任何改动。")
    for name in changed:
        setattr(new, name, values[name])
    check(new)
    new.save(force_insert=True)
    audit.note(
        "correct",
        table=old._meta.label_lower,
        subject=old.first,
        unit=old.unit_id,
        area=old.area_id,
        reason=reason,
        fields=changed,
        before=audit.keyed_digest([str(getattr(old, name)) for name in changed]),
        after=audit.keyed_digest([str(values[name]) for name in changed]),
        by=by,
    )
    return new


@transaction.atomic
def void(old: R, reason: str, *, by: Account) -> R:
    """Take a record out of every count, with a reason; all its versions stay readable, each with its own. Raises Refusal.

    The last version says that it is void, by whom and why; it never stood, so no moment shows it.
    """
    moment = _retire(old, reason)
    last = _successor(old, reason, moment, by=by)
    last.voided, last.superseded_at = True, moment
    last.save(force_insert=True)
    table, unit, area = old._meta.label_lower, old.unit_id, old.area_id
    audit.note("void", table=table, subject=old.first, unit=unit, area=area, reason=reason, by=by)
    return last


def _successor(old: R, reason: str, moment: datetime, *, by: Account) -> R:
    """The next version of a record, not stored yet, as it stands in the database now."""
    new = type(old).objects.get(pk=old.pk)
    new.pk, new._state.adding = type(old)().pk, True
    new.revision, new.recorded_at, new.author = old.revision + 1, moment, by
    new.reason, new.superseded_at, new.envelope = reason.strip(), None, None
    return new


def _retire(old: Record, reason: str) -> datetime:
    if not reason.strip():
        raise Refusal("更正或作废要写明理由。", field="reason")
    if len(reason.strip()) > LONGEST_REASON:
        raise Refusal(f"理由最多 {LONGEST_REASON} 字，现有 {len(reason.strip())} 字。", field="reason")
    moment = now()
    if not type(old).objects.filter(pk=old.pk, superseded_at=None, voided=False).update(superseded_at=moment):
        raise Refusal("这条记录已被他人更正或作废；请刷新后查看最新一版，再决定是否更正。", rule="先到先更")
    return moment
