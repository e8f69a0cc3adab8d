"""Charts: the bars sum to the figure, hostile names stay text, every drawing is well-formed and keeps within its box."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from defusedxml import ElementTree
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.web.charts.axes import NARROW, WIDE, Bands, every, stagger, ticks
from shichen.web.charts.curve import Band, Day, Mark, curve, numbered
from shichen.web.charts.figures import epidemic_curve
from shichen.web.charts.grid import Cell, grid, key, klass
from shichen.web.charts.sparkline import sparkline
from shichen.web.charts.svg import el, link, text_width

FIRST = date(2020, 1, 21)
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '"><script>alert(1)</script><a onload="x" href=javascript:1>&\'甲'
counts = st.lists(st.none() | st.integers(0, 40), min_size=1, max_size=40)


def days(values: list[int | None]) -> list[Day]:
    total, made = 0, []
    for n, value in enumerate(values):
        total += value or 0
        made.append(Day(FIRST + timedelta(days=n), value, total if value is not None else None, total // 2 or None))
    return made


def drawn(values: list[int | None], width: int = WIDE, **more: object) -> str:
    said = {"title": "新增", "unit": "例", "as_of": date(2020, 2, 2), "width": width, **more}
    return curve(days(values), **said)  # type: ignore[arg-type]


@given(counts)
def test_bars_sum_to_the_figure_and_a_day_without_report_has_no_bar(values: list[int | None]) -> None:
    svg = drawn(values)
    assert sum(int(n) for n in re.findall(r'data-n="([0-9]+)"', svg)) == sum(value or 0 for value in values)
    assert svg.count("data-on=") == sum(value is not None for value in values)
    assert svg.count('class="unsure"') == sum(value is None for value in values)


def test_few_cases_are_one_square_each_and_many_are_one_bar_a_day() -> None:
    few = drawn([1, 0, 3])
    assert sum(path.count("z") for path in re.findall(r'<path class="s1" d="([^"]*)"', few)) == 1 + 3
    assert few.count('<rect class="s1"') == 1  # nought is a line on the axis: it was reported
    assert drawn([100, 100]).count('class="s1"') == 2


@settings(max_examples=25, deadline=None)
@given(counts, st.text(max_size=40), st.sampled_from((WIDE, NARROW)))
def test_every_curve_is_well_formed_and_its_words_lie_within_the_box(
    values: list[int | None], words: str, width: int
) -> None:
    marks = [(FIRST + timedelta(days=n), words.replace("\x00", "") or "事件") for n in range(len(values))]
    clean = [(on, "".join(char for char in text if char.isprintable()) or "事件") for on, text in marks]
    svg = drawn(values, width, marks=clean, bands=[(FIRST, None, "措施")], provisional_from=FIRST + timedelta(days=5))
    root = ElementTree.fromstring(svg)
    height = float(root.get("viewBox").split()[3])
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        said = (
            "".join(text.itertext()) if text.find("{http://www.w3.org/2000/svg}title") is None else text[0].tail or ""
        )
        left = float(text.get("x")) - text_width(said) * {"middle": 0.5, "end": 1}.get(text.get("text-anchor", ""), 0)
        assert left >= -0.5
        assert left + text_width(said) <= width + 0.5
        assert 0 <= float(text.get("y")) <= height


def test_hostile_words_stay_words_in_every_chart() -> None:
    figure = epidemic_curve(
        days([1, 2, None]),
        title=HOSTILE,
        finding=HOSTILE,
        unit=HOSTILE,
        as_of=FIRST,
        marks=[(FIRST, HOSTILE)],
        bands=[(FIRST, None, HOSTILE)],
    )
    cells = [Cell(HOSTILE, 1, 1, Decimal(3), "/figures/x/")]
    for markup in (figure, grid(cells, title=HOSTILE, unit=HOSTILE, breaks=(5,)), key(cells, (5,), HOSTILE)):
        root = ElementTree.fromstring(f"<div>{markup}</div>")
        assert not [one for one in root.iter() if one.tag.endswith("script")]
        assert all(name not in {"onload", "style"} for one in root.iter() for name in one.attrib)
        assert "alert(1)" in "".join(root.itertext()) + "".join(str(one.attrib) for one in root.iter())


def test_a_chart_links_only_within_the_house_and_never_sets_style() -> None:
    for href in ("javascript:alert(1)", "https://example.invalid/", "//example.invalid/", "figures/", "x#y"):
        with pytest.raises(AssertionError):
            link(href, "x")
    for attribute in ("style", "onclick", "href"):
        with pytest.raises(AssertionError):
            el("rect", **{attribute: "x"})


def test_events_without_room_become_numbers_listed_below() -> None:
    marks = [(FIRST + timedelta(days=n), "一个相当长的事件名称") for n in range(8)]
    listed = numbered(days([1] * 8), marks, NARROW)
    assert [number for number, _mark in listed] == list(range(1, len(listed) + 1))
    assert 0 < len(listed) < 8
    figure = epidemic_curve(days([1] * 8), title="t", finding="f", unit="例", as_of=None, marks=marks)
    assert "is-narrow" in figure
    assert "一个相当长的事件名称" in figure


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_mark_with_an_address_is_a_link_that_says_what_it_stands_for(width: int) -> None:
    marks = [Mark(FIRST + timedelta(days=n), f"第{n}件相当长的事件", f"/log/{n}/") for n in range(8)]
    band = Band(FIRST, None, "措施", "/registers/measures/1/")
    root = ElementTree.fromstring(drawn([1] * 8, width, marks=marks, bands=[band], worded=2))
    spoken = {door.get("href"): door.findtext(f"{SVG}title") for door in root.iter(f"{SVG}a")}
    assert spoken.pop("/registers/measures/1/", "") is None  # its name is printed
    assert spoken == {f"/log/{n}/": f"1月{21 + n}日 第{n}件相当长的事件" for n in range(8)}
    assert root.get("role") == "group"


def test_the_list_under_the_curve_leads_where_its_dots_lead() -> None:
    marks = [Mark(FIRST + timedelta(days=n), f"事件{n}", f"#e-{n}") for n in range(4)]
    figure = epidemic_curve(days([1] * 4), title="t", finding="f", unit="例", as_of=None, marks=marks, worded=1)
    keys = re.findall(r'<p class="meta is-wide">(.*?)</p>', figure)
    assert re.findall(r'href="([^"]+)"', keys[0]) == ["#e-1", "#e-2", "#e-3"]


def test_what_leads_nowhere_is_no_link() -> None:
    svg = drawn([1] * 4, marks=[(FIRST, "事件")], bands=[(FIRST, None, "措施")])
    assert "<a" not in svg
    assert 'role="img"' in svg


def test_the_table_under_the_curve_says_the_same_and_a_dash_for_what_was_not_reported() -> None:
    figure = epidemic_curve(days([1, None, 1234]), title="t", finding="f", unit="例", as_of=None)
    cells = re.findall(r'<td class="n">([^<]*)</td>', figure)
    assert [cells[n] for n in (0, 3, 6)] == ["1", "—", "1,234"]


def test_provisional_days_are_hatched_and_their_bars_hollow() -> None:
    svg = drawn([3, 2, 1], provisional_from=FIRST + timedelta(days=2))
    assert svg.count('class="hatch"') == 1
    assert svg.count('class="s1 is-provisional"') == 1
    assert "暂定" in svg


def test_a_curve_of_no_days_is_still_a_drawing() -> None:
    assert ElementTree.fromstring(curve([], title="t", unit="例", as_of=None)) is not None


def test_the_curve_speaks_the_language_of_the_page() -> None:
    with translation.override("en"):
        assert "Confirmed" in drawn([1, 2])
        assert "22 Jan" in drawn([1, 2])


@given(st.lists(st.none() | st.integers(-5, 1000), max_size=20))
def test_a_sparkline_is_well_formed_breaks_at_gaps_and_needs_three_values(values: list[int | None]) -> None:
    svg = sparkline(values)
    known = sum(value is not None for value in values)
    assert bool(svg) == (known >= 3)
    if svg:
        root = ElementTree.fromstring(svg)
        runs = sum(value is not None and (n == 0 or values[n - 1] is None) for n, value in enumerate(values))
        assert len(root.findall("{http://www.w3.org/2000/svg}path")) == runs


def test_districts_fall_into_fixed_classes_and_the_key_counts_them_all() -> None:
    assert [klass(value, (5, 10, 20)) for value in (None, Decimal(0), Decimal(1), Decimal(5), Decimal(19), Decimal(20))] == [
        "k-none", "k0", "k1", "k2", "k3", "k4",
    ]  # fmt: skip
    cells = [Cell(f"区{n}", n, 1, None if n == 1 else Decimal(n), "") for n in range(1, 8)]
    assert sum(int(n) for n in re.findall(r"：([0-9]+)<", key(cells, (5, 10, 20), "例"))) == 7


def test_a_district_without_report_has_no_link_and_a_dash() -> None:
    svg = grid(
        [Cell("甲区", 1, 1, None, "/figures/x/"), Cell("乙区", 2, 1, Decimal(0), "/figures/y/")],
        title="t",
        unit="例",
        breaks=(5,),
    )
    assert "/figures/x/" not in svg
    assert "/figures/y/" in svg
    assert "未报" in svg


@given(st.floats(0, 1e7, allow_nan=False))
def test_ticks_are_whole_start_at_nought_and_reach_the_highest(highest: float) -> None:
    found = ticks(highest)
    assert found[0] == 0
    assert found[-1] >= highest
    assert len(found) <= 6
    assert str(found[1])[0] in "125"


@given(st.lists(st.tuples(st.floats(0, 700), st.text("甲a", min_size=1, max_size=12)), max_size=20))
def test_staggered_labels_never_touch_and_stay_between_the_edges(points: list[tuple[float, str]]) -> None:
    placed = stagger(sorted(points), rows=3, left=0, right=700)
    assert len(placed) == len(points)
    for row in range(3):
        here = sorted((one for one in placed if one.row == row), key=lambda one: one.left)
        for one, after in pairwise(here):
            assert one.left + text_width(one.text) <= after.left
        assert all(one.left >= 0 and one.left + text_width(one.text) <= 700 for one in here)


def crossed(svg: str) -> list[tuple[str, float]]:
    """The words above the curve through which the line of another event runs."""
    root = ElementTree.fromstring(svg)
    lines = [
        {name: float(line.get(name)) for name in ("x1", "y1", "y2")}
        for line in root.iter(f"{SVG}line")
        if line.get("class") == "event"
    ]
    top = min((line["y2"] for line in lines), default=0.0) - 132
    titled = (one for one in root.iter(f"{SVG}text") if one.get("class") == "is-title" and float(one.get("y")) < top)
    boxes = [(one.text, float(one.get("x")), float(one.get("y"))) for one in titled]
    return [
        (text, line["x1"])
        for text, x, y in boxes
        for line in lines
        if line["y1"] < y and x < line["x1"] < x + text_width(text)
    ]


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 14)), min_size=1, max_size=9),
    st.sampled_from([WIDE, 640, NARROW]),
)
def test_the_line_of_an_event_runs_through_the_words_of_no_other(marks: list[tuple[int, int]], width: int) -> None:
    worded = [Mark(FIRST + timedelta(days=on), f"{'甲' * length}{n}") for n, (on, length) in enumerate(marks)]
    assert crossed(drawn([2] * 21, width, marks=worded)) == []


def test_two_events_of_one_day_stand_one_beside_the_line_of_the_other() -> None:
    placed = stagger([(100, "甲乙丙"), (100, "丁戊己"), (110, "庚")], rows=3, left=0, right=700)
    assert [(one.row, one.left) for one in placed[:2]] == [(0, 96), (1, 104)]
    assert placed[2].row is not None


def test_bands_share_the_room_and_labels_stand_as_often_as_they_fit() -> None:
    bands = Bands(0, 100, 4)
    assert (bands.start(0), bands.middle(0), bands.start(4)) == (0, 12.5, 100)
    assert every(["1月21日"], 100) == 1
    assert every(["1月21日"], 10) == 5
