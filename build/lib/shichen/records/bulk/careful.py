"""Records taken apart one by one (逐条拆): for the pieces in which quotes are not where they belong."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from shichen.records.bulk import cutting
from shichen.records.bulk.shape import LONGEST

MOST_LINES = 50
"""Lines that one record may have; a quote that is open for longer was a slip."""


@dataclass(frozen=True)
class Loose:
    """A record as it stands in the text, and its cells; without cells where it has not as many as the heading."""

    text: bytes
    cells: tuple[str, ...] | None


def records(text: bytes, delimiter: str, count: int) -> list[Loose]:
    """Every record of a text. A quote that does not close costs its own line, never those behind it."""
    found: list[Loose] = []
    lines = text.split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    place = 0
    while place < len(lines):
        taken, one = _record(lines, place, delimiter, count)
        found.append(one)
        place += taken
    return found


def rewritten(found: list[Loose], delimiter: str) -> bytes:
    """The records that have cells, each cell in quotes, on a line of its own."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows(tuple(cell.replace("\n", " ") for cell in one.cells) for one in found if one.cells is not None)
    return out.getvalue().encode()


def _record(lines: list[bytes], place: int, delimiter: str, count: int) -> tuple[int, Loose]:
    joined, quotes = b"", 0
    for taken, line in enumerate(lines[place : place + MOST_LINES], start=1):
        joined = joined + b"\n" + line if taken > 1 else line
        quotes += line.count(b'"')
        if len(joined) > LONGEST:
            break
        if quotes % 2 == 0:
            cells = _cells(joined, delimiter)
            if cells is not None and len(cells) == count:
                return taken, Loose(joined, cells)
            break
    return 1, Loose(cutting.shortened(lines[place], LONGEST), None)


def _cells(text: bytes, delimiter: str) -> tuple[str, ...] | None:
    try:
        rows = list(csv.reader(io.StringIO(text.decode(), newline=""), delimiter=delimiter, strict=True))
    except (csv.Error, UnicodeDecodeError):
        return None
    return tuple(rows[0]) if len(rows) == 1 else None
