"""Envelopes as they stood at a past moment: received, not yet worked in, with rows that nobody had mended yet."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.utils.translation import gettext_noop

from shichen.intake.models import Envelope, EnvelopeQuerySet, Reject

State = Envelope.State
NOT_YET = gettext_noop("那时已接收，还没有入册。")


def standing(rows: EnvelopeQuerySet, moment: datetime | None) -> EnvelopeQuerySet:
    """The envelopes that had come by a moment, with the state each had then as `stood`; None: as they stand now."""
    if moment is None:
        return rows.annotate(stood=F("state"))
    later = Envelope.objects.filter(corrects=OuterRef("id"), received_at__gt=moment)
    state = Case(
        When(Q(entered_at=None) | Q(entered_at__gt=moment), then=Value(State.RECEIVED.value)),
        When(Exists(later), state__in=[State.CORRECTED, State.VOID], then=Value(State.HELD.value)),
        default=F("state"),
        output_field=CharField(),
    )
    return rows.filter(received_at__lte=moment).annotate(stood=state)


def as_it_stood(one: Envelope, moment: datetime | None) -> Envelope:
    """An envelope that `standing` found, in the state it had then; not to be saved."""
    if moment is None:
        return one
    one.state = State(one.stood)  # type: ignore[attr-defined]
    if one.state == State.RECEIVED:
        one.note, one.entered_at = NOT_YET, None
    return one


def rejects(one: Envelope, moment: datetime | None, most: int) -> list[Reject]:
    """The rows that could not be taken; one that was mended later waited then."""
    if moment is None:
        return list(one.rejects.all()[:most])
    if one.state == State.RECEIVED:
        return []
    found = list(one.rejects.all()[:most])
    mends = [row.mended_by for row in found if row.mended_by]
    later = set(Envelope.objects.filter(id__in=mends, received_at__gt=moment).values_list("id", flat=True))
    for row in found:
        if row.mended_by in later:
            row.state, row.mended_by = Reject.State.OPEN, None
    return found
