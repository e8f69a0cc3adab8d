"""What a letter comes to: its paragraphs as lines, the rows of its tables as lines with a tab between two cells."""

from __future__ import annotations

from dataclasses import dataclass, field

TAB = "\t"


@dataclass
class Table:
    """A table while it is being read; a cell that spans several rows or columns says its words in each row."""

    rows: list[list[str]] = field(default_factory=list)
    spans: dict[int, tuple[int, str]] = field(default_factory=dict)

    def open_row(self) -> None:
        self.rows.append([])

    def add(self, text: str, *, columns: int = 1, rows: int = 1) -> None:
        """One more cell of the row at hand, after those that reach down into it from above."""
        self._from_above()
        said = flat(text)
        for column in range(max(1, columns)):
            if rows > 1:
                self.spans[len(self.rows[-1])] = (rows - 1, said if column == 0 else "")
            self.rows[-1].append(said if column == 0 else "")

    def close_row(self) -> None:
        self._from_above()

    def lines(self) -> list[str]:
        """The rows that say anything."""
        return [TAB.join(row) for row in self.rows if any(row)]

    def _from_above(self) -> None:
        while len(self.rows[-1]) in self.spans:
            at = len(self.rows[-1])
            left, text = self.spans.pop(at)
            if left > 1:
                self.spans[at] = (left - 1, text)
            self.rows[-1].append(text)


def flat(text: str) -> str:
    """The words of a cell or a line without line ends, tabs and doubled blanks."""
    return " ".join(text.split())


def joined(lines: list[str]) -> str:
    """The lines as one text, without more than one blank line between two."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n") + "\n"
