"""The parent's side of parsing: pieces handed to the child while the one before is worked, its answers taken in order."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

import shichen
from shichen.records.bulk import cutting, opening, plainly, shape
from shichen.records.bulk.cutting import Piece
from shichen.records.bulk.task import Task, put, returned
from shichen.refusal import Refusal

SLOTS = 2
_LAST = Piece(b"")
_Slots = tuple[tuple[int, int, int, int], ...]
BROKEN = "读这份文件的程序中途停了；文件已留存，没有入库。请核对文件，或分成几份再送。"


@dataclass(frozen=True)
class Parsed:
    """What the child made of one piece: how many records and lines it read of it, and what of them, and of pieces before, is settled now.

    `plain` are the columns of its plain records, `rows` a Parquet file of `checked` others, which lasts until the next piece is asked for.
    """

    read: int
    lines: int
    plain: dict[str, NDArray[Any]]
    checked: int
    rejected: int
    reasons: dict[str, int]
    rows: str
    refused: bytes

    @property
    def ok(self) -> int:
        return len(self.plain["k"]) + self.checked


class Child:
    """The child process, and the files that it shares with us."""

    def __init__(self, process: subprocess.Popen[bytes], slots: _Slots) -> None:
        self.process, self.slots = process, slots

    def parsed(self, task: Task, pieces: Iterable[Piece]) -> Iterator[Parsed]:
        """The pieces one by one, as the child reads them; it is already at the next while this one is worked. Raises Refusal.

        Of a piece's records some may come with a later answer; with the last, all have.
        """
        self._say(replace(task, slots=self.slots).as_json())
        waiting: list[int] = []
        first, line, handed = 1, task.line, 0
        for piece in itertools.chain(pieces, (_LAST,)):
            # the child counts the records; the number of the next piece's first one is known when it has answered
            answers = [self._answer(waiting.pop(0))] if waiting else []
            first, line = first + sum(one.read for one in answers), line + sum(one.lines for one in answers)
            if not piece.long:
                waiting.append(handed % SLOTS)
                self._hand(waiting[-1], piece, first, line)
                handed += 1
            yield from answers
            if piece.long:
                yield _too_long(task, piece, line if task.line else first)
                first, line = first + 1, line + 1
        yield self._answer(waiting.pop(0))

    def _hand(self, slot: int, piece: Piece, first: int, line: int) -> None:
        put(self.slots[slot][0], piece.data)
        asked = {"slot": slot, "size": len(piece.data), "first": first, "line": line, "last": piece is _LAST}
        self._say(json.dumps(asked))

    def _say(self, line: str) -> None:
        if self.process.stdin is None:
            raise AssertionError("the child is given a pipe")
        try:
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Refusal(BROKEN, rule="格式") from None

    def _answer(self, slot: int) -> Parsed:
        line = self.process.stdout.readline() if self.process.stdout else b""
        if not line:
            raise Refusal(BROKEN, rule="格式")
        said = json.loads(line)
        _, rows, plain, refused = self.slots[slot]
        return Parsed(
            said["read"],
            said["lines"],
            plainly.columns_of(os.pread(plain, said["plain"] * plainly.WIDTH, 0)),
            said["checked"],
            said["rejected"],
            said["reasons"],
            f"/proc/self/fd/{rows}",
            os.pread(refused, os.fstat(refused).st_size, 0),
        )


@contextmanager
def started() -> Iterator[Child]:
    """A child that is getting ready, or has been since `prepare`: what it is to read may be found out meanwhile."""
    child, away = _ready.pop() if _ready else _begun()
    with away:
        yield child


def prepare() -> None:
    """Let a child get ready while the file is still being received; it ends with this process if it is never asked."""
    if not _ready:
        _ready.append(_begun())


def _begun() -> tuple[Child, ExitStack]:
    with ExitStack() as stack:
        slots = stack.enter_context(_descriptors())
        return Child(stack.enter_context(_process(slots)), slots), stack.pop_all()
    raise AssertionError("a stack swallows no error")


_ready: list[tuple[Child, ExitStack]] = []


def heading_of(task: Task) -> bytes:
    """The first line of a file of refused records: two columns in front, then the sender's own."""
    if task.format == opening.NDJSON:
        return b""
    import csv
    import io

    out = io.StringIO()
    csv.writer(out, delimiter=task.delimiter, lineterminator="\n").writerow([*task.front, *task.headings])
    return out.getvalue().encode(task.encoding, "replace")


def _too_long(task: Task, piece: Piece, number: int) -> Parsed:
    reasons = (shape.COMMON[0],)
    record = cutting.shortened(piece.data.split(b"\n", 1)[0], 2000, task.encoding)
    return Parsed(1, 1, plainly.columns_of(b""), 0, 1, {"columns": 1}, "", returned(task, number, reasons, record))


@contextmanager
def _descriptors() -> Iterator[_Slots]:
    """Files without a name, in memory alone: what is in clear never touches a disk."""
    made = [[os.memfd_create(f"{name}{n}") for name in ("piece", "rows", "plain", "refused")] for n in range(SLOTS)]
    try:
        yield tuple((one[0], one[1], one[2], one[3]) for one in made)
    finally:
        for one in made:
            for descriptor in one:
                os.close(descriptor)


@contextmanager
def _process(slots: _Slots) -> Iterator[subprocess.Popen[bytes]]:
    source = str(Path(shichen.__file__).parent.parent)
    process = subprocess.Popen(
        [sys.executable, "-X", "utf8", "-P", "-m", "shichen.records.bulk.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": source, "PATH": os.defpath, "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"},
        pass_fds=[descriptor for slot in slots for descriptor in slot],
    )
    try:
        yield process
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        process.wait()
