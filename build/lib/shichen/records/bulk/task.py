"""What the child is asked to read and to hold it to, and how a refused record goes back to its sender."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
from numpy.typing import NDArray

from shichen.records.bulk import opening, shape
from shichen.records.bulk.checks import Bounds

UNREADABLE = b"\x00"
"""What stands in place of a record that is not in the encoding of its file."""


@dataclass(frozen=True)
class Task:
    """What to read and what to hold it to; `slots` are the descriptors of (piece, rows, plain, refused) that parent and child share."""

    table: str
    format: str
    encoding: str
    delimiter: str
    places: dict[str, int]
    headings: Sequence[str]
    line: int
    """Which line of the sender's file the first record stands on; 0 where the file has no lines, as Arrow has none."""
    earliest: int
    latest: int
    offsets: Sequence[tuple[int, int]]
    sites: Sequence[tuple[str, int, int, int, int]]
    slots: Sequence[tuple[int, int, int, int]]

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @property
    def bounds(self) -> Bounds:
        return Bounds(self.earliest, self.latest, tuple((one[0], one[1]) for one in self.offsets))

    @property
    def front(self) -> tuple[str, str]:
        """What the two columns are called that stand before a refused record."""
        return (shape.LINE if self.line else shape.RECORD), shape.WHY


@dataclass(frozen=True)
class Lines:
    """Which lines of a file the lines of a text are: the file's empty ones are not in the text."""

    first: int = 1
    kept: NDArray[np.int64] | None = None
    """Of each line of the text its place behind the first; none where no line was empty."""

    def of(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        return self.first + (places if self.kept is None else self.kept[places])


@dataclass(frozen=True)
class Left:
    """Records that are not plain: their text, their numbers and lines; those behind the numbered ones are numbered on from `first`."""

    text: bytes = b""
    numbered: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    lined: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    """The file's lines of the numbered ones, each of which is one line."""
    first: int = 0
    behind: Lines = Lines()
    """The file's lines of those behind."""
    unread: tuple[bytes, ...] = ()
    """What stood where the text has `UNREADABLE`."""

    def numbers(self, index: NDArray[np.int64]) -> NDArray[np.int64]:
        """The numbers, in the whole load, of records by their places in the text."""
        beyond = index - len(self.numbered)
        known = np.minimum(index, len(self.numbered) - 1)
        return (
            np.where(beyond < 0, self.numbered[known], self.first + beyond)
            if len(self.numbered)
            else self.first + index
        )

    def lines(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """The lines, in the whole file, of lines of the text."""
        beyond, found = places - len(self.numbered), np.empty(len(places), np.int64)
        found[beyond < 0], found[beyond >= 0] = self.lined[places[beyond < 0]], self.behind.of(beyond[beyond >= 0])
        return found


def returned(task: Task, number: int, reasons: tuple[shape.Reason, ...], record: bytes) -> bytes:
    """A refused record as its sender gets it back: its line (or number) and what is wrong with it in front, nothing else changed."""
    said = "；".join(reason.zh for reason in reasons)
    if task.format == opening.NDJSON:
        front = json.dumps(dict(zip(task.front, (number, said), strict=True)), ensure_ascii=False).encode()
        body = record.strip()
        if "columns" in {reason.name for reason in reasons}:
            rest = json.dumps(body[:2000].decode(errors="replace"), ensure_ascii=False).encode()
            return front[:-1] + b', "' + "原文".encode() + b'": ' + rest + b"}\n"
        inside = body[1:].lstrip()
        return front[:-1] + (b"" if inside.startswith(b"}") else b", ") + inside + b"\n"
    head = f'{number}{task.delimiter}"{said}"{task.delimiter}'.encode(task.encoding, "replace")
    return head + record.rstrip(b"\r\n") + b"\n"


def put(descriptor: int, data: bytes) -> None:
    os.ftruncate(descriptor, 0)
    view, done = memoryview(data), 0
    while done < len(view):
        done += os.pwrite(descriptor, view[done:], done)
