"""Numerals as exact decimals."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen.prose.numerals import chinese, digits, ordinal, whole


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一", 1),
        ("两", 2),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百二", 120),
        ("一百零二", 102),
        ("两千五", 2500),
        ("两万五", 25000),
        ("一万五千", 15000),
        ("十五万零三百", 150300),
        ("一亿二千万", 120000000),
        ("一万二千亿", 1200000000000),
        ("二〇二〇", 2020),
        ("三十三", 33),
        ("一千零一十", 1010),
    ],
)
def test_chinese_numerals(text: str, value: int) -> None:
    assert chinese(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "三四", "七八", "百", "千万", "数", "一二三", "一两"])
def test_what_is_no_single_number(text: str) -> None:
    assert chinese(text) is None


@pytest.mark.parametrize(
    ("text", "scale", "value"),
    [
        ("20", "万", "200000"),
        ("476.9", "万", "4769000"),
        ("1.3", "万亿", "1300000000000"),
        ("1,234,567", "", "1234567"),
        ("99.43", "", "99.43"),
        ("0", "", "0"),
    ],
)
def test_digits_with_a_scale(text: str, scale: str, value: str) -> None:
    assert digits(text, scale) == Decimal(value)


@pytest.mark.parametrize("count", [16, 1000])
def test_more_than_fifteen_digits_are_not_converted(count: int) -> None:
    assert digits("9" * count) is None


_NAMES = "零一二三四五六七八九"


def _written(value: int) -> str:
    """A number below 10,000 in Chinese, the way official texts write it."""
    text, zero = "", False
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, power)
        if digit:
            text += ("零" if zero and text else "") + _NAMES[digit] + name
        zero = not digit
    return text


@given(st.integers(1, 9999), st.integers(0, 9999))
def test_every_number_written_out_is_read_back(small: int, large: int) -> None:
    text = _written(large) + "万" if large else ""
    gap = "零" if large and small < 1000 else ""
    assert chinese(text + gap + _written(small)) == Decimal(large * 10000 + small)


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_whole_changes_no_value(value: Decimal) -> None:
    assert whole(value) == value
    assert "E" not in str(whole(value)) or whole(value) == 0


@pytest.mark.parametrize(
    ("number", "said"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (21, "二十一"), (99, "九十九")]
)
def test_headings_are_counted_in_chinese(number: int, said: str) -> None:
    assert ordinal(number) == said
    assert chinese(said) == number


@pytest.mark.parametrize("number", [0, -1, 100])
def test_a_heading_without_a_numeral(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        ordinal(number)
