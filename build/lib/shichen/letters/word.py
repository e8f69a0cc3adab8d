"""A .docx as lines: its paragraphs and tables in the order of the page; nothing of it is run, fetched or drawn."""

from __future__ import annotations

from shichen.letters.lines import Table, flat
from shichen.refusal import Refusal
from shichen.sheets.archive import parts_of
from shichen.sheets.scanning import local, walk

MAIN = "word/document.xml"
_MARKS = {"br": "\n", "cr": "\n", "tab": " ", "noBreakHyphen": "-"}
_PASSED = frozenset(("Fallback", "del", "moveFrom", "instrText"))
"""Elements whose words are no words of the letter: doubled drawings, deleted text, fields."""


def lines_of(data: bytes) -> list[str]:
    """The lines of a Word document. Raises Refusal for what is none, or beyond the limits of an archive."""
    parts = parts_of(data)
    if MAIN not in parts:
        raise Refusal("这个文件不是 .docx 文档（里面没有正文）；请在 Word 或 WPS 里另存为 .docx 再传。", field="file")
    reader = _Reader()
    walk(parts[MAIN], reader.start, reader.end, reader.text)
    return reader.lines


class _Reader:
    """What has been read of a document so far; tables within a table are read as the words of its cell."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.words: list[str] = []
        self.cell: list[str] = []
        self.tables: list[Table] = []
        self.speaks = False
        self.passed = 0
        self.wide, self.merged = 1, ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if self.passed or name in _PASSED:
            self.passed += 1
        elif name == "tbl":
            self.tables.append(Table())
        elif name == "tr" and len(self.tables) == 1:
            self.tables[0].open_row()
        elif name == "tc" and len(self.tables) == 1:
            self.cell, self.wide, self.merged = [], 1, ""
        elif name == "gridSpan":
            self.wide = _number(_value(attributes))
        elif name == "vMerge":
            self.merged = _value(attributes) or "continue"
        elif name == "t":
            self.speaks = True
        elif name in _MARKS:
            self.words.append(_MARKS[name])

    def text(self, said: str) -> None:
        if self.speaks and not self.passed:
            self.words.append(said)

    def end(self, tag: str) -> None:
        name = local(tag)
        if self.passed:
            self.passed -= 1
        elif name == "t":
            self.speaks = False
        elif name == "p":
            self._paragraph()
        elif name == "tc" and len(self.tables) == 1:
            self._cell()
        elif name == "tbl":
            table = self.tables.pop()
            if not self.tables:
                self.lines += ["", *table.lines(), ""]

    def _paragraph(self) -> None:
        said, self.words = "".join(self.words), []
        if self.tables:
            self.cell.append(said)
        else:
            self.lines += [flat(line) for line in said.split("\n")]

    def _cell(self) -> None:
        """A cell that goes on from the one above it says what that one says."""
        rows = self.tables[0].rows
        said = "\n".join(self.cell)
        above = rows[-2] if len(rows) > 1 else []
        if self.merged == "continue" and len(rows[-1]) < len(above):
            said = above[len(rows[-1])]
        self.tables[0].add(said, columns=self.wide)


def _value(attributes: dict[str, str]) -> str:
    return next((value for name, value in attributes.items() if local(name) == "val"), "")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1
