"""What reading a sheet gives: typed rows, cells to mend by line and column, counts that add up, notices."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from shichen.sheets.fields import Field, Value

Cell = str | int | float | bool | object
"""A cell as the file holds it: text, number, truth value, date or time; an empty text where it is empty."""


@dataclass(frozen=True)
class RawSheet:
    """One sheet as the file holds it. `numbers` gives the line of each row; `broken` says why a
    cell has no value, `merged` leads from a cell to the one whose value it shares; both by line and column (0 = A)."""

    name: str
    rows: list[list[Cell]]
    numbers: list[int]
    visible: bool = True
    hidden_lines: frozenset[int] = frozenset()
    broken: dict[tuple[int, int], str] = field(default_factory=dict)
    formulas: int = 0
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    epoch_1904: bool = False


@dataclass(frozen=True)
class CellError:
    """A cell that could not be taken, where it stands, and what to do."""

    sheet: str
    line: int
    column_letter: str
    heading: str
    value: str
    sentence: str
    field: str = ""


@dataclass
class Row:
    """One line of a sheet: values by field name, what stood in columns that no field claims, and its errors."""

    sheet: str
    line: int
    values: dict[str, Value]
    extras: dict[str, str]
    errors: list[CellError]
    raw: list[Cell]
    hidden: bool = False


@dataclass(frozen=True)
class TotalCheck:
    """A figure of a 合计 line beside the sum of the lines above; `agrees` is None where a line above waits to be mended."""

    sheet: str
    line: int
    field: str
    stated: Decimal
    computed: Decimal
    agrees: bool | None


@dataclass(frozen=True)
class Counts:
    """Lines under the headings: every one is taken, to be mended, blank, or a total."""

    read: int
    taken: int
    to_mend: int
    blank: int
    totals: int

    @property
    def add_up(self) -> bool:
        return self.read == self.taken + self.to_mend + self.blank + self.totals


@dataclass
class Sheet:
    """One sheet: where its headings stand, which column is which field, and its lines."""

    name: str
    visible: bool
    head_lines: tuple[int, ...] = ()
    headings: list[str] = field(default_factory=list)
    mapping: dict[int, Field | None] = field(default_factory=dict)
    missing: list[Field] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    read: int = 0
    unread: int = 0
    blank: int = 0
    totals: list[int] = field(default_factory=list)
    total_checks: list[TotalCheck] = field(default_factory=list)

    @property
    def used(self) -> bool:
        return bool(self.head_lines)

    @property
    def unmapped(self) -> list[int]:
        """Columns with a heading that no field claims; their cells are kept in each row's `extras`."""
        return [column for column, found in self.mapping.items() if found is None and self.headings[column]]

    @property
    def counts(self) -> Counts:
        to_mend = sum(1 for row in self.rows if row.errors)
        return Counts(self.read, len(self.rows) - to_mend, to_mend, self.blank, len(self.totals))


@dataclass
class Table:
    """A whole file. `notices` are sentences a person should see: hidden sheets and lines, formulas, totals that differ."""

    filename: str
    kind: str
    fields: tuple[Field, ...]
    sheets: list[Sheet]
    notices: list[str]

    @property
    def rows(self) -> list[Row]:
        """Every line with something in it, taken or to be mended."""
        return [row for sheet in self.sheets for row in sheet.rows]

    @property
    def unread(self) -> int:
        """Lines beyond those that were asked for."""
        return sum(sheet.unread for sheet in self.sheets)

    @property
    def taken(self) -> list[Row]:
        return [row for row in self.rows if not row.errors]

    @property
    def to_mend(self) -> list[Row]:
        return [row for row in self.rows if row.errors]

    @property
    def errors(self) -> list[CellError]:
        return [error for row in self.rows for error in row.errors]

    @property
    def counts(self) -> Counts:
        each = [sheet.counts for sheet in self.sheets]
        return Counts(
            *(sum(getattr(c, name) for c in each) for name in ("read", "taken", "to_mend", "blank", "totals"))
        )


def letter(column: int) -> str:
    """The name of a column, counted from 0: A, B, … Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def as_text(cell: Cell) -> str:
    """A cell in words, as a person sees it in the sheet."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)
