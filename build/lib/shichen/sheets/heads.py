"""Headings: which lines of a sheet are its head, one or two of them, and which column is which field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import re2

from shichen.refusal import Refusal
from shichen.sheets.fields import Field, by_name, fold
from shichen.sheets.table import Cell, RawSheet, letter

LOOKED_AT = 20
"""Lines from the top in which a head is looked for."""

_REMARK = re2.compile(r"\([^()]*\)")
_NUMERIC = re2.compile(r"^[-+0-9.,/年月日: 万亿%]+$")


@dataclass(frozen=True)
class Head:
    """`lines` are row indexes of the sheet; `columns` has every column, with its field where it has one."""

    lines: tuple[int, ...]
    headings: list[str]
    columns: dict[int, Field | None]


def propose(sheet: RawSheet, fields: Sequence[Field], mapping: Mapping[int | str, str | None]) -> Head | None:
    """The head whose headings name the most fields, one line rather than two; without any, the first line of words."""
    by_words: dict[int | str, str | None] = {key: name for key, name in mapping.items() if isinstance(key, str)}
    best, found = _first_words(sheet), 0
    for lines in _candidates(sheet):
        columns = assign(flatten(sheet, lines), fields, by_words)
        here = sum(1 for field in columns.values() if field)
        if here > found:
            best, found = lines, here
    if best is None:
        return None
    headings = flatten(sheet, best)
    return Head(best, headings, assign(headings, fields, mapping))


def flatten(sheet: RawSheet, lines: tuple[int, ...]) -> list[str]:
    """One heading a column: 体温 over 早 and 晚 becomes 体温/早 and 体温/晚; a heading spanning columns is shared by them."""
    levels = [[_heading(cell) for cell in sheet.rows[line]] for line in lines]
    width = max(len(level) for level in levels)
    levels = [level + [""] * (width - len(level)) for level in levels]
    if len(levels) == 1:
        return levels[0]
    top, low = levels
    return ["/".join(part for part in pair if part) for pair in zip(_spread(top, low), low, strict=True)]


def assign(
    headings: Sequence[str], fields: Sequence[Field], mapping: Mapping[int | str, str | None]
) -> dict[int, Field | None]:
    """Each column's field: by the mapping a person made (column number or heading to field name), else by its words.
    A field goes to the first column that names it; the others keep their cells as extras."""
    named = by_name(fields)
    columns: dict[int, Field | None] = dict.fromkeys(range(len(headings)))
    free = list(fields)
    for column, field in _mapped(headings, named, mapping):
        columns[column] = field
        if field in free:
            free.remove(field)
    decided = _decided(headings, mapping)
    for depth in (0, 1):  # whole headings before the last words of 体温/早
        for column, heading in enumerate(headings):
            if columns[column] is None and column not in decided:
                columns[column] = _claimed(heading, depth, free)
    return columns


def _claimed(heading: str, depth: int, free: list[Field]) -> Field | None:
    words = _words(heading, depth)
    field = next((f for f in free if words & names(f)), None)
    if field:
        free.remove(field)
    return field


def _mapped(
    headings: Sequence[str], named: Mapping[str, Field], mapping: Mapping[int | str, str | None]
) -> Iterator[tuple[int, Field]]:
    for column, heading in enumerate(headings):
        name = mapping.get(column, mapping.get(heading) if heading else None)
        if name and name not in named:
            raise Refusal(f"{letter(column)} 列对应的“{name}”不是这张表的字段；请重新选择。")
        if name:
            yield column, named[name]


def _decided(headings: Sequence[str], mapping: Mapping[int | str, str | None]) -> set[int]:
    """Columns a person has spoken for, those to be left aside too."""
    return {column for column, heading in enumerate(headings) if column in mapping or (heading and heading in mapping)}


def _words(heading: str, depth: int) -> set[str]:
    """What a heading may be known by: as printed, without its remark in brackets, as one word, or its last words."""
    whole = fold(heading).rstrip("*:")
    if not whole:
        return set()
    if depth:
        return {whole.rpartition("/")[2]} if "/" in whole else set()
    bare = _REMARK.sub("", whole).rstrip("*:")
    return {whole, bare, bare.replace("/", "")} - {""}


def names(field: Field) -> set[str]:
    """What a heading of that field may be, folded."""
    return {fold(name) for name in (field.label, field.name, *field.aliases)}


def _candidates(sheet: RawSheet) -> Iterator[tuple[int, ...]]:
    shown = [i for i, row in enumerate(sheet.rows[:LOOKED_AT]) if _is_words(row)]
    for line in shown:
        yield (line,)
    for line in shown:
        if line + 1 in shown:
            yield (line, line + 1)


def _first_words(sheet: RawSheet) -> tuple[int, ...] | None:
    """The first line of at least two words."""
    for line, row in enumerate(sheet.rows[:LOOKED_AT]):
        if _is_words(row) and sum(1 for cell in row if cell != "") >= 2:
            return (line,)
    return None


def _is_words(row: list[Cell]) -> bool:
    """Headings are words: a line with numbers, dates or truth values in it is data already."""
    filled = [cell for cell in row if cell != ""]
    return bool(filled) and all(isinstance(cell, str) and not _NUMERIC.search(fold(cell)) for cell in filled)


def _heading(cell: Cell) -> str:
    return "".join(str(cell).split())[:100]


def _spread(top: list[str], low: list[str]) -> list[str]:
    """The upper line with each heading repeated over the columns that stand under it."""
    spread = list(top)
    for column in range(1, len(top)):
        if not top[column] and low[column] and low[column - 1] and spread[column - 1]:
            spread[column] = spread[column - 1]
    return spread
