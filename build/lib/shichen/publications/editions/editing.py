"""The desk of an edition (编辑台): its places with their states, what stands at one of them, what may be taken there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from shichen import watches
from shichen.audit.context import known
from shichen.bulletins import tables
from shichen.city import queries as city
from shichen.city.scope import Sight, User, sight
from shichen.indicators.models import Figure
from shichen.publications import places
from shichen.publications.editions import binding, candidates
from shichen.publications.editions.binding import Loose
from shichen.publications.editions.candidates import Candidate
from shichen.publications.items import Bound, Item, Spanned, sees_all
from shichen.publications.models import Edition, Passage, Slot
from shichen.publications.rules import rules
from shichen.web import clock

State = Edition.State
ACTS = ("publish", "confirm", "approve")
UNTREATED, BLANK, DRAFT, REVIEWED, RELEASED = "untreated", "blank", "draft", "reviewed", "released"
OFFERED, COMPARED = 6, 100  # figures offered for a number that stands alone, and those looked through for them
WEEK = 7


@dataclass(frozen=True)
class Spot:
    """A place in the grid: filled, confirmed blank or untreated; how often it was changed, and by whom last."""

    slot: Slot
    state: str
    count: int

    @property
    def place(self) -> str:
        return self.slot.place

    @property
    def anchor(self) -> str:
        return f"s-{self.slot.pk}"


@dataclass(frozen=True)
class Line:
    """A row of the grid: a watch with its columns, or a week with its days."""

    head: str
    spots: tuple[Spot | None, ...]


@dataclass(frozen=True)
class Grid:
    """Every place of an edition, in reading order."""

    heads: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def spots(self) -> list[Spot]:
        return [spot for line in self.lines for spot in line.spots if spot is not None]

    @property
    def filled(self) -> int:
        return sum(1 for spot in self.spots if spot.count)

    @property
    def blank(self) -> int:
        return sum(1 for spot in self.spots if spot.state == BLANK)

    @property
    def untreated(self) -> list[Spot]:
        return [spot for spot in self.spots if spot.state == UNTREATED]

    def around(self, place: str) -> tuple[Spot | None, Spot | None]:
        """The places before and after one."""
        spots = self.spots
        at = next((n for n, spot in enumerate(spots) if spot.place == place), None)
        if at is None:
            return None, None
        return (spots[at - 1] if at else None), (spots[at + 1] if at + 1 < len(spots) else None)


@dataclass(frozen=True)
class Alone:
    """A number in a passage behind which no figure stands, and the figures of the ledger that say the same."""

    loose: Loose
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Worded:
    """A passage on the desk: as it stands, or as somebody wanted it and was refused."""

    passage: Passage
    item: Item
    alone: tuple[Alone, ...]
    phrase: str
    changed: bool = False


def acts_of(user: User) -> frozenset[str]:
    """Which acts of editing are theirs: put together, review, sign. None: they are readers.

    A page is of the whole city, so must be the reach of who makes it.
    """
    at, path = clock.running(), city.the_city().path
    return frozenset(action for action in ACTS if sees_all(sight(user, action, at=at), path))


def offered(user: User) -> frozenset[str]:
    """Which acts of editing a page offers them: none on a page of the past."""
    return acts_of(user) if known() is None else frozenset()


def grid(edition: Edition) -> Grid:
    """The places of an edition with their states."""
    slots = edition.slots.annotate(filled=Count("passages")).select_related("edited_by")
    spots = {slot.place: _spot(edition, slot) for slot in slots}
    if edition.kind == Edition.Kind.DAY:
        columns = rules().day.columns
        lines = (
            Line(watch, tuple(spots.get(places.cell(watch, column)) for column in columns)) for watch in watches.WATCHES
        )
        return Grid(columns, tuple(lines))
    return Grid((), tuple(_weeks(edition.first, edition.last, spots)))


def _spot(edition: Edition, slot: Slot) -> Spot:
    count: int = slot.filled  # type: ignore[attr-defined]
    if not count and not slot.blank:
        return Spot(slot, UNTREATED, 0)
    if not count:
        return Spot(slot, BLANK, 0)
    if edition.state in (State.REVIEWED, State.APPROVED):
        return Spot(slot, REVIEWED, count)
    return Spot(slot, RELEASED if edition.released_at else DRAFT, count)


def _weeks(first: date, last: date, spots: dict[str, Spot]) -> Iterable[Line]:
    """The dates of a chronicle by the week, Monday first."""
    monday = first - timedelta(days=first.weekday())
    while monday <= last:
        days = [monday + timedelta(days=n) for n in range(WEEK)]
        yield Line(monday.isoformat(), tuple(spots.get(day.isoformat()) for day in days))
        monday += timedelta(days=WEEK)


def proposed(edition: Edition, place: str, user: User, words: str = "") -> list[Candidate]:
    """What may be taken at a place, marked first; with words, what the log of these days has with them."""
    reach = sight(user, "view", at=clock.running())
    return candidates.searched(edition, words, reach) if words else candidates.at(edition, place, reach)


def lines(slot: Slot, user: User, given: dict[int, tuple[str, str]] | None = None) -> list[Worded]:
    """The passages of a place; where somebody's wording was refused, in that wording, with the figures it keeps."""
    wanted = given or {}
    found = slot.passages.select_related("entry__unit", "entry__area").prefetch_related(
        "bindings__figure__area", "bindings__figure__reporter", "bindings__figure__definition"
    )
    reach = sight(user, "view", at=clock.running())
    return [_line(one, slot.edition, reach, wanted.get(one.pk)) for one in found]


def _line(passage: Passage, edition: Edition, reach: Sight, given: tuple[str, str] | None) -> Worded:
    text, phrase = given or (passage.text, passage.key_phrase)
    bound: Sequence[Spanned] = [Bound(one.figure, one.start, one.end) for one in passage.bindings.all()]
    changed = text != passage.text
    if changed:
        bound = binding.moved(passage.text, bound, text)
    item = Item(passage.entry, tuple(bound), tuple(passage.kinds), phrase, passage.note, text)
    loose = [] if changed else binding.loose(text, bound, tables.of_the_city())
    alone = tuple(Alone(one, _offered(one, edition, reach)) for one in loose)
    return Worded(passage, item, alone, phrase, changed or phrase != passage.key_phrase)


def _offered(one: Loose, edition: Edition, reach: Sight) -> tuple[Figure, ...]:
    """The figures of the ledger with that value and measure which speak of a day of the edition."""
    start, end = watches.clock(edition.first, 0), watches.clock(edition.last, 24)
    same = Figure.objects.within(reach).filter(value=one.quantity.value, successor=None)
    near = same.filter(Q(period_from=None) | Q(period_from__lt=end), Q(period_to=None) | Q(period_to__gt=start))
    found = near.select_related("area", "reporter", "statement").order_by("-frozen_at", "pk")[:COMPARED]
    return tuple(figure for figure in found if binding.says(one.quantity, figure))[:OFFERED]
