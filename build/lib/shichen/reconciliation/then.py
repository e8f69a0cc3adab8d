"""The desk as it stood at a past moment: each work item with the state, the reason and the evidence of its last step by then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from shichen.reconciliation.models import Disagreement, Settlement

State = Disagreement.State


def standing(rows: QuerySet[Disagreement], as_of: datetime) -> QuerySet[Disagreement]:
    """The items that were there at a moment, with the state they had then as `stood`."""
    steps = Settlement.objects.filter(disagreement=OuterRef("pk"), at__lte=as_of).order_by("-at", "-pk")
    state = Coalesce(Subquery(steps.values("state")[:1]), Value(State.OPEN.value), output_field=CharField())
    return rows.filter(opened_at__lte=as_of).annotate(stood=state)


def as_it_stood(rows: Iterable[Disagreement], as_of: datetime) -> list[Disagreement]:
    """The items as they were at a moment; not to be saved."""
    found = list(rows)
    steps: dict[UUID, list[Settlement]] = {one.pk: [] for one in found}
    known = Settlement.objects.filter(disagreement__in=list(steps), at__lte=as_of).select_related(
        "by", "owner", "assignee"
    )
    for step in known.order_by("at", "pk"):
        steps[step.disagreement_id].append(step)
    for one in found:
        _turn_back(one, steps[one.pk])
    return found


def _turn_back(one: Disagreement, steps: list[Settlement]) -> None:
    """The question, its evidence and its owner are those of the last step: what was found between two steps is not kept."""
    last = steps[-1] if steps else None
    one.title = next((step.title for step in reversed(steps) if step.title), one.title)
    one.owner = last.owner if last else one.owner
    one.state = State(last.state) if last else State.OPEN
    one.sides = next((step.sides for step in reversed(steps) if step.sides), one.sides)
    one.assignee = next((step.assignee for step in reversed(steps) if step.assignee_id), None)
    settled = last if last is not None and one.settled else None
    one.outcome = settled.outcome if settled else ""
    one.chosen = settled.chosen if settled else ""
    one.reason = last.reason if last else ""
    one.look_again_on = last.look_again_on if last else None
    one.settled_at = settled.at if settled else None
    one.settled_by = settled.by if settled else None
