"""Outlines of areas out of a GeoJSON file (区划轮廓): read strictly, every fault a sentence in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from shichen.refusal import Refusal

Point = tuple[float, float]
Ring = tuple[Point, ...]
Rings = tuple[Ring, ...]

LARGEST = 20_000_000  # bytes of a file
MOST_POINTS = 500_000  # in a file; a province at full detail has fewer
FARTHEST = 1e12
FEWEST = 4  # points of a ring, the first again at the end
NAMES = ("name", "NAME", "Name", "名称", "adcode", "code")


def refused(zh: str, en: str, field: str = "file") -> Refusal:
    """A refusal that is read in a terminal, in both languages."""
    return Refusal(f"{zh} {en}", field=field)


def read(raw: bytes, name_field: str = "") -> list[tuple[str, Rings]]:
    """The name of each feature with its rings, in degrees. Raises Refusal."""
    features = _features(raw)
    field = name_field or _field(features)
    named = [(_name(one, field, n), _rings(one, n)) for n, one in enumerate(features, start=1)]
    points = sum(len(ring) for _said, rings in named for ring in rings)
    if points > MOST_POINTS:
        raise refused(
            f"轮廓共 {points} 个点，最多 {MOST_POINTS} 个；请先抽稀。",
            f"The outlines have {points} points, at most {MOST_POINTS} are taken; simplify them first.",
        )
    return named


def _features(raw: bytes) -> list[dict[str, Any]]:
    if len(raw) > LARGEST:
        raise refused(f"文件超过 {LARGEST // 10**6} MB。", f"The file is larger than {LARGEST // 10**6} MB.")
    try:
        found = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise refused(f"文件不是 JSON：{str(error)[:80]}。", "The file is not JSON in UTF-8.") from None
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        raise refused("文件不是 GeoJSON 的 FeatureCollection。", "The file is not a GeoJSON FeatureCollection.")
    features = found.get("features")
    if not isinstance(features, list) or not features or not all(isinstance(one, dict) for one in features):
        raise refused("文件里没有一个区域(features 为空)。", "The file has no features.")
    return features


def _field(features: list[dict[str, Any]]) -> str:
    """The property that names the areas, where the file has one of the usual."""
    given = [one.get("properties") or {} for one in features]
    found = next((name for name in NAMES if all(isinstance(one, dict) and one.get(name) for one in given)), None)
    if found is None:
        listed = "、".join(sorted({str(key) for one in given if isinstance(one, dict) for key in one})[:12])
        raise refused(
            f"看不出哪一项是区域名；请用 --name-field 写明。现有：{listed}。",
            f"Which property names the areas is not clear; say so with --name-field. There are: {listed}.",
            "name-field",
        )
    return found


def _name(feature: dict[str, Any], field: str, n: int) -> str:
    properties = feature.get("properties")
    said = properties.get(field) if isinstance(properties, dict) else None
    if said is None or isinstance(said, dict | list) or not str(said).strip():
        raise refused(f"第 {n} 个区域没有「{field}」。", f"Feature {n} has no property {field!r}.", "name-field")
    return str(said).strip()


def _rings(feature: dict[str, Any], n: int) -> Rings:
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        raise refused(
            f"第 {n} 个区域的图形是 {kind}；只收 Polygon、MultiPolygon。",
            f"The geometry of feature {n} is {kind}; only Polygon and MultiPolygon are taken.",
        )
    parts = [geometry.get("coordinates")] if kind == "Polygon" else geometry.get("coordinates")
    rings = tuple(_ring(one, n) for part in _listed(parts, n) for one in _listed(part, n))
    if not rings:
        raise refused(f"第 {n} 个区域没有轮廓。", f"Feature {n} has no ring.")
    return rings


def _ring(given: Any, n: int) -> Ring:
    ring = tuple(_points(_listed(given, n), n))
    closed = ring if ring and ring[0] == ring[-1] else (*ring, *ring[:1])
    if len(set(closed)) < FEWEST - 1:
        raise refused(f"第 {n} 个区域有一圈不足三个点。", f"A ring of feature {n} has fewer than three points.")
    return closed


def _points(given: Sequence[Any], n: int) -> Iterator[Point]:
    for one in given:
        if not isinstance(one, list) or len(one) < 2 or not all(_is_number(value) for value in one[:2]):
            raise refused(f"第 {n} 个区域有读不懂的坐标。", f"Feature {n} has a coordinate that is not two numbers.")
        lon, lat = float(one[0]), float(one[1])
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise refused(
                f"第 {n} 个区域的坐标 {lon:g}, {lat:g} 不是经纬度(经度在前)；投影坐标请先转成度。",
                f"The coordinate {lon:g}, {lat:g} of feature {n} is not longitude and latitude in degrees.",
            )
        yield lon, lat


def _is_number(value: Any) -> bool:
    """Whether it is a number of a size that some coordinate may have; NaN is not."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < FARTHEST


def _listed(given: Any, n: int) -> list[Any]:
    if not isinstance(given, list):
        raise refused(
            f"第 {n} 个区域的坐标不成层次。", f"The coordinates of feature {n} are not nested as they must be."
        )
    return given
