"""The city's own outlines: what is taken and what is refused, borders thinned alike on both sides, the map kept in the home."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.city import maps
from shichen.city import queries as city
from shichen.city.borders import SIDE, thinned
from shichen.city.outlines import read
from shichen.refusal import Refusal
from tests.made import area

ON = date(2020, 2, 2)


def square(x: float, y: float, side: float = 0.5) -> list[list[float]]:
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def feature(name: Any, *rings: list[list[float]], kind: str = "Polygon") -> dict[str, Any]:
    given = [list(rings)] if kind == "MultiPolygon" else list(rings)
    return {"type": "Feature", "properties": {"name": name}, "geometry": {"type": kind, "coordinates": given}}


def collection(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False).encode()


def whole_city(**changed: dict[str, Any]) -> list[dict[str, Any]]:
    """A square for every area of the city, side by side, by its place in the grid."""
    wanted, _nested = maps.city_areas(city.the_city(), ON)
    made = {
        one.name: feature(one.name, square(113 + (one.grid_x or 1) * 0.5, 27 - (one.grid_y or 1) * 0.5))
        for one in wanted
    }
    return list({**made, **changed}.values())


class TestReading:
    @pytest.mark.parametrize(
        ("raw", "zh", "en"),
        [
            (b"{", "不是 JSON", "not JSON"),
            (b"\xff\xfe{}", "不是 JSON", "not JSON"),
            (b"[]", "FeatureCollection", "FeatureCollection"),
            (collection(), "features 为空", "no features"),
            (collection(feature("甲", kind="Point")), "只收 Polygon", "only Polygon"),
            (collection(feature("甲", [[1, 1], [2, 2], [1, 1]])), "不足三个点", "fewer than three"),
            (collection(feature("甲", [["1", 1], [2, 2], [3, 1]])), "读不懂的坐标", "two numbers"),
            (collection(feature("甲", square(500_000, 3_000_000))), "不是经纬度", "degrees"),
            (collection(feature("甲", [[10**400, 1], [2, 2], [3, 1]])), "读不懂的坐标", "two numbers"),
            (b'{"a": ' + b"9" * 5000 + b"}", "不是 JSON", "not JSON"),
            (b"[" * 100_000, "不是 JSON", "not JSON"),
            (collection(feature("甲", square(27, 113))), "不是经纬度", "degrees"),
            (collection({"type": "Feature", "properties": {}, "geometry": None}), "--name-field", "--name-field"),
        ],
    )
    def test_what_is_no_outline_is_refused_in_both_languages(self, raw: bytes, zh: str, en: str) -> None:
        with pytest.raises(Refusal) as refused:
            read(raw)
        assert zh in refused.value.sentence
        assert en in refused.value.sentence

    def test_a_number_that_is_none_is_no_coordinate(self) -> None:
        raw = collection(feature("甲", square(113, 27))).replace(b"113.5", b"NaN")
        with pytest.raises(Refusal, match="读不懂的坐标"):
            read(raw)

    def test_too_many_points_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shichen.city.outlines.MOST_POINTS", 4)
        with pytest.raises(Refusal, match="最多 4 个"):
            read(collection(feature("甲", square(113, 27))))

    def test_an_open_ring_is_closed(self) -> None:
        ((_name, (ring,)),) = read(collection(feature("甲", square(113, 27)[:-1])))
        assert ring[0] == ring[-1]

    @settings(max_examples=60, deadline=None)
    @given(
        st.binary(max_size=200)
        | st.recursive(
            st.none() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["type", "features", "geometry", "coordinates", "properties", "name"]),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=12,
        ).map(lambda said: json.dumps(said).encode())
    )
    def test_whatever_comes_is_read_or_refused(self, raw: bytes) -> None:
        with suppress(Refusal):
            read(raw)


@pytest.mark.django_db
class TestMatching:
    def take(self, features: list[dict[str, Any]], **more: Any) -> maps.Outlines:
        return maps.take(
            collection(*features), "a.geojson", city.the_city(), on=ON, **{"review_no": "GS(2019)1234号", **more}
        )

    def test_every_area_of_the_city_has_its_outline(self) -> None:
        found = self.take(whole_city())
        assert area("天元区").pk in found.rings
        assert found.review_no == "GS(2019)1234号"

    def test_a_code_names_an_area_as_well(self) -> None:
        one = area("天元区")
        self.take(whole_city(天元区=feature(one.pk, square(113, 26))))

    def test_an_area_of_another_name_is_asked_after(self) -> None:
        with pytest.raises(Refusal, match="不认识的区域：天圆区。「天圆区」是否为「天元区」？"):
            self.take(whole_city(天元区=feature("天圆区", square(113, 26))))

    def test_a_missing_area_is_named(self) -> None:
        with pytest.raises(Refusal, match="缺 1 个区域：天元区"):
            self.take([one for one in whole_city() if one["properties"]["name"] != "天元区"])

    def test_an_area_twice_is_refused(self) -> None:
        with pytest.raises(Refusal, match="MultiPolygon"):
            self.take([*whole_city(), feature("天元区", square(113, 26))])

    def test_what_lies_within_another_is_no_shape(self) -> None:
        _wanted, nested = maps.city_areas(city.the_city(), ON)
        assert nested, "the city of the tests has a reporting area"
        with pytest.raises(Refusal, match="不单独成块"):
            self.take([*whole_city(), feature(nested[0].name, square(113, 26))])

    @pytest.mark.parametrize("number", ["1234", "GS2019", "GS(19)1号", "<b>"])
    def test_a_review_number_reads_like_one(self, number: str) -> None:
        with pytest.raises(Refusal, match="审图号"):
            self.take(whole_city(), review_no=number)

    @pytest.mark.parametrize("number", ["", "GS(2019)1234号", "湘S（2020）015号", "GS京(2022)1061号"])
    def test_known_forms_of_it_are_taken(self, number: str) -> None:
        assert self.take(whole_city(), review_no=number).review_no == number

    def test_kept_and_read_again_it_is_the_same(self, tmp_path: Path) -> None:
        assert maps.load(tmp_path) is None
        found = self.take(whole_city())
        maps.keep(found, tmp_path)
        assert maps.load(tmp_path) == found
        assert maps.remove(tmp_path)
        assert not maps.remove(tmp_path)
        assert maps.load(tmp_path) is None

    def test_a_broken_file_is_no_map(self, tmp_path: Path) -> None:
        (tmp_path / maps.FILE).write_text("{")
        assert maps.load(tmp_path) is None


def wavy(x: float, y: float, *, points: int = 400) -> list[list[float]]:
    """A disc with a ragged border."""
    turn = [math.tau * i / points for i in range(points)]
    return [
        [x + (1 + 0.05 * math.sin(9 * a)) * math.cos(a), y + (1 + 0.05 * math.sin(9 * a)) * math.sin(a)] for a in turn
    ]


class TestBorders:
    def rings(self, *features: dict[str, Any]) -> dict[str, Any]:
        return dict(read(collection(*features)))

    def test_many_points_become_few_the_same_each_time(self) -> None:
        given = self.rings(feature("甲", wavy(113, 27)), feature("乙", wavy(116, 27)))
        made, _size = thinned(given, most=80)
        assert sum(len(ring) for lines in made.values() for ring in lines) <= 80
        assert made == thinned(dict(reversed(given.items())), most=80)[0]

    def test_where_a_ring_begins_does_not_matter(self) -> None:
        ring = wavy(113, 27)
        one, _size = thinned(self.rings(feature("甲", ring)), most=40)
        other, _size = thinned(self.rings(feature("甲", ring[100:] + ring[:100])), most=40)
        assert set(one["甲"][0]) == set(other["甲"][0])

    def test_neighbours_share_the_border_that_is_left(self) -> None:
        border = [[114 + 0.05 * math.sin(7 * n), 27 + n / 100] for n in range(101)]
        west = [[113, 27], *border, [113, 28]]
        east = [*border, [115, 28], [115, 27]]
        made, _size = thinned(self.rings(feature("西", west), feature("东", east)), most=30)
        assert sides(made["西"]) & sides(made["东"])
        inner = [spot for spot in made["西"][0] if spot not in corners(made["西"][0])]
        assert set(inner) <= set(made["东"][0])

    def test_longitude_is_shrunk_by_the_middle_latitude(self) -> None:
        _made, (width, height) = thinned(self.rings(feature("甲", [[113, 59], [115, 59], [115, 61], [113, 61]])))
        assert height == SIDE
        assert width == pytest.approx(SIDE * math.cos(math.radians(60)), abs=1)

    def test_an_area_never_vanishes_and_an_islet_may(self) -> None:
        given = self.rings(
            feature("大", square(113, 27, 4), square(118, 27, 0.002)), feature("小", square(112.9, 27, 0.01))
        )
        made, _size = thinned(given)
        assert len(made["大"]) == 1
        assert len(set(made["小"][0])) >= 3


def sides(rings: list[Any]) -> set[frozenset[Any]]:
    return {frozenset(edge) for ring in rings for edge in pairwise((*ring, ring[0]))}


def corners(ring: Any) -> set[Any]:
    xs, ys = [x for x, _y in ring], [y for _x, y in ring]
    return {(x, y) for x, y in ring if x in (min(xs), max(xs)) or y in (min(ys), max(ys))}
