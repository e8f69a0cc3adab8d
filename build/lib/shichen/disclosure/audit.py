"""The differencing audit (差分审查): what a reader who subtracts can work out from everything printed, now and before.

The rule: nobody learns more of a small count that is not printed than that it is small. It may still be any number from 1
to k-1, which is what the mark `<k` says, or (under the mark 合计) it may as well be nought or k. Nor does a sum or
difference of printed numbers give 1 to k-1 for several cells together. The reader is taken to know more than the page
says: which of the cells under 合计 are large.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from shichen.disclosure.flows import ENDLESS, Network
from shichen.disclosure.tables import Cell, Chain, Key, Table


class Mark(StrEnum):
    """How a cell is printed: as a small count (<5), or in the totals only (合计). One without a mark is printed."""

    FEW = "few"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Told:
    """What readers know already: cells whose value was told, and cells of which it was told that they are 1 to k-1."""

    exactly: frozenset[Key] = field(default=frozenset())
    few: frozenset[Key] = field(default=frozenset())

    def __bool__(self) -> bool:
        return bool(self.exactly or self.few)


@dataclass(frozen=True)
class Finding:
    """Something small that can be worked out: which cells (together, where several), and between which bounds they lie."""

    keys: tuple[Key, ...]
    low: int
    high: int

    @property
    def exact(self) -> bool:
        return self.low == self.high


Marks = Mapping[Key, Mark]
NOTHING = Told()


def audit(table: Table, marks: Marks, k: int, told: Told = NOTHING) -> list[Finding]:
    """What a reader could work out that the rule forbids and that was not told before; a safe table has none."""
    network = reader(table, marks, k, told)
    found = [one for cell in guarded(table, marks, k, told) if (one := judged(network, cell, k))]
    found += [one for cells in table.sums.values() if (one := rest(network, cells, k, told))]
    found += [one for chain in table.chains for one in between(network, chain, k, told)]
    return untold(found, table, k, told)


def untold(found: list[Finding], table: Table, k: int, told: Told) -> list[Finding]:
    """Without what the earlier releases alone narrow down as far: this one gives nothing of it away."""
    if not found or not told:
        return found
    before = Network(table, {cell.key: known_before(cell, k, told) for cell in table.cells})
    return [one for one in found if len(one.keys) > 1 or before.reach(one.keys[0]) != (one.low, one.high)]


def reader(table: Table, marks: Marks, k: int, told: Told = NOTHING) -> Network:
    """What a reader knows who has the page and everything told before."""
    return Network(table, {cell.key: known(cell, table, marks, k, told) for cell in table.cells})


def known(cell: Cell, table: Table, marks: Marks, k: int, told: Told) -> tuple[int, int]:
    """What is known of one cell by itself: its value, or what its mark says."""
    if cell.key in told.exactly or shown(table, marks, cell.key):
        return cell.value, cell.value
    if marks.get(cell.key) == Mark.FEW or cell.key in told.few:
        return 1, k - 1
    return (k if cell.value >= k else 0), ENDLESS


def known_before(cell: Cell, k: int, told: Told) -> tuple[int, int]:
    if cell.key in told.exactly:
        return cell.value, cell.value
    return (1, k - 1) if cell.key in told.few else (0, ENDLESS)


def shown(table: Table, marks: Marks, key: Key) -> bool:
    return key not in table.silent and key not in marks


def guarded(table: Table, marks: Marks, k: int, told: Told = NOTHING) -> Iterator[Cell]:
    """The small counts that are not printed and were not told: what the audit stands for."""
    for cell in table.cells:
        if 0 < cell.value < k and cell.key not in told.exactly and not shown(table, marks, cell.key):
            yield cell


def judged(network: Network, cell: Cell, k: int) -> Finding | None:
    """Whether a small count can be narrowed down further than to being small."""
    low, high = network.reach(cell.key, k)
    return None if low == 0 or high >= k or (low, high) == (1, k - 1) else Finding((cell.key,), low, high)


def rest(network: Network, cells: list[tuple[Cell, int]], k: int, told: Told) -> Finding | None:
    """What is left of a total without its printed parts: nought or at least k, unless the numbers were told before."""
    hidden = [(cell, way) for cell, way in cells if network.free(cell.key)]
    printed = [cell.key for cell, _ in cells if not network.free(cell.key)]
    total = sum(cell.value for cell, _ in hidden)
    if len(hidden) < 2 or not 0 < total < k or len({way for _, way in hidden}) > 1 or told.exactly.issuperset(printed):
        return None
    return Finding(tuple(cell.key for cell, _ in hidden), total, total)


def between(network: Network, chain: Chain, k: int, told: Told) -> Iterator[Finding]:
    """Steps of a running total from one that is known to the next: nought or at least k, unless both were told before."""
    fixed = [place for place, key in enumerate(chain.totals) if not network.free(key)]
    for before, after in pairwise(fixed):
        hidden = [key for key in chain.new[before:after] if network.free(key)]
        came = sum(network.value(key) for key in hidden)
        old = {chain.totals[before], chain.totals[after]} <= told.exactly
        if len(hidden) > 1 and 0 < came < k and not old:
            yield Finding(tuple(hidden), came, came)
