"""Text files with delimiters: their bytes to one raw sheet, or a refusal that names the byte or the line."""

from __future__ import annotations

import csv
import io

from shichen.refusal import Refusal
from shichen.sheets import limits
from shichen.sheets.fields import fold
from shichen.sheets.table import Cell, RawSheet

_AGAIN = "请另存为“CSV UTF-8”或 .xlsx 后再传。"
_TELLING = 4
_DELIMITERS = (",", "\t", ";", "，", "|")


def read_text(data: bytes, name: str, known: frozenset[str] = frozenset()) -> tuple[RawSheet, str]:
    """The one sheet of a text file, and its encoding."""
    text, encoding = decode(data)
    _lines_within_limits(text)
    rows: list[list[Cell]] = []
    numbers: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sniff(text, known), strict=True)
    line, area = 1, 0
    try:
        for row in reader:
            while row and not row[-1]:
                row.pop()
            area += len(row)
            _within_limits(len(row), len(rows) + 1, area, line)
            rows.append([_unguarded(cell) for cell in row])
            numbers.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        raise Refusal(_csv_sentence(str(error), line)) from None
    return RawSheet(name, rows, numbers), encoding


def decode(data: bytes) -> tuple[str, str]:
    """The text and its encoding: strict UTF-8, with or without its mark, else strict GB18030; never a guess."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Refusal("这个文件是 UTF-16 编码的文本；请另存为“CSV UTF-8”或 .xlsx 后再传。")
    if b"\x00" in data:
        at = data.index(b"\x00") + 1
        raise Refusal(f"第 {at} 个字节是空字符（00），这不是文本表格；请另存为“CSV UTF-8”或 .xlsx 后再传。")
    try:
        return data.decode().removeprefix("\ufeff"), "UTF-8"
    except UnicodeDecodeError as error:
        if _was_utf8(data, error.start):
            raise Refusal(
                f"第 {error.start + 1} 个字节（{data[error.start]:02X}）坏了，不是完整的 UTF-8；{_AGAIN}"
            ) from None
        at = error.start
    try:
        return data.decode("gb18030"), "GB18030"
    except UnicodeDecodeError as error:
        at = max(at, error.start)
        raise Refusal(f"第 {at + 1} 个字节（{data[at]:02X}）既不是 UTF-8 也不是 GB18030；{_AGAIN}") from None


def _was_utf8(data: bytes, until: int) -> bool:
    """Whether the bytes before the first bad one say UTF-8: its mark, or characters that GB18030 hardly imitates.
    Such a file is damaged; as GB18030 it would be read without an error and be nonsense."""
    before = data[:until].decode("utf-8", "ignore")
    return before.startswith("\ufeff") or sum(not char.isascii() for char in before) >= _TELLING


def sniff(text: str, known: frozenset[str]) -> str:
    """The delimiter under which a line near the top has the most `known` headings; if none has any, the one that cuts
    the first lines into the same number of columns, and into the most."""
    head = [line for line in text[:20_000].splitlines()[:20] if line.strip()]
    marks = {mark: max((_known(line, mark, known) for line in head), default=(0, 0)) for mark in _DELIMITERS}
    best = max(marks, key=marks.__getitem__)
    return best if marks[best][0] else max(_DELIMITERS, key=lambda mark: _agreement(head, mark))


def _known(line: str, mark: str, known: frozenset[str]) -> tuple[int, int]:
    """How many headings of the line are known, and how many cells it has."""
    cells = next(csv.reader([line], delimiter=mark), [])
    return sum(fold(_unguarded(cell)) in known for cell in cells), len(cells)


def _agreement(lines: list[str], mark: str) -> tuple[int, int]:
    """How many of the lines are cut into as many pieces as the commonest line is, and into how many."""
    if not lines:
        return 0, 0
    counts = [_outside_quotes(line).count(mark) for line in lines]
    commonest = max(set(counts) - {0}, key=lambda n: (counts.count(n), n), default=0)
    return (counts.count(commonest), commonest) if commonest else (0, 0)


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _lines_within_limits(text: str) -> None:
    """Counted before the text is cut, for fifty million empty lines would fill the memory."""
    if text.count("\n") + text.count("\r") > 10 * limits.LINES:
        raise Refusal(f"超过 {limits.LINES} 行；请分成几个文件再传。")
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > limits.LINE_BYTES // 4 and len(line.encode()) > limits.LINE_BYTES:
            raise Refusal(
                f"第 {number} 行超过 {limits.LINE_BYTES // 1_000_000} MB；请检查是否缺少换行，拆成多行后再传。"
            )


def _within_limits(columns: int, lines: int, area: int, line: int) -> None:
    if columns > limits.COLUMNS:
        raise Refusal(f"第 {line} 行有 {columns} 列，超过 {limits.COLUMNS} 列；请检查分隔符，或分成几个文件再传。")
    if lines > limits.LINES:
        raise Refusal(f"超过 {limits.LINES} 行；请分成几个文件再传。")
    if area > limits.AREA:
        raise Refusal(f"格子超过 {limits.AREA // 10_000} 万个；请分成几个文件再传。")


def _csv_sentence(error: str, line: int) -> str:
    if "field larger" in error:
        return f"第 {line} 行起有一格太长；请检查引号是否成对，每格不超过 {limits.CELL_CHARACTERS} 个字。"
    return f"第 {line} 行起的引号不成对；请把这一行的英文引号补齐或删去后再传。"


def _unguarded(cell: str) -> str:
    """Without the apostrophe that an export of ours puts before text which a spreadsheet would run as a formula."""
    return cell[1:] if is_guarded(cell) else cell


TRIGGERS = "=+-@\t\r＝＋－＠"


def is_guarded(cell: str) -> bool:
    """Whether the text is apostrophes followed by a mark that starts a formula."""
    return cell.startswith("'") and cell.lstrip("'")[:1] in tuple(TRIGGERS)


def guard(text: str) -> str:
    """Text that no spreadsheet runs as a formula; `_unguarded` takes exactly this apostrophe off again."""
    return "'" + text if text.lstrip("'")[:1] in tuple(TRIGGERS) else text
