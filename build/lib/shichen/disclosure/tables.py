"""Plain tables of counts with their totals, as networks: every sum that a reader can check is a node, every cell an edge.

What flows into a node flows out of it, so a table with all its totals is a circulation. Two-way tables have that form
(Gusfield 1988, SIAM J. Comput. 17:552), and so has a series of them with running totals: a cell stands in two sums.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

Key = tuple[str | int, ...]

# What it costs to leave a cell unprinted, against another: a total is missed more than a cell, the whole most of all.
CELL, RUNNING, TOTAL, WHOLE = 10, 12, 40, 400


@dataclass(frozen=True)
class Cell:
    """One count of a table: between which two sums it stands, and what it costs to leave it out."""

    key: Key
    value: int
    tail: int
    head: int
    cost: int = CELL


@dataclass(frozen=True)
class Chain:
    """A row in time: its running totals, and the new counts between one and the next."""

    totals: tuple[Key, ...]
    new: tuple[Key, ...]


@dataclass(frozen=True)
class Table:
    """Counts of which every sum holds. `silent` cells belong to the sums but are never printed."""

    cells: tuple[Cell, ...]
    chains: tuple[Chain, ...] = ()
    silent: frozenset[Key] = field(default=frozenset())

    def __post_init__(self) -> None:
        balance: dict[int, int] = defaultdict(int)
        for cell in self.cells:
            if cell.value < 0:
                raise ValueError(f"{cell.key}: a count of persons is not below 0")
            balance[cell.tail] -= cell.value
            balance[cell.head] += cell.value
        if any(balance.values()):
            raise ValueError("the parts of a table do not add up to its totals")

    @property
    def values(self) -> dict[Key, int]:
        return {cell.key: cell.value for cell in self.cells}

    @property
    def sums(self) -> dict[int, list[tuple[Cell, int]]]:
        """The cells at each node: 1 where one flows in, -1 where it flows out."""
        found: dict[int, list[tuple[Cell, int]]] = defaultdict(list)
        for cell in self.cells:
            found[cell.tail].append((cell, -1))
            found[cell.head].append((cell, 1))
        return found


def two_way(rows: Sequence[Sequence[int]]) -> Table:
    """Rows by columns with the total of each row, of each column, and of all."""
    height, width = len(rows), len(rows[0]) if rows else 0
    if any(len(row) != width for row in rows):
        raise ValueError("the rows of a table are equally long")
    top, bottom = height + width, height + width + 1
    cells = [Cell(("cell", r, c), value, r, height + c) for r, row in enumerate(rows) for c, value in enumerate(row)]
    cells += [Cell(("row", r), sum(row), top, r, TOTAL) for r, row in enumerate(rows)]
    cells += [Cell(("column", c), sum(row[c] for row in rows), height + c, bottom, TOTAL) for c in range(width)]
    return Table((*cells, Cell(("all",), sum(map(sum, rows)), bottom, top, WHOLE)))


def running(
    new: Sequence[Sequence[int]],
    start: Sequence[int] | None = None,
    *,
    whole: Sequence[Sequence[int]] | None = None,
    silent: Sequence[Key] = (),
) -> Table:
    """Areas by times: the new counts, their running totals, and both for the whole of the areas.

    `start` is what each area had before the first time. `whole` gives the whole's new counts within each time where they
    are printed more finely, a day each, say. Keys: ("new", area, time), ("sum", area, time) with time 0 for the start,
    and of the whole ("new", -1, step), ("sum", -1, step).
    """
    times = len(new[0]) if new else 0
    before = list(start) if start is not None else [0] * len(new)
    steps = [list(one) for one in whole] if whole is not None else [[sum(row[t] for row in new)] for t in range(times)]
    nodes = _Nodes()
    cells: list[Cell] = []
    chains = []
    for area, row in enumerate(new):
        sums = list(accumulate(row, initial=before[area]))
        cells += _chain(nodes, area, row, sums)
        chains.append(_named(area, len(row)))
    fine = [count for one in steps for count in one]
    at = [time for time, one in enumerate(steps) for _ in one]
    cells += _whole(nodes, fine, at, list(accumulate(fine, initial=sum(before))))
    return Table(tuple(cells), (*chains, _named(-1, len(fine))), frozenset(silent))


class _Nodes:
    """Numbers for the sums, given out as they are asked for."""

    def __init__(self) -> None:
        self._numbers: dict[Key, int] = {}

    def __call__(self, *name: str | int) -> int:
        return self._numbers.setdefault(name, len(self._numbers))


def _chain(nodes: _Nodes, area: int, row: Sequence[int], sums: Sequence[int]) -> list[Cell]:
    """What an area had, and what came, is what it has: from the start of all areas to their end."""
    last = len(row)
    edges = [nodes("start"), *(nodes("area", area, time) for time in range(1, last + 1)), nodes("end")]
    cells = [Cell(("sum", area, time), sums[time], edges[time], edges[time + 1], RUNNING) for time in range(last + 1)]
    came = [Cell(("new", area, time), row[time - 1], nodes("time", time), edges[time]) for time in range(1, last + 1)]
    return cells + came


def _whole(nodes: _Nodes, new: Sequence[int], at: Sequence[int], sums: Sequence[int]) -> list[Cell]:
    """The whole's chain runs the other way, from the end of all areas to their start: what it gives off, the areas take."""
    last = len(new)
    edges = [nodes("start"), *(nodes("whole", step) for step in range(1, last + 1)), nodes("end")]
    cells = [Cell(("sum", -1, step), sums[step], edges[step + 1], edges[step], TOTAL) for step in range(last + 1)]
    given = zip(range(1, last + 1), new, at, strict=True)
    return cells + [Cell(("new", -1, step), n, edges[step], nodes("time", t + 1), TOTAL) for step, n, t in given]


def _named(area: int, length: int) -> Chain:
    totals = tuple(("sum", area, time) for time in range(length + 1))
    return Chain(totals, tuple(("new", area, time) for time in range(1, length + 1)))
