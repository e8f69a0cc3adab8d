"""Questions about corrections (更正): those in force and those that wait, what each changed, and where that was printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from shichen import watches
from shichen.city.scope import Sight
from shichen.indicators.declare import known
from shichen.indicators.models import TELLS, Appearance, Correction, Figure, Use
from shichen.watches import Period

State = Correction.State
RELATED = (
    "was__definition",
    "was__area",
    "was__reporter",
    "was__statement",
    "replacement",
    "proposed_by",
    "decided_by",
)


@dataclass(frozen=True)
class Month:
    """The corrections of one month, newest first."""

    first: date
    rows: list[Correction]


@dataclass(frozen=True)
class Used:
    """Where a figure was printed: entries of the log and documents, as far as the reader reaches."""

    entries: list[Use]
    documents: list[Appearance]

    @property
    def count(self) -> int:
        return len(self.entries) + len(self.documents)


def corrections(sight: Sight) -> QuerySet[Correction]:
    """The corrections of figures within reach."""
    seen = sight.q(unit="was__reporter_id", path="was__area_path", event="was__event_id")
    return Correction.objects.filter(seen).select_related(*RELATED)


def made(sight: Sight, *, as_of: datetime | None = None) -> QuerySet[Correction]:
    """The corrections in force at a moment, newest first, each with how often the figure had been printed."""
    rows = corrections(sight).filter(state=State.MADE).order_by("-number")
    if as_of is not None:
        rows = rows.filter(decided_at__lte=as_of)
    its_own = Q(was__uses__entry__act=TELLS, was__uses__entry__recorded_at__gte=F("decided_at"))
    return rows.annotate(
        entries=Count("was__uses__entry", filter=~its_own, distinct=True),
        documents=Count("was__appearances__document", distinct=True),
    )


def at(one: Correction, as_of: datetime | None) -> Correction:
    """A correction as it stood at a moment: what was decided later was still waiting; not to be saved."""
    if as_of is not None and one.decided_at is not None and one.decided_at > as_of:
        one.state, one.number, one.replacement = State.PROPOSED, None, None
        one.decided_at = one.decided_by = None
        one.note = ""
    one.was.as_it_stood(as_of)
    return one


def waiting(sight: Sight, *, as_of: datetime | None = None) -> QuerySet[Correction]:
    """The corrections that somebody had proposed and nobody decided, the oldest first."""
    return corrections(sight).filter(_waiting(as_of)).order_by("proposed_at")


def _waiting(as_of: datetime | None) -> Q:
    if as_of is None:
        return Q(state=State.PROPOSED)
    return (Q(state=State.PROPOSED) | Q(decided_at__gt=as_of)) & Q(proposed_at__lte=as_of)


def waiting_count(*, as_of: datetime | None = None) -> int:
    """How many corrections wait to be signed, or waited at a moment."""
    return Correction.objects.filter(_waiting(as_of)).count()


def by_month(rows: Iterable[Correction]) -> list[Month]:
    def month(one: Correction) -> date:
        return watches.civil_day(one.decided_at or one.proposed_at).replace(day=1)

    return [Month(first, list(group)) for first, group in groupby(rows, key=month)]


def used(figure: Figure, sight: Sight, *, as_of: datetime | None = None) -> Used:
    """Where a figure was printed, as it was known at a moment; the entry that tells its own correction is none of these."""
    entries = figure.uses.filter(sight.q(unit="entry__unit_id", path="entry__area_path", event="entry__event_id"))
    documents = figure.appearances.order_by("at", "pk")
    made = figure.corrected
    if made is not None and made.decided_at is not None:
        entries = entries.exclude(entry__act=TELLS, entry__recorded_at__gte=made.decided_at)
    if as_of is not None:
        entries, documents = entries.filter(entry__recorded_at__lte=as_of), documents.filter(at__lte=as_of)
    printed = entries.select_related("entry__unit").prefetch_related("entry__marks").order_by("entry__seq", "start")
    return Used(list(printed), list(documents))


def during(keys: Iterable[str], area: str, period: Period, *, as_of: datetime | None = None) -> list[Correction]:
    """The corrections in force of certain figures that speak of an area within a period: what a chart of them marks."""
    rows = Correction.objects.filter(
        state=State.MADE,
        was__key__in=list(keys),
        was__area=area,
        was__period_to__gt=period.start,
        was__period_from__lt=period.end,
    )
    if as_of is not None:
        rows = rows.filter(decided_at__lte=as_of)
    return list(rows.select_related(*RELATED).order_by(F("was__period_to"), "number"))


def charted(keys: Iterable[str], area: str, period: Period, *, as_of: datetime | None = None) -> list[dict[str, Any]]:
    """The marks of a chart as plain data: which number of which day was corrected from what to what."""
    found = []
    for one in during(keys, area, period, as_of=as_of):
        was, replacement = one.was, one.replacement
        if replacement is None or was.period_to is None:
            continue
        indicator = known().get(was.key)
        day = watches.civil_day(was.period_to - timedelta(seconds=1))
        found.append(
            {
                "number": one.number,
                "name": indicator.name if indicator else was.key,
                "name_en": indicator.name_en if indicator else was.key,
                "day": day.isoformat(),
                "was": _digits(was.value),
                "is": _digits(replacement.value),
                "unit": was.unit,
            }
        )
    return found


def _digits(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
