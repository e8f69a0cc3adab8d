"""Suppression (遮蔽): small counts are not printed, and as few others as it takes so that nobody can work them out.

For each small count a way round the table is sought along which persons could move and make it larger or smaller; the
cells on the cheapest such way are left out too. This is complementary suppression by least-cost augmenting paths (Cox
1995, JASA 90:1453; Kelly, Golden and Assad 1992, Networks 22:397): greedy, then a clean-up prints again whatever the
others do not need. The loss need not be the least possible; whether the table is safe is for the audit to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shichen.disclosure.audit import (
    NOTHING,
    Finding,
    Mark,
    Told,
    audit,
    between,
    guarded,
    judged,
    known,
    reader,
    rest,
    shown,
    untold,
)
from shichen.disclosure.tables import Cell, Chain, Key, Table

AGAIN = 1  # the price of a cell that is left out already
NOUGHT = 2  # times the price of its place: to leave out a nought


@dataclass(frozen=True)
class Suppressed:
    """A table as it may be printed, and what could still be worked out from it: nothing, if it may be released."""

    marks: dict[Key, Mark]
    findings: list[Finding]


def rounded(value: int, base: int = 10) -> int:
    """The nearest multiple of `base`, halves up: for passings by place and watch. Totals are rounded by themselves."""
    return (value + base // 2) // base * base


def primary(table: Table, k: int, told: Told = NOTHING) -> dict[Key, Mark]:
    """Only the small counts themselves: what suppression without complements leaves out. It protects nothing."""
    return {
        cell.key: Mark.FEW
        for cell in table.cells
        if 0 < cell.value < k and cell.key not in table.silent and cell.key not in told.exactly
    }


def suppress(table: Table, k: int = 5, told: Told = NOTHING) -> Suppressed:
    """How a table may be printed beside everything told before."""
    page = _Page(table, k, told)
    for chain in table.chains:
        page.step(chain)
    if not page.protect():
        page.clean_up()
    return Suppressed(page.marks, audit(table, page.marks, k, told))


class _Page:
    """The marks as they grow: what a reader knows of them, and what one would know if everything else were left out."""

    def __init__(self, table: Table, k: int, told: Told) -> None:
        self.table, self.k, self.told = table, k, told
        self.cells = {cell.key: cell for cell in table.cells}
        self.sums = table.sums
        self.marks = primary(table, k, told)
        self.reader = reader(table, self.marks, k, told)
        self.open = reader(table, {**dict.fromkeys(self.cells, Mark.WITHHELD), **self.marks}, k, told)

    def step(self, chain: Chain) -> None:
        """A running total is printed only where it moved by nought or by k from the last one known, and to the next."""
        last: int | None = None
        for place, key in enumerate(chain.totals):
            value = self.cells[key].value
            if self._shown(key):
                ahead = next((one for one in chain.totals[place + 1 :] if one in self.told.exactly), None)
                if self._small(last, value) or (ahead and self._small(value, self.cells[ahead].value)):
                    self._mark(key, Mark.WITHHELD)
            if not self.reader.free(key):
                last = value

    def protect(self) -> list[Finding]:
        """Leave out more until nothing can be worked out; what still can when nothing is left to leave out."""
        while findings := audit(self.table, self.marks, self.k, self.told):
            answered = [self._answer(finding) for finding in findings]
            if not any(answered):
                return findings
        return []

    def clean_up(self) -> None:
        """Print again, dearest first, what the small counts do not need to move."""
        needs = {cell.key: self._ways(cell) for cell in guarded(self.table, self.marks, self.k, self.told)}
        large = [key for key, mark in self.marks.items() if mark == Mark.WITHHELD and key not in needs]
        for key in sorted(large, key=lambda one: (-self._price(one), -self.cells[one].value)):
            self._mark(key, None)
            users = [cell for cell, ways in needs.items() if self.reader.number[key] in ways]
            if any(self._bad(self.cells[one]) for one in users) or any(self._sums_at(key)):
                self._mark(key, Mark.WITHHELD)
            else:
                needs |= {one: self._ways(self.cells[one]) for one in users}

    def _answer(self, finding: Finding) -> bool:
        """Do something about a finding; whether anything more is left out for it."""
        if len(finding.keys) > 1:
            return self._enlarge(finding.keys)
        cell = self.cells[finding.keys[0]]
        few = self.open.bounds(cell.key) == (1, self.k - 1)
        found = (None if few else self._outside(cell)) or self._throughout(cell)
        if found is None and self.marks.get(cell.key) == Mark.FEW:
            self._mark(cell.key, Mark.WITHHELD)  # say less of it: not even that it is small
            return True
        return self._hide(found if found is not None else self._beside(cell.key))

    def _outside(self, cell: Cell) -> set[Key] | None:
        """What to leave out so that a count may as well be nought, or k."""
        down = self._round(cell, -1, cell.value)
        return down if down is not None else self._round(cell, 1, self.k - cell.value)

    def _throughout(self, cell: Cell) -> set[Key] | None:
        """What to leave out so that a count may be any number from 1 to k-1."""
        up, down = self._round(cell, 1, self.k - 1 - cell.value), self._round(cell, -1, cell.value - 1)
        return None if up is None or down is None else up | down

    def _round(self, cell: Cell, way: int, want: int) -> set[Key] | None:
        """The cells to leave out so that a count can move by `want`; None where no way leads round."""
        done, used = self.open.moved(cell.key, way, want, lambda edge: self._price(self.open.cells[edge].key))
        return {self.open.cells[edge].key for edge in used} if done == want else None

    def _enlarge(self, keys: Iterable[Key]) -> bool:
        """Several cells whose sum is small: leave out the cheapest other one that stands in a sum with all of them."""
        wanted = set(keys)
        beside = {cell.key for node in self._with(wanted) for cell, _ in node} - wanted
        beside |= {key for chain in self.table.chains if wanted <= set(chain.new) for key in chain.totals}
        ranked = sorted(beside, key=lambda one: (not self.cells[one].value, self._price(one), self.cells[one].value))
        return next((True for key in ranked if self._hide([key])), False)

    def _beside(self, key: Key) -> set[Key]:
        return {cell.key for node in self._with({key}) for cell, _ in node}

    def _with(self, keys: set[Key]) -> Iterator[list[tuple[Cell, int]]]:
        return (node for node in self.sums.values() if keys <= {cell.key for cell, _ in node})

    def _hide(self, keys: Iterable[Key]) -> bool:
        """Leave cells out that were printed; what was told before, or is never printed, stays as it is."""
        hidden = [key for key in keys if self._shown(key)]
        for key in hidden:
            self._mark(key, Mark.WITHHELD)
        return bool(hidden)

    def _shown(self, key: Key) -> bool:
        return key not in self.told.exactly and shown(self.table, self.marks, key)

    def _mark(self, key: Key, mark: Mark | None) -> None:
        if mark is None:
            del self.marks[key]
        else:
            self.marks[key] = mark
            self.open.know(key, *known(self.cells[key], self.table, self.marks, self.k, self.told))
        self.reader.know(key, *known(self.cells[key], self.table, self.marks, self.k, self.told))

    def _price(self, key: Key) -> int:
        if not self._shown(key):
            return AGAIN
        return self.cells[key].cost * (NOUGHT if self.cells[key].value == 0 else 1)

    def _ways(self, cell: Cell) -> set[int]:
        """The cells by way of which a small count moves as far as the rule asks."""
        down, below = self.reader.moved(cell.key, -1, cell.value)
        if down == cell.value:
            return below
        up, above = self.reader.moved(cell.key, 1, self.k - cell.value)
        return above if up == self.k - cell.value else below | above

    def _bad(self, cell: Cell) -> bool:
        found = judged(self.reader, cell, self.k)
        return found is not None and bool(untold([found], self.table, self.k, self.told))

    def _sums_at(self, key: Key) -> Iterator[bool]:
        cell = self.cells[key]
        yield from (
            rest(self.reader, self.sums[node], self.k, self.told) is not None for node in (cell.tail, cell.head)
        )
        chains = (chain for chain in self.table.chains if key in chain.totals or key in chain.new)
        yield from (True for chain in chains for _ in between(self.reader, chain, self.k, self.told))

    def _small(self, before: int | None, after: int) -> bool:
        return before is not None and 0 < after - before < self.k
