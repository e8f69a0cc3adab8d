"""Numbers as people write them in forms and sheets: 1,234 · １２３ · 1.5万 · "42" as text; exact, never float."""

from __future__ import annotations

import math
from decimal import Decimal

import re2

from shichen.sheets.unreadable import Unreadable

DIGITS = 15
"""More digits than this Excel itself does not keep."""

_FOLD = str.maketrans("０１２３４５６７８９．，＋－−‐–—％", "0123456789.,+-----%")
_NUMBER = re2.compile(r"^([+-]?)([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]+)?(百万|千万|万亿|百|千|万|亿)?$")
_SCALES = {
    "百": 10**2,
    "千": 10**3,
    "万": 10**4,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "万亿": 10**12,
}


def read_decimal(value: object, unit: str = "") -> Decimal:
    """The exact number a cell or box holds; `unit` (台次, %) may stand behind it."""
    if isinstance(value, bool):
        raise Unreadable("这里要填数字，不能填“是”或“否”。")
    if isinstance(value, int):
        return _bounded(Decimal(value))
    if isinstance(value, Decimal):
        return _bounded(value)
    if isinstance(value, float):
        return _bounded(_from_cell(value))
    if isinstance(value, str):
        return _bounded(_from_text(value, unit))
    raise Unreadable("这里要填数字，填的却是日期或时间；请把单元格格式改为“常规”后重填。")


def read_integer(value: object, unit: str = "") -> int:
    """A whole number."""
    number = read_decimal(value, unit)
    if number != number.to_integral_value():
        raise Unreadable(f"“{_short(plain(number))}”不是整数；请填整数。")
    return int(number)


def plain(number: Decimal) -> str:
    """The number in digits alone: no exponent, no separators, no empty decimals."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fold_digits(text: str) -> str:
    """Full-width digits and marks of numbers in half width; digits of other scripts stay what they are."""
    return text.translate(_FOLD)


def _from_cell(value: float) -> Decimal:
    """A sheet's number carries fifteen digits; what a double adds behind them is not the person's."""
    if not math.isfinite(value):
        raise Unreadable("这一格不是数字；请重填。")
    return Decimal(format(value, ".15g"))


def _from_text(value: str, unit: str) -> Decimal:
    if len(value) <= DIGITS and value.isascii() and value.isdigit():
        return Decimal(value)  # nearly every cell of a large file, and twenty times as fast as the pattern
    text = fold_digits(value).strip().replace("\u3000", "").replace(" ", "").replace("\u00a0", "")
    if unit and text.endswith(unit):
        text = text[: -len(unit)]
    found = _NUMBER.search(text)
    if found is None:
        raise Unreadable(_advice(value, text))
    sign, whole, fraction, scale = found.groups()
    digits = whole.replace(",", "") + (fraction or "")
    if len(digits.replace(".", "").lstrip("0")) > DIGITS:
        raise Unreadable(f"“{_short(value)}”超过 {DIGITS} 位；请核对后重填。")
    return Decimal(sign + digits) * _SCALES.get(scale, 1)


def _bounded(number: Decimal) -> Decimal:
    if not number.is_finite() or abs(number) >= 10**DIGITS:
        raise Unreadable(f"数字超过 {DIGITS} 位；请核对后重填。")
    return number + 0  # no negative zero


def _advice(value: str, text: str) -> str:
    if text in ("-", "--", "/", "无", "没有", "未报", "暂无"):
        return f"“{_short(value)}”不是数字：没有发生请填 0，不知道请留空。"
    if "," in text and text.replace(",", "").lstrip("+-").isdigit():
        return f"“{_short(value)}”的逗号位置不对；请去掉逗号，只填数字。"
    return f"“{_short(value)}”不是数字；请只填数字，如 15、1234 或 1.5万。"


def _short(text: str) -> str:
    return text if len(text) <= 20 else text[:20] + "…"
