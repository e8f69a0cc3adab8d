"""Files of bulk rows opened and cut: the format, the encoding, the heading; whole records whatever stands between quotes."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen.records.bulk import careful, cutting, opening, parsing, passings, shape
from shichen.refusal import Refusal

HEAD = "时间,卡点,车牌,证件号码\n"
ROW = "2020-02-02 08:00:00,T01,湘B12345,\n"


def blocks(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(
    st.lists(st.tuples(*[st.text('ab",\n湘', max_size=8)] * 3), min_size=1, max_size=40),
    st.integers(1, 50),
    st.integers(20, 200),
)
def test_no_record_is_cut_and_none_is_lost(rows: list[tuple[str, str, str]], block: int, size: int) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    data = out.getvalue().encode()
    found = list(cutting.pieces(blocks(data, block), size=max(size, 120)))
    assert b"".join(piece.data for piece in found) == data
    read = [tuple(row) for piece in found for row in csv.reader(io.StringIO(piece.data.decode(), newline=""))]
    assert read == rows


def test_a_record_longer_than_any_may_be_is_one_piece_and_those_behind_it_are_read() -> None:
    data = b"x" * 5_000 + b"\nshort,one\n"
    found = list(cutting.pieces(blocks(data, 700), size=1_000))
    assert [(piece.long, piece.data[:9]) for piece in found] == [(True, b"x" * 9), (False, b"short,one")]


def test_a_stray_quote_does_not_swallow_the_file() -> None:
    data = b'a,b"c\n' + b"d,e\n" * 500
    found = list(cutting.pieces(blocks(data, 100), size=400))
    assert b"".join(piece.data for piece in found) == data
    assert len(found) > 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_heading_encoding_and_delimiter_are_found(encoding: str, mark: str) -> None:
    opened = opening.look(passings.TABLE, (HEAD + ROW).replace(",", mark).encode(encoding))
    assert opened.assigned.places == {"time": 0, "post": 1, "plate": 2, "person": 3}
    assert (opened.delimiter, opened.encoding) == (mark, "utf-8" if "utf" in encoding else "gb18030")


def test_headings_are_known_by_many_names_and_by_what_the_person_says() -> None:
    found = shape.assigned(
        passings.TABLE,
        ["过卡时间", "Checkpoint", "车身颜色", "ID Number", "体温（℃）", "备注", "拒收原因"],
        {"备注": "outcome"},
    )
    assert found.places == {"time": 0, "post": 1, "person": 3, "temp": 4, "outcome": 5}
    assert found.unknown == ("车身颜色",)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "空的"),
        (b" \n \n", "空的"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"\x1f\x8bgzip", "gzip"),
        (b"PAR1data", "Parquet"),
        ("时间,卡点,车牌".encode("utf-16"), "UTF-16"),
        (HEAD.replace("卡点", "位置").encode(), "找不到这些列：卡点"),
        ("时间,卡点,体温\n".encode(), "车牌"),
        (b",".join([b"c"] * 100_000) + b"\n", "表头一行有"),
        (b",".join([b"c"] * 300) + b"\n", "300 列"),
        ("时间,卡点,车牌\x00\n".encode(), "不是文字"),
    ],
)
def test_what_cannot_be_a_load_is_refused_with_what_to_do(data: bytes, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        opening.look(passings.TABLE, data)


def test_a_line_in_another_encoding_than_its_file_is_found() -> None:
    gb, utf = "a,湘B1\n".encode("gb18030"), "b,湘B2\n".encode()
    assert opening.encoding_of(gb * 5 + utf) == "gb18030"
    assert opening.decoded(gb + utf + gb, "gb18030") == ("a,湘B1\n\na,湘B1\n".encode(), [1])
    assert opening.encoding_of(utf * 5 + gb) == "utf-8"
    assert opening.decoded(utf + gb + utf, "utf-8") == ("b,湘B2\n\nb,湘B2\n".encode(), [1])


def test_json_lines_give_their_headings_by_the_keys_of_all_of_them() -> None:
    opened = opening.look(passings.TABLE, '{"时间": "x", "卡点": "T01"}\n{"车牌": "湘B1"}\n'.encode())
    assert opened.format == "ndjson"
    assert set(opened.assigned.places) == {"time", "post", "plate"}


def test_records_taken_apart_one_by_one_lose_only_the_line_with_the_slip() -> None:
    text = b'a,"b\nc",d\ne,"f,g\nh,i,j\nk,l,m\n'
    found = careful.records(text, ",", 3)
    assert [one.cells for one in found] == [("a", "b\nc", "d"), None, ("h", "i", "j"), ("k", "l", "m")]
    assert careful.rewritten(found, ",").decode() == '"a","b c","d"\n"h","i","j"\n"k","l","m"\n'


def test_a_child_that_was_made_ready_is_the_one_that_reads_and_one_that_is_not_asked_ends_by_itself() -> None:
    parsing.prepare()
    parsing.prepare()
    (ready, _), *others = parsing._ready
    assert not others
    with parsing.started() as child:
        assert child is ready
        assert not parsing._ready
    assert ready.process.returncode is not None
    with parsing.started() as child:
        assert child is not ready
        assert child.process.stdin is not None
        child.process.stdin.close()
        assert child.process.wait(30) == 0
