"""Numerals: digits with scales and Chinese numerals as exact decimals, never floats."""

from __future__ import annotations

from decimal import Decimal

DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
SMALL = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10**4, "亿": 10**8}
SCALES = SMALL | LARGE
_ONES = frozenset(DIGITS)
CHINESE = _ONES | frozenset(SCALES)
MAX_DIGITS = 15


def chinese(text: str) -> Decimal | None:
    """The value of a run of Chinese numeral characters: 十五万零三百 is 150300, 两万五 is 25000, 二〇二〇 is 2020.

    None where the run is no single number: two bare digits side by side (三四) are a range or an idiom, and a scale
    without a digit before it (百, 千万) counts nothing exactly. 十 alone is ten.
    """
    if not text or not CHINESE.issuperset(text):
        return None
    if _ONES.issuperset(text):
        return _positional(text)
    if text[0] in "百千万亿":
        return None
    return _scaled(text)


def _positional(text: str) -> Decimal | None:
    if len(text) == 1:
        return Decimal(DIGITS[text])
    if len(text) > MAX_DIGITS or not ("〇" in text or "零" in text) or text[0] in "两零":
        return None
    return Decimal("".join(str(DIGITS[character]) for character in text))


def _scaled(text: str) -> Decimal | None:
    total, section, digit, last, zero = 0, 0, -1, 0, False
    for character in text:
        if character in DIGITS:
            if digit > 0:
                return None
            digit, zero = DIGITS[character], zero or DIGITS[character] == 0
        elif character in SMALL:
            section += (digit if digit > 0 else 1) * SMALL[character]
            digit, last, zero = -1, SMALL[character], False
        else:
            section = section + max(digit, 0)
            total = (total + section) * LARGE[character] if character == "亿" else total + section * LARGE[character]
            section, digit, last, zero = 0, -1, LARGE[character], False
    return Decimal(total + section + _tail(digit, last, zero))


def _tail(digit: int, last: int, zero: bool) -> int:
    """一百二 is 120 and 两万五 is 25000: a closing digit counts the next scale down unless 零 stands before it."""
    if digit <= 0:
        return 0
    return digit if zero or last <= 10 else digit * (last // 10)


def digits(text: str, scale: str = "") -> Decimal | None:
    """The value of printed digits times a scale such as 万 or 万亿; None over fifteen digits."""
    plain = text.replace(",", "")
    if len(plain) > MAX_DIGITS and sum(character.isdigit() for character in plain) > MAX_DIGITS:
        return None
    value = Decimal(plain)
    for character in scale:
        value *= SCALES[character]
    return value if not scale and plain.isdigit() else whole(value)


def whole(value: Decimal) -> Decimal:
    """The same number without an exponent or idle zeros after the point."""
    if value == value.to_integral_value():
        return value.quantize(Decimal(1)) if abs(value) < Decimal(10) ** 27 else value
    return value.normalize()


def ordinal(number: int) -> str:
    """A number from 1 to 99 in Chinese numerals, as headings are counted: 一, 十, 十二, 二十一."""
    if not 0 < number < 100:
        raise ValueError(f"no heading has the number {number}")
    tens, ones = divmod(number, 10)
    digits = "〇一二三四五六七八九"
    return ("" if tens < 2 else digits[tens]) + ("十" if tens else "") + (digits[ones] if ones else "")
