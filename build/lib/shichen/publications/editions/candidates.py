"""What the rules propose for each place of an edition, out of the log (备选)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from shichen.city.scope import Sight
from shichen.journal.models import Entry, Mark
from shichen.publications import places
from shichen.publications.chronicle import proposing
from shichen.publications.chronicle import telling as chronicles
from shichen.publications.chronicle.dating import files_on
from shichen.publications.items import Item, with_figures
from shichen.publications.models import Edition, Passage
from shichen.publications.rules import rules

ONE_DAY = timedelta(days=1)
UNMARKED = 100  # entries that nobody marked, shown for one place
FOUND = 20  # entries shown for words that were looked for


@dataclass(frozen=True)
class Candidate:
    """An entry that may stand at a place: whether it was marked for the page, and where the draft has it already.

    What nobody marked may be proposed by a rule: `reason` names it as it is kept, `why` in the language of the page;
    `alike` is the entry that tells the same event.
    """

    item: Item
    marked: bool
    taken: str = ""
    reason: str = ""
    why: str = ""
    alike: Entry | None = None

    @property
    def entry(self) -> Entry:
        return self.item.entry


def marked(edition: Edition, sight: Sight) -> dict[str, list[Candidate]]:
    """What was marked for the page, by place, in the order of the log."""
    if edition.kind == Edition.Kind.CHRONICLE:
        return _of_chronicle(edition, edition.first, edition.last, sight)
    rows: dict[str, list[Candidate]] = defaultdict(list)
    held = _taken(edition)
    for entry in _of_day(edition, sight).filter(_significant(rules().day.marked)):
        column = entry.column or entry.unit.column
        if column in rules().day.columns:
            rows[places.cell(entry.printed_watch, column)].append(_candidate(entry, True, held))
    return rows


def at(edition: Edition, place: str, sight: Sight) -> list[Candidate]:
    """The candidates of one place: the marked ones first, then the others that the log has for it, the latest of many."""
    if edition.kind == Edition.Kind.CHRONICLE:
        on = date.fromisoformat(place)
        return [*_of_chronicle(edition, on, on, sight).get(place, []), *_proposed(edition, on, sight)]
    watch, column = places.split(place)
    here = _of_day(edition, sight).filter(
        Q(slot=watch) | Q(slot="", watch=watch), Q(column=column) | Q(column="", unit__column=column)
    )
    held, chosen = _taken(edition), _significant(rules().day.marked)
    rest = here.filter(~chosen).order_by("-seq")[:UNMARKED]
    return [
        *(_candidate(entry, True, held) for entry in here.filter(chosen)),
        *(_candidate(entry, False, held) for entry in sorted(rest, key=lambda entry: entry.seq)),
    ]


def searched(edition: Edition, words: str, sight: Sight) -> list[Candidate]:
    """The last entries of the days of an edition that hold some words, whatever place the rules would give them."""
    rule = rules().day if edition.kind == Edition.Kind.DAY else rules().chronicle
    days = _standing(sight, rule.never).filter(page_day__gte=edition.first, page_day__lte=edition.last)
    held = _taken(edition)
    found = days.filter(Q(text__icontains=words) | Q(unit_text__icontains=words)).order_by("-seq")[:FOUND]
    return [_candidate(entry, False, held) for entry in found]


def _of_day(edition: Edition, sight: Sight) -> QuerySet[Entry]:
    return _standing(sight, rules().day.never).filter(page_day=edition.first)


def _of_chronicle(edition: Edition, first: date, last: date, sight: Sight) -> dict[str, list[Candidate]]:
    held = _taken(edition)
    told = chronicles.build(first, last, sight)
    return {
        day.on.isoformat(): [Candidate(item, True, held.get(item.entry.pk, "")) for item in day.items]
        for day in told.days
        if day.items
    }


def _proposed(edition: Edition, on: date, sight: Sight) -> list[Candidate]:
    """What the rules of the selection (凡例) propose for a date; a day on either side may tell the same event."""
    rule, held = rules().chronicle, _taken(edition)
    return [
        Candidate(one.item, False, held.get(one.entry.pk, ""), one.reason, one.shown, one.alike)
        for one in proposing.of(on - ONE_DAY, on + ONE_DAY, sight)
        if files_on(one.entry, rule) == on
    ]


def _standing(sight: Sight, never: Iterable[str]) -> QuerySet[Entry]:
    struck = Mark.objects.filter(entry=OuterRef("pk"), kind=Mark.Kind.STRUCK)
    return with_figures(Entry.objects.within(sight).exclude(kind__in=list(never)).filter(~Exists(struck)))


def _significant(details: Iterable[str]) -> Exists:
    marks = Mark.objects.filter(entry=OuterRef("pk"), kind=Mark.Kind.SIGNIFICANT)
    return Exists(marks.filter(detail__in=list(details)))


def _taken(edition: Edition) -> dict[int, str]:
    """Which entries the draft has, and where."""
    return dict(Passage.objects.filter(slot__edition=edition).values_list("entry__seq", "slot__place"))


def _candidate(entry: Entry, marked: bool, held: dict[int, str]) -> Candidate:
    return Candidate(Item(entry, tuple(entry.uses.all())), marked, held.get(entry.pk, ""))
