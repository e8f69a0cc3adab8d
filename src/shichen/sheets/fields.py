"""Fields: the one dictionary behind a report's web form, its API schema and the columns of its sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from shichen.sheets.dates import read_date, read_datetime
from shichen.sheets.numbers import fold_digits, plain, read_decimal, read_integer
from shichen.sheets.unreadable import Unreadable
from shichen.watches import SHANGHAI, civil_day

__all__ = ["Context", "Field", "Kind", "Unreadable", "Value", "but", "only", "show"]

Value = str | int | Decimal | dt.date | dt.datetime | bool | None
"""What a field holds once read; None where nothing was filled in."""

LONGEST = 20_000
"""Characters in one text."""

_BLANKS = " \t\r\n\u3000\u00a0\ufeff"
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_WIDE |= {0xFF0D: 0x2D}
_BRACKETS = str.maketrans("（）：＊", "():*")
NO_RESULT = "#无结果"
"""Stands for a formula whose result the file does not hold."""
_CELL_ERRORS = {"#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", NO_RESULT}
_YES = {"是", "有", "对", "真", "√", "✓", "✔", "y", "yes", "true", "1"}
_NO = {"否", "无", "没有", "不", "假", "×", "✗", "x", "n", "no", "false", "0"}


class Kind(StrEnum):
    """What sort of thing a field holds. Areas and codes are text here; who knows the areas resolves them."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    DATETIME = "datetime"
    CHOICE = "choice"
    BOOLEAN = "boolean"
    AREA = "area"
    CODE = "code"


@dataclass(frozen=True)
class Context:
    """What a value cannot say of itself: the year of 2月2日, the epoch of a serial day, the city's clock."""

    year: int | None = None
    epoch_1904: bool = False
    zone: dt.tzinfo = SHANGHAI


@dataclass(frozen=True)
class Field:
    """One thing a report asks for. `choices` are (value, label) pairs; `aliases` are other headings it goes by."""

    name: str
    label: str
    kind: Kind | str = Kind.TEXT
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    minimum: Decimal | int | dt.date | None = None  # in days for dates and times, in characters for text
    maximum: Decimal | int | dt.date | None = None
    aliases: tuple[str, ...] = ()
    help: str = ""
    unit: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Kind(self.kind))
        if (self.kind is Kind.CHOICE) != bool(self.choices):
            raise ValueError(f"{self.name}: choices belong to a field of kind choice, and it has some")
        said = (self.label, self.help, self.unit, *self.aliases, *(word for pair in self.choices for word in pair))
        if not all(isinstance(word, str) for word in said):
            raise ValueError(
                f"{self.name}: words are plain text: faults are kept and sent as JSON, which a lazy one breaks"
            )

    def read(self, value: object, context: Context = Context()) -> Value:
        """The typed value; None where the box is empty; Unreadable where it cannot be taken as it stands."""
        if _is_blank(value):
            if self.required:
                raise Unreadable(f"“{self.label}”是必填项，不能空着。")
            return None
        if value == NO_RESULT:
            raise Unreadable("这一格是公式，文件里没有保存它的结果；请在 Excel 里打开、保存后再传，或直接填数值。")
        if isinstance(value, str) and value in _CELL_ERRORS:
            raise Unreadable(f"这一格是公式的错误值 {value}；请改成真实的内容后再传。")
        found = self._typed(value, context)
        self._bounded(found)
        return found

    def _typed(self, value: object, context: Context) -> Value:
        match self.kind:
            case Kind.INTEGER:
                return read_integer(value, self.unit)
            case Kind.DECIMAL:
                return read_decimal(value, self.unit)
            case Kind.DATE:
                return read_date(value, year=context.year, epoch_1904=context.epoch_1904)
            case Kind.DATETIME:
                return read_datetime(value, year=context.year, epoch_1904=context.epoch_1904, zone=context.zone)
            case Kind.BOOLEAN:
                return _boolean(value)
            case Kind.CHOICE:
                return self._choice(_text(value))
            case Kind.CODE:
                return _text(value).translate(_WIDE)
        return _text(value)

    def _choice(self, text: str) -> str:
        wanted = fold(text)
        for key, label in self.choices:
            if wanted in (fold(key), fold(label)):
                return key
        raise Unreadable(f"“{text[:20]}”不在可选范围；请从这些里选：{'、'.join(label for _, label in self.choices)}。")

    def _bounded(self, value: Value) -> None:
        """Numbers and dates keep within the field's bounds; a bound on text counts its characters."""
        measured = len(value) if isinstance(value, str) and self.kind is not Kind.CHOICE else value
        if self.minimum is not None and _before(measured, self.minimum):
            raise Unreadable(f"“{self.label}”不能小于 {_bound(self.minimum)}{self.unit}；请核对后重填。")
        if self.maximum is not None and _before(self.maximum, measured):
            raise Unreadable(f"“{self.label}”不能大于 {_bound(self.maximum)}{self.unit}；请核对后重填。")


