"""One pass over a sheet's XML for what calamine does not tell: far cells, hidden lines, formulas, error values."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from shichen.refusal import Refusal
from shichen.sheets import limits
from shichen.sheets.table import letter

Start = Callable[[str, dict[str, str]], None]
Text = Callable[[str], None]


def parse(content: bytes, start: Start, text: Text | None = None) -> None:
    """Walk the opening tags and the text of an XML part."""
    walk(content, start, None, text)


def walk(content: bytes, start: Start, end: Text | None, text: Text | None) -> None:
    """Walk the tags and the text of an XML part. Expat itself and not defusedxml's handlers around it: they
    take three times as long over a million cells, and the one thing they forbid, a document type, is refused here."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.EntityDeclHandler = _no_doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise Refusal("文件已损坏，里面的内容读不出来；请用办公软件打开后另存一份再传。") from None


def local(tag: str) -> str:
    """The name without its prefix."""
    return tag.rpartition(":")[2]


@dataclass
class SheetScan:
    """What one sheet's XML shows; lines and columns from 0."""

    name: str
    hidden_lines: set[int] = field(default_factory=set)
    broken: dict[tuple[int, int], str] = field(default_factory=dict)
    formulas: int = 0
    cells: int = 0
    bottom: int = -1
    right: int = -1

    @property
    def area(self) -> int:
        """The rectangle that a reader will lay out for this sheet."""
        return (self.bottom + 1) * (self.right + 1)


def scan_sheet(name: str, content: bytes) -> SheetScan:
    """The scan of one sheet; a refusal where a cell lies outside the limits, before anyone allocates the rectangle."""
    scanner = _Scanner(SheetScan(name))
    parse(content, scanner.start, scanner.text)
    scanner.close()
    return scanner.scan


class _Scanner:
    """Where the walk stands: its line and column, and what the cell last opened holds; the next tag but f, v, is, t
    closes it. Written for a million cells, so closing tags are not looked at."""

    def __init__(self, scan: SheetScan) -> None:
        self.scan = scan
        self.line = self.column = -1
        self.kind = self.value = ""
        self.formula = self.reading = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if ":" in tag:
            tag = local(tag)
        if tag == "c":
            self.close()
            self._open(attributes)
        elif tag == "v" or tag == "t":
            self.reading = True
        elif tag == "f":
            self.formula, self.reading = True, False
        elif tag == "row":
            self.close()
            self._row(attributes)

    def text(self, data: str) -> None:
        if self.reading and not self.value:
            self.value = data.strip()

    def close(self) -> None:
        """Note the cell last opened, if it holds anything."""
        if not self.value and not self.formula:
            return
        self.scan.cells += 1
        if self.column >= limits.COLUMNS or self.line >= limits.LINES or self.scan.cells > limits.CELLS:
            raise Refusal(self._too_far())
        self.scan.bottom, self.scan.right = max(self.scan.bottom, self.line), max(self.scan.right, self.column)
        if self.formula:
            self.scan.formulas += 1
        if self.kind == "e":
            self.scan.broken[self.line, self.column] = self.value[:20] or "#VALUE!"
        elif self.formula and not self.value and self.kind != "str":
            self.scan.broken[self.line, self.column] = ""
        self.value, self.formula, self.reading = "", False, False

    def _open(self, attributes: dict[str, str]) -> None:
        place = _place(attributes.get("r", ""))
        if place:
            self.line, self.column = place
        else:
            self.column += 1
        self.kind = attributes.get("t", "")
        self.reading = False

    def _row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self.line = int(number) - 1 if number.isascii() and number.isdigit() and len(number) < 10 else self.line + 1
        self.column = -1
        self.reading = False
        if attributes.get("hidden") in ("1", "true"):
            self.scan.hidden_lines.add(self.line)

    def _too_far(self) -> str:
        where = f"工作表“{self.scan.name[:40]}”"
        if self.scan.cells > limits.CELLS:
            return f"{where}有内容的格子超过 {limits.CELLS} 个；请分成几个文件再传。"
        limit = f"{limits.COLUMNS} 列" if self.column >= limits.COLUMNS else f"{limits.LINES} 行"
        return f"{where}的 {letter(self.column)}{self.line + 1} 格有内容，超过 {limit}；请删去远处的单元格，或分成几个文件再传。"


@functools.lru_cache(maxsize=1_000)
def _column(letters: str) -> int:
    column = 0
    for char in letters:
        column = column * 26 + ord(char) - 64
    return column - 1


def _place(reference: str) -> tuple[int, int] | None:
    """XFD1048576 as line and column from 0; None where nothing or nonsense is written."""
    letters = reference.rstrip("0123456789")
    digits = reference[len(letters) :]
    if not digits or len(digits) > 9 or not 1 <= len(letters) <= 4 or not letters.isascii() or not letters.isalpha():
        return None
    return int(digits) - 1, _column(letters.upper())


def _no_doctype(*_: object) -> NoReturn:
    raise Refusal("文件里有不该出现的声明（DTD、实体），可能是恶意文件，不能打开；请把内容复制到新的文件再传。")
