"""Arithmetic on polygons: inside or not, the place farthest from every border, lines that hatch one."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
Ring = Sequence[Point]
STEP = 4.0  # between the points of a box that are looked at


@dataclass(frozen=True)
class Box:
    """A rectangle with its sides along the axes."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def grown(self, by: float) -> Box:
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def corners(self) -> tuple[Point, Point, Point, Point]:
        return (self.left, self.top), (self.right, self.top), (self.left, self.bottom), (self.right, self.bottom)

    def points(self) -> Iterator[Point]:
        """Points all over it, its corners included."""
        across, down = max(1, math.ceil(self.width / STEP)), max(1, math.ceil(self.height / STEP))
        for i in range(across + 1):
            for j in range(down + 1):
                yield self.left + self.width * i / across, self.top + self.height * j / down


def around(rings: Iterable[Ring]) -> Box:
    """The box around all rings."""
    points = [point for ring in rings for point in ring]
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def edges(rings: Iterable[Ring]) -> list[tuple[Point, Point]]:
    return [edge for ring in rings for edge in pairwise((*ring, ring[0]))]


def inside(point: Point, sides: Sequence[tuple[Point, Point]]) -> bool:
    """Whether a point lies within, holes left out (even-odd)."""
    x, y = point
    found = False
    for (ax, ay), (bx, by) in sides:
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            found = not found
    return found


def holds(box: Box, sides: Sequence[tuple[Point, Point]]) -> bool:
    """Whether a box lies wholly within."""
    return all(inside(point, sides) for point in box.points())


def free_of(box: Box, sides: Sequence[tuple[Point, Point]]) -> bool:
    """Whether a box touches nothing of a polygon."""
    corners = any(box.left <= x <= box.right and box.top <= y <= box.bottom for edge in sides for x, y in edge)
    return not corners and not any(inside(point, sides) for point in box.points())


def pole(rings: Sequence[Ring], precision: float = 0.5) -> tuple[Point, float]:
    """The pole of inaccessibility with its distance from the border, by halving squares (after Agafonkin's polylabel)."""
    sides, box = edges(rings), around(rings)
    size = max(min(box.width, box.height), precision)
    half = size / 2
    middle = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
    best = (_distance(middle, sides), middle)
    queue: list[tuple[float, Point, float, float]] = []

    def put(centre: Point, half: float) -> None:
        far = _distance(centre, sides)
        heapq.heappush(queue, (-(far + half * math.sqrt(2)), centre, half, far))

    for i in range(math.ceil(box.width / size)):
        for j in range(math.ceil(box.height / size)):
            put((box.left + size * i + half, box.top + size * j + half), half)
    while queue:
        reach, (x, y), half, far = heapq.heappop(queue)
        best = max(best, (far, (x, y)))
        if -reach - best[0] <= precision:
            break
        quarter = half / 2
        for dx, dy in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
            put((x + dx * quarter, y + dy * quarter), quarter)
    return best[1], best[0]


def _distance(point: Point, sides: Sequence[tuple[Point, Point]]) -> float:
    """How far a point lies within the border; less than nought outside."""
    near = min(_to(point, *side) for side in sides)
    return near if inside(point, sides) else -near


def _to(point: Point, start: Point, end: Point) -> float:
    (x, y), (ax, ay), (bx, by) = point, start, end
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / length))
    return math.hypot(x - ax - along * dx, y - ay - along * dy)


def hatched(rings: Sequence[Ring], gap: float = 6.0) -> list[tuple[Point, Point]]:
    """Slanting lines over a polygon: where nothing was reported, shape says so as well as colour."""
    sides, box = edges(rings), around(rings)
    lines = []
    at = math.ceil((box.left + box.top) / gap) * gap
    while at < box.right + box.bottom:
        crossed = sorted(x for x in (_crossing(side, at) for side in sides) if x is not None)
        lines += [
            ((left, at - left), (right, at - right)) for left, right in zip(crossed[::2], crossed[1::2], strict=False)
        ]
        at += gap
    return lines


def _crossing(side: tuple[Point, Point], at: float) -> float | None:
    """Where a side crosses the line x + y = at."""
    (ax, ay), (bx, by) = side
    one, other = ax + ay - at, bx + by - at
    if (one > 0) == (other > 0):
        return None
    return ax + (bx - ax) * one / (one - other)
