"""Editions as they stood at a past moment: the step that each had come to, read from the trail of what was done to it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from shichen.audit.models import Trail
from shichen.publications.models import Edition

State = Edition.State
LED_TO = {
    "open-draft": State.DRAFT,
    "review-edition": State.REVIEWED,
    "send-back-edition": State.DRAFT,
    "approve-edition": State.APPROVED,
    "release-edition": State.RELEASED,
    "withdraw-edition": State.WITHDRAWN,
    "discard-draft": State.DROPPED,
}
ENDED = (State.WITHDRAWN, State.DROPPED)


def states(moment: datetime, *only: UUID) -> dict[UUID, Edition.State]:
    """The state of every edition that was there at a moment, or of those named."""
    rows = Trail.objects.filter(table="publications.edition", action__in=LED_TO, result="done", at__lte=moment)
    if only:
        rows = rows.filter(subject__in=[str(one) for one in only])
    return {UUID(subject): LED_TO[act] for subject, act in rows.order_by("position").values_list("subject", "action")}


def as_it_stood(one: Edition, state: Edition.State, moment: datetime) -> Edition:
    """An edition without what was done to it after a moment; not to be saved."""
    one.state = state
    for step in ("reviewed", "approved", "released", "withdrawn"):
        done = getattr(one, f"{step}_at")
        if done is not None and done > moment:
            setattr(one, f"{step}_at", None)
            if step in ("reviewed", "approved"):
                setattr(one, f"{step}_by", None)
    if one.reviewed_at is None:  # its words were not fixed then, or they were other words
        one.content, one.digest, one.waived = None, "", []
    if one.approved_at is None:
        one.not_before = None
    if state not in ENDED:
        one.ended = ""
    return one