def show(value: Value, field: Field, zone: dt.tzinfo = SHANGHAI) -> str:
    """A value as text that the same field reads back as the same value; an empty text for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    if field.kind is Kind.CHOICE:
        return next((label for key, label in field.choices if key == value), str(value))
    return str(value)


def fold(text: str) -> str:
    """A heading or a choice without case, width and blanks: two that fold alike are the same words."""
    narrow = fold_digits(text).translate(_WIDE)
    return "".join(narrow.translate(_BRACKETS).split()).casefold()


def by_name(fields: Iterable[Field]) -> dict[str, Field]:
    """The fields by name, which must be unique."""
    found = list(fields)
    named = {f.name: f for f in found}
    if len(named) != len(found):
        raise ValueError("two fields of one name")
    return named


def only(fields: Iterable[Field], *names: str) -> tuple[Field, ...]:
    """The fields of those names, in the order they have among all."""
    return tuple(one for one in fields if one.name in names)


def but(fields: Iterable[Field], *names: str) -> tuple[Field, ...]:
    """The fields without those of these names."""
    return tuple(one for one in fields if one.name not in names)


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip(_BLANKS))


def _text(value: object) -> str:
    """Text as given, without blanks around it; a number cell as its digits, where they are all still there."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        if abs(value) >= 10**15:
            raise Unreadable("这个长号码被表格存成了数字，末几位已经丢失；请把该列设为“文本”格式后重填。")
        return plain(read_decimal(value))
    if isinstance(value, dt.date | dt.datetime | dt.time | Decimal):
        return str(value)
    if not isinstance(value, str):
        raise Unreadable("这里要填文字。")
    return _clean(value)


def _clean(value: str) -> str:
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip(_BLANKS)
    if len(text) > LONGEST:
        raise Unreadable(f"文字有 {len(text)} 个字，超过 {LONGEST} 个字；请缩短或分开填。")
    if text.isprintable():
        return text
    for at, char in enumerate(text, start=1):
        if not _printable(char):
            raise Unreadable(f"第 {at} 个字是看不见的控制字符（U+{ord(char):04X}）；请删去后重填。")
    return text


def _printable(char: str) -> bool:
    """Neither a control character, nor a lone surrogate, nor a code point that no sheet can hold."""
    code = ord(char)
    if code < 0x20:
        return char in "\n\t"
    return not (0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE)


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    text = fold(_text(value))
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise Unreadable(f"“{text[:20]}”看不出是或否；请填“是”或“否”。")


def _before(a: Any, b: Any) -> bool:
    """Whether a < b; an instant is held against a bound in days by its civil day."""
    if isinstance(a, dt.datetime):
        a = civil_day(a)
    elif isinstance(b, dt.datetime):
        b = civil_day(b)
    return bool(a < b)


def _bound(bound: object) -> str:
    return plain(bound) if isinstance(bound, Decimal) else str(bound)
