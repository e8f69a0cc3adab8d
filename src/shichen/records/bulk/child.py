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

from shichen.records.bulk import opening, plainly
from shichen.records.bulk.task import UNREADABLE, Left, Task, put

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

    def work(self, slot: int, size: int, first: int, last: bool) -> dict[str, Any]:
        """One piece, whose first record has the number `first`: what became of its records.

        The few that are not plain wait for those of the next pieces, up to `ENOUGH` of them: each look costs the engine the same.
        """
        piece, rows, plain, refused = self.task.slots[slot]
        taken = self._read(os.pread(piece, size, 0), first)
        records = 0 if taken is None else len(taken) + len(taken.left)
        put(plain, b"" if taken is None else taken.as_bytes())
        put(refused, b"")
        said: dict[str, Any] = {"checked": 0, "rejected": 0, "reasons": {}}
        if self.left.text and (last or taken is None or len(self.left.text) >= ENOUGH):
            said = self.checker.check(self.left, piece, rows, refused)
            if taken is None:
                records = said["checked"] + said["rejected"] - len(self.left.numbered)
            self.left = Left()
        return said | {"read": records, "plain": 0 if taken is None else len(taken)}

    def _read(self, data: bytes, first: int) -> plainly.Taken | None:
        """The plain records; all others are left. None where none can be plain."""
        text, bad = opening.decoded(data, self.task.encoding)
        unread = tuple(line for number, line in enumerate(data.split(b"\n")) if number in set(bad)) if bad else ()
        text, before = tidied(_marked(text, bad)), self.left
        if plainly.may(self.task.table, self.task.delimiter, text):
            taken = self.plain.read(text, first)
            numbered = np.concatenate([before.numbered, taken.left])
            self.left = Left(before.text + taken.text, numbered, 0, before.unread + unread)
            return taken
        self.left = Left(before.text + text, before.numbered, first, before.unread + unread)
        return None


def tidied(text: bytes) -> bytes:
    """Line ends as one line feed, no empty lines, a line end at the end."""
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n")
        text = text.replace(b"\r", b" " if b"\n" in text else b"\n")
    while b"\n\n" in text:
        text = text.replace(b"\n\n", b"\n")
    text = text.lstrip(b"\n")
    return text if text.endswith(b"\n") or not text else text + b"\n"


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
