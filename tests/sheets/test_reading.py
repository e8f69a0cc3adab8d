"""Reading sheets: heads, mapping, errors by line and column, totals, hidden things, counts that add up."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from shichen.refusal import Refusal
from shichen.sheets.fields import Field
from shichen.sheets.reading import read
from shichen.sheets.table import Counts, letter

FIELDS = (
    Field("date", "日期", "date", required=True, aliases=("上报日期",)),
    Field("area", "县市区", "area"),
    Field("vehicles", "检查车辆", "integer", unit="台次", minimum=0),
    Field("am", "体温/早", "decimal"),
    Field("pm", "体温/晚", "decimal"),
)


def csv(text: str, **more: Any) -> Any:
    return read(text.encode(), "a.csv", FIELDS, year=2020, **more)


def workbook(fill: Callable[[Any], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx(lines: list[list[Any]]) -> Any:
    def fill(book: Any) -> None:
        for line in lines:
            book.active.append(line)

    return read(workbook(fill), "a.xlsx", FIELDS)


def mapped(table: Any) -> dict[str, str]:
    sheet = table.sheets[0]
    return {letter(c): f.name for c, f in sheet.mapping.items() if f}


# -- heads and mapping -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        "日期,县市区,检查车辆",
        "date,area,vehicles",
        "DATE, Area ,Vehicles",
        "上报日期*,县市区：,检查车辆（台次）",
        "日　期,县 市 区,检查车辆(台次)",
    ],
)
def test_headings_are_known_by_label_name_or_alias(heading: str) -> None:
    table = csv(f"{heading}\n2月2日,荷塘区,12\n")
    assert mapped(table) == {"A": "date", "B": "area", "C": "vehicles"}
    assert table.rows[0].values == {
        "date": dt.date(2020, 2, 2),
        "area": "荷塘区",
        "vehicles": 12,
        "am": None,
        "pm": None,
    }


def test_titles_above_the_head_are_passed_over() -> None:
    table = csv("某市卡口日报表,,\n填报单位：,,某组\n日期,县市区,检查车辆\n2月2日,荷塘区,12\n")
    assert table.sheets[0].head_lines == (3,)
    assert table.counts == Counts(1, 1, 0, 0, 0)


def test_two_lines_of_head_are_flattened() -> None:
    table = csv("日期,县市区,体温,,检查车辆\n,,早,晚,\n2月2日,荷塘区,36.5,36.8,12\n")
    assert table.sheets[0].headings == ["日期", "县市区", "体温/早", "体温/晚", "检查车辆"]
    assert table.rows[0].values["pm"] == Decimal("36.8")


def test_a_merged_head_of_a_workbook_is_flattened() -> None:
    def fill(book: Any) -> None:
        sheet = book.active
        for line in (
            ["登记表"],
            ["日期", "县市区", "体温"],
            [None, None, "早", "晚"],
            ["2020.2.2", "荷塘区", 36.5, 37],
        ):
            sheet.append(line)
        for merged in ("A1:D1", "A2:A3", "B2:B3", "C2:D2"):
            sheet.merge_cells(merged)

    table = read(workbook(fill), "a.xlsx", FIELDS)
    assert table.sheets[0].headings == ["日期", "县市区", "体温/早", "体温/晚"]
    assert table.sheets[0].head_lines == (2, 3)
    assert [row.line for row in table.rows] == [4]
    assert table.rows[0].values["pm"] == 37


def test_columns_that_no_field_claims_are_kept() -> None:
    table = csv("日期,备注,备注,\n2月2日,甲,乙,丙\n")
    assert table.sheets[0].unmapped == [1, 2]
    assert table.rows[0].extras == {"备注（B列）": "甲", "备注（C列）": "乙", "D列": "丙"}


def test_a_field_goes_to_the_first_column_that_names_it() -> None:
    table = csv("日期,检查车辆,检查车辆\n2月2日,1,2\n")
    assert mapped(table) == {"A": "date", "B": "vehicles"}
    assert table.rows[0].values["vehicles"] == 1


def test_a_person_may_say_what_a_column_is() -> None:
    text = "哪天,检查车辆,总数\n2月2日,1,2\n"
    assert mapped(csv(text, mapping={"哪天": "date"})) == {"A": "date", "B": "vehicles"}
    assert mapped(csv(text, mapping={0: "date", 2: "vehicles", 1: None})) == {"A": "date", "C": "vehicles"}
    with pytest.raises(Refusal, match="不是这张表的字段"):
        csv(text, mapping={0: "nothing"})


def test_a_required_column_that_is_missing_is_said_once_a_row_and_once_for_the_sheet() -> None:
    table = csv("县市区,检查车辆\n荷塘区,1\n")
    assert table.counts.to_mend == 1
    assert "没有“日期”这一列" in table.errors[0].sentence
    assert table.notices == ["工作表“a”缺少必填的列：日期。"]


def test_a_sheet_without_a_head_is_named_and_not_read() -> None:
    table = csv("1,2,3\n4,5,6\n")
    assert table.rows == []
    assert table.notices == ["工作表“a”里没有找到表头，没有读取。"]
    assert csv("\n\n").notices == ["工作表“a”里没有找到表头，没有读取。"]


def test_unknown_headings_are_shown_for_a_person_to_map() -> None:
    table = csv("甲,乙\n1,2\n")
    assert table.sheets[0].headings == ["甲", "乙"]
    assert mapped(table) == {}


# -- errors, totals, blanks --------------------------------------------------------------------------------------------


def test_an_error_stands_at_its_line_and_column_and_the_other_rows_count() -> None:
    table = csv("日期,县市区,检查车辆\n2月2日,荷塘区,12\n2月30日,芦淞区,x\n2月4日,石峰区,15\n")
    assert table.counts == Counts(3, 2, 1, 0, 0)
    first, second = table.errors
    assert (first.sheet, first.line, first.column_letter, first.heading, first.value) == (
        "a",
        3,
        "A",
        "日期",
        "2月30日",
    )
    assert (second.column_letter, second.field) == ("C", "vehicles")
    assert "不是数字" in second.sentence
    assert table.to_mend[0].values == {"date": None, "area": "芦淞区", "vehicles": None, "am": None, "pm": None}


def test_lines_of_a_cell_with_breaks_are_counted() -> None:
    table = csv('日期,县市区,检查车辆\n2月2日,"荷\n塘",1\n2月3日,芦淞区,x\n')
    assert table.errors[0].line == 4


def test_a_total_is_checked_and_not_taken() -> None:
    table = csv("日期,县市区,检查车辆\n2月2日,荷塘区,12\n2月2日,芦淞区,15\n合计,,27\n")
    assert table.counts == Counts(3, 2, 0, 0, 1)
    [check] = table.sheets[0].total_checks
    assert (check.line, check.stated, check.computed, check.agrees) == (4, 27, 27, True)
    assert table.notices == []


def test_a_total_behind_a_date_is_known_by_its_area() -> None:
    table = csv("日期,县市区,检查车辆\n2月2日,荷塘区,12\n2月2日,全市合计,12\n")
    assert table.counts == Counts(2, 1, 0, 0, 1)


def test_a_total_that_does_not_add_up_is_shown() -> None:
    table = csv("日期,县市区,检查车辆\n2月2日,荷塘区,12\n合 计：,,28\n")
    assert table.sheets[0].total_checks[0].agrees is False
    assert "合计写的是 28，上面各行相加是 12" in table.notices[0]


def test_a_total_over_a_row_to_mend_is_left_open() -> None:
    table = csv("日期,县市区,检查车辆\n2月2日,荷塘区,x\n合计,,28\n")
    assert table.sheets[0].total_checks[0].agrees is None


def test_subtotals_begin_anew_and_the_grand_total_counts_everything() -> None:
    table = csv("日期,县市区,检查车辆\n2月2日,a,1\n小计,,1\n2月2日,b,2\n2月2日,c,3\n小计,,5\n总计,,6\n")
    assert [c.agrees for c in table.sheets[0].total_checks] == [True, True, True]
    assert table.counts == Counts(6, 3, 0, 0, 3)


def test_a_unit_whose_name_begins_like_a_total_is_data() -> None:
    assert csv("县市区,日期\n合计办公室,2月2日\n").counts.taken == 1


def test_blank_lines_are_counted_and_dropped() -> None:
    assert csv("日期,县市区\n\n2月2日,a\n , 　\n2月3日,b\n").counts == Counts(4, 2, 0, 2, 0)
    assert xlsx([["日期", "县市区"], [], ["2020-02-02", "a"], [None, None], ["2020-02-03", "b"]]).counts == Counts(
        4, 2, 0, 2, 0
    )


# -- workbooks ---------------------------------------------------------------------------------------------------------


def test_cells_of_every_sort() -> None:
    table = xlsx(
        [
            ["日期", "县市区", "检查车辆", "体温/早"],
            [dt.date(2020, 2, 2), "荷塘区", 12, 36.6],
            [dt.datetime(2020, 2, 2, 8), "荷塘区", "12", "36.6"],
            [43863, "荷塘区", 12.0, "３６．６"],
            ["2020.2.2", "荷塘区", "12台次", 36.6],
        ]
    )
    assert table.errors == []
    assert {(r.values["date"], r.values["vehicles"], r.values["am"]) for r in table.rows} == {
        (dt.date(2020, 2, 2), 12, Decimal("36.6"))
    }


def test_a_workbook_that_counts_from_1904() -> None:
    def fill(book: Any) -> None:
        book.epoch = CALENDAR_MAC_1904
        book.active.append(["日期"])
        book.active.append([dt.date(2020, 2, 2)])
        book.active.append([42401])

    table = read(workbook(fill), "a.xlsx", FIELDS)
    assert [row.values["date"] for row in table.rows] == [dt.date(2020, 2, 2)] * 2


def test_hidden_sheets_are_named_and_hidden_lines_read_and_named() -> None:
    def fill(book: Any) -> None:
        sheet = book.active
        sheet.title = "日报"
        for line in (["日期", "县市区"], ["2020-02-02", "a"], ["2020-02-03", "b"]):
            sheet.append(line)
        sheet.row_dimensions[3].hidden = True
        other = book.create_sheet("旧表")
        other.append(["日期", "县市区"])
        other.append(["2020-02-02", "a"])
        other.sheet_state = "veryHidden"

    table = read(workbook(fill), "a.xlsx", FIELDS)
    assert [row.hidden for row in table.rows] == [False, True]
    assert "“日报”有 1 行是隐藏的" in table.notices[0]
    assert "“旧表”是隐藏的，没有读取" in table.notices[1]


def test_formulas_are_flagged_and_one_without_result_is_an_error() -> None:
    table = xlsx([["日期", "检查车辆"], ["2020-02-02", "=1+1"]])
    assert "没有保存它的结果" in table.errors[0].sentence
    assert "1 格是公式" in table.notices[0]
    assert table.counts.to_mend == 1


def test_an_error_value_of_a_formula_is_never_read_as_empty() -> None:
    table = xlsx([["日期", "县市区", "检查车辆"], ["2020-02-02", "#N/A", "#REF!"]])
    assert [e.value for e in table.errors] == ["#N/A", "#REF!"]
    assert xlsx([["日期", "县市区"], ["#N/A", None]]).counts == Counts(1, 0, 1, 0, 0)


def test_a_merged_name_speaks_for_every_line_it_spans_and_a_merged_number_once() -> None:
    def fill(book: Any) -> None:
        sheet = book.active
        for line in (["县市区", "日期", "检查车辆"], ["荷塘区", "2020-02-02", 10], [None, "2020-02-03", None]):
            sheet.append(line)
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("C2:C3")

    table = read(workbook(fill), "a.xlsx", FIELDS)
    assert [row.values["area"] for row in table.rows] == ["荷塘区", "荷塘区"]
    assert [row.values["vehicles"] for row in table.rows] == [10, None]


def test_every_visible_sheet_is_read() -> None:
    def fill(book: Any) -> None:
        for name in ("一", "二"):
            sheet = book.create_sheet(name)
            sheet.append(["日期", "县市区"])
            sheet.append(["2020-02-02", name])
        book.remove(book.worksheets[0])

    assert [row.sheet for row in read(workbook(fill), "a.xlsx", FIELDS).rows] == ["一", "二"]


def test_a_path_is_read_like_its_bytes(tmp_path: Path) -> None:
    file = tmp_path / "上报.csv"
    file.write_bytes("日期,县市区\n2020-02-02,a\n".encode("gb18030"))
    table = read(file, file.name, FIELDS)
    assert (table.kind, table.sheets[0].name, table.counts.taken) == ("csv GB18030", "上报", 1)


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (199, "GR"), (16383, "XFD")])
def test_columns_have_letters(column: int, name: str) -> None:
    assert letter(column) == name


CELLS = st.sampled_from(
    ["", " ", "2020-02-02", "2月2日", "12", "1.5万", "x", "合计", "小计", "荷塘区", "=1", "日期", "\n", '"', "，"]
)


@settings(deadline=None)
@given(st.lists(st.lists(CELLS, max_size=5).map(",".join), max_size=12))
def test_counts_always_add_up(lines: list[str]) -> None:
    try:
        table = csv("日期,县市区,检查车辆\n" + "\n".join(lines))
    except Refusal as refusal:
        assert "引号" in refusal.sentence  # noqa: PT017 - either answer is right
        return
    assert table.counts.add_up
    assert len({(r.sheet, r.line) for r in table.rows}) == len(table.rows)
    assert all(row.values["date"] for row in table.taken)
