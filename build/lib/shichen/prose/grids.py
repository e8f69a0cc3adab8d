"""Tables within a text, one row a line with a tab between two cells: which cells are heads, labels and numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import re2

TAB = "\t"
MAX_CELLS = 4_000
_NUMBER = re2.compile(r"^[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?(?:[万亿]?[\p{Han}%‰]{0,4})$")
_DATED = ("年", "月", "日", "时")
_BLANK = frozenset(("", "-", "—", "--", "——", "/", "\\", "无", "空"))
_COUNTING = ("序号", "编号", "排名", "名次")
_FEWEST = 2


class Cell(NamedTuple):
    """A cell by its raw span; `text` is what it says, half-width and without blanks around it."""

    start: int
    end: int
    text: str

    @property
    def numeric(self) -> bool:
        return bool(_NUMBER.match(self.text)) and not self.text.endswith(_DATED)


@dataclass(slots=True)
class Value:
    """A cell that holds a number, the words of its column from top to bottom, and those of its row from the left."""

    cell: Cell
    heads: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass
class Grid:
    """The rows of a table and the line that stands over it."""

    rows: list[list[Cell]] = field(default_factory=list)
    caption: str = ""

    @cached_property
    def first(self) -> int:
        """The first row with a number; the rows before it are heads."""
        numbered = (at for at, row in enumerate(self.rows) if any(cell.numeric for cell in row))
        return next(numbered, len(self.rows))

    @property
    def values(self) -> list[Value]:
        """The numbers in the order of the text, none that only counts the rows."""
        found = []
        for row in self.rows[self.first :]:
            labels = tuple(cell.text for cell in row if cell.text and not cell.numeric and cell.text not in _BLANK)
            for at, cell in enumerate(row):
                heads = self.heads(at)
                if cell.numeric and not (heads and heads[-1] in _COUNTING):
                    found.append(Value(cell, heads, labels[:_FEWEST]))
        return found[:MAX_CELLS]

    def heads(self, column: int) -> tuple[str, ...]:
        """What stands over a column, from the top: a head over several of them says its words over each."""
        said: list[str] = []
        left = 0
        for row in self.rows[: self.first]:
            at = next((at for at in range(min(column, len(row) - 1), left - 1, -1) if row[at].text), None)
            if at is not None:
                left = at  # what stands lower spans no wider
                if row[at].text not in said:
                    said.append(row[at].text)
        return tuple(said)


def cells(line: str, start: int) -> list[Cell]:
    """The cells of a line that begins at a raw offset."""
    found, at = [], start
    for piece in line.split(TAB):
        left = at + len(piece) - len(piece.lstrip())
        found.append(Cell(left, left + len(piece.strip()), _plain(piece.strip())))
        at += len(piece) + len(TAB)
    return found


def is_row(line: str) -> bool:
    """Whether a line is a row of a table: two cells that say something."""
    return TAB in line and sum(bool(piece.strip()) for piece in line.split(TAB)) >= _FEWEST


def _plain(text: str) -> str:
    return "".join(text.translate(_HALF).split())


_HALF = str.maketrans("０１２３４５６７８９，．％（）：", "0123456789,.%():")
