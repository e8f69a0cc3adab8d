"""How far a hidden count can be another one: moving persons round a table without touching a printed number.

The bounds of a cell in a network with whole bounds are whole numbers, and augmenting paths reach them from any table
that fits (Ford and Fulkerson; Gusfield 1988 for tables). The true table fits, so that is where the search begins.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Mapping

from shichen.disclosure.tables import Key, Table

Bounds = Mapping[Key, tuple[int, int]]
Step = tuple[int, int]
"""A cell by its number and the way along it: 1 makes the cell larger, -1 smaller."""
Cost = Callable[[int], int]
ENDLESS = 1 << 40


class Network:
    """A table with what a reader knows of each cell: between which bounds it lies."""

    def __init__(self, table: Table, bounds: Bounds) -> None:
        self.cells = table.cells
        self.at = [cell.value for cell in table.cells]
        self.low = [bounds[cell.key][0] for cell in table.cells]
        self.high = [bounds[cell.key][1] for cell in table.cells]
        self.number = {cell.key: number for number, cell in enumerate(table.cells)}
        self.out: dict[int, list[tuple[int, int, int]]] = {}
        for number, cell in enumerate(table.cells):
            self.out.setdefault(cell.tail, []).append((number, 1, cell.head))
            self.out.setdefault(cell.head, []).append((number, -1, cell.tail))

    def free(self, key: Key) -> bool:
        """Whether the reader does not know the cell exactly."""
        return self.low[self.number[key]] < self.high[self.number[key]]

    def bounds(self, key: Key) -> tuple[int, int]:
        return self.low[self.number[key]], self.high[self.number[key]]

    def know(self, key: Key, low: int, high: int) -> None:
        """From now on the reader knows of a cell that it lies between these bounds."""
        self.low[self.number[key]], self.high[self.number[key]] = low, high

    def value(self, key: Key) -> int:
        return self.at[self.number[key]]

    def moved(self, key: Key, way: int, want: int, cost: Cost | None = None) -> tuple[int, set[int]]:
        """By how much of `want` a cell can grow (1) or shrink (-1) in some table that fits, and by way of which cells.

        With `cost` the ways round are the cheapest ones.
        """
        edge, done = self.number[key], 0
        cell = self.cells[edge]
        start, goal = (cell.head, cell.tail) if way > 0 else (cell.tail, cell.head)
        want, taken = min(want, self._room(edge, way)), []
        while done < want:
            path = self._shortest(start, goal, edge) if cost is None else self._cheapest(start, goal, edge, cost)
            if path is None:
                break
            by = min(want - done, *(self._room(*step) for step in path))
            self._move(path, by)
            taken.append((path, by))
            done += by
        for path, by in taken:
            self._move(path, -by)
        return done, {step for path, _ in taken for step, _ in path}

    def reach(self, key: Key, limit: int = ENDLESS) -> tuple[int, int]:
        """The smallest and the largest value of a cell in any table that fits, no further than `limit` from its own."""
        value = self.value(key)
        return value - self.moved(key, -1, limit)[0], value + self.moved(key, 1, limit)[0]

    def _room(self, edge: int, way: int) -> int:
        return self.high[edge] - self.at[edge] if way > 0 else self.at[edge] - self.low[edge]

    def _move(self, path: list[Step], by: int) -> None:
        for edge, way in path:
            self.at[edge] += way * by

    def _shortest(self, start: int, goal: int, without: int) -> list[Step] | None:
        came: dict[int, tuple[int, Step]] = {start: (start, (-1, 0))}
        queue = deque([start])
        while queue:
            node = queue.popleft()
            for edge, way, other in self.out.get(node, ()):
                if other not in came and edge != without and self._room(edge, way) > 0:
                    came[other] = (node, (edge, way))
                    if other == goal:
                        return _back(came, start, goal)
                    queue.append(other)
        return None

    def _cheapest(self, start: int, goal: int, without: int, cost: Cost) -> list[Step] | None:
        best = {start: 0}
        came: dict[int, tuple[int, Step]] = {}
        queue = [(0, start)]
        while queue:
            spent, node = heapq.heappop(queue)
            if node == goal:
                return _back(came, start, goal)
            if spent > best[node]:
                continue
            for edge, way, other in self.out.get(node, ()):
                if edge == without or self._room(edge, way) <= 0:
                    continue
                price = spent + cost(edge)
                if price < best.get(other, ENDLESS):
                    best[other], came[other] = price, (node, (edge, way))
                    heapq.heappush(queue, (price, other))
        return None


def _back(came: Mapping[int, tuple[int, Step]], start: int, goal: int) -> list[Step]:
    path, node = [], goal
    while node != start:
        node, step = came[node]
        path.append(step)
    return path[::-1]
