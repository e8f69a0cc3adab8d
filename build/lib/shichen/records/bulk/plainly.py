"""Plain records of a piece (快道): columns of numbers in one file that parent and child share, and the records left to the checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shichen.records import lake
from shichen.records.bulk import passings, plain, shape
from shichen.records.bulk.checks import Bounds
from shichen.records.bulk.plain import Cells, Longs, Words

COLUMNS: dict[str, Any] = {
    "k": np.int64,
    "t": np.int32,
    "place": np.int32,
    "plate": np.int64,
    "document": np.int64,
    "dir": np.int8,
    "outcome": np.int8,
    "region": np.int32,
    "temp": np.int16,
    "number": np.int16,
}
"""What is handed over of each record, one column behind the other."""
WIDTH = sum(np.dtype(kind).itemsize for kind in COLUMNS.values())


SLICE = 2 << 20
"""Bytes looked at in one go: what is made of them stays in the processor's own memory."""


@dataclass(frozen=True)
class Taken:
    """The records of a text that are plain, as columns; of the others their numbers and their text."""

    columns: dict[str, NDArray[Any]]
    left: Longs
    text: bytes

    def __len__(self) -> int:
        return len(self.columns["k"])

    def as_bytes(self) -> bytes:
        return b"".join(np.ascontiguousarray(self.columns[name]).tobytes() for name in COLUMNS)


def columns_of(data: bytes) -> dict[str, NDArray[Any]]:
    """The columns that were handed over."""
    count, at, found = len(data) // WIDTH, 0, {}
    for name, kind in COLUMNS.items():
        found[name] = np.frombuffer(data, kind, count, at)
        at += found[name].nbytes
    return found


class Reader:
    """Reads the plain records of a load's pieces."""

    def __init__(
        self, places: Mapping[str, int], count: int, delimiter: str, sites: Sequence[Sequence[Any]], bounds: Bounds
    ) -> None:
        """`sites` are (word, place, opened, closed, …); a word that is there twice is left to the checks."""
        self.places, self.count, self.delimiter, self.bounds = places, count, delimiter, bounds
        self.sites = Words([(row[0], number) for number, row in enumerate(sites)])
        self.site = np.array([row[1:4] for row in sites] or [(0, 0, 0)], np.int64).T
        ways, outcomes = (
            Words([(word, code) for code, words in said.items() for word in words])
            for said in ({0: ("",), **passings.DIRECTIONS}, passings.OUTCOME_WORDS)
        )
        looks: dict[str, Callable[[Cells, int], tuple[Longs, NDArray[np.bool_]]]] = {
            passings.PLATE: plain.plates,
            shape.PERSON: plain.documents,
            passings.DIR: ways.find,
            passings.OUTCOME: outcomes.find,
            passings.REGION: plain.regions,
            passings.TEMP: partial(plain.degrees, least=passings.COLDEST, most=passings.HOTTEST),
            passings.NUMBER: plain.numbers,
        }
        self.looks = {name: look for name, look in looks.items() if name in places}

    def read(self, text: bytes, records: int) -> Taken:
        """The plain records of a text without quotes, whose records end with a line feed each; the first has the number `records`."""
        columns: dict[str, list[NDArray[Any]]] = {name: [] for name in COLUMNS}
        left, lines = [], []
        for part in _slices(text):
            cells = Cells(part, self.delimiter, self.count)
            found, fit = self._columns(cells)
            taken = np.zeros(cells.records, bool)
            taken[np.flatnonzero(cells.fit)[fit]] = True
            columns["k"].append((np.flatnonzero(taken) + records).astype(COLUMNS["k"]))
            for name, values in found.items():
                columns[name].append(values[fit].astype(COLUMNS[name]))
            others = np.flatnonzero(~taken)
            left.append(others + records)
            lines += [part[start:end] for start, end in zip(*cells.lines(others), strict=True)]
            records += cells.records
        kept = {name: np.concatenate([np.empty(0, COLUMNS[name]), *values]) for name, values in columns.items()}
        return Taken(kept, np.concatenate([np.empty(0, np.int64), *left]), b"".join(lines))

    def _columns(self, cells: Cells) -> tuple[dict[str, Longs], NDArray[np.bool_]]:
        t, fit = plain.seconds(cells, self.places[shape.TIME], self.bounds)
        row, known = self.sites.find(cells, self.places[passings.POST])
        place, opened, closed = self.site[:, row]
        fit &= known & (t >= opened) & (t < closed)
        none = np.zeros(len(cells), np.int64)
        found: dict[str, Longs] = {}
        for name, look in self.looks.items():
            found[name], well = look(cells, self.places[name])
            fit &= well
        plate, document = found.get(passings.PLATE, none), found.get(shape.PERSON, none)
        said = found.get(passings.NUMBER, none - 1)
        alone = (document == 0) & (plate != 0)  # a vehicle told without a person stands for none
        columns = {
            "t": t,
            "place": place,
            "plate": plate,
            "document": document,
            "number": np.where(said < 0, ~alone, said),
        }
        carried = (passings.DIR, passings.OUTCOME, passings.REGION, passings.TEMP)
        return columns | {name: found.get(name, none) for name in carried}, fit


def texts(column: str, numbers: Longs) -> list[bytes]:
    """What the numbers of a column of identities stand for, as `pseudonyms` compares it, in UTF-8."""
    return (plain.documents_of if column == "document" else plain.plates_of)(numbers)


def may(table: str, delimiter: str, text: bytes) -> bool:
    """Whether a text of a table can have plain records at all: nothing in it is quoted, and a cell ends at one byte."""
    return table == lake.PASSINGS and len(delimiter) == 1 and delimiter.isascii() and b'"' not in text


def _slices(text: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(text):
        end = text.find(b"\n", min(at + SLICE, len(text) - 1)) + 1
        yield text[at:end]
        at = end
