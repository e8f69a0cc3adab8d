"""The city's own map (区划图): outlines matched to the areas it reports by, with their review number, kept in the home."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import re2

from shichen.city.borders import Line, Spot, thinned
from shichen.city.models import Area
from shichen.city.outlines import Rings, read, refused
from shichen.city.queries import Places, nearest

FILE = "map.json"
SHAPE = 1  # of the file
REVIEWED = re2.compile(r"[\p{Han}A-Z]{1,8}[(（〔][12][0-9]{3}[)）〕][0-9]{1,6}号")
LISTED = 6


@dataclass(frozen=True)
class Outlines:
    """The outlines of areas by their code, in whole units; what they are reviewed under (审图号), and of which file."""

    review_no: str
    source: str
    digest: str
    size: Spot
    rings: dict[str, list[Line]]


def city_areas(city: Area, on: date) -> tuple[list[Area], list[Area]]:
    """The areas a map of the city must show: those on its grid; and those that lie within one of them and are no shape."""
    areas = list(Area.objects.filter(path__startswith=city.path).exclude(grid_x=None).select_related("counted_in"))
    standing = [one for one in areas if one.stands(on)]
    nested = [one for one in standing if one.counted_in_id and one.hierarchy == Area.Hierarchy.REPORTING]
    return [one for one in standing if one not in nested], nested


def matched(raw: bytes, city: Area, *, name_field: str = "", on: date) -> dict[str, Rings]:
    """The outlines of a file by the code of their area: all of the city's, and no other. Raises Refusal."""
    wanted, nested = city_areas(city, on)
    places, found, unknown = Places.load(), dict[str, Rings](), list[str]()
    for said, rings in read(raw, name_field):
        area = _area(said, places, city, on)
        if area is None:
            unknown.append(said)
        elif area in nested:
            raise refused(
                f"「{said}」在{area.counted_in}之内，不单独成块；请从文件里去掉。",
                f"{said} lies within {area.counted_in} and is no shape of its own; take it out of the file.",
            )
        elif area.pk in found:
            raise refused(
                f"「{said}」有两块；请合成一个 MultiPolygon。", f"{said} is there twice; make it one MultiPolygon."
            )
        else:
            found[area.pk] = rings
    codes = {one.pk for one in wanted}
    _must_be_all(unknown, [one for one in wanted if one.pk not in found], wanted)
    more = [code for code in found if code not in codes]
    if more:
        listed = "、".join(str(Area.objects.get(pk=code)) for code in more[:LISTED])
        raise refused(
            f"文件里有不在方格图上的区域：{listed}。", f"The file has areas that are not on the city's grid: {listed}."
        )
    return found


def _area(said: str, places: Places, city: Area, on: date) -> Area | None:
    """The area within the city of that name or code, if there is just one."""
    held = {
        area.pk: area
        for area, dated in places.called(said)
        if area.stands(on) and dated.stands(on) and city.contains(area)
    }
    return next(iter(held.values())) if len(held) == 1 else None


def _must_be_all(unknown: list[str], missing: list[Area], wanted: list[Area]) -> None:
    if unknown:
        near = nearest(unknown[0], {one.name for one in wanted})
        hint = f"「{unknown[0]}」是否为「{near}」？" if near else ""
        listed = "、".join(unknown[:LISTED])
        raise refused(
            f"文件里有 {len(unknown)} 个不认识的区域：{listed}。{hint}",
            f"{len(unknown)} areas of the file are not known: {listed}.",
        )
    if missing:
        listed = "、".join(one.name for one in missing[:LISTED])
        raise refused(
            f"文件里缺 {len(missing)} 个区域：{listed}。", f"{len(missing)} areas are missing from the file: {listed}."
        )


def take(raw: bytes, source: str, city: Area, *, review_no: str = "", name_field: str = "", on: date) -> Outlines:
    """A file's outlines as they will be drawn. Raises Refusal."""
    review_no = review_no.strip()
    if review_no and not REVIEWED.fullmatch(review_no):
        raise refused(
            f"「{review_no}」不像审图号；应如 GS(2019)1234号。",
            f"{review_no!r} does not read like a review number such as GS(2019)1234号.",
            "review-no",
        )
    rings, size = thinned(matched(raw, city, name_field=name_field, on=on))
    empty = [code for code, lines in rings.items() if not lines]
    if empty:
        raise refused("有区域小得画不出来；请核对坐标。", "An area is too small to be drawn; look at its coordinates.")
    return Outlines(review_no, source, hashlib.sha256(raw).hexdigest(), size, rings)


def keep(found: Outlines, home: Path) -> None:
    """The map appears in the home whole or not at all."""
    said: dict[str, Any] = {
        "shape": SHAPE,
        "review_no": found.review_no,
        "source": found.source,
        "digest": found.digest,
        "size": found.size,
        "rings": found.rings,
    }
    unfinished = home / f"{FILE}.{os.getpid()}.part"
    unfinished.write_text(json.dumps(said, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    os.replace(unfinished, home / FILE)


def remove(home: Path) -> bool:
    """The city goes back to its grid; whether there was a map."""
    there = (home / FILE).exists()
    (home / FILE).unlink(missing_ok=True)
    return there


_known: tuple[tuple[str, int, int], Outlines | None] = (("", 0, 0), None)


def load(home: Path) -> Outlines | None:
    """The map of a home; None where there is none, or one of another shape. Read again only when the file is another."""
    global _known
    path = home / FILE
    try:
        state = path.stat()
        mark = (str(path), state.st_mtime_ns, state.st_size)
        if mark != _known[0]:
            _known = (mark, _read(path))
    except FileNotFoundError:
        return None
    return _known[1]


def _read(path: Path) -> Outlines | None:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
    if said.get("shape") != SHAPE:
        return None
    rings = {code: [tuple((x, y) for x, y in ring) for ring in lines] for code, lines in said["rings"].items()}
    return Outlines(said["review_no"], said["source"], said["digest"], (said["size"][0], said["size"][1]), rings)
