"""Typed rows made ready to be written (去重): pseudonyms for identities, one row of each natural key, none that is in the lake already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shichen.keys import Keyring
from shichen.records import lake, pseudonyms
from shichen.records.bulk.shape import Identity, Table

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Fresh:
    """What the table `fresh` holds: how many rows, how many were there before, and the seconds they span."""

    rows: int
    duplicate: int
    earliest: int
    latest: int


class Comparer:
    """Makes the rows of one load ready, piece by piece; what it took of earlier pieces counts as there."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, ring: Keyring, table: Table, *, given: Mapping[str, int]
    ) -> None:
        """`given` are the columns that the load has; with one for persons every row is a person, with or without a document."""
        self.con, self.ring, self.table, self.nameless = con, ring, table, table.nameless(given)
        self.key = ", ".join(table.key)
        self.where = ", ".join(one for one in table.key if one != "person")
        """What rows of nobody are told apart by."""
        con.execute(
            f"CREATE TEMP TABLE seen ({', '.join(f'{one} BIGINT' for one in table.key if one != 'person')}, n BIGINT)"
        )

    def take(self, rows: str) -> tuple[int, int, int]:
        """Read the child's rows from a file and give them pseudonyms, as the table `named`: how many, first and last second."""
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE typed AS SELECT * FROM read_parquet('{rows}')")
        count, earliest, latest = self.con.execute("SELECT count(*), min(t), max(t) FROM typed").fetchone() or (0, 0, 0)
        if not count:
            return 0, 0, 0
        periods = range(pseudonyms.period_of(earliest), pseudonyms.period_of(latest) + 1)
        for one in self.table.identities:
            self._pseudonyms(one, periods)
        who = "".join(f", coalesce(of_{one.text}.p, 0) AS {one.column}" for one in self.table.identities)
        joins = "".join(
            f" LEFT JOIN of_{one.text} ON typed.{one.text} = of_{one.text}.said AND t // {pseudonyms.PERIOD} = of_{one.text}.period"
            for one in self.table.identities
        )
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE named AS SELECT k, t, place{who}, {', '.join(self.table.carried)} FROM typed{joins}"
        )
        self.con.execute("DROP TABLE typed" + "".join(f"; DROP TABLE of_{one.text}" for one in self.table.identities))
        return count, earliest, latest

    def compare(self, there: Sequence[Path], mine: Sequence[Path]) -> Fresh:
        """Leave in the table `fresh` what is neither twice in `named` nor in the files `there`, nor in `mine`, of earlier pieces."""
        stored = self._stored([*there, *mine])
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE fresh AS SELECT * FROM named SEMI JOIN"
            f" (SELECT min(k) AS k FROM named WHERE NOT ({self.nameless}) GROUP BY {self.key}) AS first USING (k)"
            + (f" ANTI JOIN {stored} AS stored USING ({self.key})" if stored else "")
        )
        self._nameless(self._stored(there))
        count, earliest, latest = self.con.execute("SELECT count(*), min(t), max(t) FROM fresh").fetchone() or (0, 0, 0)
        before = self.con.execute("SELECT count(*) FROM named").fetchone() or (0,)
        return Fresh(count, before[0] - count, earliest or 0, latest or 0)

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

    def _pseudonyms(self, one: Identity, periods: range) -> None:
        """The pseudonym of every distinct identity, under the key of each period it is seen in; the keys stay out of the engine."""
        column = one.text
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE of_{column} (said VARCHAR, period INTEGER, p BIGINT)")
        for period in periods:
            self.con.execute(
                f"CREATE OR REPLACE TEMP TABLE one AS SELECT DISTINCT {column} AS said FROM typed"
                f" WHERE {column} <> '' AND t // {pseudonyms.PERIOD} = {period}"
            )
            texts = [row[0] for row in self.con.execute("SELECT said FROM one").fetchall()]
            if not texts:
                continue
            self.con.register("made", {"p": pseudonyms.many(self.ring, one.sort, texts, period)})
            self.con.execute(f"INSERT INTO of_{column} SELECT said, {period}, p FROM one POSITIONAL JOIN made")
            self.con.unregister("made")

    def _stored(self, files: Sequence[Path]) -> str:
        return f"(SELECT {self.key} FROM {lake.reading(files)})" if files else ""
