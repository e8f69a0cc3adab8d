"""Records that are not plain, held to every check by the engine: typed rows of the good ones, the others for their sender with what is wrong."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from shichen.records.bulk import careful, checks, cutting, opening, shape, tables
from shichen.records.bulk.task import UNREADABLE, Left, Task, put, returned

MOST_KEPT = 32 << 20
"""Bytes of malformed records that the engine may write down, each record as often as it has cells too many."""


@dataclass(frozen=True)
class _Wrong:
    """Records that are not taken: their places among the records of the piece, and what is wrong with each."""

    index: NDArray[np.int64]
    mask: NDArray[np.int64]


@dataclass(frozen=True)
class _Records:
    """Records of a text: which of them are rows of the table `raw`, which are malformed; where each ends, and on which line of what was
    left each begins."""

    index: NDArray[np.int64]
    malformed: NDArray[np.int64]
    text: bytes
    ends: NDArray[np.int64]
    lines: NDArray[np.int64]


class Checker:
    """The engine that checks, in the child: no file but the slots, no extension, no network."""

    def __init__(self, task: Task) -> None:
        self.task, self.table = task, tables.of(task.table)
        base = duckdb.connect(config={"allow_unsigned_extensions": False})
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
            base.execute(setting)
        base.execute("CREATE TABLE sites (word VARCHAR, place INTEGER, opened BIGINT, closed BIGINT, kind TINYINT)")
        _insert(base, "sites", task.sites)
        self.base = base
        self.queries = {
            blanks: checks.query(self.table, task.places, task.bounds, blanks=blanks) for blanks in (False, True)
        }

    def check(self, left: Left, piece: int, rows: int, refused: int) -> dict[str, Any]:
        """What became of these records: typed rows and refused ones lie in their files."""
        text = left.text
        ends = cutting.line_ends(text) if self.task.format == opening.NDJSON else cutting.record_ends(text)
        with self.base.cursor() as con:
            records = self._raw(con, text, ends, piece)
            index, malformed = records.index, records.malformed
            con.execute(f"CREATE TEMP TABLE checked AS {self.queries[_has_blanks(records.text, self.task.delimiter)]}")
            if self.task.format == opening.NDJSON:
                con.execute("UPDATE checked SET mask = 1 FROM raw WHERE checked.k = raw.rowid AND raw.broken")
            found = con.execute("SELECT k, mask FROM checked WHERE mask <> 0").fetchnumpy()
            wrong = _Wrong(
                np.concatenate([index[found["k"].astype(np.int64)], malformed]),
                np.concatenate([found["mask"].astype(np.int64), np.full(len(malformed), self.table.bits["columns"])]),
            )
            ok = len(index) + len(malformed) - len(wrong.index)
            if ok:
                con.register("records", {"k": np.arange(len(index)), "number": left.numbers(index)})
                os.ftruncate(rows, 0)
                con.execute(
                    "COPY (SELECT checked.* EXCLUDE mask REPLACE (records.number AS k) FROM checked JOIN records USING (k) WHERE mask = 0)"
                    f" TO '/proc/self/fd/{rows}' (FORMAT parquet, COMPRESSION uncompressed, USE_TMP_FILE false)"
                )
                con.unregister("records")
            con.execute("DROP TABLE checked; DROP TABLE raw")
        counts = self._refuse(refused, records, wrong, left)
        return {"checked": ok, "rejected": len(wrong.index), "reasons": counts}

    def _raw(self, con: duckdb.DuckDBPyConnection, text: bytes, ends: NDArray[np.int64], piece: int) -> _Records:
        """Makes the table `raw`; which record each of its rows is, and the text they stand in, which is another where quotes are amiss."""
        put(piece, text)
        lines = np.searchsorted(cutting.line_ends(text), _starts(ends))
        if self.task.format == opening.NDJSON:
            return _Records(*self._lines(con, ends, piece), text, ends, lines)
        costly = too_wide(text, ends, self.task.delimiter, len(self.task.headings))
        tried = None if costly else self._csv(con, ends, piece, len(self.task.headings))
        if tried is not None:
            return _Records(*tried, text, ends, lines)
        records = careful.records(text, self.task.delimiter, len(self.task.headings))
        put(piece, careful.rewritten(records, self.task.delimiter))
        good = np.array([n for n, one in enumerate(records) if one.cells is not None], np.int64)
        bad = np.array([n for n, one in enumerate(records) if one.cells is None], np.int64)
        again = self._csv(con, np.arange(len(good)), piece, len(self.task.headings))
        if again is None or len(again[1]):
            raise AssertionError("records that were written anew do not read")
        lines = np.cumsum([0, *(one.text.count(b"\n") + 1 for one in records[:-1])])
        text = b"\n".join(one.text.replace(b"\n", b" ") for one in records) + b"\n"
        return _Records(good, bad, text, cutting.line_ends(text), lines)

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
        malformed = np.searchsorted(_starts(ends), faults.astype(np.int64), side="right") - 1
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

    def _refuse(self, target: int, records: _Records, wrong: _Wrong, left: Left) -> dict[str, int]:
        """Write the refused records for their sender: line and reasons in front, then the record as it came."""
        order = np.argsort(wrong.index, kind="stable")
        starts, ends = _starts(records.ends), records.ends
        counts: dict[str, int] = {}
        lines, unread = [], iter(left.unread)
        numbers = left.lines(records.lines[wrong.index[order]]) if self.task.line else left.numbers(wrong.index[order])
        for index, mask, number in zip(
            wrong.index[order].tolist(), wrong.mask[order].tolist(), numbers.tolist(), strict=True
        ):
            record = records.text[starts[index] : ends[index]]
            if record == UNREADABLE:
                record, mask = next(unread), self.table.bits["encoding"]
            elif self.task.encoding != opening.UTF8:
                record = record.decode().encode(self.task.encoding)
            reasons = self.table.reasons_of(mask)
            for reason in reasons:
                counts[reason.name] = counts.get(reason.name, 0) + 1
            lines.append(returned(self.task, number, reasons, record))
        put(target, b"".join(lines))
        return counts


def too_wide(text: bytes, ends: NDArray[np.int64], delimiter: str, count: int) -> bool:
    """Whether records have so many cells too many that the engine, which keeps a record's text for each of them, would never be done."""
    marks = np.flatnonzero(np.frombuffer(text, np.uint8) == ord(delimiter))
    cells = np.diff(np.searchsorted(marks, ends), prepend=0)
    return int((np.maximum(cells - count, 0) * np.diff(ends, prepend=0)).sum()) > MOST_KEPT


def _starts(ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where records begin that end there."""
    return np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])[: len(ends)]


def _has_blanks(text: bytes, delimiter: str) -> bool:
    if not delimiter:
        return True
    mark = delimiter.encode()
    return any(one in text for one in (b" " + mark, mark + b" ", b" \n", b"\n ", b'" ', b' "')) or text.startswith(b" ")


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    columns = list(zip(*rows, strict=True)) or [(), (), (), (), ()]
    con.execute(
        f"INSERT INTO {table} SELECT unnest(?), unnest(?), unnest(?), unnest(?), unnest(?)",
        [list(one) for one in columns],
    )
