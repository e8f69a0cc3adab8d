"""The child process that opens Excel files: bytes on standard input, JSON lines on standard output, then gone.

Run as `python -m shichen.sheets.child`. The first line is {"sheets": […]} or {"refused": sentence}; then come
[sheet, line, cells] for every line down to the last with something in it; the last line is {"end": true}. No last line, no reading.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import resource
import sys
from typing import Any, TextIO

from shichen.refusal import Refusal
from shichen.sheets import limits
from shichen.sheets.archive import DAMAGED, Workbook, inspect
from shichen.sheets.scanning import SheetScan

MERGED_CELLS = 100_000


def main() -> None:
    """Bind this process, read, answer."""
    bind()
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="ascii")
    try:
        answer(sys.stdin.buffer.read(limits.FILE_BYTES + 1), out)
    except Refusal as refusal:
        out.write(json.dumps({"refused": refusal.sentence}) + "\n")
    out.detach()  # flushed, and standard output stays open


def bind() -> None:
    """Limits that the kernel keeps: memory, processor time, size of anything written, no core file."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.CHILD_MEMORY, limits.CHILD_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CHILD_CPU_SECONDS, limits.CHILD_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.CHILD_OUTPUT_BYTES, limits.CHILD_OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(data: bytes, out: TextIO) -> None:
    """The inspection first; the parser only for what passed it."""
    workbook = inspect(data)
    # after the inspection and never in the parent: this parser can abort its process (stack 6.3)
    from python_calamine import CalamineError, SheetVisibleEnum, load_workbook

    try:
        book = load_workbook(io.BytesIO(data))
        scans = dict(workbook.sheets)
        used = [(i, m) for i, m in enumerate(book.sheets_metadata) if m.name in scans]
        sheets = [(book.get_sheet_by_index(i), m.visible == SheetVisibleEnum.Visible) for i, m in used]
    except CalamineError:
        raise Refusal(DAMAGED) from None
    heads = [_head(sheet, visible, scans[sheet.name], workbook) for sheet, visible in sheets]
    out.write(json.dumps({"sheets": heads}) + "\n")
    for number, (sheet, _) in enumerate(sheets):
        _write_rows(number, sheet, out)
    out.write('{"end": true}\n')


def _head(sheet: Any, visible: bool, scan: SheetScan, workbook: Workbook) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "visible": visible,
        "hidden": sorted(scan.hidden_lines)[: limits.LINES],
        "broken": [[line, column, text] for (line, column), text in scan.broken.items()],
        "formulas": scan.formulas,
        "epoch_1904": workbook.epoch_1904,
        "merged": _merged(sheet.merged_cell_ranges or []),
    }


def _merged(ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> list[list[int]]:
    """Ranges as first line, first column, last line, last column; whole-column merges are decoration and left out."""
    cells = 0
    kept = []
    for (top, left), (bottom, right) in ranges:
        cells += (bottom - top + 1) * (right - left + 1)
        if cells > MERGED_CELLS:
            break
        kept.append([top, left, bottom, right])
    return kept


def _write_rows(number: int, sheet: Any, out: TextIO) -> None:
    for line, cells in enumerate(sheet.to_python(skip_empty_area=False)):
        while cells and cells[-1] == "":
            cells.pop()
        out.write(json.dumps([number, line, [_encoded(cell) for cell in cells]]) + "\n")


def _encoded(cell: Any) -> Any:
    """Plain JSON; dates, times and durations as {"d"|"t"|"h"|"s": text}."""
    if isinstance(cell, str | bool | int | float):
        return cell
    if isinstance(cell, dt.datetime):
        return {"t": cell.isoformat()}
    if isinstance(cell, dt.date):
        return {"d": cell.isoformat()}
    if isinstance(cell, dt.time):
        return {"h": cell.isoformat()}
    return {"s": str(cell)}


if __name__ == "__main__":
    main()
