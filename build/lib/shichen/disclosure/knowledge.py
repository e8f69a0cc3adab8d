"""What is known once some facts are told: the smallest parts of place and time they cut out, and how many each may hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from shichen.disclosure.facts import INSTANT, Fact, Region, instant
from shichen.disclosure.linear import Contradiction, Equation, bounds
from shichen.disclosure.policy import Policy

Atoms = frozenset[int]


@dataclass
class Grid:
    """Areas by stretches of time of one measure, numbered: an area is what it holds beside its listed parts."""

    measure: str
    areas: list[str]
    times: list[datetime]
    first: int

    def atoms(self, region: Region) -> Atoms:
        start = 0 if region.since is None else self.times.index(region.since) + 1
        end = self.times.index(region.until) + 1
        inside = [place for place, area in enumerate(self.areas) if area.startswith(region.area)]
        return frozenset(self.number(place, step) for place in inside for step in range(start, end))

    def number(self, place: int, step: int) -> int:
        return self.first + place * (len(self.times) + 1) + step

    def where(self, number: int) -> Region | None:
        """The region of an atom, with its area's listed parts still in it; None for the time after all that is told."""
        place, step = divmod(number - self.first, len(self.times) + 1)
        if step == len(self.times):
            return None
        return Region(self.measure, self.areas[place], self.times[step - 1] if step else None, self.times[step])

    @property
    def size(self) -> int:
        return len(self.areas) * (len(self.times) + 1)


@dataclass
class Known:
    """Between which bounds every atom lies, and the facts left aside because they contradict the others."""

    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    aside: list[Fact] = field(default_factory=list)


class Knowledge:
    """A common division of place and time for all facts and regions that are spoken of."""

    def __init__(self, facts: Sequence[Fact], policy: Policy, also: Iterable[Region] = ()) -> None:
        self.identities = _identities(facts, policy)
        self._atoms: dict[Region, Atoms] = {}
        spoken = {fact.region for fact in facts} | set(also)
        spoken |= {region for whole, parts in self.identities for region in (whole, *parts)}
        self.grids: dict[str, Grid] = {}
        first = 0
        for measure in sorted({region.measure for region in spoken}):
            mine = [region for region in spoken if region.measure == measure]
            times = {region.until for region in mine} | {region.since for region in mine if region.since}
            self.grids[measure] = Grid(measure, sorted({region.area for region in mine}), sorted(times), first)
            first += self.grids[measure].size
        self.size = first

    def atoms(self, region: Region) -> Atoms:
        found = self._atoms.get(region)
        if found is None:
            found = self._atoms[region] = self.grids[region.measure].atoms(region)
        return found

    def part(self, atom: int) -> tuple[Region, list[Region]] | None:
        """An atom as a region less the listed areas within it."""
        grid = next(one for one in self.grids.values() if one.first <= atom < one.first + one.size)
        whole = grid.where(atom)
        if whole is None:
            return None
        inner = [area for area in grid.areas if area != whole.area and area.startswith(whole.area)]
        top = [area for area in inner if not any(area != one and area.startswith(one) for one in inner)]
        return whole, [replace(whole, area=area) for area in top]

    def solve(self, facts: Sequence[Fact]) -> Known:
        """What follows from facts, one family of measures after the other."""
        known = Known()
        for family in self._families():
            mine = [fact for fact in facts if fact.region.measure in family]
            if mine:
                self._solve(mine, family, known)
        return known

    def _solve(self, facts: list[Fact], family: set[str], known: Known) -> None:
        kept = facts
        try:
            spans = self._bounds(facts, family)
        except Contradiction:
            kept, aside = self._consistent(facts, family)
            known.aside += aside
            spans = self._bounds(kept, family)
        known.spans |= spans

    def _consistent(self, facts: list[Fact], family: set[str]) -> tuple[list[Fact], list[Fact]]:
        """As many facts as go together, the computed ones first; and the rest."""
        kept: list[Fact] = []
        aside: list[Fact] = []
        for fact in sorted(facts, key=lambda one: one.figure is not None and one.figure.basis != "computed"):
            try:
                self._bounds([*kept, fact], family)
                kept.append(fact)
            except Contradiction:
                aside.append(fact)
        return kept, aside

    def _bounds(self, facts: Sequence[Fact], family: set[str]) -> dict[int, tuple[int, int]]:
        numbers: dict[int, int] = {}
        equations = [
            _renamed(terms, total, numbers)
            for terms, total in (*self._told(facts), *self._summed(family))
            if terms or total
        ]
        found = bounds(len(numbers), equations)
        return {atom: found[number] for atom, number in numbers.items()}

    def _told(self, facts: Sequence[Fact]) -> list[tuple[dict[int, int], int]]:
        """Each fact as an equation; of running totals each as the step from the one before, which is shorter."""
        latest = {fact.region: fact for fact in facts}
        if any(latest[fact.region].value != fact.value for fact in facts):
            raise Contradiction
        totals: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        rows = []
        for fact in latest.values():
            if fact.region.since is None:
                totals[(fact.region.measure, fact.region.area)].append(fact)
            else:
                rows.append((dict.fromkeys(self.atoms(fact.region), 1), fact.value))
        for row in totals.values():
            row.sort(key=lambda fact: fact.region.until)
            rows.append((dict.fromkeys(self.atoms(row[0].region), 1), row[0].value))
            for before, after in pairwise(row):
                step = self.atoms(after.region) - self.atoms(before.region)
                rows.append((dict.fromkeys(step, 1), after.value - before.value))
        return rows

    def _summed(self, family: set[str]) -> list[tuple[dict[int, int], int]]:
        rows = []
        for whole, parts in self.identities:
            if whole.measure in family:
                terms = dict.fromkeys(self.atoms(whole), 1)
                terms |= {atom: -1 for part in parts for atom in self.atoms(part)}
                rows.append((terms, 0))
        return rows

    def _families(self) -> list[set[str]]:
        """The measures that hang together by sums."""
        families = [{measure} for measure in self.grids]
        for whole, parts in self.identities:
            linked = {region.measure for region in (whole, *parts)}
            touched = [one for one in families if one & linked]
            families = [one for one in families if not one & linked]
            families.append(set().union(*touched))
        return families


def _renamed(terms: dict[int, int], total: int, numbers: dict[int, int]) -> Equation:
    return Equation({numbers.setdefault(atom, len(numbers)): factor for atom, factor in terms.items()}, total)


def _identities(facts: Sequence[Fact], policy: Policy) -> list[tuple[Region, list[Region]]]:
    """The sums of the policy at every place and moment where at least two of their members are told."""
    found = []
    at: dict[tuple[str, datetime], set[str]] = defaultdict(set)
    for fact in facts:
        if fact.region.since is None:
            at[(fact.region.area, fact.region.until)].add(fact.region.measure.split(INSTANT)[0])
    for (area, until), told in at.items():
        for whole, parts in policy.sums:
            members = [policy.flow_of(key) for key in (whole, *parts)]
            if len(told.intersection(members)) > 1:
                regions = [_level(key, area, until, policy) for key in (whole, *parts)]
                found.append((regions[0], regions[1:]))
    return found


def _level(key: str, area: str, until: datetime, policy: Policy) -> Region:
    """How many there are, or were up to now, at a moment."""
    flow = policy.flow_of(key)
    return Region(flow if flow != key else instant(key, until), area, None, until)
