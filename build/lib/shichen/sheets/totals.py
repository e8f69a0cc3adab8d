"""Total lines (合计, 小计): recognised, held against the sum of the lines above, and never taken as data."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeGuard

from shichen.sheets.fields import Field, Kind, Unreadable, fold
from shichen.sheets.numbers import read_decimal
from shichen.sheets.table import Cell, Row, TotalCheck

_WHOLE = ("合计", "总计", "总数", "汇总", "共计", "全市合计", "total", "grandtotal", "sum")
_LETTERS = frozenset("".join(_WHOLE) + "小计TOTALSUMGRAND")
_PART = ("小计", "subtotal")


def total_word(cells: list[Cell], columns: Mapping[int, Field | None]) -> str | None:
    """The word that makes a line a total: its first filled cell is 合计 or its like, or its area is, for no area is
    called so. A word with anything beside it (合计办公室) is a name."""
    first = next((cell for cell in cells if cell != ""), "")
    areas = [cells[c] for c, field in columns.items() if field and field.kind is Kind.AREA and c < len(cells)]
    words = (fold(cell).rstrip(":") for cell in (first, *areas) if _may_be_one(cell))
    return next((word for word in words if word in (*_WHOLE, *_PART)), None)


def _may_be_one(cell: Cell) -> TypeGuard[str]:
    """A glance, so that not every cell of a large file is folded."""
    return isinstance(cell, str) and len(cell) < 20 and not _LETTERS.isdisjoint(cell)


def check(
    sheet: str, line: int, cells: list[Cell], columns: Mapping[int, Field | None], above: list[Row]
) -> list[TotalCheck]:
    """Each number of a total line beside the sum of its column; a subtotal sums since the total before it."""
    found = []
    for column, field in columns.items():
        stated = _number(cells, column, field)
        if field is None or stated is None:
            continue
        values = [row.values.get(field.name) for row in above]
        computed = sum((Decimal(v) for v in values if isinstance(v, int | Decimal)), Decimal())
        waiting = any(error.field == field.name for row in above for error in row.errors)
        found.append(TotalCheck(sheet, line, field.name, stated, computed, None if waiting else stated == computed))
    return found


def starts_anew(word: str) -> bool:
    """After a subtotal the next one counts from here; a grand total counts everything."""
    return word in _PART


def _number(cells: list[Cell], column: int, field: Field | None) -> Decimal | None:
    if field is None or field.kind not in (Kind.INTEGER, Kind.DECIMAL) or column >= len(cells) or cells[column] == "":
        return None
    try:
        return read_decimal(cells[column], field.unit)
    except Unreadable:  # a total that is no number states nothing
        return None
