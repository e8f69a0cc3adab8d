"""Typed rows made ready to be written (去重): pseudonyms for identities, one row of each natural key, none that is in the lake already."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from shichen.keys import Keyring
from shichen.records import lake, pseudonyms
from shichen.records.bulk import plainly
from shichen.records.bulk.parsing import Parsed
from shichen.records.bulk.shape import Identity, Table

if TYPE_CHECKING:
    import duckdb


_MOST_KNOWN = 2_000_000
"""Identities of one sort that are kept in mind: 32 MB."""


@dataclass(frozen=True)
class Fresh:
    """What the table `fresh` holds: how many rows, how many were there before, and the seconds they span."""

    rows: int
    duplicate: int
    earliest: int
    latest: int


class _Known:
    """Pseudonyms made for earlier pieces of the same load: most who pass once pass again."""

    def __init__(self) -> None:
        self.said = self.made = np.empty(0, np.int64)

    def of(
        self, distinct: NDArray[np.int64], make: Callable[[NDArray[np.int64]], NDArray[np.int64]]
    ) -> NDArray[np.int64]:
        """The pseudonyms of distinct numbers, in their order; `make` is asked for those not known."""
        at = np.searchsorted(self.said, distinct)
        known = np.zeros(len(distinct), bool)
        within = at < len(self.said)
        known[within] = self.said[at[within]] == distinct[within]
        found = np.empty(len(distinct), np.int64)
        found[known] = self.made[at[known]]
        new = ~known
        found[new] = made = make(distinct[new])
        if len(self.said) + len(made) > _MOST_KNOWN:
            self.said = self.made = np.empty(0, np.int64)
            at = np.zeros(len(distinct), np.int64)
        self.said, self.made = np.insert(self.said, at[new], distinct[new]), np.insert(self.made, at[new], made)
        return found


class Comparer:
    """Makes the rows of one load ready, piece by piece; what it took of earlier pieces counts as there."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, ring: Keyring, table: Table, *, given: Mapping[str, int]
    ) -> None:
        """`given` are the columns that the load has; with one for persons every row is a person, with or without a document."""
        self.con, self.ring, self.table, self.nameless = con, ring, table, table.nameless(given)
        self.named: list[Mapping[str, NDArray[Any]]] = []
        self.known: dict[tuple[str, int], _Known] = {}
        self.key = ", ".join(table.key)
        self.where = ", ".join(one for one in table.key if one != "person")
        """What rows of nobody are told apart by."""
        con.execute(
            f"CREATE TEMP TABLE seen ({', '.join(f'{one} BIGINT' for one in table.key if one != 'person')}, n BIGINT)"
        )

    def take(self, parsed: Parsed) -> None:
        """Give the rows of a piece pseudonyms and keep them until they are compared."""
        if len(parsed.plain["k"]):
            self._plain(parsed)
        if parsed.checked:
            self._checked(parsed)

    def give(self, rows: Mapping[str, NDArray[Any]]) -> None:
        """Keep rows that have their pseudonyms already until they are compared."""
        self.named.append(rows)

    def waiting(self) -> tuple[int, int, int]:
        """How many rows are named and not yet compared, their first and their last second."""
        t = [rows["t"] for rows in self.named]
        if not t:
            return 0, 0, 0
        return sum(map(len, t)), min(int(one.min()) for one in t), max(int(one.max()) for one in t)

    def leave_out(self, start: int, end: int) -> int:
        """Rows within these seconds are not compared: how many there were."""
        before = self.waiting()[0]
        kept = [(rows["t"] < start) | (rows["t"] >= end) for rows in self.named]
        left = [
            {name: column[here] for name, column in rows.items()} for rows, here in zip(self.named, kept, strict=True)
        ]
        self.named = [rows for rows in left if len(rows["t"])]
        return before - self.waiting()[0]

    def _plain(self, parsed: Parsed) -> None:
        """Plain rows: what says who is a number already, so that each is there once is a matter of sorting."""
        rows = dict(parsed.plain)
        for one in self.table.identities:
            rows[one.column] = self._numbered(one, rows.pop(one.text), rows["t"])
        self.give(rows)

    def _numbered(self, one: Identity, said: NDArray[np.int64], t: NDArray[np.int32]) -> NDArray[np.int64]:
        found = np.zeros(len(said), np.int64)
        of_period = t // pseudonyms.PERIOD
        for period in range(int(of_period.min()), int(of_period.max()) + 1):
            rows = np.flatnonzero((of_period == period) & (said != 0))
            if len(rows):
                distinct, which = np.unique(said[rows], return_inverse=True)
                known = self.known.setdefault((one.sort, period), _Known())
                found[rows] = known.of(distinct, partial(self._made, one, period))[which]
        return found

    def _made(self, one: Identity, period: int, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        return pseudonyms.many(self.ring, one.sort, plainly.texts(one.text, numbers), period)

    def _checked(self, parsed: Parsed) -> None:
        """Other rows, of the child's file: an identity is a text of any sort."""
        rows = self.con.execute(f"SELECT * FROM read_parquet('{parsed.rows}')").fetchnumpy()
        if len(rows["k"]) != parsed.checked:
            raise AssertionError(f"the child spoke of {parsed.checked} rows and wrote {len(rows['k'])}")
        of_period = rows["t"] // pseudonyms.PERIOD
        for one in self.table.identities:
            said, found = rows.pop(one.text), np.zeros(parsed.checked, np.int64)
            for period in np.unique(of_period).tolist():
                these = np.flatnonzero((of_period == period) & (said != ""))
                texts = dict.fromkeys(said[these].tolist())
                numbers = pseudonyms.many(self.ring, one.sort, [text.encode() for text in texts], period)
                of_text = dict(zip(texts, numbers.tolist(), strict=True))
                found[these] = [of_text[text] for text in said[these]]
            rows[one.column] = found
        self.give(rows)

    def compare(self, there: Sequence[Path], mine: Sequence[Path]) -> Fresh:
        """Leave in the table `fresh` what is neither twice in `named` nor in the files `there`, nor in `mine`, of earlier pieces."""
        stored = self._stored([*there, *mine])
        before = self.waiting()[0]
        if not before:
            raise AssertionError("there is nothing to compare")
        columns = ("k", "t", "place", *(one.column for one in self.table.identities), *self.table.carried)
        named = {name: np.concatenate([rows[name] for rows in self.named]) for name in columns}
        self.con.register("named", named)
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE fresh AS SELECT * FROM named SEMI JOIN"
            f" (SELECT min(k) AS k FROM named WHERE NOT ({self.nameless}) GROUP BY {self.key}) AS first USING (k)"
            + (f" ANTI JOIN {stored} AS stored USING ({self.key})" if stored else "")
        )
        self._nameless(self._stored(there))
        count, earliest, latest = self.con.execute("SELECT count(*), min(t), max(t) FROM fresh").fetchone() or (0, 0, 0)
        self.con.unregister("named")
        self.named.clear()
        return Fresh(count, before - count, earliest or 0, latest or 0)

    def _nameless(self, stored: str) -> None:
        """Rows that say of nobody who it was are counted, not compared: as many are new as there are more than before."""
        found = self.con.execute(f"SELECT count(*) FROM named WHERE {self.nameless}").fetchone() or (0,)
        if not found[0]:
            return
        where = self.where
        counted = f"SELECT {where}, count(*) AS n FROM {stored or 'named'} WHERE person = 0{'' if stored else ' AND false'} GROUP BY ALL"
        self.con.execute(
            f"INSERT INTO fresh SELECT n.* EXCLUDE j FROM (SELECT *, row_number() OVER (PARTITION BY {where} ORDER BY k) AS j"
            f" FROM named WHERE {self.nameless}) AS n LEFT JOIN ({counted}) AS s USING ({where})"
            f" LEFT JOIN (SELECT {where}, sum(n) AS n FROM seen GROUP BY ALL) AS e USING ({where})"
            " WHERE n.j > coalesce(s.n, 0) - coalesce(e.n, 0)"
        )
        self.con.execute(f"INSERT INTO seen SELECT {where}, count(*) FROM named WHERE {self.nameless} GROUP BY ALL")

    def _stored(self, files: Sequence[Path]) -> str:
        return f"(SELECT {self.key} FROM {lake.reading(files)})" if files else ""
