"""Hostile and broken files (F9): each a refusal in a sentence, in time, with this process unharmed and alive."""

from __future__ import annotations

import io
import os
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.refusal import Refusal
from shichen.sheets import archive, limits, workbook
from shichen.sheets.fields import Field
from shichen.sheets.reading import read
from tests.naughty import STORABLE, UNSTORABLE

FIELDS = (Field("date", "日期", "date"), Field("note", "备注"))
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def good() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["日期", "备注"])
    book.active.append(["2020-02-02", "好"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rebuilt(parts: dict[str, bytes], level: int = 9) -> bytes:
    """A good workbook with some parts replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(good())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new,
    ):
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def sheet_of(rows: str, before: str = "") -> bytes:
    xml = f'<?xml version="1.0"?>{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    return rebuilt({"xl/worksheets/sheet1.xml": xml.encode()})


def text_cell(place: str, text: str = "x") -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


@pytest.fixture(autouse=True)
def _same_process_and_in_time() -> Iterator[None]:
    pid, start = os.getpid(), time.monotonic()
    yield
    assert os.getpid() == pid
    assert time.monotonic() - start < limits.CHILD_WALL_SECONDS + 5


def refused(data: bytes, filename: str = "a.xlsx") -> str:
    with pytest.raises(Refusal) as caught:
        read(data, filename, FIELDS)
    assert caught.value.sentence.endswith("。")
    assert "Traceback" not in caught.value.sentence
    return caught.value.sentence


def test_a_good_file_is_read() -> None:
    assert read(good(), "a.xlsx", FIELDS).counts.taken == 1
    assert read(rebuilt({}), "a.xlsx", FIELDS).counts.taken == 1


def test_far_cells() -> None:
    far = text_cell("A1") + "</row><row r='1048576'>" + text_cell("XFD1048576")
    assert "XFD1048576 格有内容" in refused(sheet_of(f"<row r='1'>{far}</row>"))
    assert "超过 200 列" in refused(sheet_of(f"<row r='1'>{text_cell('GS1')}</row>"))
    assert "超过 200000 行" in refused(sheet_of(f"<row r='200001'>{text_cell('A200001')}</row>"))


def test_far_cells_without_the_inspection_kill_only_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: with the look beforehand taken out, the parser runs out of memory, and that is still a refusal."""
    data = sheet_of(f"<row r='1'>{text_cell('A1')}</row><row r='1048576'>{text_cell('XFD1048576')}</row>")
    blind = (
        "from shichen.sheets import child, archive, scanning\n"
        "scan = scanning.SheetScan('Sheet')\n"
        "child.inspect = lambda data: archive.Workbook([('Sheet', scan)], False)\n"
        "child.main()\n"
    )
    with pytest.raises(Refusal, match="超出了内存或时间限制"):
        workbook.read_workbook(data, (sys.executable, "-c", blind))


def test_styled_but_empty_cells_far_away_are_harmless() -> None:
    data = sheet_of(f"<row r='1'>{text_cell('A1', '日期')}{text_cell('B1', '备注')}<c r='XFD1' s='0'/></row>")
    assert read(data, "a.xlsx", FIELDS).sheets[0].headings == ["日期", "备注"]


def test_a_huge_dimension_alone_is_harmless() -> None:
    xml = f'<worksheet xmlns="{MAIN}"><dimension ref="A1:XFD1048576"/><sheetData><row r="1">{text_cell("A1", "日期")}'
    xml += f"{text_cell('B1', '备注')}</row></sheetData></worksheet>"
    assert read(rebuilt({"xl/worksheets/sheet1.xml": xml.encode()}), "a.xlsx", FIELDS).sheets[0].used


def test_zip_bombs() -> None:
    assert "压缩比" in refused(rebuilt({"xl/media/x.xml": b"0" * (40 * 2**20)}))
    assert "展开后超过" in refused(rebuilt({f"xl/media/{n}.bin": b"0" * (11 * 2**20) for n in range(5)}))
    assert "个部件" in refused(rebuilt({f"xl/media/{n}": b"" for n in range(2_001)}))


def test_a_part_that_lies_about_its_size() -> None:
    """The declared size is small, the content is not: the checksum gives it away before any parser sees it."""
    data = bytearray(rebuilt({"xl/worksheets/sheet1.xml": b"<a/>" + b" " * 2**20}))
    true = (4 + 2**20).to_bytes(4, "little")
    assert data.count(true) == 2
    assert "损坏" in refused(bytes(data.replace(true, (40).to_bytes(4, "little"))))


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("declaration", [ENTITIES, EXTERNAL], ids=["entity bomb", "XXE"])
def test_declarations_in_any_part(declaration: str) -> None:
    reference = "&b;" if declaration is ENTITIES else "&f;"
    assert "声明" in refused(sheet_of(f"<row r='1'>{text_cell('A1', reference)}</row>", declaration))
    strings = f'<?xml version="1.0"?>{declaration}<sst xmlns="{MAIN}"><si><t>{reference}</t></si></sst>'
    assert "声明" in refused(rebuilt({"xl/sharedStrings.xml": strings.encode()}))
    assert "声明" in refused(rebuilt({"xl/sharedStrings.xml": strings.encode("utf-16")}))


def test_broken_archives() -> None:
    data = good()
    assert "没有传完" in refused(data[: len(data) // 2])
    assert "没有传完" in refused(data[:-1])
    assert "损坏" in refused(data[:200] + b"\x00" * 300 + data[500:])
    assert "读不出来" in refused(rebuilt({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData>"}))
    assert "读不出来" in refused(rebuilt({"xl/workbook.xml": b"not xml"}))


def test_polyglots() -> None:
    assert "内容却是" in refused(b"%PDF-1.4\n" + good())
    assert "内容却是" in refused(b"<html></html>" + good())
    assert "附加了别的内容" in refused(good() + b"<script>alert(1)</script>")


def test_archives_that_are_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as other:
        other.writestr("word/document.xml", "<x/>")
    assert "不是 .xlsx 工作簿" in refused(out.getvalue())


@pytest.mark.parametrize("name", ["../../evil.xml", "/etc/evil.xml", "..\\evil.xml", "C:/evil.xml"])
def test_names_that_lead_outside(name: str) -> None:
    assert "名称不正常" in refused(rebuilt({name: b"<x/>"}))


def test_two_parts_of_one_name() -> None:
    out = io.BytesIO(good())
    with zipfile.ZipFile(out, "a") as twice, pytest.warns(UserWarning, match="Duplicate"):
        twice.writestr("xl/workbook.xml", "<x/>")
    assert "名称不正常" in refused(out.getvalue())


@pytest.mark.parametrize(
    ("data", "filename", "part"),
    [
        (b"", "a.csv", "文件是空的"),
        (b"", "a.xlsx", "文件是空的"),
        (b"x", "a.xls", "另存为 .xlsx"),
        (b"x", "a.et", "另存为 .xlsx"),
        (b"x", "a.XLSM", "另存为 .xlsx"),
        (b"x", "a.pdf", "只收 .xlsx 和 .csv"),
        (b"x", "noending", "只收 .xlsx 和 .csv"),
        (b"a,b\n1,2\n", "a.xlsx", "内容却是未知格式"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "a.xlsx", "加了密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "a.csv", "内容却是"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 40, "a.csv", ".png 文件"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 40, "a.xlsx", ".png 文件"),
    ],
)
def test_wrong_endings(data: bytes, filename: str, part: str) -> None:
    assert part in refused(data, filename)


def test_a_workbook_named_csv_and_a_file_too_large() -> None:
    assert "内容却是压缩包或 Excel 工作簿" in refused(good(), "a.csv")
    assert "超过 50 MB" in refused(b"x" * (limits.FILE_BYTES + 1), "a.csv")


def test_too_many_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.Workbook()
    for _ in range(limits.SHEETS):
        book.create_sheet()
    out = io.BytesIO()
    book.save(out)
    assert "张工作表" in refused(out.getvalue())


@pytest.mark.parametrize(
    "script",
    [
        "import os; os.abort()",
        "import sys; print('half'); sys.exit(1)",
        "print('{\"sheets\": []}')",
        "print('[]')",
        "pass",
        "print('{\"sheets\": [{}]}')",
    ],
    ids=["aborts", "says nonsense", "stops half-way", "says a list", "says nothing", "says too little"],
)
def test_whatever_becomes_of_the_child_it_is_a_refusal(script: str) -> None:
    with pytest.raises(Refusal, match="打不开"):
        workbook.read_workbook(good(), (sys.executable, "-c", script))


def test_a_child_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CHILD_WALL_SECONDS", 0.3)
    with pytest.raises(Refusal, match="没有读完"):
        workbook.read_workbook(good(), (sys.executable, "-c", "while True: pass"))


def test_the_child_is_bound_and_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked from inside: its limits, its environment."""
    monkeypatch.setenv("SHICHEN_SECRET", "not for the child")
    asks = (
        "import json, os, resource as r\n"
        "from shichen.sheets import child\n"
        "child.bind()\n"
        "told = [r.getrlimit(k)[0] for k in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_CORE)] + sorted(os.environ)\n"
        "print(json.dumps({'refused': json.dumps(told)}))\n"
    )
    with pytest.raises(Refusal) as caught:
        workbook.read_workbook(good(), (sys.executable, "-c", asks))
    told = caught.value.sentence
    assert told.startswith(f"[{2**30}, 30, 0, ")
    assert "SHICHEN_SECRET" not in told
    assert "HOME" not in told


def test_the_inspection_stands_alone_too() -> None:
    book = archive.inspect(good())
    assert [name for name, _ in book.sheets] == ["Sheet"]
    assert book.sheets[0][1].cells == 4


@pytest.mark.parametrize("text", STORABLE, ids=ascii)
def test_naughty_text_in_a_text_file_is_a_row_or_an_error(text: str) -> None:
    quoted = '"' + text.replace('"', '""') + '"'
    table = read(f"日期,备注\n2020-02-02,{quoted}\n".encode(), "a.csv", FIELDS)
    assert table.counts.read == 1
    assert table.counts.add_up


@pytest.mark.parametrize("text", UNSTORABLE, ids=ascii)
def test_text_that_cannot_be_kept_is_refused_or_an_error(text: str) -> None:
    data = f"日期,备注\n2020-02-02,{text}\n".encode("utf-8", "surrogatepass")
    try:
        table = read(data, "a.csv", FIELDS)
    except Refusal:
        return
    assert table.taken == []


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 5_000), st.integers(1, 255))
def test_one_changed_byte_is_read_or_refused(at: int, change: int) -> None:
    data = bytearray(good())
    data[at % len(data)] ^= change
    try:
        table = read(bytes(data), "a.xlsx", FIELDS)
    except Refusal as refusal:
        assert refusal.sentence.endswith("。")  # noqa: PT017 - either answer is right
        return
    assert table.counts.add_up


def test_checksums_are_what_zipfile_checks() -> None:
    """What the inspection relies on for a lying size: a part is only handed out when its checksum fits."""
    data = rebuilt({"xl/x.xml": b"<x/>"}, level=0)
    at = data.rindex(zlib.crc32(b"<x/>").to_bytes(4, "little"))
    assert "损坏" in refused(data[:at] + b"\x00\x00\x00\x01" + data[at + 4 :])
