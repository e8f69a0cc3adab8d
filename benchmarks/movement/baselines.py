"""The same questions as a user would write them instead, and by looking at everybody beside everybody."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from benchmarks.movement.case import RULES, SUMS, Case, Form, first

from shichen.tracing import digests

RANGE_JOIN = """
select person, count(distinct ix) as n_ix, sum(120 - abs(p.t - e.t)) as s
from {passings} p join index_events e on p.place = e.place and p.t between e.t - 119 and e.t + 119
where p.person <> e.ix and p.person <> 0 group by person
"""


def duckdb_default(case: Case) -> Form:
    """DuckDB with its defaults over the files as they arrived, and a range join."""
    events = case.steps().events
    con = duckdb.connect()
    con.register("index_events", events)
    listed = ", ".join(f"'{path}'" for path, *_ in case.engine.files["arrival"])
    rows = RANGE_JOIN.format(passings=f"read_parquet([{listed}])")
    sums = f"select count(*) as n, sum(s) as s, sum(n_ix) as n_ix from ({rows})"
    digest = digests.sql_over(f"({rows})", SUMS, "duckdb")

    def check() -> str:
        n, total = con.execute(digest).fetchall()[0]
        return str(digests.Digest(n, int(total)))

    return Form(lambda: first(con.execute(sums).fetchnumpy()), check)


def sqlite_indexed(case: Case) -> Form:
    """SQLite with a covering index over (place, t)."""
    events = case.steps().events
    folder = case.after.enter_context(tempfile.TemporaryDirectory(prefix="shichen-bench-"))
    con = case.after.enter_context(closing(sqlite3.connect(Path(folder) / "passings.db")))
    con.executescript("pragma journal_mode = off; pragma synchronous = off; create table p (t, place, person);")
    source = case.engine.connection.execute("select t, place, person from passings_by_place")
    while rows := source.fetchmany(200_000):
        con.executemany("insert into p values (?, ?, ?)", rows)
    con.execute("create index by_place on p (place, t, person)")
    con.execute("create table index_events (ix, place, t)")
    given = zip(events["ix"].tolist(), events["place"].tolist(), events["t"].tolist(), strict=True)
    con.executemany("insert into index_events values (?, ?, ?)", given)
    con.execute("analyze")
    rows_sql = RANGE_JOIN.format(passings="p").replace("p p join index_events e", "index_events e cross join p")
    sums = f"select count(*), sum(s), sum(n_ix) from ({rows_sql})"

    def ask() -> dict[str, Any]:
        with closing(con.execute(sums)) as answer:
            return dict(zip(("n", "s", "n_ix"), answer.fetchone(), strict=True))

    def check() -> str:
        found = np.array(con.execute(rows_sql).fetchall(), np.int64).reshape(-1, 3)
        return str(digests.of(dict(zip(SUMS, found.T, strict=True)), SUMS))

    return Form(ask, check)


def pandas_merge(case: Case) -> Form:
    """pandas: merge on the post, then keep what is near."""
    import pandas as pd  # only where somebody has it

    events = pd.DataFrame(case.steps().events)
    rows = pd.DataFrame(case.engine.ask("select t, place, person from passings_by_place"))

    def ranked() -> Any:
        j = rows.merge(events[["ix", "place", "t"]], on="place", suffixes=("", "_e"))
        j["s"] = RULES.reach - (j.t.astype("int64") - j.t_e).abs()
        j = j[(j.s > 0) & (j.person != j.ix) & (j.person != 0)]
        return j.groupby("person").agg(n_ix=("ix", "nunique"), s=("s", "sum")).reset_index()

    def ask() -> dict[str, Any]:
        found = ranked()
        return {"n": len(found), "s": int(found.s.sum()), "n_ix": int(found.n_ix.sum())}

    return Form(ask, lambda: str(digests.of({name: ranked()[name].to_numpy() for name in SUMS}, SUMS)))


def brute_force(case: Case) -> Form:
    """Everybody beside everybody, event by event, without any index or slot: what the others must equal (10^5 rows)."""
    events = case.steps().events
    rows = case.engine.ask("select t, place, person from passings_by_place")
    t, place, person = rows["t"].astype(np.int64), rows["place"], rows["person"]

    def ranked() -> dict[str, np.ndarray]:
        parts = []
        for ix, where, when in zip(events["ix"], events["place"], events["t"], strict=True):
            s = RULES.reach - np.abs(t - int(when))
            near = np.flatnonzero((place == where) & (s > 0) & (person != ix) & (person != 0))
            parts.append((person[near], np.full(len(near), ix), s[near]))
        who, ix, s = (np.concatenate(column) for column in zip(*parts, strict=True))
        found, at = np.unique(who, return_inverse=True)
        met = np.unique(np.stack([at, ix]), axis=1)[0]
        seconds = np.zeros(len(found), np.int64)
        np.add.at(seconds, at, s)
        return {"person": found, "n_ix": np.bincount(met, minlength=len(found)), "s": seconds}

    def ask() -> dict[str, Any]:
        found = ranked()
        return {"n": len(found["person"]), "s": int(found["s"].sum()), "n_ix": int(found["n_ix"].sum())}

    return Form(ask, lambda: str(digests.of(ranked(), SUMS)))
