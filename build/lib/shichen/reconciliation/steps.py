"""A step in the life of a disagreement, written with the state that it leads to."""

from __future__ import annotations

from datetime import date, datetime

from shichen.city.models import Account
from shichen.reconciliation.models import Disagreement, Settlement

CLOSING = {Settlement.Step.SETTLED, Settlement.Step.CLOSED}


def add_step(
    item: Disagreement,
    step: str,
    state: str,
    reason: str,
    *,
    outcome: str = "",
    chosen: str = "",
    look_again_on: date | None = None,
    at: datetime,
    by: Account,
) -> Settlement:
    """Write a step and bring the item to what it leads to; the item itself is saved by whoever asked for the step."""
    item.state, item.outcome, item.chosen = state, outcome, chosen
    item.reason, item.look_again_on = reason, look_again_on
    closed = step in CLOSING
    item.settled_at, item.settled_by = (at, by) if closed else (None, None)
    return Settlement.objects.create(
        disagreement=item,
        step=step,
        state=state,
        outcome=outcome,
        chosen=chosen,
        reason=reason,
        look_again_on=look_again_on,
        owner=item.owner,
        assignee=item.assignee,
        title=item.title,
        sides=item.sides,
        at=at,
        by=by,
    )
