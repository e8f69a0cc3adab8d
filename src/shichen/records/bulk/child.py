"""The child process that parses a load: pieces in, typed rows out, one after the other; it has no key, no home and no network.

Run as `python -m shichen.records.bulk.child`. The first line of standard input is the `Task`; every further line says in which slot
a piece lies. Each is answered with one line of counts, when the typed rows (Parquet) and the refused records lie in the slot's files.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from shichen.records.bulk import careful, checks, cutting, opening, shape, tables
from shichen.records.bulk.checks import Bounds

MEMORY = 3 << 30
"""Bytes of address space; what is really used is held by the settings of the engine."""
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_UNREADABLE = b"\x00"


@dataclass(frozen=True)
class Task:
    """What to read and what to hold it to; `slots` are the descriptors of (piece, rows, refused) that parent and child share."""

    table: str
    format: str
    encoding: str
    delimiter: str
    places: dict[str, int]
    headings: Sequence[str]
    earliest: int
    latest: int
    offsets: Sequence[tuple[int, int]]
    sites: Sequence[tuple[str, int, int, int, int]]
    slots: Sequence[tuple[int, int, int]]

    def as_json(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Refused:
    """Records that are not taken: their places among the records of the piece, and what is wrong with each."""

    index: NDArray[np.int64]
    mask: NDArray[np.int64]


class Worker:
    """Works the pieces of one load."""

    def __init__(self, task: Task) -> None:
        self.task, self.table = task, tables.of(task.table)
        self.base = duckdb.connect(config={"allow_unsigned_extensions": False})
        paths = [f"/proc/self/fd/{number}" for slot in task.slots for number in slot]
        for setting in (
            "SET threads = 2",
            "SET memory_limit = '450MB'",
            "SET max_temp_directory_size = '0GB'",
            "SET enable_external_file_cache = false",  # a slot's files are written again and again under one name
            "SET autoinstall_known_extensions = false",
            "SET autoload_known_extensions = false",
            f"SET allowed_paths = {paths!r}",
            "SET enable_external_access = false",
            "SET lock_configuration = true",
        ):
            self.base.execute(setting)
        self.base.execute(
            "CREATE TABLE sites (word VARCHAR, place INTEGER, opened BIGINT, closed BIGINT, kind TINYINT)"
        )
        _insert(self.base, "sites", task.sites)
        bounds = Bounds(task.earliest, task.latest, tuple((one[0], one[1]) for one in task.offsets))
        self.queries = {
            blanks: checks.query(self.table, task.places, bounds, blanks=blanks) for blanks in (False, True)
        }

    def work(self, slot: int, size: int, first: int) -> dict[str, Any]:
        """One piece, whose first record has the number `first`: what became of its records."""
        piece, rows, refused = self.task.slots[slot]
        data = os.pread(piece, size, 0)
        text, bad = opening.decoded(data, self.task.encoding)
        originals = [line for number, line in enumerate(data.split(b"\n")) if number in set(bad)] if bad else []
        text = tidied(_marked(text, bad))
        ends = cutting.line_ends(text) if self.task.format == opening.NDJSON else cutting.record_ends(text)
        with self.base.cursor() as con:
            index, malformed, text, ends = self._raw(con, text, ends, piece)
            con.execute(f"CREATE TEMP TABLE checked AS {self.queries[_has_blanks(text, self.task.delimiter)]}")
            if self.task.format == opening.NDJSON:
                con.execute("UPDATE checked SET mask = 1 FROM raw WHERE checked.k = raw.rowid AND raw.broken")
            os.ftruncate(rows, 0)
            con.execute(
                f"COPY (SELECT * EXCLUDE mask FROM checked WHERE mask = 0) TO '/proc/self/fd/{rows}'"
                " (FORMAT parquet, COMPRESSION uncompressed, USE_TMP_FILE false)"
            )
            found = con.execute("SELECT k, mask FROM checked WHERE mask <> 0").fetchnumpy()
            con.execute("DROP TABLE checked; DROP TABLE raw")
        wrong = Refused(
            np.concatenate([index[found["k"].astype(np.int64)], malformed]),
            np.concatenate([found["mask"].astype(np.int64), np.full(len(malformed), self.table.bits["columns"])]),
        )
        read = len(index) + len(malformed)
        counts = self._refuse(refused, text, ends, wrong, first, originals)
        return {"read": read, "ok": read - len(wrong.index), "rejected": len(wrong.index), "reasons": counts}

    def _raw(
        self, con: duckdb.DuckDBPyConnection, text: bytes, ends: NDArray[np.int64], piece: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], bytes, NDArray[np.int64]]:
        """Makes the table `raw`; which record each of its rows is, the malformed records, and the text they stand in."""
        _put(piece, text)
        if self.task.format == opening.NDJSON:
            index, malformed = self._lines(con, ends, piece)
            return index, malformed, text, ends
        tried = self._csv(con, ends, piece, len(self.task.headings))
        if tried is not None:
            return *tried, text, ends
        records = careful.records(text, self.task.delimiter, len(self.task.headings))
        _put(piece, careful.rewritten(records, self.task.delimiter))
        good = np.array([n for n, one in enumerate(records) if one.cells is not None], np.int64)
        bad = np.array([n for n, one in enumerate(records) if one.cells is None], np.int64)
        again = self._csv(con, np.arange(len(good)), piece, len(self.task.headings))
        if again is None or len(again[1]):
            raise AssertionError("records that were written anew do not read")
        text = b"\n".join(one.text.replace(b"\n", b" ") for one in records) + b"\n"
        return good, bad, text, np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n"))

    def _csv(
        self, con: duckdb.DuckDBPyConnection, ends: NDArray[np.int64], piece: int, count: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
        """Rows and malformed records; None where they are not as many as there are records, so quotes must be amiss."""
        columns = {f"c{place}": "VARCHAR" for place in range(count)}
        try:
            con.execute(
                f"CREATE OR REPLACE TEMP TABLE raw AS SELECT * FROM read_csv('/proc/self/fd/{piece}', auto_detect = false, header = false,"
                f" delim = '{self.task.delimiter}', quote = '\"', escape = '\"', columns = {columns!r}, max_line_size = {4 * shape.LONGEST},"
                " new_line = '\\n', store_rejects = true, rejects_table = 'faults', rejects_scan = 'scans')"
            )
            faults = con.execute("SELECT DISTINCT line_byte_position AS p FROM faults ORDER BY p").fetchnumpy()["p"]
        except duckdb.InvalidInputException:
            return None
        finally:
            with contextlib.suppress(duckdb.CatalogException):
                con.execute("DROP TABLE faults; DROP TABLE scans")
        taken = con.execute("SELECT count(*) FROM raw").fetchone()[0]  # type: ignore[index]
        if taken + len(faults) != len(ends):
            return None
        if not len(faults):
            return np.arange(taken), np.empty(0, np.int64)
        starts = np.concatenate([[0], ends[:-1] + 1])
        malformed = np.searchsorted(starts, faults.astype(np.int64), side="right") - 1
        if len(np.unique(malformed)) != len(malformed):
            return None
        return np.delete(np.arange(len(ends)), malformed), malformed

    def _lines(
        self, con: duckdb.DuckDBPyConnection, ends: NDArray[np.int64], piece: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The same of lines that are JSON objects: a line that is none is a row whose cells say nothing."""
        cells = ", ".join(
            f"json_extract_string(line, '$.{json.dumps(name).replace(chr(39), chr(39) * 2)}') AS c{place}"
            for place, name in enumerate(self.task.headings)
        )
        con.execute(
            "CREATE TEMP TABLE lines AS SELECT line, CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END AS fit FROM"
            f" read_csv('/proc/self/fd/{piece}', auto_detect = false, header = false, delim = '\\x1e', quote = '', escape = '',"
            f" columns = {{'line': 'VARCHAR'}}, max_line_size = {4 * shape.LONGEST}, new_line = '\\n')"
        )
        con.execute(
            f"CREATE TEMP TABLE raw AS SELECT {cells}, NOT coalesce(fit, false) AS broken FROM"
            " (SELECT CASE WHEN fit THEN line END AS line, fit FROM lines)"
        )
        con.execute("DROP TABLE lines")
        return np.arange(len(ends)), np.empty(0, np.int64)

    def _refuse(
        self, target: int, text: bytes, ends: NDArray[np.int64], wrong: Refused, first: int, originals: list[bytes]
    ) -> dict[str, int]:
        """Write the refused records for their sender: number and reasons in front, then the record as it came."""
        order = np.argsort(wrong.index, kind="stable")
        starts = np.concatenate([[0], ends[:-1] + 1])
        counts: dict[str, int] = {}
        lines, unread = [], iter(originals)
        for index, mask in zip(wrong.index[order].tolist(), wrong.mask[order].tolist(), strict=True):
            record = text[starts[index] : ends[index]]
            if record == _UNREADABLE:
                record, mask = next(unread), self.table.bits["encoding"]
            elif self.task.encoding != opening.UTF8:
                record = record.decode().encode(self.task.encoding)
            reasons = self.table.reasons_of(mask)
            for reason in reasons:
                counts[reason.name] = counts.get(reason.name, 0) + 1
            lines.append(returned(self.task, first + index, reasons, record))
        _put(target, b"".join(lines))
        return counts


