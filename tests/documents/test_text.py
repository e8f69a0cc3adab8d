"""What paper takes of a text: no control, no mark of direction; long runs can be broken."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen.documents.text import BREAK, EVERY, LONGEST_RUN, breakable, inked, printable, set_text, width


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("查控\u202e361122\u202c人次", "查控361122人次"),
        ("\u200f甲\u2066乙\u2069\ufeff", "甲乙"),
        ("甲\u0000\u0007乙", "甲乙"),
        ("甲\n乙\t丙\u2028丁", "甲 乙 丙 丁"),
        ("葛\U000e0100 ❤\ufe0f", "葛 ❤"),
        ("全角\u3000空格\u00a0不断", "全角\u3000空格\u00a0不断"),
        ("\ud800", "\ufffd"),
    ],
)
def test_what_has_no_ink_is_left_out(text: str, printed: str) -> None:
    assert printable(text) == printed


@given(st.text())
def test_no_mark_of_direction_survives(text: str) -> None:
    assert not {unicodedata.category(char) for char in printable(text)} & {"Cf", "Cc", "Cs"}


@given(st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Zs", "Cc"])))
def test_breaks_change_no_letter_and_leave_no_long_run(text: str) -> None:
    broken = breakable(text)
    assert broken.replace(BREAK, "") == text
    assert all(len(part) <= LONGEST_RUN for part in broken.split(BREAK))


def test_a_sentence_needs_no_break_and_a_long_word_gets_some() -> None:
    assert BREAK not in breakable("交通运输安全组全天检查车辆149461台次" * 20)
    assert set_text("A" * 100).count(BREAK) == (100 - LONGEST_RUN + EVERY - 1) // EVERY


def test_spaces_need_no_glyph_and_letters_are_about_half_as_wide() -> None:
    assert inked("甲 乙\u3000丙" + BREAK) == {"甲", "乙", "丙"}
    assert width("株洲ab") == pytest.approx(3.1)
