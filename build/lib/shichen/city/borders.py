"""Outlines made small enough for a page (抽稀): projected, put on a grid, and thinned border by border.

A border that two areas share is one line for both, so no gap opens between neighbours; the same file gives the same map.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from shichen.city.outlines import Rings

Spot = tuple[int, int]
Line = tuple[Spot, ...]

SIDE = 4000  # units of the longer side
MOST = 420  # points of a whole map: about two kilobytes on the wire
FIRST_TOLERANCE = 4.0


def thinned(areas: Mapping[str, Rings], most: int = MOST) -> tuple[dict[str, list[Line]], Spot]:
    """Each area's rings in whole units, y downwards, with the size of the map; longitude is shrunk by the middle latitude."""
    rings, size = _projected(areas)
    arcs = {name: [_arcs(ring, nodes) for ring in lines] for name, lines, nodes in _with_nodes(rings)}
    tolerance = FIRST_TOLERANCE
    while True:
        made = {name: _rebuilt(lines, tolerance) for name, lines in arcs.items()}
        if sum(len(ring) for lines in made.values() for ring in lines) <= most or tolerance > SIDE:
            return made, size
        tolerance *= 1.4


def _projected(areas: Mapping[str, Rings]) -> tuple[dict[str, list[Line]], Spot]:
    points = [point for rings in areas.values() for ring in rings for point in ring]
    west, north = min(x for x, _y in points), max(y for _x, y in points)
    east, south = max(x for x, _y in points), min(y for _x, y in points)
    shrink = math.cos(math.radians((north + south) / 2))
    unit = SIDE / max((east - west) * shrink, north - south, 1e-9)

    def spot(lon: float, lat: float) -> Spot:
        return round((lon - west) * shrink * unit), round((north - lat) * unit)

    put = {name: [_plain([spot(*point) for point in ring]) for ring in rings] for name, rings in areas.items()}
    kept = {name: [ring for ring in rings if len(set(ring)) > 2] for name, rings in put.items()}
    return kept, spot(east, south)


def _plain(ring: list[Spot]) -> Line:
    """A closed ring without a point twice in a row, begun at its lowest point so that no file's order matters."""
    spots = [after for before, after in pairwise([ring[-2], *ring[:-1]]) if after != before] or ring[:1]
    at = spots.index(min(spots))
    return (*spots[at:], *spots[: at + 1])


def _with_nodes(rings: Mapping[str, list[Line]]) -> Iterable[tuple[str, list[Line], set[Spot]]]:
    """The rings with the points at which borders meet: where a point's neighbours on all rings are more than two."""
    near: dict[Spot, set[Spot]] = defaultdict(set)
    for lines in rings.values():
        for ring in lines:
            for one, other in pairwise(ring):
                near[one].add(other)
                near[other].add(one)
    nodes = {spot for spot, others in near.items() if len(others) > 2}
    return [(name, lines, nodes) for name, lines in rings.items()]


def _arcs(ring: Line, nodes: set[Spot]) -> list[Line]:
    """A ring as the borders between its nodes; an island without any is cut at its first point and the farthest from it."""
    cuts = [i for i, spot in enumerate(ring[:-1]) if spot in nodes]
    if len(cuts) < 2:
        start = cuts[0] if cuts else 0
        ring = (*ring[start:-1], *ring[: start + 1])
        far = max(range(len(ring)), key=lambda i: (math.dist(ring[i], ring[0]), ring[i]))
        return [ring[: far + 1], ring[far:]]
    turned = (*ring[cuts[0] : -1], *ring[: cuts[0] + 1])
    at = [0, *(i - cuts[0] for i in cuts[1:]), len(turned) - 1]
    return [turned[start : end + 1] for start, end in pairwise(at)]


def _rebuilt(rings: list[list[Line]], tolerance: float) -> list[Line]:
    """The rings of an area, thinned; an islet that vanishes goes, but never the whole area."""
    made = [_ring(arcs, tolerance) for arcs in rings]
    large = [ring for ring in made if _doubled(ring) > 4 * tolerance * tolerance]
    return large or [max(made, key=_doubled)]


def _ring(arcs: list[Line], tolerance: float) -> Line:
    few = len(arcs) < 3
    spots: list[Spot] = []
    for arc in arcs:
        spots += _border(arc, tolerance, bent=few)[:-1]
    return tuple(spots)


def _border(arc: Line, tolerance: float, *, bent: bool) -> Line:
    """One border thinned in one direction, whichever area asks; `bent` keeps a point between its ends."""
    forward = arc[0] <= arc[-1] if arc[0] != arc[-1] else arc <= arc[::-1]
    line = arc if forward else arc[::-1]
    kept = _douglas_peucker(line, tolerance)
    if bent and len(kept) == 2 and len(line) > 2:
        kept = (line[0], max(line[1:-1], key=lambda spot: (_off(spot, line[0], line[-1]), spot)), line[-1])
    return kept if forward else kept[::-1]


def _douglas_peucker(line: Line, tolerance: float) -> Line:
    """The points that lie farther than `tolerance` from the line through the others (Douglas and Peucker, 1973)."""
    keep = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        start, end = spans.pop()
        if end - start < 2:
            continue
        far = max(range(start + 1, end), key=lambda i: (_off(line[i], line[start], line[end]), -i))
        if _off(line[far], line[start], line[end]) > tolerance:
            keep.add(far)
            spans += [(start, far), (far, end)]
    return tuple(line[i] for i in sorted(keep))


def _off(spot: Spot, start: Spot, end: Spot) -> float:
    """How far a point lies from a line between two others."""
    (x, y), (ax, ay), (bx, by) = spot, start, end
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / length))
    return math.hypot(x - ax - along * dx, y - ay - along * dy)


def _doubled(ring: Line) -> float:
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise((*ring, ring[0]))))
