"""What the rules propose for each place of an edition, out of the log (备选)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from shichen.city.scope import Sight
from shichen.journal.models import Entry, Mark
from shichen.publications import chronicle as chronicles
from shichen.publications import places
from shichen.publications.items import Item, with_figures
from shichen.publications.models import Edition, Passage
from shichen.publications.rules import rules


@dataclass(frozen=True)
class Candidate:
    """An entry that may stand at a place: whether it was marked for the page, and whether the draft has it already."""

    item: Item
    marked: bool
    taken: bool = False

    @property
    def entry(self) -> Entry:
        return self.item.entry


def of(edition: Edition, sight: Sight) -> dict[str, list[Candidate]]:
    """The candidates of every place, the marked ones first, each in the order of the log."""
    taken = set(Passage.objects.filter(slot__edition=edition).values_list("entry_id", flat=True))
    found = _of_day(edition, sight) if edition.kind == Edition.Kind.DAY else _of_chronicle(edition, sight)
    return {
        place: sorted(
            (replace(one, taken=one.entry.id in taken) for one in rows), key=lambda one: (not one.marked, one.entry.seq)
        )
        for place, rows in found.items()
    }


def _of_day(edition: Edition, sight: Sight) -> dict[str, list[Candidate]]:
    rule = rules().day
    rows: dict[str, list[Candidate]] = defaultdict(list)
    for entry in _standing(sight, rule.never).filter(page_day=edition.first):
        column = entry.column or entry.unit.column
        if column in rule.columns:
            marked = _marked(entry, rule.marked)
            rows[places.cell(entry.printed_watch, column)].append(
                Candidate(Item(entry, tuple(entry.uses.all())), marked)
            )
    return rows


def _of_chronicle(edition: Edition, sight: Sight) -> dict[str, list[Candidate]]:
    told = chronicles.build(edition.first, edition.last, sight)
    return {day.on.isoformat(): [Candidate(item, True) for item in day.items] for day in told.days if day.items}


def _standing(sight: Sight, never: Iterable[str], as_of: datetime | None = None) -> QuerySet[Entry]:
    struck = Mark.objects.filter(entry=OuterRef("pk"), kind=Mark.Kind.STRUCK)
    entries = Entry.objects.within(sight).exclude(kind__in=list(never)).filter(~Exists(struck))
    return with_figures(entries if as_of is None else entries.filter(recorded_at__lte=as_of))


def _marked(entry: Entry, details: Iterable[str]) -> bool:
    wanted = set(details)
    return any(mark.kind == Mark.Kind.SIGNIFICANT and mark.detail in wanted for mark in entry.marks.all())
