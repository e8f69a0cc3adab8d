"""How wide the columns of a page should be, so that its rows together are as low as can be."""

from __future__ import annotations

import math
from collections.abc import Sequence

from shichen.documents.paper import Row
from shichen.documents.text import width

NARROWEST = 0.18
STEP = 0.005
Shares = tuple[float, ...]


def shares(rows: Sequence[Row], columns: int, *, across: float) -> Shares:
    """The share of each column in a page that is `across` characters wide, all columns together.

    A row is as high as its fullest cell. Width is handed from one column to another for as long as that saves lines;
    no column falls under a fifth or so of the page, the blank ones neither.
    """
    held = tuple(1 / columns for _ in range(columns))
    cells = [[[width(passage.text) + 1 for passage in cell] for cell in row.cells] for row in rows]
    best = _height(cells, held, across)
    for step in (16 * STEP, 4 * STEP, STEP):
        while True:
            tried = [(_height(cells, one, across), one) for one in _neighbours(held, step)]
            found = min(tried, default=(best, held))
            if found[0] >= best:
                break
            best, held = found
    return tuple(round(share, 3) for share in held)


def _neighbours(held: Shares, step: float) -> list[Shares]:
    pairs = [(a, b) for a in range(len(held)) for b in range(len(held)) if a != b and held[a] - step >= NARROWEST]
    return [
        tuple(share - step if n == a else share + step if n == b else share for n, share in enumerate(held))
        for a, b in pairs
    ]


def _height(cells: list[list[list[float]]], held: Shares, across: float) -> float:
    """Lines of all rows together; of two that need the same, the one with less left over in its fullest cells."""
    whole, part = 0, 0.0
    for row in cells:
        whole += max(
            sum(math.ceil(one / (share * across)) for one in cell) for cell, share in zip(row, held, strict=True)
        )
        part += max(sum(one / (share * across) for one in cell) for cell, share in zip(row, held, strict=True))
    return whole + part / 100
