"""Where everything on a map stands: areas on the sheet, labels within them or beside it, small areas enlarged in frames."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from shichen.web.charts.polygons import STEP, Box, Point, Ring, around, edges, free_of, holds, inside, pole
from shichen.web.charts.svg import text_width

WIDTH, MOST_TALL = 360.0, 460.0
EDGE = 4.0
SMALL = 24.0  # an area narrower than this on the sheet is enlarged
LEAST_TIMES, MOST_TIMES = 3.0, 8.0
INSET = 168.0  # the longer side of a frame
TOGETHER = 30.0  # small areas nearer than this share a frame
HEAD = 16.0  # of a frame, for its words
LINE, SIZE = 14.0, 11.0

Side = tuple[Point, Point]
Said = tuple[tuple[Ring, ...], str, str]
"""An area as it is asked for: its outline, its name, its value in words."""


@dataclass(frozen=True)
class Label:
    """Where the words of an area stand: within it, or beside the map at the end of a line from `leader` to `meets`."""

    index: int
    at: Point
    leader: Point | None = None
    meets: Point = (0.0, 0.0)

    @property
    def length(self) -> float:
        return 0.0 if self.leader is None else math.dist(self.leader, self.meets)


@dataclass(frozen=True)
class Frame:
    """Small areas enlarged: the frame, where they lie on the map, how many times larger, their outlines and labels."""

    box: Box
    where: Box
    times: float
    rings: dict[int, tuple[Ring, ...]]
    labels: list[Label]


@dataclass
class Laid:
    """The whole sheet."""

    rings: list[tuple[Ring, ...]]
    height: float
    labels: list[Label] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    taken: list[Box] = field(default_factory=list)

    @property
    def land(self) -> list[Side]:
        return edges(ring for rings in self.rings for ring in rings)


def laid(areas: Sequence[Said], size: Point) -> Laid:
    """Everything in its place, with the map in the middle or at a side, whichever leaves the shortest lines."""
    scale = min((WIDTH - 2 * EDGE) / max(size[0], 1), (MOST_TALL - 2 * EDGE) / max(size[1], 1))
    spare = WIDTH - 2 * EDGE - size[0] * scale
    ways = [_laid(areas, size, scale, EDGE + share * spare) for share in ((0.5, 0.0, 1.0) if spare > SMALL else (0.5,))]
    return min(ways, key=lambda put: put.height * WIDTH + sum(label.length for label in put.labels))


def _laid(areas: Sequence[Said], size: Point, scale: float, left: float) -> Laid:
    """Frames first, since they need most room, then labels."""
    rings = [_scaled(rings, scale, left, EDGE) for rings, _name, _value in areas]
    put = Laid(rings, size[1] * scale + 2 * EDGE)
    land = [edges(one) for one in rings]
    small = [n for n, one in enumerate(rings) if min(around(one).width, around(one).height) < SMALL]
    for group in _groups(small, rings):
        _enlarge(put, group, areas)
    for n, one in enumerate(areas):
        if n not in small:
            put.labels.append(_within(n, one, rings[n], land[n]) or _beside(put, n, one))
    return put


def _scaled(rings: Sequence[Ring], scale: float, dx: float, dy: float) -> tuple[Ring, ...]:
    return tuple(tuple((x * scale + dx, y * scale + dy) for x, y in ring) for ring in rings)


def _groups(small: list[int], rings: list[tuple[Ring, ...]]) -> list[list[int]]:
    """The small areas that lie together."""
    groups: list[list[int]] = []
    for n in small:
        near = [one for one in groups if any(_near(rings[n], rings[other]) for other in one)]
        groups = [one for one in groups if one not in near] + [[*(other for one in near for other in one), n]]
    return groups


def _near(one: tuple[Ring, ...], other: tuple[Ring, ...]) -> bool:
    return around(one).grown(TOGETHER / 2).meets(around(other).grown(TOGETHER / 2))


def _enlarge(put: Laid, group: list[int], areas: Sequence[Said]) -> None:
    where = around(ring for n in group for ring in put.rings[n])
    longer = max(where.width, where.height)
    times = max(LEAST_TIMES, min((INSET - 2 * EDGE) / max(longer, 1), MOST_TIMES))
    width, height = where.width * times + 2 * EDGE, where.height * times + 2 * EDGE + HEAD
    box = _room(put, width, height)
    dx, dy = box.left + EDGE - where.left * times, box.top + HEAD + EDGE - where.top * times
    rings = {n: _scaled(put.rings[n], times, dx, dy) for n in group}
    put.taken.append(box)
    labels = [_within(n, areas[n], rings[n], edges(rings[n])) or _beside(put, n, areas[n], rings[n]) for n in group]
    put.frames.append(Frame(box, where.grown(2), times, rings, labels))


def _room(put: Laid, width: float, height: float) -> Box:
    """A place at an edge of the sheet that is free of land; below the map where there is none."""
    land, right = put.land, WIDTH - EDGE
    tops = [EDGE + 8.0 * i for i in range(int(max(put.height - height, 0) // 8) + 1)]
    for left in (right - width, EDGE):
        for top in (*tops[:1], *tops[::-1]):
            box = Box(left, top, left + width, top + height)
            if left >= EDGE and box.bottom <= put.height and _is_free(box, put, land):
                return box
    top = put.height + EDGE
    put.height = top + height + EDGE
    return Box(right - width, top, right, top + height)


def _is_free(box: Box, put: Laid, land: list[Side]) -> bool:
    return not any(box.meets(other) for other in put.taken) and free_of(box.grown(2), land)


def _within(index: int, area: Said, rings: tuple[Ring, ...], sides: list[Side]) -> Label | None:
    """The label at the place farthest from every border, or as near to it as it fits into its area."""
    _rings, name, value = area
    half = max(text_width(name, SIZE), text_width(value, SIZE + 1)) / 2
    middle, _far = pole(rings)
    box = around(rings)
    near = (
        (box.left + STEP * i, box.top + STEP * j)
        for i in range(int(box.width // STEP) + 1)
        for j in range(int(box.height // STEP) + 1)
    )
    for x, y in (middle, *sorted(near, key=lambda spot: math.dist(spot, middle))):
        around_words = Box(x - half, y - 12, x + half, y + 13)
        if all(inside(corner, sides) for corner in around_words.corners()) and holds(around_words, sides):
            return Label(index, (x, y))
    return None


def _beside(put: Laid, index: int, area: Said, rings: tuple[Ring, ...] | None = None) -> Label:
    """The label beside the map, at the end of a line, as near as there is room; below the map where there is none."""
    _rings, name, value = area
    width = text_width(f"{name} {value}", SIZE)
    (x, y), _far = pole(rings or put.rings[index])
    land = put.land
    spots = (
        Box(left, bottom - LINE + 3, left + width, bottom + 3)
        for left in (EDGE, WIDTH - EDGE - width)
        for bottom in (LINE * (line + 1) for line in range(int((put.height - EDGE) // LINE)))
    )
    for box in sorted(spots, key=lambda box: math.dist((x, y), _end(box, x))):
        if _is_free(box, put, land):
            put.taken.append(box)
            return Label(index, (box.left, box.bottom - 3), (x, y), _end(box, x))
    put.height += LINE
    return Label(index, (EDGE, put.height - 3), (x, y), (EDGE + width / 2, put.height - LINE))


def _end(box: Box, x: float) -> Point:
    """Where the line to a label beside the map ends: at the side that faces the area."""
    return (box.right + 3 if box.right < x else box.left - 3, (box.top + box.bottom) / 2)
