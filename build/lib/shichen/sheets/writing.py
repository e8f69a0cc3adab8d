"""Writing sheets: rows out as CSV or .xlsx in which nothing runs, and the rows to mend back with the reason beside."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from shichen.sheets.csv_text import guard
from shichen.sheets.fields import Field, Kind, Value, show
from shichen.sheets.numbers import DIGITS
from shichen.sheets.table import Cell, Row, Sheet, Table, as_text
from shichen.watches import SHANGHAI

LINE_HEADING, REASON_HEADING = "行号", "原因"
_LONGEST_CELL = 32_767
_NUMBER_KINDS = (Kind.INTEGER, Kind.DECIMAL)
_FIRST_DAY = dt.date(1900, 3, 1)
"""Before it Excel counts a day that never was."""

Record = Mapping[str, Value]


def write_csv(rows: Iterable[Record], fields: Sequence[Field], *, zone: dt.tzinfo = SHANGHAI) -> bytes:
    """The rows under the fields' labels; UTF-8 with its mark, and text that would run as a formula kept from it."""
    lines = [[f.label for f in fields]]
    lines += [[show(row.get(f.name), f, zone) for f in fields] for row in rows]
    numbers = {column for column, f in enumerate(fields) if f.kind in _NUMBER_KINDS}
    return _csv(lines, numbers)


def write_xlsx(
    rows: Iterable[Record], fields: Sequence[Field], *, title: str = "数据", zone: dt.tzinfo = SHANGHAI
) -> bytes:
    """The rows under the fields' labels: numbers and dates as such, everything else as plain text."""
    lines: list[list[Any]] = [[f.label for f in fields]]
    lines += [[_typed(row.get(f.name), f, zone) for f in fields] for row in rows]
    return _xlsx({title: lines})


def rejects(table: Table) -> bytes:
    """The rows to mend, as the file had them, with 行号 and 原因 behind; the same sort of file, ready to come back."""
    sheets = {sheet.name: _rejected(sheet) for sheet in table.sheets if any(row.errors for row in sheet.rows)}
    if table.kind == "xlsx":
        return _xlsx(sheets or {"数据": [[LINE_HEADING, REASON_HEADING]]})
    lines = next(iter(sheets.values()), [[LINE_HEADING, REASON_HEADING]])
    return _csv([[as_text(cell) for cell in line] for line in lines], set())


def _rejected(sheet: Sheet) -> list[list[Any]]:
    """The headings in one line, and every rejected line; columns of an earlier rejects file are not kept twice."""
    kept = [c for c, heading in enumerate(sheet.headings) if heading not in (LINE_HEADING, REASON_HEADING)]
    lines: list[list[Any]] = [[*(sheet.headings[c] for c in kept), LINE_HEADING, REASON_HEADING]]
    lines += [[*_raw(row, kept), row.line, _reasons(row)] for row in sheet.rows if row.errors]
    return lines


def _raw(row: Row, columns: list[int]) -> list[Cell]:
    return [row.raw[c] if c < len(row.raw) else "" for c in columns]


def _reasons(row: Row) -> str:
    return " ".join(f"{e.column_letter}列“{e.heading}”：{e.sentence}" if e.heading else e.sentence for e in row.errors)


def _csv(lines: Iterable[Sequence[str]], numbers: set[int]) -> bytes:
    """Text is guarded; a number is digits and its own minus sign, which no guard may turn into text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for line in lines:
        writer.writerow([cell if column in numbers else guard(cell) for column, cell in enumerate(line)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _typed(value: Value, field: Field, zone: dt.tzinfo) -> Any:
    """A number where a double holds all its digits, a date where the sheet has that day; else text. Midnight sharp is
    text too: as a cell it could not be told from a day without a time."""
    if isinstance(value, dt.datetime):
        wall = value.astimezone(zone).replace(tzinfo=None, microsecond=0)
        return wall if wall.date() >= _FIRST_DAY and wall.time() != dt.time() else show(value, field, zone)
    if isinstance(value, dt.date) and value >= _FIRST_DAY:
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value if len(Decimal(value).normalize().as_tuple().digits) <= DIGITS else show(value, field, zone)
    return show(value, field, zone)


def _xlsx(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    # 0.2 s to load: a page that exports nothing does not pay for it
    import xlsxwriter

    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        day, moment = (
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        )
        bold = book.add_format({"bold": True})
        for name, lines in sheets.items():
            sheet = book.add_worksheet(_sheet_name(name, book.sheetnames))
            sheet.freeze_panes(1, 0)
            for at, line in enumerate(lines):
                for column, cell in enumerate(line):
                    _write(sheet, at, column, cell, bold if at == 0 else None, day, moment)
    return out.getvalue()


def _write(sheet: Any, line: int, column: int, cell: Any, style: Any, day: Any, moment: Any) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(line, column, cell, style)
    elif isinstance(cell, int | float | Decimal):
        sheet.write_number(line, column, cell, style)
    elif isinstance(cell, dt.datetime):
        sheet.write_datetime(line, column, cell, moment)
    elif isinstance(cell, dt.date):
        sheet.write_datetime(line, column, cell, day)
    elif cell != "":
        sheet.write_string(line, column, str(cell)[:_LONGEST_CELL], style)


def _sheet_name(name: str, taken: Mapping[str, Any]) -> str:
    """A name that a workbook accepts: 31 characters at most, none of []:*?/\\ and no apostrophe at an end."""
    clean = "".join(c for c in name if c not in "[]:*?/\\" and c.isprintable()).strip("'")[:25] or "数据"
    return clean if clean.lower() not in {t.lower() for t in taken} else f"{clean} {len(taken) + 1}"
