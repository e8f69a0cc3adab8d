"""Decisions and open tables as they stood at a past moment: what was signed or withdrawn later was not so yet."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db.models import Case, CharField, F, QuerySet, Value, When

from shichen.disclosure.models import Decision, OpenTable, TwoPersons

State = TwoPersons.State
Act = TypeVar("Act", Decision, OpenTable)


def standing(rows: QuerySet[Act], moment: datetime | None) -> QuerySet[Act]:
    """What had been proposed by a moment, with the state it had then as `stood`; None: as they stand now."""
    if moment is None:
        return rows.annotate(stood=F("state"))
    state = Case(
        When(withdrawn_at__lte=moment, then=Value(State.WITHDRAWN.value)),
        When(decided_at__lte=moment, state=State.REFUSED, then=Value(State.REFUSED.value)),
        When(decided_at__lte=moment, then=Value(State.SIGNED.value)),
        default=Value(State.PROPOSED.value),
        output_field=CharField(),
    )
    return rows.filter(proposed_at__lte=moment).annotate(stood=state)


def as_it_stood(one: Act, moment: datetime | None) -> Act:
    """An act of two persons without what became of it after a moment; not to be saved."""
    if moment is None:
        return one
    withdrawn = one.withdrawn_at is not None and one.withdrawn_at > moment
    decided = one.decided_at is not None and one.decided_at > moment
    if withdrawn:
        one.state, one.withdrawn_at, one.withdrawn_by = State.SIGNED, None, None
    if decided:
        one.state, one.decided_at, one.decided_by = State.PROPOSED, None, None
    if withdrawn or decided:
        one.note = ""  # the remark of the later act took the place of the earlier one
    return one
