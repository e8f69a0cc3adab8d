"""Bulletins as they stood at a past moment: what was decided later was open, what was merged later lay apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from shichen.audit.models import Trail
from shichen.bulletins import keeping
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry, Until
from shichen.city.scope import Sight

BY_HAND = "人工补录"
OPEN, ABSENT = "open", ""
State, Act = Bulletin.State, Until.Act


@dataclass
class Stood:
    """What was proposed of a bulletin at a moment; `lost` are numbers of which the look of then was not kept."""

    entries: list[ProposedEntry] = field(default_factory=list)
    numbers: list[Proposal] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    cuts_lost: bool = False

    def numbers_of(self, entry: ProposedEntry) -> list[Proposal]:
        """The numbers that stand in an entry as it was cut then."""
        return [one for one in self.numbers if entry.start <= one.start < entry.end]


def bulletins(reach: Sight, moment: datetime) -> QuerySet[Any]:
    """The bulletins that had come by a moment, each with its state then as `stood`."""
    entries = ProposedEntry.objects.filter(bulletin=OuterRef("pk"))
    waited = entries.annotate(stood=_state(moment)).filter(stood=OPEN)
    stood = Case(
        When(Q(envelope__entered_at=None) | Q(envelope__entered_at__gt=moment), then=Value(State.RECEIVED.value)),
        When(Exists(waited), then=Value(State.WAITING.value)),
        When(Exists(entries), then=Value(State.CLOSED.value)),
        default=F("state"),
        output_field=CharField(),
    )
    rows: QuerySet[Any] = Bulletin.objects.within(reach).filter(received_at__lte=moment).annotate(stood=stood)
    return rows


def queue(reach: Sight, state: str, moment: datetime) -> QuerySet[Any]:
    """The queue of a moment, in the order it had: of those that waited, the least certain open number first."""
    numbers = Proposal.objects.filter(entry__bulletin=OuterRef("pk")).annotate(stood=_state(moment))
    least = numbers.filter(stood=OPEN).order_by("confidence").values("confidence")[:1]
    rows: QuerySet[Any] = bulletins(reach, moment).select_related("unit", "envelope__account")
    rows = rows.defer("envelope__body", "envelope__words").annotate(least=Subquery(least))
    if state == State.WAITING:
        return rows.filter(stood=state).order_by(F("least").asc(nulls_last=True), "received_at", "pk")
    if state in State.values:
        rows = rows.filter(stood=state)
    return rows.order_by("-received_at", "pk")


def counted(rows: Iterable[Any], moment: datetime) -> list[Any]:
    """Bulletins of the queue with the state, the entries and the numbers that each had; not to be saved."""
    found = list(rows)
    counts = _counts([one.pk for one in found], moment)
    for one in found:
        one.state = State(one.stood)
        read = one.state != State.RECEIVED
        one.n_entries, one.n_open, one.n_figures = (counter[one.pk] if read else 0 for counter in counts)
    return found


def proposed(bulletin: Bulletin, moment: datetime) -> Stood:
    """The entries and the numbers of a bulletin as they stood at a moment, in the order of its text."""
    entries = {one.pk: one for one in bulletin.entries.select_related("body", "decided_by")}
    rows = Proposal.objects.filter(entry__bulletin=bulletin).select_related("figure", "decided_by")
    numbers = {one.pk: one for one in rows}
    merges = [UUID(one.subject) for one in _acts("merge", entries) if one.at > moment]
    twice = {UUID(one.subject) for one in _acts("decide", numbers) if one.at <= moment}
    kept = _take_back(bulletin, entries, numbers, moment)
    found = Stood(cuts_lost=any(one not in kept for one in merges))
    found.entries = sorted(entries.values(), key=lambda one: one.start)
    for one in sorted(numbers.values(), key=lambda one: one.start):
        if _later(one, moment) and one.reason == BY_HAND:
            continue
        if _later(one, moment) and (one.pk in twice or one.state == Proposal.State.EDITED):
            found.lost.append(one.raw)
        found.numbers.append(one)
    _open_what_was_decided_later(found, moment)
    return found


def _take_back(
    bulletin: Bulletin, entries: dict[UUID, ProposedEntry], numbers: dict[UUID, Proposal], moment: datetime
) -> set[UUID]:
    """Take back every act after a moment, the last first. Of which rows the past was kept."""
    kept = set()
    for until in bulletin.untils.filter(at__gt=moment).order_by("-pk"):
        kept.add(until.subject)
        if until.act == Act.ADDED:
            numbers.pop(until.subject, None)
        elif until.act == Act.MERGED:
            row = entries.setdefault(until.subject, ProposedEntry(pk=until.subject, bulletin=bulletin))
            keeping.undone(row, until.was)
        elif until.subject in numbers:
            keeping.undone(numbers[until.subject], until.was)
        elif until.subject in entries:
            keeping.undone(entries[until.subject], until.was)
    return kept


def _open_what_was_decided_later(stood: Stood, moment: datetime) -> None:
    """Where nothing was kept: what was decided later was open. A number becomes a figure with its entry, not before."""
    rows: list[Any] = [*stood.entries, *stood.numbers]
    for one in rows:
        if _later(one, moment):
            one.state, one.reason, one.decided_by, one.decided_at = OPEN, "", None, None
    for entry in stood.entries:
        if entry.state != ProposedEntry.State.ACCEPTED:
            entry.entry = None
            for number in stood.numbers_of(entry):
                number.figure = None


def _later(row: Proposal | ProposedEntry, moment: datetime) -> bool:
    return row.decided_at is not None and row.decided_at > moment


def _state(moment: datetime) -> Coalesce:
    """The state of a number or an entry at a moment; none, where it was not there yet."""
    later = Until.objects.filter(subject=OuterRef("pk"), at__gt=moment).exclude(act=Act.MERGED)
    by_its_row = Case(
        When(Q(decided_at__gt=moment, reason=BY_HAND), then=Value(ABSENT)),
        When(decided_at__gt=moment, then=Value(OPEN)),
        default=F("state"),
        output_field=CharField(),
    )
    return Coalesce(Subquery(later.order_by("pk").values("state")[:1]), by_its_row, output_field=CharField())


def _acts(action: str, rows: Iterable[UUID]) -> list[Trail]:
    """What the trail tells of an act on these rows."""
    found = Trail.objects.filter(action=action, subject__in=[str(one) for one in rows])
    return list(found.filter(table__startswith="bulletins."))


def _counts(keys: Sequence[UUID], moment: datetime) -> tuple[Counter[UUID], Counter[UUID], Counter[UUID]]:
    """How many entries, open entries and numbers each bulletin had; what was merged away later is told by the trail."""
    rows = ProposedEntry.objects.filter(bulletin__in=keys).annotate(stood=_state(moment))
    stood = {pk: (bulletin, state) for pk, bulletin, state in rows.values_list("pk", "bulletin_id", "stood")}
    every = Counter(bulletin for bulletin, _state_ in stood.values())
    waiting = Counter(bulletin for bulletin, state in stood.values() if state == OPEN)
    for act in _acts("merge", stood):
        if act.at > moment:
            for counter in (every, waiting):
                counter[stood[UUID(act.subject)][0]] += act.rows - 1
    numbers = Proposal.objects.filter(entry__bulletin__in=keys).annotate(stood=_state(moment)).exclude(stood=ABSENT)
    return every, waiting, Counter(numbers.values_list("entry__bulletin_id", flat=True))
