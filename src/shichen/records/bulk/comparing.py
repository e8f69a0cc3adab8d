"""Typed rows made ready to be written (去重): pseudonyms for identities, one row of each natural key, none that is in the lake already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shichen.keys import Keyring
from shichen.records import lake, pseudonyms

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

    def __init__(self, con: duckdb.DuckDBPyConnection, ring: Keyring, *, per_person: bool) -> None:
        """`per_person` says that every row of the load is a person, with or without a document."""
        self.con, self.ring, self.per_person = con, ring, per_person
        con.execute("CREATE TEMP TABLE seen (place INTEGER, t INTEGER, vehicle BIGINT, n BIGINT)")

    def take(self, rows: str) -> tuple[int, int, int]:
        """Read the child's rows from a file and give them pseudonyms, as the table `named`: how many, first and last second."""
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE typed AS SELECT * FROM read_parquet('{rows}')")
        count, earliest, latest = self.con.execute("SELECT count(*), min(t), max(t) FROM typed").fetchone() or (0, 0, 0)
        if not count:
            return 0, 0, 0
        for sort, column in ((pseudonyms.PERSON, "document"), (pseudonyms.VEHICLE, "plate")):
            self._pseudonyms(sort, column, range(pseudonyms.period_of(earliest), pseudonyms.period_of(latest) + 1))
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE named AS SELECT k, t, place, coalesce(v.p, 0) AS vehicle, coalesce(d.p, 0) AS person,"
            " dir, outcome, region, temp, number FROM typed"
            f" LEFT JOIN of_document AS d ON typed.document = d.said AND t // {pseudonyms.PERIOD} = d.period"
            f" LEFT JOIN of_plate AS v ON typed.plate = v.said AND t // {pseudonyms.PERIOD} = v.period"
        )
        self.con.execute("DROP TABLE typed; DROP TABLE of_document; DROP TABLE of_plate")
        return count, earliest, latest

    def compare(self, there: Sequence[Path], mine: Sequence[Path]) -> Fresh:
        """Leave in the table `fresh` what is neither twice in `named` nor in the files `there`, nor in `mine`, of earlier pieces."""
        nameless = "person = 0" if self.per_person else "person = 0 AND vehicle = 0"
        stored = _stored([*there, *mine])
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE fresh AS SELECT * FROM named SEMI JOIN"
            f" (SELECT min(k) AS k FROM named WHERE NOT ({nameless}) GROUP BY place, t, person, vehicle) AS first USING (k)"
            + (f" ANTI JOIN {stored} AS stored USING (place, t, person, vehicle)" if stored else "")
        )
        self._nameless(nameless, _stored(there))
        count, earliest, latest = self.con.execute("SELECT count(*), min(t), max(t) FROM fresh").fetchone() or (0, 0, 0)
        before = self.con.execute("SELECT count(*) FROM named").fetchone() or (0,)
        return Fresh(count, before[0] - count, earliest or 0, latest or 0)

    def _nameless(self, nameless: str, stored: str) -> None:
        """Rows that say of nobody who it was are counted, not compared: as many are new as there are more than before."""
        found = self.con.execute(f"SELECT count(*) FROM named WHERE {nameless}").fetchone() or (0,)
        if not found[0]:
            return
        counted = f"SELECT place, t, vehicle, count(*) AS n FROM {stored or 'named'} WHERE person = 0{'' if stored else ' AND false'} GROUP BY ALL"
        self.con.execute(
            f"INSERT INTO fresh SELECT n.* EXCLUDE j FROM (SELECT *, row_number() OVER (PARTITION BY place, t, vehicle ORDER BY k) AS j"
            f" FROM named WHERE {nameless}) AS n LEFT JOIN ({counted}) AS s USING (place, t, vehicle)"
            " LEFT JOIN (SELECT place, t, vehicle, sum(n) AS n FROM seen GROUP BY ALL) AS e USING (place, t, vehicle)"
            " WHERE n.j > coalesce(s.n, 0) - coalesce(e.n, 0)"
        )
        self.con.execute(
            f"INSERT INTO seen SELECT place, t, vehicle, count(*) FROM named WHERE {nameless} GROUP BY ALL"
        )

    def _pseudonyms(self, sort: str, column: str, periods: range) -> None:
        """The pseudonym of every distinct identity, under the key of each period it is seen in; the keys stay out of the engine."""
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE of_{column} (said VARCHAR, period INTEGER, p BIGINT)")
        for period in periods:
            self.con.execute(
                f"CREATE OR REPLACE TEMP TABLE one AS SELECT DISTINCT {column} AS said FROM typed"
                f" WHERE {column} <> '' AND t // {pseudonyms.PERIOD} = {period}"
            )
            texts = [row[0] for row in self.con.execute("SELECT said FROM one").fetchall()]
            if not texts:
                continue
            self.con.register("made", {"p": pseudonyms.many(self.ring, sort, texts, period)})
            self.con.execute(f"INSERT INTO of_{column} SELECT said, {period}, p FROM one POSITIONAL JOIN made")
            self.con.unregister("made")


def _stored(files: Sequence[Path]) -> str:
    return f"(SELECT place, t, person, vehicle FROM {lake.reading(files)})" if files else ""
