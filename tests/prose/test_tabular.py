"""Tables within a text: heads, labels, measures, wholes and parts."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen.prose import counts
from shichen.prose.reader import read
from shichen.prose.spans import Figure, Reading
from shichen.prose.tables import Tables


def table(*rows: str) -> str:
    return "".join(row.replace("|", "\t") + "\n" for row in rows)


def reading(text: str, kind: str = "case_bulletin") -> Reading:
    return read(text, Tables.default(), kind=kind, covers=dt.date(2020, 2, 2))


def told(figure: Figure) -> tuple[str, str, int, str]:
    return dict(figure.facets).get("place", ""), figure.subject, int(figure.value), figure.unit


CASES = "情况如下。\n\n各县新增病例情况表（单位：例）\n" + table(
    "序号|地区|新增确诊病例|累计确诊病例", "1|长沙市|2|15", "2|株洲市|1|10", "|合计|3|25"
)


def test_the_head_says_what_and_the_label_where() -> None:
    assert [told(one) for one in reading(CASES).figures] == [
        ("长沙市", "新增确诊病例长沙市", 2, "例"),
        ("长沙市", "累计确诊病例长沙市", 15, "例"),
        ("株洲市", "新增确诊病例株洲市", 1, "例"),
        ("株洲市", "累计确诊病例株洲市", 10, "例"),
        ("", "新增确诊病例", 3, "例"),
        ("", "累计确诊病例", 25, "例"),
    ]


def test_every_number_knows_its_place_in_the_raw_text() -> None:
    for figure in reading(CASES).figures:
        assert CASES[figure.start : figure.end] == figure.raw
        assert figure.raw == str(figure.value)


def test_new_is_of_the_day_and_the_sum_is_cumulative() -> None:
    assert [(one.period, one.cumulative, one.indicator) for one in reading(CASES).figures[:2]] == [
        ("day", False, "cases.confirmed_new"),
        ("cum", True, "cases.confirmed_cum"),
    ]


@pytest.mark.parametrize(("whole", "holds"), [("25", True), ("26", False)])
def test_a_column_adds_up_to_its_last_row(whole: str, holds: bool) -> None:
    text = CASES.replace("25", whole)
    (found,) = [check for check in reading(text).figures[-1].checks if check.id == "parts"]
    assert found.ok is holds


def test_a_table_is_one_entry_and_its_caption_none() -> None:
    entries = reading(CASES).entries
    assert [entry.text.splitlines()[0] for entry in entries] == ["情况如下。", "序号　地区　新增确诊病例　累计确诊病例"]
    assert "table" in entries[1].flags


def test_a_row_names_what_it_counts() -> None:
    text = table("项目|数量", "检查车辆（台次）|149,461", "排查人员|3万人次", "合格率|99.4%")
    assert [told(one)[1:] for one in reading(text, "work_bulletin").figures] == [
        ("检查车辆", 149461, "台次"),
        ("排查人员", 30000, "人次"),
        ("合格率", 99, "%"),
    ]


def test_heads_in_two_rows() -> None:
    text = table("地区|病例||观察（人）", "|新增|累计|", "长沙市|2例|15例|30")
    assert [told(one)[1:] for one in reading(text).figures] == [
        ("病例新增长沙市", 2, "例"),
        ("病例累计长沙市", 15, "例"),
        ("观察长沙市", 30, "人"),
    ]


def test_rows_of_several_days_are_flagged() -> None:
    text = table("日期|地区|确诊", "2月1日|长沙市|57", "2月2日|长沙市|60")
    (entry,) = reading(text).entries
    assert "dated" in entry.flags
    assert [told(one)[0] for one in entry.figures] == ["长沙市", "长沙市"]


def test_blanks_and_dashes_are_no_numbers() -> None:
    assert [one.raw for one in reading(table("地区|确诊|死亡", "长沙市|—|", "株洲市|1|-")).figures] == ["1"]


def test_a_case_table_becomes_a_table_of_counts() -> None:
    text = "湖南省\n" + table("地区|累计确诊病例|治愈出院", "长沙|15|2", "株洲|10|1", "合计|25|3")
    rows = counts.table(reading(text), text)
    assert [(row.province, row.city, row.counts) for row in rows] == [
        ("湖南省", "", {"confirmed": 25, "cured": 3}),
        ("湖南省", "长沙市", {"confirmed": 15, "cured": 2}),
        ("湖南省", "株洲市", {"confirmed": 10, "cured": 1}),
    ]


def test_a_line_with_one_tab_between_words_and_nothing_else_stays_a_line() -> None:
    (figure,) = reading("检查车辆12台次。\t\n", "work_bulletin").figures
    assert figure.subject == "检查车辆"


@given(st.lists(st.lists(st.text(alphabet="1２,.%例市区新增 —", max_size=6), min_size=1, max_size=5), max_size=6))
def test_any_table_is_read_with_true_spans(rows: list[list[str]]) -> None:
    text = "".join("\t".join(row) + "\n" for row in rows)
    for figure in reading(text).figures:
        assert text[figure.start : figure.end] == figure.raw
