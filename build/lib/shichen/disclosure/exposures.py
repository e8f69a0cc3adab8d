"""What a page gives away that nobody decided to tell: small counts printed on it, left by subtraction, or worked out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from shichen.disclosure.facts import Fact, Region, facts_of, name_of, named, region_of, spoken
from shichen.disclosure.knowledge import Atoms, Knowledge, Known
from shichen.disclosure.policy import Policy
from shichen.indicators.models import Figure
from shichen.indicators.telling import plain


class How(StrEnum):
    """By which way a small count comes out: printed, one number less another, or from several together."""

    PRINTED = "printed"
    DIFFERENCE = "difference"
    DEDUCED = "deduced"


@dataclass(frozen=True)
class Quantity:
    """A number of persons by the region it counts: a whole, less parts of it."""

    whole: Region
    parts: tuple[Region, ...] = ()

    def said(self) -> list[list[str]]:
        return [self.whole.said(), *(part.said() for part in sorted(self.parts))]

    @classmethod
    def read(cls, said: Sequence[Sequence[str]]) -> Quantity:
        return cls(Region.read(said[0]), tuple(Region.read(one) for one in said[1:]))


@dataclass(frozen=True)
class Decided:
    """What was decided to be told: a figure, or a quantity that follows, with its value or its bounds."""

    low: int
    high: int
    figure: object = None
    quantity: Quantity | None = None


@dataclass(frozen=True)
class Exposure:
    """A small count of persons that a page would tell, on account of which of its figures."""

    how: How
    figure: Figure | None
    low: int
    high: int
    sentence: str
    quantity: Quantity | None = None
    other: Figure | None = None

    @property
    def href(self) -> str:
        return f"/figures/{self.figure.pk}/" if self.figure is not None else ""


@dataclass(frozen=True)
class Looked:
    """What an audit looked at, and what it found."""

    facts: int
    earlier: int
    aside: tuple[str, ...] = ()
    found: tuple[Exposure, ...] = field(default=())


def look(
    figures: Sequence[Figure],
    earlier: Sequence[Fact],
    decided: Sequence[Decided],
    policy: Policy,
    *,
    beside: Sequence[Fact] = (),
) -> Looked:
    """What a page of these figures (and of the cells of a table, `beside`) gives away beside what was told earlier."""
    printed = [one for one in _printed(figures, policy) if not _decided_figure(one, decided, policy)]
    facts = [*facts_of(figures, policy), *beside]
    quantities = [one.quantity for one in decided if one.quantity is not None]
    also = [region for one in quantities for region in (one.whole, *one.parts)]
    knowledge = Knowledge([*earlier, *facts], policy, also)
    covered = [(_atoms(knowledge, one.quantity), one.low, one.high) for one in decided if one.quantity is not None]
    before, after = knowledge.solve(_newest(earlier)), knowledge.solve(_newest([*earlier, *facts]))
    told = {knowledge.atoms(fact.region) for fact in (*earlier, *facts)}
    found = _Found(told, covered, policy.k)
    for one in _differences(facts, earlier, knowledge, policy):
        found.add(*one)
    for one in _deduced(facts, earlier, knowledge, before, after, policy):
        found.add(*one)
    aside = tuple(dict.fromkeys(f"{fact.label} {fact.value}" for fact in after.aside))
    return Looked(len(facts), len(earlier), aside, (*printed, *found.exposures))


class _Found:
    """The small counts that come out, each once, without those that were told or decided."""

    def __init__(self, told: set[Atoms], covered: list[tuple[Atoms, int, int]], k: int) -> None:
        self.told, self.covered, self.k = told, covered, k
        self.seen: set[Atoms] = set()
        self.exposures: list[Exposure] = []

    def add(self, atoms: Atoms, exposure: Exposure) -> None:
        decided = any(atoms == one and exposure.low <= low <= high <= exposure.high for one, low, high in self.covered)
        if atoms not in self.told and atoms not in self.seen and not decided:
            self.seen.add(atoms)
            self.exposures.append(exposure)


def _printed(figures: Sequence[Figure], policy: Policy) -> Iterator[Exposure]:
    """The small counts that stand on the page, each quantity once."""
    seen: set[object] = set()
    for figure in figures:
        region = region_of(figure, policy)
        mark = (region, figure.value) if region else figure.pk
        if policy.is_small(figure) and figure.value is not None and mark not in seen:
            seen.add(mark)
            value = int(figure.value)
            sentence = (
                f"{figure.area.name}「{name_of(figure)}」{_when(figure, region)}{plain(figure.value)}{figure.unit}"
            )
            yield Exposure(How.PRINTED, figure, value, value, sentence, Quantity(region) if region else None)


def _when(figure: Figure, region: Region | None) -> str:
    return f" {spoken(region)} " if region else " "


def _decided_figure(one: Exposure, decided: Sequence[Decided], policy: Policy) -> bool:
    """Whether this very figure was decided on, or another that says the same number of the same thing."""
    if one.figure is None:
        return False
    return any(
        other.low == one.low
        and (other.figure == one.figure.pk or (other.quantity is not None and other.quantity == one.quantity))
        for other in decided
    )


def _newest(facts: Iterable[Fact]) -> list[Fact]:
    """Of several facts about one region the last one told."""
    return list({fact.region: fact for fact in facts}.values())


def _differences(
    facts: Sequence[Fact], earlier: Sequence[Fact], knowledge: Knowledge, policy: Policy
) -> Iterator[tuple[Atoms, Exposure]]:
    """One number less another that lies within it, where at least one of the two is on the page."""
    alike: dict[str, list[Fact]] = defaultdict(list)
    for fact in _newest([*earlier, *facts]):
        alike[fact.region.measure].append(fact)
    for fact in _newest(facts):
        for other in alike[fact.region.measure]:
            if fact is other or not (fact.region.holds(other.region) or other.region.holds(fact.region)):
                continue
            whole, part = (fact, other) if fact.region.holds(other.region) else (other, fact)
            left = whole.value - part.value
            if 0 < left < policy.k and whole.region != part.region:
                atoms = knowledge.atoms(whole.region) - knowledge.atoms(part.region)
                yield atoms, _difference(fact, whole, part, policy)


def _difference(on: Fact, whole: Fact, part: Fact, policy: Policy) -> Exposure:
    left = whole.value - part.value
    quantity = Quantity(whole.region, (part.region,))
    if whole.region.area == part.region.area and whole.region.since == part.region.since:
        step = Region(whole.region.measure, whole.region.area, part.region.until, whole.region.until)
        quantity, rest = Quantity(step), f"{whole.place} {named(step, policy)} {spoken(step)} {left}"
    else:
        rest = f"{whole.place}其余 {left}"
    sentence = f"{whole.label} {whole.value} 减去 {part.label} {part.value}，得出 {rest}"
    other = part.figure if on is whole else whole.figure
    return Exposure(How.DIFFERENCE, on.figure, left, left, sentence, quantity, other)


def _deduced(
    facts: Sequence[Fact],
    earlier: Sequence[Fact],
    knowledge: Knowledge,
    before: Known,
    after: Known,
    policy: Policy,
) -> Iterator[tuple[Atoms, Exposure]]:
    """The smallest parts that all numbers together pin down to 1 to k-1, and the earlier ones alone did not."""
    places = {fact.region.area: fact.place for fact in (*earlier, *facts)}
    first = {atom: fact for fact in reversed(facts) for atom in knowledge.atoms(fact.region)}
    for atom, (low, high) in after.spans.items():
        if not 0 < low <= high < policy.k or before.spans.get(atom) == (low, high):
            continue
        found = knowledge.part(atom)
        if found is not None:
            whole, parts = found
            on = first.get(atom, facts[0] if facts else None)
            rest = "其余" if parts else ""
            value = f"{low}" if low == high else f"{low}—{high}"
            place = places.get(whole.area, on.place if on else "")
            sentence = f"由各数合起来可推出 {place}{rest} {named(whole, policy)} {spoken(whole)} {value}"
            quantity = Quantity(whole, tuple(parts))
            yield frozenset([atom]), Exposure(How.DEDUCED, on.figure if on else None, low, high, sentence, quantity)


def _atoms(knowledge: Knowledge, quantity: Quantity) -> Atoms:
    found = knowledge.atoms(quantity.whole)
    return found.difference(*(knowledge.atoms(part) for part in quantity.parts))
