"""What stands on the chronicle's page: the lines by date and ten days (旬), their kinds, what is asked of them, what is proposed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from shichen.city.scope import Sight
from shichen.publications import known_gaps, words
from shichen.publications.chronicle import objections as chronicle_objections
from shichen.publications.chronicle import proposing
from shichen.publications.chronicle.dating import files_on
from shichen.publications.chronicle.proposing import Proposal
from shichen.publications.chronicle.telling import Chronicle, ChronicleDay
from shichen.publications.editions import objections
from shichen.publications.items import Item
from shichen.publications.models import Edition
from shichen.publications.objecting import Objection
from shichen.publications.rules import Kind


@dataclass(frozen=True)
class Row:
    """One line with the kinds it is of, and what an editor still asks of it."""

    item: Item
    kinds: tuple[Kind, ...]
    asked: tuple[Objection, ...] = ()


@dataclass(frozen=True)
class Shown:
    """A date with its lines; an editor also sees what is asked of the date, and what the rules propose for it."""

    on: date
    rows: tuple[Row, ...]
    asked: tuple[Objection, ...] = ()
    proposed: tuple[Proposal, ...] = ()

    @property
    def anchor(self) -> str:
        return f"d{self.on:%m%d}"

    @property
    def weekday(self) -> str:
        return _("周%(day)s") % {"day": words.weekdays()[self.on.weekday()]}


@dataclass(frozen=True)
class Decade:
    """Ten days of a month (旬) that have a line."""

    name: str
    days: tuple[Shown, ...]

    @property
    def lines(self) -> int:
        return sum(len(day.rows) for day in self.days)


@dataclass(frozen=True)
class Choice:
    """A kind as a filter: how many lines are of it, and the address of the page with that kind alone."""

    kind: Kind
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True)
class Desk:
    """What an editor sees beside the page: what is asked before it can be released, and what the rules propose."""

    objections: list[Objection] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)

    @property
    def standing(self) -> list[Objection]:
        """What nobody has let pass yet."""
        return [one for one in self.objections if one.passed is None]


def desk(told: Chronicle, reach: Sight, *, proposals: bool) -> Desk:
    """What stands against the page as it is now, each with the reason it was once let pass for."""
    asked = known_gaps.told(chronicle_objections.of_the_page(told))
    found = objections.with_reasons(asked, Edition.Kind.CHRONICLE, told.first, told.last)
    return Desk(found, proposing.of(told.first, told.last, reach) if proposals else [])


def decades(told: Chronicle, seen: Desk, *, empty: bool) -> list[Decade]:
    """The dates by tens; a date without a line stands for those who put the page together."""
    about, proposed = _by_line(seen.standing), _by_day(seen.proposals, told)
    rows = [
        _shown(day, told, about, tuple(proposed[day.on]))
        for day in told.days
        if day.items or empty or proposed.get(day.on)
    ]
    return [Decade(name, tuple(days)) for name, days in groupby(rows, key=lambda one: words.decade(one.on))]


def counts(told: Chronicle) -> Counter[str]:
    """How many lines are of each kind."""
    return Counter(kind for item in told.items for kind in item.kinds)


def _shown(
    day: ChronicleDay, told: Chronicle, about: dict[str, list[Objection]], proposed: tuple[Proposal, ...]
) -> Shown:
    rows = tuple(
        Row(
            item,
            tuple(told.kind(key) for key in item.kinds),
            tuple(about.get(f"{day.on}/log/{item.entry.id}/", ())),
        )
        for item in day.items
    )
    return Shown(day.on, rows, tuple(about.get(str(day.on), ())), proposed)


def _by_line(asked: Iterable[Objection]) -> dict[str, list[Objection]]:
    """Objections by the line they are about, and those without a line by their date."""
    found: dict[str, list[Objection]] = defaultdict(list)
    for one in asked:
        for place in {f"{line.place}{line.href}" for line in one.lines} or {one.place}:
            found[place].append(one)
    return found


def _by_day(proposals: Iterable[Proposal], told: Chronicle) -> dict[date, list[Proposal]]:
    found: dict[date, list[Proposal]] = defaultdict(list)
    for one in proposals:
        found[files_on(one.entry, told.rules)].append(one)
    return found
