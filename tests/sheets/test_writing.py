"""Writing sheets: nothing in them runs, what went out comes in again, and rows to mend come back with their reasons."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.sheets.fields import Field, Unreadable, show
from shichen.sheets.reading import read
from shichen.sheets.totals import total_word
from shichen.sheets.writing import rejects, write_csv, write_xlsx
from shichen.watches import SHANGHAI
from tests.naughty import FORMULAS, STORABLE

FIELDS = (
    Field("note", "备注"),
    Field("plate", "车牌", "code"),
    Field("count", "数量", "integer", unit="台次"),
    Field("rate", "比率", "decimal"),
    Field("date", "日期", "date"),
    Field("at", "时间", "datetime"),
    Field("zero", "零报告", "boolean"),
    Field("kind", "来源", "choice", choices=(("local", "本土"), ("abroad", "境外输入"))),
    Field("area", "县市区", "area"),
)
WRITERS = {"a.csv": write_csv, "a.xlsx": write_xlsx}


def readable(field: Field) -> Any:
    """Text as the field keeps it: what it refuses cannot be in a register."""

    def kept(text: str) -> Any:
        try:
            return field.read(text)
        except Unreadable:
            return None

    return st.text(max_size=20).map(kept) | st.sampled_from(STORABLE).map(kept) | st.none()


def is_data(record: dict[str, Any]) -> bool:
    """Neither blank nor, by its first word or its area, a total."""
    cells = [show(record[f.name], f) for f in FIELDS]
    return any(cells) and total_word(list(cells), dict(enumerate(FIELDS))) is None


RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "note": readable(FIELDS[0]),
            "plate": readable(FIELDS[1]),
            "count": st.none() | st.integers(-(10**14), 10**14),
            "rate": st.none() | st.decimals(-(10**10), 10**10, places=4).map(lambda d: d + 0),
            "date": st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)),
            "at": st.none()
            | st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 1, 1)).map(
                lambda t: t.replace(microsecond=0, tzinfo=SHANGHAI)
            ),
            "zero": st.none() | st.booleans(),
            "kind": st.sampled_from([None, "local", "abroad"]),
            "area": readable(FIELDS[8]),
        }
    ).filter(is_data),
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(RECORDS)
def test_what_goes_out_as_text_comes_in_again(records: list[dict[str, Any]]) -> None:
    table = read(write_csv(records, FIELDS), "a.csv", FIELDS)
    assert [row.values for row in table.rows] == records
    assert table.errors == []


@settings(max_examples=15, deadline=None)
@given(RECORDS)
def test_what_goes_out_as_a_workbook_comes_in_again(records: list[dict[str, Any]]) -> None:
    table = read(write_xlsx(records, FIELDS), "a.xlsx", FIELDS)
    assert [row.values for row in table.rows] == records
    assert table.errors == []


@pytest.mark.parametrize("filename", WRITERS)
def test_every_naughty_text_comes_in_again(filename: str) -> None:
    note = FIELDS[0]
    wanted = [v for v in (readable_or_none(note, text) for text in STORABLE) if v is not None]
    assert len(wanted) > 150
    table = read(WRITERS[filename]([{"note": v} for v in wanted], (note,)), filename, (note,))
    assert [row.values["note"] for row in table.rows] == wanted


def readable_or_none(field: Field, text: str) -> Any:
    try:
        return field.read(text)
    except Unreadable:
        return None


@pytest.mark.parametrize("filename", WRITERS)
def test_an_empty_export_is_its_headings(filename: str) -> None:
    table = read(WRITERS[filename]([], FIELDS), filename, FIELDS)
    assert table.sheets[0].headings == [f.label for f in FIELDS]
    assert table.rows == []


# -- nothing runs ------------------------------------------------------------------------------------------------------


def test_no_text_of_a_csv_starts_a_formula() -> None:
    data = write_csv([{"note": text, "area": text} for text in FORMULAS], (FIELDS[0], FIELDS[8]))
    assert data.startswith(b"\xef\xbb\xbf")
    cells = [cell for line in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) for cell in line]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r＝＋－＠")]


def test_a_negative_number_is_still_a_number() -> None:
    data = write_csv([{"count": -5, "rate": Decimal("-0.5")}], FIELDS[2:4])
    assert b"-5,-0.5" in data


def test_a_heading_does_not_run_either() -> None:
    assert b"'=1+1" in write_csv([], (Field("x", "=1+1"),))


def test_no_cell_of_a_workbook_is_a_formula_or_a_link() -> None:
    data = write_xlsx([{"note": text} for text in FORMULAS], FIELDS[:1])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert b"hyperlink" not in sheet
    values = [cell.data_type for (cell,) in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(min_row=2)]
    assert set(values) == {"s"}


def test_numbers_and_dates_are_such_in_a_workbook() -> None:
    record = {"count": 12, "rate": Decimal("99.43"), "date": dt.date(2020, 2, 2), "zero": True}
    data = write_xlsx([record], FIELDS)
    row = next(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(min_row=2, values_only=True))
    assert row == (None, None, 12, 99.43, dt.datetime(2020, 2, 2), None, "是", None, None)


def test_a_number_that_a_double_cannot_hold_stays_text() -> None:
    exact = Decimal("12345678901.234567")
    data = write_xlsx([{"rate": exact}], FIELDS[3:4])
    assert openpyxl.load_workbook(io.BytesIO(data)).active["A2"].value == "12345678901.234567"


@pytest.mark.parametrize("filename", WRITERS)
def test_midnight_is_a_time(filename: str) -> None:
    midnight = dt.datetime(2020, 2, 10, tzinfo=SHANGHAI)
    table = read(WRITERS[filename]([{"at": midnight}], FIELDS[5:6]), filename, FIELDS[5:6])
    assert table.rows[0].values == {"at": midnight}


def test_times_go_out_on_the_citys_clock() -> None:
    record = {"at": dt.datetime(2020, 2, 2, 7, 30, tzinfo=dt.UTC)}
    assert "2020-02-02 15:30:00" in write_csv([record], FIELDS[5:6]).decode()


# -- rows to mend ------------------------------------------------------------------------------------------------------

ASKED = (
    Field("date", "日期", "date", required=True),
    Field("area", "县市区", "area"),
    Field("count", "数量", "integer"),
)
LINES = [["日期", "县市区", "数量", "备注"], ["2020-02-02", "荷塘区", "1", ""], ["2020-02-30", "=1+1", "x", "留着"]]


def as_csv(lines: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()


def as_xlsx(lines: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "日报"
    for at, line in enumerate(lines, start=1):
        for column, text in enumerate(line, start=1):
            cell = book.active.cell(at, column, text)
            cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("filename", "make"), [("a.csv", as_csv), ("a.xlsx", as_xlsx)])
def test_rejected_rows_come_back_mendable(filename: str, make: Any) -> None:
    back = rejects(read(make(LINES), filename, ASKED))
    table = read(back, filename, ASKED)
    assert table.sheets[0].headings == [*LINES[0], "行号", "原因"]
    [row] = table.rows
    assert row.values["area"] == "=1+1"
    assert row.extras["备注"] == "留着"
    assert row.extras["行号"] == "3"
    assert "A列“日期”：日历上没有“2020-02-30”这一天" in row.extras["原因"]
    assert "C列“数量”：“x”不是数字" in row.extras["原因"]


@pytest.mark.parametrize(("filename", "make"), [("a.csv", as_csv), ("a.xlsx", as_xlsx)])
def test_a_mended_file_is_taken_and_one_sent_unmended_keeps_its_two_columns(filename: str, make: Any) -> None:
    back = rejects(read(make(LINES), filename, ASKED))
    again = rejects(read(back, filename, ASKED))
    assert read(again, filename, ASKED).sheets[0].headings == [*LINES[0], "行号", "原因"]
    mended = [["日期", "县市区", "数量", "备注", "行号", "原因"], ["2020-02-03", "芦淞区", "2", "留着", "3", "改好了"]]
    assert read(make(mended), filename, ASKED).counts.taken == 1


@pytest.mark.parametrize(("filename", "make"), [("a.csv", as_csv), ("a.xlsx", as_xlsx)])
def test_without_rejects_the_file_has_no_rows(filename: str, make: Any) -> None:
    back = read(rejects(read(make(LINES[:2]), filename, ASKED)), filename, ASKED)
    assert back.rows == []


def test_a_formula_without_its_result_does_not_come_back_as_an_empty_cell() -> None:
    book = openpyxl.Workbook()
    book.active.append(["日期", "数量"])
    book.active.append(["2020-02-02", "=1+1"])
    out = io.BytesIO()
    book.save(out)
    back = read(rejects(read(out.getvalue(), "a.xlsx", ASKED)), "a.xlsx", ASKED)
    assert back.counts.to_mend == 1


def test_names_of_sheets_that_no_workbook_accepts() -> None:
    for title in ("a/b:c", "'x'", "字" * 40, "", "History"):
        assert read(write_xlsx([{"note": "x"}], FIELDS[:1], title=title), "a.xlsx", FIELDS[:1]).counts.taken == 1


def test_cells_of_every_sort_come_back_in_a_rejects_file() -> None:
    book = openpyxl.Workbook()
    cells = [dt.date(2020, 2, 2), "荷塘区", "x", True, 0.5, dt.time(8, 30), dt.datetime(2020, 2, 2, 8)]
    book.active.append(["日期", "县市区", "数量", "甲", "乙", "丙", "丁"])
    book.active.append(cells)
    out = io.BytesIO()
    book.save(out)
    table = read(out.getvalue(), "a.xlsx", ASKED)
    assert table.rows[0].extras == {"甲": "是", "乙": "0.5", "丙": "08:30:00", "丁": "2020-02-02 08:00:00"}
    back = openpyxl.load_workbook(io.BytesIO(rejects(table))).active
    assert [cell.value for cell in back[2]][:7] == [dt.datetime(2020, 2, 2), *cells[1:5], "08:30:00", cells[6]]
