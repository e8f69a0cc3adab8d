"""The map: labels stay within their areas or stand beside the land, small areas are enlarged, nothing reported is hatched."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.web.charts.choropleth import WIDTH, Shape, choropleth
from shichen.web.charts.placing import SMALL, laid
from shichen.web.charts.polygons import Box, around, edges, free_of, hatched, holds, inside, pole

SIZE = (4000.0, 4000.0)
HOSTILE = "\"><script>alert(1)</script>&'"


def rect(x: float, y: float, width: float, height: float) -> tuple[tuple[float, float], ...]:
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


LARGE, BESIDE = rect(0, 0, 2000, 3000), rect(2000, 0, 1000, 3000)
TINY = (rect(100, 3100, 120, 120), rect(230, 3100, 120, 120))


def drawn(*shapes: Shape) -> str:
    return choropleth(shapes, SIZE, title="图", unit="例", breaks=(5, 10, 20))


def words_of(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


class TestPolygons:
    def test_the_pole_of_a_square_is_its_middle(self) -> None:
        (x, y), far = pole([rect(0, 0, 100, 100)])
        assert (x, y, far) == pytest.approx((50, 50, 50), abs=1)

    def test_a_hole_is_not_inside(self) -> None:
        sides = edges([rect(0, 0, 100, 100), rect(40, 40, 20, 20)])
        assert inside((10, 10), sides)
        assert not inside((50, 50), sides)

    def test_the_pole_keeps_out_of_a_bay(self) -> None:
        bay = ((0, 0), (100, 0), (100, 100), (80, 100), (80, 20), (20, 20), (20, 100), (0, 100))
        (x, y), far = pole([bay])
        assert inside((x, y), edges([bay]))
        assert far >= 9

    def test_a_box_is_held_or_free_or_neither(self) -> None:
        sides = edges([rect(0, 0, 100, 100)])
        assert holds(Box(10, 10, 60, 60), sides)
        assert free_of(Box(110, 10, 160, 60), sides)
        assert not holds(Box(80, 80, 120, 120), sides)
        assert not free_of(Box(80, 80, 120, 120), sides)
        assert not free_of(Box(-10, -10, 110, 110), sides)

    @settings(max_examples=40, deadline=None)
    @given(st.floats(5, 200), st.floats(5, 200))
    def test_hatching_stays_within(self, width: float, height: float) -> None:
        ring = rect(3, 7, width, height)
        box = around([ring]).grown(0.01)
        for line in hatched([ring]):
            assert all(box.left <= x <= box.right and box.top <= y <= box.bottom for x, y in line)


class TestPlacing:
    def test_every_area_has_its_words_once(self) -> None:
        put = laid([((LARGE,), "甲县", "12"), ((BESIDE,), "乙县", "3"), *(((one,), "丙区", "1") for one in TINY)], SIZE)
        labels = [*put.labels, *(label for frame in put.frames for label in frame.labels)]
        assert sorted(label.index for label in labels) == [0, 1, 2, 3]

    def test_small_areas_stand_in_a_frame_enlarged_three_times_at_least_and_free_of_land(self) -> None:
        put = laid([((LARGE,), "甲县", "12"), *(((one,), "丙区", "1") for one in TINY)], SIZE)
        (frame,) = put.frames
        assert frame.times >= 3
        assert set(frame.rings) == {1, 2}
        assert all(min(around(put.rings[n]).width, around(put.rings[n]).height) < SMALL for n in frame.rings)
        assert free_of(frame.box, put.land)
        assert not {label.index for label in put.labels} & {1, 2}

    def test_where_land_fills_the_sheet_the_frame_stands_below(self) -> None:
        put = laid(
            [((rect(0, 0, 4000, 3700),), "甲县", "12"), ((rect(0, 3700, 100, 100),), "丙区", "1")], (4000.0, 3800.0)
        )
        (frame,) = put.frames
        assert frame.box.top > max(y for rings in put.rings for ring in rings for _x, y in ring)
        assert frame.box.bottom <= put.height

    def test_a_name_too_long_for_its_area_stands_beside_at_the_end_of_a_line(self) -> None:
        put = laid(
            [
                ((rect(1800, 0, 400, 4000),), "名字很长很长的一个自治县", "1,234"),
                ((rect(2200, 0, 900, 4000),), "乙县", "3"),
            ],
            SIZE,
        )
        long = next(label for label in put.labels if label.index == 0)
        assert long.leader is not None
        assert inside(long.leader, edges(put.rings[0]))

    def test_labels_beside_the_map_do_not_touch_each_other(self) -> None:
        strips = [((rect(1900, 300 * n, 300, 290),), f"第{n}自治县", "1,234") for n in range(12)]
        put = laid(strips, SIZE)
        spots = [label.at for label in put.labels if label.leader is not None]
        assert len({(x > WIDTH / 2, y) for x, y in spots}) == len(spots)


class TestDrawing:
    def test_it_is_well_formed_whatever_areas_are_called(self) -> None:
        svg = drawn(Shape(HOSTILE, (LARGE,), Decimal(3), "/figures/x/"), Shape("乙县", (BESIDE,), None))
        root = ElementTree.fromstring(svg)
        assert not [one for one in root.iter() if one.tag.endswith("script")]
        assert "style=" not in svg

    def test_each_area_is_a_door_and_one_that_did_not_report_is_hatched(self) -> None:
        svg = drawn(Shape("甲县", (LARGE,), Decimal(12), "/figures/a/"), Shape("乙县", (BESIDE,), None, "/figures/b/"))
        assert '<a href="/figures/a/" aria-label="甲县 12例"' in svg
        assert "/figures/b/" not in svg
        assert svg.count('class="hatch"') == 1
        assert 'class="area k3"' in svg
        assert 'class="area k-none"' in svg

    def test_nought_has_a_class_of_its_own(self) -> None:
        assert 'class="area k0"' in drawn(Shape("甲县", (LARGE,), Decimal(0), "/figures/a/"))

    def test_what_is_drawn_lies_on_the_sheet(self) -> None:
        svg = drawn(*(Shape("丙区", (one,), Decimal(1)) for one in TINY), Shape("甲县", (LARGE,), Decimal(12)))
        height = float(re.search(r'viewBox="0 0 360 ([0-9.]+)"', svg).group(1))  # type: ignore[union-attr]
        for x, y in re.findall(r'<text[^>]* x="([0-9.]+)" y="([0-9.]+)"', svg):
            assert 0 <= float(x) <= WIDTH
            assert 0 <= float(y) <= height
        assert {"甲县", "12"} <= set(words_of(svg))
        assert any("×" in one for one in words_of(svg))
