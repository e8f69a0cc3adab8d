"""Text files: encodings, delimiters, and what is refused with the byte or the line named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.refusal import Refusal
from shichen.sheets import limits
from shichen.sheets.csv_text import decode, guard, is_guarded, read_text, sniff

TEXT = "日期,地点\n2月2日,荷塘区\n"


def refused(data: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        read_text(data, "x")
    return caught.value.sentence


@pytest.mark.parametrize(
    ("data", "encoding"),
    [(TEXT.encode(), "UTF-8"), (TEXT.encode("utf-8-sig"), "UTF-8"), (TEXT.encode("gb18030"), "GB18030")],
)
def test_encodings(data: bytes, encoding: str) -> None:
    assert decode(data) == (TEXT, encoding)


def test_a_byte_that_is_neither_is_named() -> None:
    assert "第 5 个字节（FF）既不是 UTF-8 也不是 GB18030" in refused(b"a,b\n\xff\xff")


def test_damaged_utf8_is_not_taken_for_another_encoding() -> None:
    data = "日期,地点\n荷".encode() + b"\xb0\xa1\n"
    assert "第 18 个字节（B0）坏了" in refused(data)
    assert "第 6 个字节（B0）坏了" in refused(b"\xef\xbb\xbfa,\xb0\xa1\n")
    assert decode(b"a,\xb0\xa1\n") == ("a,啊\n", "GB18030")


def test_utf16_and_nul_are_named() -> None:
    assert "UTF-16" in refused(TEXT.encode("utf-16"))
    assert "第 3 个字节是空字符" in refused(b"a,\x00b\n")


def test_a_lone_surrogate_is_no_utf8() -> None:
    assert "第 14 个字节（ED）坏了" in refused("日期地点,".encode() + b"\xed\xa0\x80\n")


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("日期,地点\n1,2\n", ","),
        ("日期\t地点\n1,5\t2\n", "\t"),
        ("日期;地点;数\n1,5;2;3\n", ";"),
        ("日期，地点\n1，2\n", "，"),
        ("日期|地点\n1|2\n", "|"),
        ('"a;b;c",地点\n"x;y;z",2\n', ","),
        ("只有一列\n没有\n", ","),
        ("", ","),
    ],
)
def test_delimiters(text: str, mark: str) -> None:
    assert sniff(text, frozenset()) == mark


def test_known_headings_outweigh_the_marks_in_the_cells() -> None:
    assert sniff("备注\na|b\nc|d\n", frozenset({"备注"})) == ","
    assert sniff("标题，一，二，三\n日期;备注\n", frozenset({"日期", "备注"})) == ";"


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    sheet, _ = read_text('a,b\n"一\n二",2\n\n3,4\n'.encode(), "x")
    assert sheet.rows == [["a", "b"], ["一\n二", "2"], [], ["3", "4"]]
    assert sheet.numbers == [1, 2, 4, 5]


def test_what_is_too_large_is_refused_with_its_line() -> None:
    assert "第 2 行超过 1 MB" in refused(b"a,b\n" + b"x" * 1_000_001)
    assert "第 2 行起有一格太长" in refused(b"a,b\n" + b"x" * 200_000 + b",1\n")
    assert "第 2 行有 201 列" in refused(b"a,b\n" + b"," * 200 + b"x\n")
    assert "超过 200000 行" in refused(b"a\n" * 200_001)
    assert "超过 200000 行" in refused(b"\n" * 3_000_000)


def test_too_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "AREA", 3)
    assert "格子超过" in refused(b"a,b\n1,2\n")


def test_empty_cells_at_the_end_of_a_line_are_no_cells() -> None:
    assert read_text(b"a,b,,,\n1,2,,,\n,,,\n", "x")[0].rows == [["a", "b"], ["1", "2"], []]


def test_quotes_that_do_not_close_are_refused_with_their_line() -> None:
    assert "第 3 行起的引号不成对" in refused(b'a,b\n1,2\n"3,4\n5,6\n')


@settings(deadline=None)
@given(st.text(alphabet="=+-@'\t\r＝＋－＠ab", max_size=6))
def test_the_guard_comes_off_as_it_went_on(text: str) -> None:
    guarded = guard(text)
    assert guarded[:1] not in tuple("=+-@\t\r＝＋－＠")
    assert (guarded[1:] if is_guarded(guarded) else guarded) == text


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_sheet_or_a_refusal(data: bytes) -> None:
    try:
        sheet, _ = read_text(data, "x")
    except Refusal as refusal:
        assert refusal.sentence.endswith("。")  # noqa: PT017 - either answer is right
        return
    assert len(sheet.rows) == len(sheet.numbers)
