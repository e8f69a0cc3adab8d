"""The lines of a chronicle as its checks read them: of a draft, or of the page as the log gives it now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.db.models import prefetch_related_objects

from shichen.indicators.models import Figure
from shichen.journal.models import Entry
from shichen.publications import objecting
from shichen.publications.chronicle.telling import Chronicle
from shichen.publications.items import Spanned
from shichen.publications.models import Slot
from shichen.publications.objecting import Objection
from shichen.registers.measures import queries as measures

AROUND = 12  # characters of a line shown on either side of what it is about


@dataclass(frozen=True)
class Line:
    """One line: the date that it files under, its words, the figures bound in it, its kinds, its note of other dates.

    `since` is the first date of the chronicle it stands in.
    """

    since: date
    on: date
    entry: Entry
    text: str
    uses: tuple[Spanned, ...]
    kinds: tuple[str, ...]
    note: str

    @property
    def place(self) -> str:
        return self.on.isoformat()

    def shown(self, text: str = "") -> objecting.Line:
        """The line as an objection shows it beside others."""
        return objecting.Line(self.place, text or self.text, f"/log/{self.entry.id}/")


@dataclass(frozen=True)
class Use:
    """A figure in a line."""

    line: Line
    span: Spanned

    @property
    def figure(self) -> Figure:
        return self.span.figure

    @property
    def words(self) -> str:
        return self.line.text[self.span.start : self.span.end]


class Look(Protocol):
    """A check: what it finds in the lines of a chronicle."""

    def __call__(self, lines: list[Line]) -> Iterator[Objection]: ...


def of_slots(slots: list[Slot]) -> list[Line]:
    """The lines of a draft, in the order of their dates."""
    prefetch_related_objects(
        slots,
        "passages__bindings__figure__area",
        "passages__bindings__figure__statement",
        "passages__entry__unit",
        measures.of_entries("passages__entry__"),
    )
    since = min((date.fromisoformat(slot.place) for slot in slots), default=date.max)
    return [
        Line(
            since,
            date.fromisoformat(slot.place),
            passage.entry,
            passage.text,
            tuple(passage.bindings.all()),
            tuple(passage.kinds),
            passage.note,
        )
        for slot in sorted(slots, key=lambda one: one.place)
        for passage in slot.passages.all()
    ]


def of_chronicle(chronicle: Chronicle) -> list[Line]:
    """The lines of the page as it stands now."""
    prefetch_related_objects([item.entry for item in chronicle.items], measures.of_entries())
    return [
        Line(chronicle.first, day.on, item.entry, item.text, item.uses, item.kinds, item.note)
        for day in chronicle.days
        for item in day.items
    ]


def uses(lines: Iterable[Line]) -> list[Use]:
    """Every figure of the ledger that some lines print, in order."""
    return [Use(line, span) for line in lines for span in line.uses if span.figure.value is not None]
