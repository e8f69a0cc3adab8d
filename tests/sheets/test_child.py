"""The child's side, asked directly: what it inspects, what it scans, what it writes."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from typing import Any

import openpyxl
import pytest

from shichen.refusal import Refusal
from shichen.sheets import child, limits
from shichen.sheets.archive import inspect
from shichen.sheets.scanning import scan_sheet
from shichen.sheets.workbook import read_workbook

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def book(*lines: list[Any]) -> bytes:
    made = openpyxl.Workbook()
    for line in lines:
        made.active.append(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def said(data: bytes) -> list[Any]:
    out = io.StringIO()
    child.answer(data, out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def scan(rows: str) -> Any:
    return scan_sheet("表", f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>".encode())


def test_head_rows_end() -> None:
    head, first, second, third, last = said(book(["甲", 1], [], [None, True, "=1+1"]))
    [sheet] = head["sheets"]
    assert (sheet["name"], sheet["visible"], sheet["formulas"], sheet["broken"]) == ("Sheet", True, 1, [[2, 2, ""]])
    assert [first, second, third] == [[0, 0, ["甲", 1.0]], [0, 1, []], [0, 2, ["", True]]]
    assert last == {"end": True}


def test_dates_times_and_durations_cross_over() -> None:
    cells = [dt.datetime(2020, 2, 2, 15, 30), dt.date(2020, 2, 2), dt.time(8, 30), dt.timedelta(hours=30)]
    [sheet] = read_workbook(book(cells))
    assert sheet.rows == [[*cells[:3], "1 day, 6:00:00"]]


def test_merges_cross_over_and_monstrous_ones_are_left_out() -> None:
    assert child._merged([((0, 0), (1, 1)), ((0, 5), (1_048_575, 5))]) == [[0, 0, 1, 1]]


def test_main_writes_the_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    monkeypatch.setattr(child, "bind", lambda: None)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"PK nothing")))
    stdout = io.TextIOWrapper(out)
    monkeypatch.setattr("sys.stdout", stdout)
    child.main()
    assert "损坏" in json.loads(out.getvalue())["refused"]


def test_the_scan_sees_hidden_lines_errors_and_formulas() -> None:
    found = scan(
        '<row r="1" hidden="1"><c r="A1"><v>1</v></c></row>'
        '<row r="3" hidden="0"><c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="C3"><f>A1</f></c>'
        '<c r="D3" t="str"><f>""</f><v></v></c><c r="E3"><f>A1</f><v>1</v></c></row>'
    )
    assert found.hidden_lines == {0}
    assert found.broken == {(2, 1): "#DIV/0!", (2, 2): ""}
    assert (found.formulas, found.cells) == (4, 5)


def test_cells_without_places_are_counted_on() -> None:
    found = scan(
        '<row><c t="e"><v>#N/A</v></c></row><row><c><v>1</v></c><c r="?" t="e"><v/></c><c t="e"><v>x</v></c></row>'
    )
    assert found.broken == {(0, 0): "#N/A", (1, 2): "x"}


def test_prefixed_tags_are_the_same_tags() -> None:
    xml = b'<x:worksheet xmlns:x="u"><x:sheetData><x:row r="2"><x:c r="A2" t="e"><x:v>#REF!</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    assert scan_sheet("表", xml).broken == {(1, 0): "#REF!"}


@pytest.mark.parametrize("place", ["ZZZZ1", "GS1", "A200001", "A999999999"])
def test_far_cells_are_refused_by_the_scan(place: str) -> None:
    with pytest.raises(Refusal, match=f"“表”的 {place} 格有内容"):
        scan(f'<row r="1"><c r="{place}"><v>1</v></c></row>')


def test_too_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CELLS", 2)
    with pytest.raises(Refusal, match="超过 2 个"):
        scan('<row r="1"><c><v>1</v></c><c><v>1</v></c><c><v>1</v></c></row>')


def test_a_document_type_stops_the_scan() -> None:
    with pytest.raises(Refusal, match="声明"):
        scan_sheet("表", b'<!DOCTYPE x [<!ENTITY y "z">]><x>&y;</x>')


@pytest.mark.parametrize(
    ("limit", "value", "part"),
    [
        ("ARCHIVE_ENTRIES", 1, "个部件"),
        ("UNPACKED_BYTES", 100, "展开后"),
        ("PACKING_RATIO", 0, "压缩比"),
        ("SHEETS", 0, "张工作表"),
        ("AREA", 0, "铺开"),
    ],
)
def test_archives_within_limits(monkeypatch: pytest.MonkeyPatch, limit: str, value: int, part: str) -> None:
    data = book(["甲"])
    assert inspect(data).epoch_1904 is False
    monkeypatch.setattr(limits, limit, value)
    with pytest.raises(Refusal, match=part):
        inspect(data)


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("xl/other.xml", "<x/>", "不是 .xlsx 工作簿"),
        ("../x.xml", "<x/>", "名称不正常"),
        ("xl/workbook.xml", "<!DOCTYPE x><x/>", "声明"),
        ("xl/workbook.xml", "<x", "读不出来"),
    ],
)
def test_what_the_inspection_refuses(name: str, content: str, part: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(name, content)
    with pytest.raises(Refusal, match=part):
        inspect(out.getvalue())


def test_a_locked_part_is_named() -> None:
    data = bytearray(book(["甲"]))
    for at in range(len(data) - 4):
        if data[at : at + 4] == b"PK\x01\x02":
            data[at + 8] |= 1
    with pytest.raises(Refusal, match="加了密码"):
        inspect(bytes(data))


def test_sheets_that_the_workbook_names_but_the_archive_lacks_are_left_out() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(["甲"]))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if not name.startswith("xl/worksheets") and name != "xl/_rels/workbook.xml.rels":
                new.writestr(name, old.read(name))
    assert inspect(out.getvalue()).sheets == []


def test_absolute_targets_are_found() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(["甲"]))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/_rels/workbook.xml.rels":
                content = content.replace(b'Target="worksheets/', b'Target="/xl/worksheets/')
            new.writestr(name, content)
    assert [name for name, _ in inspect(out.getvalue()).sheets] == ["Sheet"]
