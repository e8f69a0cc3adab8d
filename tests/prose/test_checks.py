"""Checks, confidence and tiers."""

from __future__ import annotations

import pytest

from shichen.prose.confidence import tier
from shichen.prose.reader import read
from shichen.prose.spans import Candidate, Check, Entry, Figure
from shichen.prose.tables import Tables


def figure(text: str, tables: Tables, index: int = 0) -> Figure:
    return read(text, tables, kind="work_bulletin").figures[index]


def entry(text: str, tables: Tables) -> Entry:
    return read(text, tables, kind="work_bulletin").entries[0]


def test_a_measure_that_does_not_fit_the_good_is_flagged_and_kept(tables: Tables) -> None:
    found = figure("采购200瓶护目镜。", tables)
    assert (found.value, found.unit, found.flags) == (200, "瓶", ("measure_failed",))
    assert figure("采购200副护目镜。", tables).flags == ()


@pytest.mark.parametrize(("part", "holds"), [(24, True), (405, True), (406, False)])
def test_a_part_is_no_more_than_its_whole(part: int, holds: bool, tables: Tables) -> None:
    found = figure(f"查控车辆405辆(鄂籍{part}辆)。", tables, 1)
    assert found.subset_of == 0
    assert found.checks == (Check("subset", holds, f"其中{part}，全部405"),)


@pytest.mark.parametrize(("first", "holds"), [(5, True), (6, False)])
def test_districts_add_up_to_the_city(first: int, holds: bool, tables: Tables) -> None:
    found = figure(f"累计确诊病例8例,其中:天元区{first}例、石峰区3例。", tables)
    assert [check.ok for check in found.checks if check.id == "parts"] == [holds]


def test_a_rate_lies_between_nought_and_a_hundred(tables: Tables) -> None:
    assert figure("对熟食开展抽检,合格率199%。", tables).flags == ("range_failed",)


def test_a_failed_check_costs_confidence_and_changes_no_value(tables: Tables) -> None:
    right, wrong = figure("采购200副护目镜。", tables), figure("采购200瓶护目镜。", tables)
    assert wrong.confidence < right.confidence
    assert wrong.value == right.value


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("医疗组通报:当天新增确诊患者情况,要求做好救治。", "missing"),
        ("办公室要求进一步明确明确责任。", "doubled_word"),
        ("督查组到洞口区检查。", "place"),
    ],
)
def test_an_entry_is_flagged(text: str, flag: str, tables: Tables) -> None:
    assert flag in entry(text, tables).flags


@pytest.mark.parametrize(
    "text", ["当天新增确诊病例3例。", "办公室要求明确责任。", "大家大家辛苦了。", "督查组到渌口区检查。"]
)
def test_an_entry_is_not_flagged(text: str, tables: Tables) -> None:
    assert entry(text, tables).flags == ()


def test_confidence_falls_with_what_is_missing(tables: Tables) -> None:
    full = figure("检查车辆149台次。", tables).confidence
    chinese = figure("检查车辆十二台次。", tables).confidence
    bare = figure("解除医学观察563,正在观察27人。", tables).confidence
    assert full > chinese > bare


@pytest.mark.parametrize(
    ("sure", "scores", "ok", "expected"),
    [
        (0.95, (4.0, 2.0), True, "auto"),
        (0.95, (4.0, 3.5), True, "quick"),
        (0.95, (2.5,), True, "quick"),
        (0.95, (4.0, 2.0), False, "quick"),
        (0.50, (2.5,), True, "quick"),
        (0.50, (1.5,), True, "full"),
        (0.50, (), True, "full"),
    ],
)
def test_tiers(sure: float, scores: tuple[float, ...], ok: bool, expected: str) -> None:
    candidates = tuple(Candidate(f"indicator.{index}", score) for index, score in enumerate(scores))
    assert tier(sure, candidates, (Check("subset", ok),)) == expected
