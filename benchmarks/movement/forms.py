"""Every way of asking that is measured: ours, the floors under it, and the ways a user would write it instead.

Each form is made ready once (files, index events) and then asked; its answer is a count of persons and two sums, taken so that
nothing the list needs can be left out by an engine. `check` gives the digest, apart from the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import ibis
from benchmarks.movement.baselines import brute_force, duckdb_default, pandas_merge, sqlite_indexed
from benchmarks.movement.case import LISTED, RULES, SECONDS, SUMS, Case, Form, first

from shichen.tracing import digests, fields, kernel, pairs, questions, tables
from shichen.tracing.engine import Compiled
from shichen.tracing.plans import Plan


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
    """As the house asks it: of the files that can hold the windows."""
    given = case.question.windows
    windows = case.engine.give("index_windows", given)
    passed = case.engine.narrow("passings_by_person", int(given["lo"].min()), int(given["hi"].max()))
    rows = Compiled.of(questions.track(passed, windows), "duckdb")
    return Form(lambda: {"n": len(case.engine.answer(rows)["t"])})


def roll_up(case: Case) -> Form:
    rows = questions.rollup(tables.large("passings_by_place"), 28_800)
    sums = rows.aggregate(n=rows.n.sum(), n_vehicle=rows.n_vehicle.sum(), n_person=rows.n_person.sum())
    asked = Compiled.of(sums, "duckdb")
    return Form(lambda: first(case.engine.answer(asked)))


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
