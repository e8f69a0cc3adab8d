"""Tables from files (CSV, UTF-8 or GB18030; comma, semicolon or tab): columns by name, each cell read strictly or refused by its line.

Every fault is a `BadData` of two sentences that name the line and say what to do. An empty cell and NA are missing, never a nought.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np

from shichen.epi.errors import BadData
from shichen.epi.shapes import Days, Floats
from shichen.refusal import Refusal
from shichen.sheets import csv_text, limits
from shichen.sheets.fields import fold
from shichen.watches import SHANGHAI

MISSING = ("", "NA")
STDIN = "-"
MARKS = (",", ";", "\t")
_FORMATS = {
    b"PK\x03\x04": ("压缩包或 Excel 工作簿", "an archive or an Excel workbook"),
    b"\xd0\xcf\x11\xe0": ("旧的 Excel 文件", "an old Excel file"),
    b"\x89PNG": ("图片", "a picture"),
    b"\xff\xd8\xff": ("图片", "a picture"),
    b"GIF8": ("图片", "a picture"),
    b"%PDF": ("PDF 文件", "a PDF file"),
    b"\x1f\x8b": ("压缩文件", "a compressed file"),
    b"<!": ("网页", "a web page"),
    b"<h": ("网页", "a web page"),
    b"<?xml": ("XML 文件", "an XML file"),
}


@dataclass(frozen=True)
class Table:
    """Cells as texts under their headings; `lines` is the line of each row in the file."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def place(self, name: str, *, option: str = "") -> int:
        """Which column has this heading. Raises BadData that lists those there are."""
        if name in self.heads:
            return self.heads.index(name)
        there = "、".join(self.heads)
        zh = f"{self.name} 没有「{name}」这一列；有的列是：{there}。"
        en = f"{self.name} has no column “{name}”; its columns are: {', '.join(self.heads)}."
        if option:
            zh += f"请用 {option} 写明列名。"
            en += f" Name the column with {option}."
        raise BadData(zh, en, field=name)

    def first_of(self, names: Sequence[str], *, option: str) -> str:
        """The first of these headings that there is. Raises BadData."""
        found = next((name for name in names if name in self.heads), None)
        return self.heads[self.place(names[0], option=option)] if found is None else found

    def texts(self, name: str) -> list[str]:
        """The cells of a column without blanks around them, "" where missing."""
        at = self.place(name)
        return ["" if row[at] in MISSING else row[at] for row in self.rows]

    def numbers(self, name: str, *, whole: bool = False, least: float | None = None) -> Floats:
        """The cells of a column as floats, NaN where missing. Raises BadData that names the line."""
        at = self.place(name)
        values = [np.nan if row[at] in MISSING else self._number(row[at], name, i) for i, row in enumerate(self.rows)]
        found = np.array(values, np.float64)
        if whole:
            self._all(
                name,
                (found != np.round(found)) & ~np.isnan(found),
                found,
                "不是整数；计数只能是整数",
                "is no whole number; counts are",
            )
        if least is not None:
            self._all(
                name,
                found < least,
                found,
                f"小于 {least:g}；更正请记在被更正的那一天，不写负数",
                f"is below {least:g}; book a correction on the day it corrects, not as a negative number",
            )
        return found

    def dates(self, name: str, *, future: bool = False) -> Days:
        """The cells of a column as civil days, NaT where missing. Raises BadData that names the line."""
        at, today = self.place(name), today_()
        found = np.full(len(self.rows), np.datetime64("NaT"), "datetime64[D]")
        for i, row in enumerate(self.rows):
            if row[at] in MISSING:
                continue
            on = day_of(row[at])
            if on is None:
                raise self.bad(i, name, row[at], "不是日期；请写成 2020-02-02", "is no date; write 2020-02-02")
            if not future and on > today:
                raise self.bad(
                    i,
                    name,
                    row[at],
                    f"是未来的日期（今天 {today}）；请改正",
                    f"lies in the future (today is {today}); mend it",
                )
            found[i] = np.datetime64(on, "D")
        return found

    def bad(self, row: int, name: str, value: str, zh: str, en: str) -> BadData:
        """What is wrong with one cell."""
        line, cell = self.lines[row], value[:40]
        return BadData(
            f"{self.name} 第 {line} 行「{name}」{cell!r} {zh}。",
            f"{self.name}, line {line}, “{name}”: {cell!r} {en}.",
            field=name,
        )

    def _number(self, text: str, name: str, row: int) -> float:
        try:
            value = float(text) if text.isascii() and "_" not in text else np.nan
        except ValueError:
            value = np.nan
        if not np.isfinite(value):
            raise self.bad(row, name, text, "不是数字；不知道的请留空", "is no number; leave it empty if it is unknown")
        return value

    def _all(self, name: str, wrong: np.ndarray, values: Floats, zh: str, en: str) -> None:
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            raise self.bad(row, name, f"{values[row]:g}", zh, en)


