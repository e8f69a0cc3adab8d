"""Every way of asking that is measured: ours, the floors under it, and the ways a user would write it instead.

Each form is made ready once (files, index events) and then asked; its answer is a count of persons and two sums, taken so that
nothing the list needs can be left out by an engine. `check` gives the digest, apart from the clock.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import ibis
import numpy as np
from benchmarks.movement.engine import FileEngine

from shichen.tracing import digests, fields, kernel, pairs, questions, tables
from shichen.tracing.engine import Compiled
from shichen.tracing.plans import Plan
from shichen.tracing.rules import Rules
from shichen.tracing.run import Question, Steps

RULES = Rules(reach=120, least=900, span=86_400, rows=(), close=300, latent=1, longest=14 * 86_400)
SUMS = digests.RANKED
SECONDS = ("person", "s")
LISTED = 1_000


@dataclass
class Form:
    """A question made ready: `ask` is what the clock sees, `check` its digest, if it has rows to compare."""

    ask: Callable[[], dict[str, Any]]
    check: Callable[[], str] | None = None


class Case:
    """A lake, index persons, and their events, found once."""

    def __init__(self, folder: Path, index: str) -> None:
        self.folder, self.engine = folder, FileEngine(folder)
        self.after = ExitStack()
        """What is put away with the case."""
        self.after.callback(self.engine.close)
        said = json.loads((folder / "said.json").read_text(encoding="utf-8"))
        windows = dict(np.load(folder / f"index_{index}.npz"))
        self.question = Question(windows, RULES, LISTED, posts=said["posts"], places=said["places"])

    def steps(self) -> Steps:
        return Steps(self.engine, self.question)

    def ranked(self, rows: ibis.Table) -> Form:
        """A list (person, n_ix, s) of the engine."""
        sums = Compiled.of(rows.aggregate(n=rows.count(), s=rows.s.sum(), n_ix=rows.n_ix.sum()), "duckdb")
        return Form(lambda: _first(self.engine.answer(sums)), lambda: str(self.engine.digest(rows)))

    def field(self, rows: ibis.Table, own: ibis.Table | None) -> Form:
        """Exposure by person; the digest is of what is left when own exposure is taken away."""
        sums = Compiled.of(rows.aggregate(n=rows.count(), s=rows.s.sum()), "duckdb")
        check = None if own is None else lambda: str(self.engine.digest(fields.net(rows, own), SECONDS))
        return Form(lambda: _first(self.engine.answer(sums)), check)


def _first(rows: dict[str, np.ndarray]) -> dict[str, Any]:
    return {name: int(column[0]) for name, column in rows.items()}


# --- ours ----------------------------------------------------------------------------------------------------------
def passing_pairs(case: Case) -> Form:
    steps = case.steps()
    return case.ranked(pairs.rank(pairs.passing_pairs(steps.plan.passings, steps.plan.events, RULES.reach)))


def pair_seconds(case: Case) -> Form:
    """The sum of pairs by person, for comparison with the fields."""
    steps = case.steps()
    rows = pairs.rank(pairs.passing_pairs(steps.plan.passings, steps.plan.events, RULES.reach))
    return Form(case.ranked(rows).ask, lambda: str(case.engine.digest(rows, SECONDS)))


def stay_pairs(case: Case) -> Form:
    steps = case.steps()
    return case.ranked(pairs.rank(pairs.stay_pairs(steps.plan.stays, steps.plan.index, RULES.least, RULES.rows)))


def stay_seconds(case: Case) -> Form:
    """All overlaps of at least a second, for comparison with the field of stays."""
    steps = case.steps()
    rows = pairs.rank(pairs.stay_pairs(steps.plan.stays, steps.plan.index, 1))
    return Form(case.ranked(rows).ask, lambda: str(case.engine.digest(rows, SECONDS)))


def _passing_field(form: Callable[..., ibis.Table], exact: bool) -> Callable[[Case], Form]:
    def made(case: Case) -> Form:
        steps = case.steps()
        own = fields.own_passings(tables.large("passings_by_person"), steps.plan.events, RULES.reach)
        return case.field(form(steps.plan.passings, steps.plan.events, RULES.reach), own if exact else None)

    return made


def stay_field(case: Case) -> Form:
    steps = case.steps()
    own = fields.own_stays(tables.large("stays_by_person"), steps.plan.index)
    return case.field(fields.stay_field(steps.plan.stays, steps.plan.index), own)


def track(case: Case) -> Form:
    windows = case.engine.give("index_windows", case.question.windows)
    rows = Compiled.of(questions.track(tables.large("passings_by_person"), windows), "duckdb")
    return Form(lambda: {"n": len(case.engine.answer(rows)["t"])})


def roll_up(case: Case) -> Form:
    rows = questions.rollup(tables.large("passings_by_place"), 28_800)
    sums = rows.aggregate(n=rows.n.sum(), n_vehicle=rows.n_vehicle.sum(), n_person=rows.n_person.sum())
    asked = Compiled.of(sums, "duckdb")
    return Form(lambda: _first(case.engine.answer(asked)))


def end_to_end(case: Case) -> Form:
    """Track, pairs of passings and stays, rank, the first thousand."""

    def ask() -> dict[str, Any]:
        found = case.steps().found()
        return {"n": found.total, "s": int(found.persons["s"].sum()), "list": str(found.digest)}

    return Form(ask)


def end_to_end_passings(case: Case) -> Form:
    """The same for passings alone: track, pairs, rank, the first thousand."""

    plan = Plan(RULES, LISTED, False, True, "duckdb")
    ranked = pairs.rank(pairs.passing_pairs(plan.passings, plan.events, RULES.reach))
    asked = Compiled.of(pairs.listed(ranked, LISTED), "duckdb")

    def ask() -> dict[str, Any]:
        case.steps()
        rows = case.engine.answer(asked)
        return {"n": int(rows["total"][0]) if len(rows["total"]) else 0, "s": int(rows["s"].sum())}

    return Form(ask)


def end_to_end_field(case: Case) -> Form:
    """The first thousand without all pairs, proven complete."""

    def ask() -> dict[str, Any]:
        persons, total = case.steps().by_field()
        return {"n": total, "s": int(persons["s"].sum()), "list": str(digests.of(persons, SUMS))}

    return Form(ask)


def numpy_kernel(case: Case) -> Form:
    """The field in numpy over the files, one after the other."""
    steps = case.steps()
    events = steps.events

    def blocks() -> Iterator[kernel.Block]:
        for path, *_ in case.engine.files["passings_by_place"]:
            rows = case.engine.ask(f"select place, t, person from read_parquet('{path}', hive_partitioning = false)")
            yield kernel.keys(rows["place"], rows["t"]), rows["person"]

    def exposure() -> kernel.Exposure:
        lines = kernel.passing_lines(events["place"], events["t"], RULES.reach)
        return kernel.passing_exposure(blocks(), lines)

    def ask() -> dict[str, Any]:
        found = exposure()
        return {"n": len(found.person), "s": int(found.s.sum())}

    def check() -> str:
        own_table = fields.own_passings(tables.large("passings_by_person"), steps.plan.events, RULES.reach)
        own = case.engine.rows(own_table.order_by("person"))
        left = kernel.less(exposure(), kernel.Exposure(own["person"], own["s"]))
        return str(digests.of({"person": left.person, "s": left.s}, SECONDS))

    return Form(ask, check)


# --- floors --------------------------------------------------------------------------------------------------------
def scan(case: Case) -> Form:
    """The engine's own floor: reading t, place and person of every passing."""
    asked = "select count(*) as n, sum(t::bigint) as a, max(place) as b, bit_xor(person) as c from passings_by_place"
    return Form(lambda: {"n": int(case.engine.ask(asked)["n"][0])})


