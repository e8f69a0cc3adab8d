"""Decoding, limits, and the map from clean characters to raw offsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen.prose.text import MAX_BYTES, MAX_CHARACTERS, clean, decode, sound
from shichen.refusal import Refusal


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_both_encodings_are_read(encoding: str) -> None:
    assert decode("检查车辆12台次。\r\n劝返3人。".encode(encoding)) == "检查车辆12台次。\r\n劝返3人。"


def test_undecodable_bytes_are_refused_with_their_offset() -> None:
    with pytest.raises(Refusal, match="第3个字节"):
        decode(b"abc\xff\xff")


@pytest.mark.parametrize("data", [b"abc\x00def", "甲".encode() + b"\x00"])
def test_nul_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal, match="空字符"):
        decode(data)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(Refusal, match="孤立代理项"):
        sound("检查\ud800车辆")


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(Refusal, match="上限"):
        decode(b"1" * (MAX_BYTES + 1))
    with pytest.raises(Refusal, match="上限"):
        sound("一" * (MAX_CHARACTERS + 1))


def test_the_largest_bulletin_is_taken() -> None:
    assert len(decode(("检" * MAX_CHARACTERS).encode())) == MAX_CHARACTERS


def test_marks_without_words_are_dropped_and_digits_made_half_width() -> None:
    cleaned = clean("　**检查**１２３，４个\r\n")
    assert cleaned.text == "检查123,4个"
    assert cleaned.shown == "检查１２３，４个"


@pytest.mark.parametrize(
    ("raw", "text"),
    [("年龄34 岁", "年龄34岁"), ("超 30 万次", "超30万次"), ("王某 张某", "王某 张某"), ("12 34", "12 34")],
)
def test_blanks_beside_digits_are_typesetting(raw: str, text: str) -> None:
    assert clean(raw).text == text


@given(st.text(st.sampled_from("检查12３，*　\r\n 个辆《》()"), max_size=60))
def test_every_clean_character_is_its_raw_one_and_order_is_kept(raw: str) -> None:
    cleaned = clean(raw)
    assert "".join(raw[offset] for offset in cleaned.offsets) == cleaned.shown
    assert list(cleaned.offsets) == sorted(set(cleaned.offsets))
    assert len(cleaned.text) == len(cleaned.shown) == len(cleaned.offsets)
