"""Shares by day: well-formed, within its box, names never on each other, the table says the same as the lines."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from shichen.web.charts.axes import NARROW, WIDE
from shichen.web.charts.shares import HIGH, Line, shares

FIRST = date(2020, 1, 21)
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '"><script>甲'
one_day = st.tuples(*(st.floats(0, 1) for _line in range(3)))


def drawn(values: list[tuple[float, float, float]]) -> ElementTree:
    days = [FIRST + timedelta(days=n) for n in range(len(values))]
    names = ("只按规则", "加上记得的说法", HOSTILE)
    lines = [Line(name, [value[at] for value in values]) for at, name in enumerate(names)]
    return ElementTree.fromstring(shares(days, lines, title="比例", finding=HOSTILE))


@given(st.lists(one_day, min_size=1, max_size=40))
def test_everything_lies_within_its_box_and_names_stand_apart(values: list[tuple[float, float, float]]) -> None:
    for svg, width in zip(drawn(values).iter(f"{SVG}svg"), (WIDE, NARROW), strict=True):
        names = [text for text in svg.iter(f"{SVG}text") if text.get("class") == "is-title"]
        highs = sorted(float(text.get("y")) for text in names)
        assert all(later - former >= 12.8 for former, later in pairwise(highs))
        for path in svg.iter(f"{SVG}path"):
            points = [tuple(map(float, point.split())) for point in path.get("d").removeprefix("M").split("L")]
            assert all(0 <= x <= width and -1 <= y <= HIGH for x, y in points)
            assert len(points) == len(values)


def test_the_table_says_what_the_lines_say() -> None:
    figure = drawn([(0.5, 0.75, 1.0), (0.6, 0.8, 0.9123)])
    cells = [cell.text for cell in figure.iter("td")]
    assert cells == ["50%", "75%", "100%", "60%", "80%", "91.2%"]
    assert HOSTILE in "".join(figure.find("figcaption").itertext())