def scan_stays(case: Case) -> Form:
    asked = "select count(*) as n, sum(t::bigint) as a, sum(dur::bigint) as d, max(place) as b, bit_xor(person) as c from stays_by_place"
    return Form(lambda: {"n": int(case.engine.ask(asked)["n"][0])})


# --- what a user would write ---------------------------------------------------------------------------------------
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

    return Form(lambda: _first(con.execute(sums).fetchnumpy()), check)


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


FORMS: dict[str, Callable[[Case], Form]] = {
    "scan": scan,
    "scan stays": scan_stays,
    "passing pairs": passing_pairs,
    "pair seconds": pair_seconds,
    "stay pairs": stay_pairs,
    "stay seconds": stay_seconds,
    "slot field": _passing_field(fields.slot_field, exact=False),
    "piece field": _passing_field(fields.piece_field, exact=True),
    "asof field": _passing_field(fields.asof_field, exact=True),
    "second field": _passing_field(fields.second_field, exact=True),
    "stay field": stay_field,
    "numpy kernel": numpy_kernel,
    "track": track,
    "roll-up": roll_up,
    "end to end": end_to_end,
    "end to end, passings": end_to_end_passings,
    "end to end, field": end_to_end_field,
    "DuckDB default": duckdb_default,
    "SQLite": sqlite_indexed,
    "pandas": pandas_merge,
    "brute force": brute_force,
}
SAME = {
    "the list by passings": ("passing pairs", "DuckDB default", "SQLite", "pandas", "brute force"),
    "exposure by passings": ("pair seconds", "piece field", "asof field", "second field", "numpy kernel"),
    "exposure by stays": ("stay seconds", "stay field"),
}
"""Forms that must have one digest, in whatever order they run."""
