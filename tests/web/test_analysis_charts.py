"""Charts of analyses: well-formed, within their box, nothing drawn of what may not be shown, titles that say the values."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from defusedxml import ElementTree
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.documents.pictures import STYLE
from shichen.web.charts import alarms as signals
from shichen.web.charts import chains as trees
from shichen.web.charts import delays
from shichen.web.charts import fan as fans
from shichen.web.charts import growth as growths
from shichen.web.charts import nowcast as nowcasts
from shichen.web.charts import rt as ratios
from shichen.web.charts.axes import NARROW, WIDE, fine
from shichen.web.charts.figures import in_two_widths, table_of
from tests.web.test_style import CSS, PACKAGE

FIRST = date(2020, 1, 23)
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '"><script>甲'
SI = (0.0, 0.1, 0.3, 0.3, 0.2, 0.1)
FIT = delays.Fit("gamma", (0.0, 1.0, 2.0, 5.0), (0.0, 0.4, 0.3, 0.0), (0.0, 0.3, 0.7, 1.0), 1.5, 3.9)
TREE = [
    trees.Case("甲", FIRST, origin="imported"),
    trees.Case("乙", FIRST + timedelta(days=3), "甲", label=HOSTILE),
    trees.Case("丙", None, "乙", "unknown", certain=False, symptoms=False, href="/cases/3/"),
]
values = st.none() | st.just(math.nan) | st.floats(0, 1e5)
SHEET = (PACKAGE / "web/static/web/charts.css").read_text(encoding="utf-8")
WIDTHS = (WIDE, NARROW)


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


def estimate(n: int, r: float, **more: Any) -> ratios.Estimate:
    return ratios.Estimate(day(n), r, r * 0.5, r * 0.9, r * 1.1, r * 1.8, **more)


def rt(counts: list[float | None], estimates: list[ratios.Estimate], width: float = WIDE, **more: Any) -> str:
    days = [day(n) for n in range(len(counts))]
    return str(ratios.rt(days, local=counts, estimates=estimates, title=HOSTILE, si=SI, width=width, **more))


def points(svg: str) -> Iterator[tuple[float, float]]:
    """Every place that a drawing names absolutely."""
    root = ElementTree.fromstring(svg)
    for one in root.iter():
        for x, y in (("x", "y"), ("x1", "y1"), ("x2", "y2"), ("cx", "cy")):
            if one.get(x) is not None:
                yield float(one.get(x)), float(one.get(y))
        for x, y in re.findall(r"[ML](-?[0-9.]+) (-?[0-9.]+)", one.get("d") or ""):
            yield float(x), float(y)


def within(svg: str, width: float) -> None:
    height = float(re.findall(r'viewBox="0 0 [0-9.]+ ([0-9.]+)"', svg)[0])
    for x, y in points(svg):
        assert -1 <= x <= width + 1, x
        assert -1 <= y <= height + 1, y


def made(width: float) -> dict[str, str]:
    """One of each chart."""
    ahead = [fans.Ahead(day(n), 3.0, 2, 4, 1, 9, 0, 12) for n in range(10, 17)]
    rows = [nowcasts.Row(day(n), 10.0 - n, 10, 8, 14, imputed=1.0, shown=n < 8) for n in range(10)]
    earlier = [nowcasts.Earlier("2020-01-30", [(day(n), 9.0) for n in range(7)])]
    seen = [(day(n), float(n)) for n in range(10)]
    both = [fans.Fan("若R不变", ahead), fans.Fan("若R降至0.5", ahead, scenario=True)]
    return {
        "rt": rt([3.0] * 20, [estimate(n, 5 - n / 5) for n in range(7, 20)], width, partial_from=day(15)),
        "nowcast": str(nowcasts.nowcast(rows, title=HOSTILE, earlier=earlier, width=width)),
        "fan": str(fans.fan(seen, both, title=HOSTILE, width=width)),
        "delay": str(delays.delay([FIT], observed=[(1, 0.2), (4, 1.0)], title=HOSTILE, width=width)),
        "growth": str(
            growths.growth(
                [day(n) for n in range(9)],
                [n + 1.0 for n in range(9)],
                [(day(n), n + 1, n, n + 2.0) for n in range(3, 9)],
                title=HOSTILE,
                width=width,
            )
        ),
        "alarms": str(
            signals.alarms(
                [day(n) for n in range(9)],
                [2.0] * 8 + [9.0],
                [None] * 7 + [5.0, 5.0],
                [False] * 8 + [True],
                title=HOSTILE,
                width=width,
            )
        ),
        "chains": str(trees.chains(TREE, title=HOSTILE, width=width)),
    }


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(values, values, st.booleans()), min_size=1, max_size=60),
    st.sampled_from(WIDTHS),
    st.integers(0, 60),
)
def test_whatever_the_values_r_is_well_formed_and_within_its_box(
    rows: list[tuple[float | None, float | None, bool]], width: float, partial: int
) -> None:
    estimates = [ratios.Estimate(day(n), r, r, r, r, r, shown=shown) for n, (_count, r, shown) in enumerate(rows)]
    svg = rt([count for count, _r, _shown in rows], estimates, width, partial_from=day(partial))
    within(svg, width)
    assert "nan" not in svg
    assert "<script" not in svg


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(values, values, values, values, st.booleans()), min_size=1, max_size=60))
def test_whatever_the_values_a_nowcast_and_a_fan_are_well_formed(
    rows: list[tuple[float | None, float | None, float | None, float | None, bool]],
) -> None:
    for width in WIDTHS:
        within(
            str(
                nowcasts.nowcast(
                    [nowcasts.Row(day(n), a, b, c, d, shown=e) for n, (a, b, c, d, e) in enumerate(rows)],
                    title=HOSTILE,
                    width=width,
                )
            ),
            width,
        )
        ahead = [fans.Ahead(day(n + 3), b, a, c, a, c, a, d) for n, (a, b, c, d, _e) in enumerate(rows)]
        observed = [(day(n), one[0]) for n, one in enumerate(rows[:3])]
        within(str(fans.fan(observed, [fans.Fan(HOSTILE, ahead)], title=HOSTILE, width=width)), width)


def test_r_that_may_not_be_shown_is_a_grey_band_with_its_reason_and_no_number() -> None:
    shown = [estimate(n, 1.5) for n in range(7, 12)]
    hidden = [estimate(n, 3.33, shown=False) for n in range(12, 22)]
    svg = rt([2.0] * 22, shown + hidden)
    assert "病例太少，不估计" in svg
    assert "3.33" not in svg
    assert svg.count("R 中位数 1.5 (95% 0.75–2.7)") == 5 + 1  # a title a day, and the last in what a reader hears
    assert "只判断升降" in rt([2.0] * 22, [estimate(n, 3.33, shown=False, why="只判断升降") for n in range(22)])


def test_what_lies_beyond_the_scale_has_an_arrow_full_for_r_hollow_for_its_interval() -> None:
    assert rt([2.0] * 9, [estimate(8, 1.5)]).count("is-thin") == 0
    assert rt([2.0] * 9, [estimate(8, 3.5)]).count("line s2 is-thin") == 1
    assert re.search(r'class="s2" d="M[^"]*z"', rt([2.0] * 9, [estimate(8, 4.5)]))


def test_from_partial_data_on_the_line_is_dashed_on_a_hatched_ground() -> None:
    estimates = [estimate(n, 1.5) for n in range(7, 20)]
    sure, partial = rt([2.0] * 20, estimates), rt([2.0] * 20, estimates, partial_from=day(15))
    assert "stroke-dasharray" not in sure
    assert "hatch" not in sure
    assert "stroke-dasharray" in partial
    assert "hatch" in partial
    assert "数据未齐" in partial


def test_a_nowcast_draws_what_is_to_come_above_what_is_reported_and_nothing_where_it_is_withheld() -> None:
    rows = [
        nowcasts.Row(day(0), 10, 10, 10, 10),
        nowcasts.Row(day(1), 4, 10, 7, 15),
        nowcasts.Row(day(2), 1, 40, 20, 90, shown=False),
    ]
    svg = str(nowcasts.nowcast(rows, title="现报"))
    assert svg.count("is-light") == 1 + 1  # the day that lacks reports, and the key
    assert "已报告 4 估计 10 (95% 7–15)" in svg
    assert "90" not in re.sub(r'="[^"]*"', "", svg)
    assert "hatch" in svg


def test_each_fan_has_a_tint_of_its_own_and_says_its_numbers() -> None:
    svg = made(WIDE)["fan"]
    assert "若R降至0.5（情景）" in svg
    assert "若R不变 1月29日" not in svg  # observed days are not foretold
    assert "若R不变 2月2日 3 (95% 0–12)" in svg
    with pytest.raises(AssertionError):
        fans.fan([(1, 1.0)], [fans.Fan(str(n), []) for n in range(5)], title="五")


def test_of_many_fans_shades_are_few_and_a_limit_keeps_its_tint() -> None:
    """Two forecasts with two shades each, a scenario of edges alone; 90 % is neither drawn nor promised."""
    ahead = [fans.Ahead(day(n), 3.0, 2, 4, 1, 9, 0, 12) for n in range(10, 17)]
    three = [fans.Fan("甲", ahead), fans.Fan("乙", ahead), fans.Fan("丙", ahead, scenario=True)]
    limit = fans.Limit("床位", [(day(n), 5.0) for n in range(10, 17)])
    drawn = [str(fans.fan([(day(9), 1.0)], some, title="三", limit=limit)) for some in (three, three[:2])]
    ribbons = [re.findall(r'<path[^>]*class="ribbon ([^"]+)"', svg) for svg in drawn]
    assert ribbons[0] == ["s2", "s2 is-inner", "s4", "s4 is-inner"]
    assert len(ribbons[1]) == 6
    assert [("90%" in svg, svg.count("is-thin")) for svg in drawn] == [(False, 6), (True, 0)]
    assert fans.LIMIT not in fans.TINTS[:3]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_charts_speak_english_and_keep_within_their_box(width: float) -> None:
    with translation.override("en"):
        for name, svg in made(width).items():
            within(svg, width)
            said = re.sub(r'aria-label="[^"]*"', "", svg).replace("若R", "")
            assert re.search("days|reported|observed|onset", said), name
            assert "病例" not in said


def test_series_without_dates_have_numbers_of_days() -> None:
    svg = str(ratios.rt([1, 2, 3], local=[1, 2, 3], estimates=[], title="R", axis="天"))
    assert ">天</text>" in svg
    assert ">3</text>" in svg


def test_every_class_of_the_charts_has_its_colour_on_the_page_and_in_a_file_that_leaves() -> None:
    worn = {one for svg in made(WIDE).values() for said in re.findall(r'class="([^"]*)"', svg) for one in said.split()}
    assert sorted(one for one in worn - {"is-wide"} if f".{one}" not in CSS + SHEET) == []
    assert sorted(one for one in worn - {"is-wide"} if f".{one}" not in STYLE) == []


def test_a_delay_says_where_its_median_lies_and_steps_with_the_data() -> None:
    svg = made(WIDE)["delay"]
    assert "中位 1.5" in svg
    assert "95% 3.9" in svg
    assert "观察到的" in svg
    with pytest.raises(AssertionError):
        delays.delay([FIT] * 4, title="四")


def test_an_alarm_is_a_triangle_and_a_day_not_evaluated_is_hatched() -> None:
    svg = made(WIDE)["alarms"]
    assert svg.count('<path class="s1"') + svg.count("z") >= 1
    assert "1月31日 9 (上限 5) 信号" in svg
    assert "未评价" in svg
    assert "没有信号" in str(signals.alarms([1, 2], [1, 1], [3, 3], [False, False], title="甲"))


def test_chains_go_by_onset_and_tell_origin_by_shape() -> None:
    svg = made(WIDE)["chains"]
    root = ElementTree.fromstring(svg)
    imported, local = root.find(f".//{SVG}g/{SVG}rect"), root.find(f".//{SVG}g/{SVG}circle")
    assert float(imported.get("x")) < float(local.get("cx"))
    assert 'href="/cases/3/"' in svg
    assert 'role="group"' in svg
    assert svg.count("stroke-dasharray") == 1  # the one link that is only suspected
    assert "日期不详" in svg


def test_many_leaves_are_folded_and_nothing_is_lost() -> None:
    leaves = [trees.Case(f"c{n:02}", day(n), "root") for n in range(1, 31)]
    svg = str(trees.chains([trees.Case("root", day(0)), *leaves], title="甲"))
    assert ">+18</text>" in svg
    assert svg.count("<circle") == 1 + 12 + 1  # root, leaves, key
    thirteen = str(trees.chains([trees.Case("root", day(0)), *leaves[:13]], title="甲"))
    assert "+1<" not in thirteen
    assert thirteen.count("<circle") == 1 + 13 + 1


@pytest.mark.parametrize(
    "cases",
    [
        [trees.Case(str(n), None) for n in range(201)],
        [trees.Case("甲", None, "乙")],
        [trees.Case("甲", None, "乙"), trees.Case("乙", None, "甲")],
    ],
)
def test_chains_that_cannot_be_drawn_are_errors_of_the_caller(cases: list[trees.Case]) -> None:
    with pytest.raises(AssertionError):
        trees.chains(cases, title="甲")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(values, values, st.booleans()), min_size=1, max_size=60), st.sampled_from(WIDTHS))
def test_whatever_the_values_growth_and_alarms_are_well_formed(
    rows: list[tuple[float | None, float | None, bool]], width: float
) -> None:
    days = [day(n) for n in range(len(rows))]
    counts, bounds, cries = map(list, zip(*rows, strict=True))
    within(str(signals.alarms(days, counts, bounds, cries, title=HOSTILE, width=width)), width)
    fitted = [(on, a, a, b) for on, (a, b, _cry) in zip(days, rows, strict=True)]
    within(str(growths.growth(days, counts, fitted, title=HOSTILE, width=width)), width)


def test_a_figure_has_both_widths_and_its_table_beneath() -> None:
    def draw(width: float) -> Any:
        return ratios.rt([day(0)], local=[1], estimates=[], title="R", width=width)

    figure = ElementTree.fromstring(
        in_two_widths(draw, title="甲", finding=HOSTILE, beneath=[table_of(("日期", "R"), [("1月23日", "1")])])
    )
    assert [svg.get("class") for svg in figure.iter(f"{SVG}svg")] == ["is-wide", "is-narrow"]
    assert [cell.text for cell in figure.iter("td")] == ["1"]


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_fine_ticks_hold_the_range_in_a_few_even_steps(low: float, span: float) -> None:
    found = fine(low, low + span)
    assert 2 <= len(found) <= 8
    tolerance = 1e-6 * max(abs(low), span)
    assert found[0] <= low + tolerance
    assert found[-1] >= low + span - tolerance