def today_() -> date:
    """The civil day of the city."""
    return datetime.now(SHANGHAI).date()


def day_of(text: str) -> date | None:
    """A civil day as 2020-02-02 or 2020/2/2, with or without a time behind it; None for anything else."""
    head = text.strip().split("T")[0].split(" ")[0].replace("/", "-")
    parts = head.split("-")
    try:
        if len(parts) == 3 and len(parts[0]) == 4 and all(part.isascii() and part.isdecimal() for part in parts):
            return date(*map(int, parts))
    except ValueError:
        return None
    return None


def read(path: str, *, known: Sequence[str] = ()) -> Table:
    """The table of a file, or of standard input (`-`). `known` are headings that tell the delimiter. Raises BadData."""
    name = "标准输入 stdin" if path == STDIN else Path(path).name
    return of_bytes(_bytes(path, name), name, known=known)


def of_bytes(data: bytes, name: str, *, known: Sequence[str] = ()) -> Table:
    """The same of bytes at hand."""
    _must_be_text(data, name)
    try:
        text, _encoding = csv_text.decode(data)
    except Refusal as refusal:
        raise BadData(
            f"{name}：{refusal.sentence}", f"{name} is no text in UTF-8 or GB18030; save it as “CSV UTF-8”."
        ) from None
    mark = csv_text.sniff(text, frozenset(map(fold, known)))
    return _cut(text, name, mark if mark in MARKS else ",")


def _cut(text: str, name: str, mark: str) -> Table:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    before = 0
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(tuple(cell.strip() for cell in row))
                lines.append(before + 1)
            before = reader.line_num
    except csv.Error:
        raise BadData(
            f"{name} 第 {before + 1} 行起的引号不成对，或一格太长；请补齐英文引号。",
            f"{name}: from line {before + 1} on quotes do not pair, or a cell is too long; complete the quotes.",
        ) from None
    if not rows:
        raise BadData(f"{name} 里没有内容；第一行要写列名。", f"{name} is empty; its first line must name the columns.")
    heads = rows[0]
    _must_be_heads(heads, name)
    for cells, line in zip(rows[1:], lines[1:], strict=True):
        if len(cells) != len(heads):
            raise BadData(
                f"{name} 第 {line} 行有 {len(cells)} 格，列名有 {len(heads)} 个；请补齐或删去多余的分隔符。",
                f"{name}, line {line}, has {len(cells)} cells under {len(heads)} headings; add the missing or take out the surplus ones.",
            )
    if len(rows) < 2:
        raise BadData(f"{name} 只有列名，没有数据。", f"{name} has headings and no data.")
    return Table(name, heads, tuple(rows[1:]), tuple(lines[1:]))


def _must_be_heads(heads: Sequence[str], name: str) -> None:
    if len(set(heads)) < len(heads):
        twice = next(one for one in heads if heads.count(one) > 1)
        raise BadData(f"{name} 有两列都叫「{twice}」；请改名。", f"{name} has two columns “{twice}”; rename one.")
    if all(_is_number(one) for one in heads):
        raise BadData(
            f"{name} 第一行全是数字；第一行要写列名，如 date,cases。",
            f"{name}: the first line holds numbers alone; it must name the columns, as in date,cases.",
        )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return day_of(text) is not None
    return True


def _bytes(path: str, name: str) -> bytes:
    if path == STDIN:
        data = sys.stdin.buffer.read(limits.FILE_BYTES + 1)
    else:
        try:
            with Path(path).open("rb") as file:
                data = file.read(limits.FILE_BYTES + 1)
        except OSError as error:
            why = "没有这个文件" if isinstance(error, FileNotFoundError) else error.strerror
            raise BadData(f"打不开 {path}：{why}。", f"cannot open {path}: {error.strerror}.") from None
    if len(data) > limits.FILE_BYTES:
        most = limits.FILE_BYTES // 2**20
        raise BadData(f"{name} 超过 {most} MB；请分开。", f"{name} is larger than {most} MB; cut it.")
    return data


def _must_be_text(data: bytes, name: str) -> None:
    for start, (zh, en) in _FORMATS.items():
        if data.startswith(start):
            raise BadData(
                f"{name} 的内容是{zh}，不是 CSV；请另存为“CSV UTF-8”再用。",
                f"{name} is {en}, no CSV; save it as “CSV UTF-8” first.",
            )
