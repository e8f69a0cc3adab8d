"""Reading a sheet: a file and the fields asked for to typed rows, cells to mend by line and column, counts that add up."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from shichen.sheets import totals
from shichen.sheets.fields import Context, Field, Kind, Unreadable
from shichen.sheets.heads import names, propose
from shichen.sheets.opening import open_file
from shichen.sheets.table import Cell, CellError, RawSheet, Row, Sheet, Table, as_text, letter

_SHARED_KINDS = (Kind.TEXT, Kind.CHOICE, Kind.AREA, Kind.CODE, Kind.DATE)
"""What a merged cell says of every line it spans; a merged number is said once."""

Source = bytes | str | os.PathLike[str]
Assigned = Mapping[int | str, str | None]


def read(
    source: Source,
    filename: str,
    fields: Sequence[Field],
    *,
    mapping: Assigned | None = None,
    year: int | None = None,
    context: Context | None = None,
    most: int | None = None,
) -> Table:
    """The file as a table. A file that cannot be opened is a Refusal; a cell that cannot be taken is an error of its row.

    `mapping` (column number or heading → field name, None to leave a column aside) overrides what the headings say.
    `year` completes 2月2日. Hidden sheets are named in the notices and not read; hidden lines are read, and named.
    With `most` only so many lines of each sheet are read, for a first look at a large file; the others are `unread`.
    """
    context = context or Context()
    context = replace(context, year=year or context.year)
    opened = open_file(source, filename, frozenset().union(*(names(field) for field in fields)))
    sheets = [_read_sheet(raw, fields, mapping, context, most) for raw in opened.sheets]
    notices = [n for raw, sheet in zip(opened.sheets, sheets, strict=True) for n in _notices(raw, sheet)]
    return Table(filename, opened.kind, tuple(fields), sheets, notices)


def _read_sheet(
    raw: RawSheet, fields: Sequence[Field], mapping: Assigned | None, context: Context, most: int | None
) -> Sheet:
    sheet = Sheet(raw.name, raw.visible)
    head = propose(raw, fields, mapping or {}) if raw.visible else None
    if head is None:
        return sheet
    sheet.head_lines = tuple(raw.numbers[line] for line in head.lines)
    sheet.headings, sheet.mapping = head.headings, head.columns
    mapped = {field.name for field in head.columns.values() if field}
    sheet.missing = [field for field in fields if field.required and field.name not in mapped]
    _Reader(raw, sheet, fields, replace(context, epoch_1904=raw.epoch_1904)).read(head.lines[-1] + 1, most)
    return sheet


@dataclass
class _Reader:
    """One sheet being read: its raw lines, what its columns are, and what values cannot say of themselves."""

    raw: RawSheet
    sheet: Sheet
    fields: Sequence[Field]
    context: Context

    def read(self, first: int, most: int | None) -> None:
        """Every line under the head goes to exactly one of four heaps: a row, a row to mend, a total, a blank."""
        broken_lines = {line for line, _ in self.raw.broken}
        since, last = 0, len(self.raw.rows) if most is None else min(first + most, len(self.raw.rows))
        self.sheet.unread = len(self.raw.rows) - last
        for cells, line in zip(self.raw.rows[first:last], self.raw.numbers[first:last], strict=True):
            self.sheet.read += 1
            if _is_empty(cells) and line not in broken_lines:
                self.sheet.blank += 1
            elif word := totals.total_word(cells, self.sheet.mapping):
                self._total(word, line, cells, since)
                since = len(self.sheet.rows)
            else:
                self.sheet.rows.append(self._row(line, cells))

    def _total(self, word: str, line: int, cells: list[Cell], since: int) -> None:
        above = self.sheet.rows[since:] if totals.starts_anew(word) else self.sheet.rows
        self.sheet.totals.append(line)
        self.sheet.total_checks += totals.check(self.raw.name, line, cells, self.sheet.mapping, above)

    def _row(self, line: int, cells: list[Cell]) -> Row:
        row = Row(self.raw.name, line, dict.fromkeys(f.name for f in self.fields), {}, [], cells)
        row.hidden = line in self.raw.hidden_lines
        for field in self.sheet.missing:
            sentence = f"表里没有“{field.label}”这一列；请补上这一列，或指定它是哪一列。"
            row.errors.append(CellError(row.sheet, line, "", "", "", sentence, field.name))
        for column in range(max(len(cells), len(self.sheet.headings))):
            field_here = self.sheet.mapping.get(column)
            cell = self._cell(line, column, cells, field_here)
            if cell != (cells[column] if column < len(cells) else ""):
                row.raw = [*row.raw[:column], *[""] * (column - len(row.raw)), cell, *row.raw[column + 1 :]]
            if field_here:
                self._value(row, field_here, column, cell)
            elif cell != "":
                row.extras[_extra_name(self.sheet.headings, column)] = as_text(cell)
        return row

    def _value(self, row: Row, field: Field, column: int, cell: Cell) -> None:
        """The value, or the error with its place; where there is an error there is no value."""
        try:
            row.values[field.name] = field.read(cell, self.context)
        except Unreadable as reason:
            heading, shown = self.sheet.headings[column], as_text(cell)[:200]
            row.errors.append(
                CellError(row.sheet, row.line, letter(column), heading, shown, reason.sentence, field.name)
            )

    def _cell(self, line: int, column: int, cells: list[Cell], field: Field | None) -> Cell:
        """What the cell says: its own value, why it has none, or the value of the merged cell it is part of."""
        if column < len(cells) and cells[column] != "":
            return cells[column]
        if (line, column) in self.raw.broken:
            return self.raw.broken[line, column]
        anchor = self.raw.merged.get((line, column))
        if anchor is None or field is None or field.kind not in _SHARED_KINDS:
            return ""
        first = self.raw.rows[anchor[0] - 1]  # a workbook's rows stand at their line
        return first[anchor[1]] if anchor[1] < len(first) else ""


def _is_empty(cells: list[Cell]) -> bool:
    return all(isinstance(cell, str) and not cell.strip("\ufeff\u00a0 \t\r\n\u3000") for cell in cells)


def _extra_name(headings: list[str], column: int) -> str:
    """The heading of a column no field claims; its letter where it has none or shares it."""
    heading = headings[column] if column < len(headings) else ""
    if not heading:
        return f"{letter(column)}列"
    return heading if headings.count(heading) == 1 else f"{heading}（{letter(column)}列）"


def _notices(raw: RawSheet, sheet: Sheet) -> list[str]:
    """What a person should know of a sheet before believing its rows."""
    name = f"工作表“{raw.name}”"
    if not raw.visible:
        return [f"{name}是隐藏的，没有读取；如需读取，请取消隐藏后再传。"]
    if not sheet.used:
        return [f"{name}里没有找到表头，没有读取。"] if raw.rows else []
    found = []
    hidden = sum(row.hidden for row in sheet.rows)
    if hidden:
        found.append(f"{name}有 {hidden} 行是隐藏的，已一并读取；请确认这些行应当上报。")
    if raw.formulas:
        found.append(f"{name}有 {raw.formulas} 格是公式，按文件里保存的结果读取。")
    if sheet.missing:
        found.append(f"{name}缺少必填的列：{'、'.join(field.label for field in sheet.missing)}。")
    found += [
        f"{name}第 {c.line} 行的合计写的是 {c.stated}，上面各行相加是 {c.computed}；请核对。"
        for c in sheet.total_checks
        if c.agrees is False
    ]
    return found