def returned(task: Task, number: int, reasons: tuple[shape.Reason, ...], record: bytes) -> bytes:
    """A refused record as its sender gets it back: its number and what is wrong with it in front, nothing else changed."""
    said = "；".join(reason.zh for reason in reasons)
    if task.format == opening.NDJSON:
        front = json.dumps({shape.BESIDE[0]: number, shape.BESIDE[1]: said}, ensure_ascii=False).encode()
        body = record.strip()
        if "columns" in {reason.name for reason in reasons}:
            rest = json.dumps(body[:2000].decode(errors="replace"), ensure_ascii=False).encode()
            return front[:-1] + b', "' + "原文".encode() + b'": ' + rest + b"}\n"
        inside = body[1:].lstrip()
        return front[:-1] + (b"" if inside.startswith(b"}") else b", ") + inside + b"\n"
    head = f'{number}{task.delimiter}"{said}"{task.delimiter}'.encode(task.encoding, "replace")
    return head + record.rstrip(b"\r\n") + b"\n"


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
    if _UNREADABLE in text:
        text = text.replace(_UNREADABLE, b"?")
    if not bad:
        return text
    lines = text.split(b"\n")
    for number in bad:
        lines[number] = _UNREADABLE
    return b"\n".join(lines)


def _has_blanks(text: bytes, delimiter: str) -> bool:
    if not delimiter:
        return True
    mark = delimiter.encode()
    return any(one in text for one in (b" " + mark, mark + b" ", b" \n", b"\n ", b'" ', b' "')) or text.startswith(b" ")


def _put(descriptor: int, data: bytes) -> None:
    os.ftruncate(descriptor, 0)
    view, done = memoryview(data), 0
    while done < len(view):
        done += os.pwrite(descriptor, view[done:], done)


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    columns = list(zip(*rows, strict=True)) or [(), (), (), (), ()]
    con.execute(
        f"INSERT INTO {table} SELECT unnest(?), unnest(?), unnest(?), unnest(?), unnest(?)",
        [list(one) for one in columns],
    )


def bind() -> None:
    """Limits that the kernel keeps; no network where the kernel lets a process go without."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).unshare(_NEW_USER | _NEW_NET)


def main() -> None:
    """Bind this process, then answer piece after piece until the parent has none."""
    bind()
    given = json.loads(sys.stdin.readline())
    worker = Worker(Task(**given))
    for line in sys.stdin:
        asked = json.loads(line)
        sys.stdout.write(json.dumps(worker.work(asked["slot"], asked["size"], asked["first"])) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
