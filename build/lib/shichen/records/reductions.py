"""Records wherever they are kept, behind one face: what every keeper answers, and the ways to reduce rows to a number."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Protocol

How = Literal["count", "total", "distinct", "latest", "run", "median"]


@dataclass(frozen=True)
class Reduction:
    """A way to make one number of many rows, as data, so that every keeper can do it in its own tongue.

    count: how many rows. total: the sum of `field`. distinct: how many different values of `field`.
    latest: of each `each`, the value of `field` in the row latest by `by`; the sum of these.
    run: in the order of `by`, how many values of `field`, summed for each `by`, are nought in a row up to the last.
    median: the middle of the values of `field`, the mean of the two in the middle where they are even in number.
    """

    how: How
    field: str = ""
    by: str = ""
    each: str = ""

    def __str__(self) -> str:
        return f"{self.how}({', '.join(part for part in (self.field, self.by, self.each) if part)})"


COUNT = Reduction("count")


def total(field: str) -> Reduction:
    return Reduction("total", field)


def distinct(field: str) -> Reduction:
    return Reduction("distinct", field)


def latest(field: str, *, by: str, each: str) -> Reduction:
    return Reduction("latest", field, by, each)


def run_of_noughts(field: str, *, by: str) -> Reduction:
    return Reduction("run", field, by)


def median(field: str) -> Reduction:
    return Reduction("median", field)


def noughts_at_the_end(values: list[Decimal]) -> Decimal:
    """How many of the values, from the last back, are nought in a row."""
    count = 0
    for value in reversed(values):
        if value != 0:
            break
        count += 1
    return Decimal(count)


@dataclass(frozen=True)
class Fingerprint:
    """Which records a number rests on: how many, and a digest of (id, revision) of each in order."""

    count: int
    digest: str


@dataclass(frozen=True)
class Row:
    """One record as a trace shows it: where it is, what it says (masked), where it came from."""

    id: str
    href: str
    cells: dict[str, Any]
    envelope: str = ""


class Records(Protocol):
    """The face of a keeper. None means: no row, nothing reported; it is not nought."""

    def figure(self, reduction: Reduction) -> Decimal | None: ...

    def figures(self, reduction: Reduction, by: str) -> dict[str, Decimal]: ...

    def rows(self, limit: int) -> list[Row]: ...

    def fingerprint(self) -> Fingerprint: ...
