"""The child process that parses a load: pieces in, typed rows out, one after the other; it has no key, no home and no network.

Run as `python -m shichen.records.bulk.child`. The first line of standard input is the `Task`; every further line says in which slot
a piece lies. Each is answered with one line of counts, when the plain records (columns), the checked rows (Parquet) and the refused
records lie in the slot's files.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from shichen.records.bulk import cutting, opening, plainly
from shichen.records.bulk.task import UNREADABLE, Left, Lines, Task, put

if TYPE_CHECKING:
    from shichen.records.bulk.checking import Checker

ENOUGH = 1 << 20
"""Bytes of records that are not plain, from which on they are looked at."""
MEMORY = 3 << 30
"""Bytes of address space; what is really used is held by the settings of the engine."""
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000


class Worker:
    """Works the pieces of one load: what is plain by `plainly`, all else by the checks."""

    def __init__(self, task: Task) -> None:
        self.task, self.left = task, Left()
        self.plain = plainly.Reader(task.places, len(task.headings), task.delimiter, task.sites, task.bounds)

    @cached_property
    def checker(self) -> Checker:
        from shichen.records.bulk.checking import Checker  # loads the engine, for the first record that is not plain

        return Checker(self.task)

    def work(self, slot: int, size: int, first: int, line: int, last: bool) -> dict[str, Any]:
        """One piece, whose first record has the number `first`, on that line of the file: what became of its records.

        The few that are not plain wait for those of the next pieces, up to `ENOUGH` of them: each look costs the engine the same.
        """
        piece, rows, plain, refused = self.task.slots[slot]
        taken, lines = self._read(os.pread(piece, size, 0), first, line)
        records = 0 if taken is None else len(taken) + len(taken.left)
        put(plain, b"" if taken is None else taken.as_bytes())
        put(refused, b"")
        said: dict[str, Any] = {"checked": 0, "rejected": 0, "reasons": {}}
        if self.left.text and (last or taken is None or len(self.left.text) >= ENOUGH):
            said = self.checker.check(self.left, piece, rows, refused)
            if taken is None:
                records = said["checked"] + said["rejected"] - len(self.left.numbered)
            self.left = Left()
        return said | {"read": records, "lines": lines, "plain": 0 if taken is None else len(taken)}

    def _read(self, data: bytes, first: int, line: int) -> tuple[plainly.Taken | None, int]:
        """The plain records, None where none can be plain, and the lines that were read; all other records are left."""
        text, bad = opening.decoded(data, self.task.encoding)
        unread = tuple(line for number, line in enumerate(data.split(b"\n")) if number in set(bad)) if bad else ()
        (text, kept, count), before = tidied(_marked(text, bad)), self.left
        lines, unread = Lines(line, kept), before.unread + unread
        if plainly.may(self.task.table, self.task.delimiter, text):
            taken = self.plain.read(text, first)
            numbered = np.concatenate([before.numbered, taken.left])
            lined = np.concatenate([before.lined, lines.of(taken.left - first)])
            self.left = Left(before.text + taken.text, numbered, lined, unread=unread)
            return taken, count
        self.left = Left(before.text + text, before.numbered, before.lined, first, lines, unread)
        return None, count


def tidied(text: bytes) -> tuple[bytes, NDArray[np.int64] | None, int]:
    """Line ends as one line feed, no empty lines, a line end at the end; which lines were kept where some were not, and how many there were."""
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n")
        text = text.replace(b"\r", b" " if b"\n" in text else b"\n")
    if text and not text.endswith(b"\n"):
        text += b"\n"
    if b"\n\n" not in text and not text.startswith(b"\n"):
        return text, None, text.count(b"\n")
    ends = cutting.line_ends(text)
    kept = np.flatnonzero(np.diff(ends, prepend=-1) > 1)
    while b"\n\n" in text:
        text = text.replace(b"\n\n", b"\n")
    return text.lstrip(b"\n"), kept, len(ends)


def _marked(text: bytes, bad: list[int]) -> bytes:
    """The text with a mark in place of each line that could not be read; no other line has a NUL."""
    if UNREADABLE in text:
        text = text.replace(UNREADABLE, b"?")
    if not bad:
        return text
    lines = text.split(b"\n")
    for number in bad:
        lines[number] = UNREADABLE
    return b"\n".join(lines)


def bind() -> None:
    """Limits that the kernel keeps; no network where the kernel lets a process go without."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).unshare(_NEW_USER | _NEW_NET)


def main() -> None:
    """Bind this process, then answer piece after piece until the parent has none."""
    bind()
    given = sys.stdin.readline()
    if not given:  # got ready, and nothing came
        return
    worker = Worker(Task(**json.loads(given)))
    for line in sys.stdin:
        asked = json.loads(line)
        sys.stdout.write(json.dumps(worker.work(**asked)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
