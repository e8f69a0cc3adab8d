"""Official documents as they stood at a past moment: the step that each had come to, read from the trail."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from shichen.audit.models import Trail
from shichen.publications.papers.models import Paper
from shichen.publications.papers.steps import TABLE

State = Paper.State
LED_TO = {
    "draft-paper": State.DRAFT,
    "send-paper": State.SENT,
    "send-back-paper": State.DRAFT,
    "issue-paper": State.ISSUED,
    "withdraw-paper": State.WITHDRAWN,
    "drop-paper": State.DROPPED,
}
OUTSIDE = (State.ISSUED, State.WITHDRAWN)
"""What everybody may read who may look into the room."""
ENDED = (State.WITHDRAWN, State.DROPPED)


def states(moment: datetime, *only: UUID) -> dict[UUID, Paper.State]:
    """The state of every document that was there at a moment, or of those named."""
    rows = Trail.objects.filter(table=TABLE, action__in=LED_TO, result="done", at__lte=moment)
    if only:
        rows = rows.filter(subject__in=[str(one) for one in only])
    return {UUID(subject): LED_TO[act] for subject, act in rows.order_by("position").values_list("subject", "action")}


def as_it_stood(one: Paper, state: Paper.State, moment: datetime) -> Paper:
    """A document without what was done to it after a moment; not to be saved."""
    one.state = state
    if state not in OUTSIDE:
        one.issued_at, one.issued_by, one.dated, one.serial, one.digest = None, None, None, None, ""
        one.name = one.code = ""
    if one.withdrawn_at is not None and one.withdrawn_at > moment:
        one.withdrawn_at = None
    if state is State.DRAFT or (one.sent_at is not None and one.sent_at > moment):
        one.sent_at = one.sent_by = None
    if state not in ENDED:
        one.ended = ""
    return one
