"""What persons put right in the numbers and entries that were read (更正), where it still stands and is still read wrong.

Nothing of it is kept: it is found each time in what was decided, so that what is undone, struck or already mended by a row is
no correction any more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from uuid import UUID

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast

from shichen.bulletins import learning, reading, review, tables
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.journal.models import Mark
from shichen.prose.spans import Figure, Reading
from shichen.prose.tables import Tables
from shichen.web.masking import masked

LOOKED_AT = 2_000
"""Decisions among which corrections are sought, the latest first."""
AROUND = 24
State = Proposal.State


@dataclass(frozen=True)
class Correction:
    """One act that put right what was read: in which bulletin, of which characters; what the reader makes of them now."""

    bulletin: Bulletin
    entry: ProposedEntry
    start: int
    end: int
    proposal: Proposal | None = None
    figure: Figure | None = None

    @property
    def by(self) -> object:
        return self.proposal.decided_by if self.proposal else self.entry.decided_by

    @property
    def at(self) -> object:
        return self.proposal.decided_at if self.proposal else self.entry.decided_at


@dataclass
class Texts:
    """Bulletins with their texts and how they are read now, each opened once."""

    texts: dict[UUID, str] = field(default_factory=dict)
    readings: dict[UUID, Reading] = field(default_factory=dict)
    words: Callable[[date | None], Tables] = field(default_factory=lambda: cache(tables.of_the_city))

    def text(self, bulletin: Bulletin) -> str:
        if bulletin.pk not in self.texts:
            self.texts[bulletin.pk] = review.text_of(bulletin)
        return self.texts[bulletin.pk]

    def read(self, bulletin: Bulletin) -> Reading | None:
        """How a bulletin is read now, whatever is remembered of its words; nothing where its text was erased."""
        text = self.text(bulletin)
        if text and bulletin.pk not in self.readings:
            self.readings[bulletin.pk] = reading.read_again(bulletin, text, self.words)
        return self.readings.get(bulletin.pk)

    def figure(self, bulletin: Bulletin, start: int, end: int) -> Figure | None:
        found = self.read(bulletin)
        return next((one for one in found.figures if (one.start, one.end) == (start, end)), None) if found else None

    def said(self, one: Correction) -> tuple[str, str, str]:
        """The words around what was put right, and the words themselves, masked as everywhere."""
        shown = masked(self.text(one.bulletin))
        before = shown[max(one.start - AROUND, 0) : one.start].rpartition("\n")[2]
        after = shown[one.end : one.end + AROUND].partition("\n")[0]
        return before, shown[one.start : one.end], after


def numbers() -> QuerySet[Proposal]:
    """Numbers whose indicator or measure a person changed, or that were proposed as others had changed such ones before."""
    rows = _standing().filter(state__in=(State.ACCEPTED, State.EDITED)).exclude(figure=None)
    rows = rows.annotate(checked=Cast("checks", TextField()), wrote=Cast("was", TextField()))
    put_right = Q(wrote__contains='"indicator"') | Q(wrote__contains='"unit"')
    return rows.filter(put_right | Q(checked__contains=f'"{learning.LEARNED}"'))


def no_figures() -> QuerySet[Proposal]:
    """Words that a person said are no number."""
    return _standing().filter(state=State.NOT_A_FIGURE)


def units() -> QuerySet[ProposedEntry]:
    """Entries that a person put to another body than was read; the sender is none, it stands in where nobody said anything."""
    rows = ProposedEntry.objects.filter(state=ProposedEntry.State.ACCEPTED).exclude(unit_text="").exclude(entry=None)
    rows = rows.exclude(entry__marks__kind=Mark.Kind.STRUCK).exclude(entry__unit=F("bulletin__unit"))
    rows = rows.select_related("bulletin__unit", "entry__unit", "decided_by")
    return rows.filter(Q(body=None) | ~Q(body=F("entry__unit"))).order_by("-decided_at", "pk")


def _standing() -> QuerySet[Proposal]:
    """Numbers of entries that were taken into the log and were not struck there."""
    rows = Proposal.objects.filter(entry__state=ProposedEntry.State.ACCEPTED).exclude(
        entry__entry__marks__kind=Mark.Kind.STRUCK
    )
    rows = rows.select_related("entry__bulletin__unit", "decided_by")
    return rows.order_by("-decided_at", "pk")
