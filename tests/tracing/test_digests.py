"""Digests agree whatever the order and engine, differ when a row does, and both dialects' SQL is well-formed and quick."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.tracing import digests, fields, pairs, questions, slots, tables
from shichen.tracing.digests import Digest
from tests.tracing import made
from tests.tracing.made import MIDNIGHT, Pass

PASSINGS, PERSONS = tables.large("passings_by_place"), tables.large("passings_by_person")
STAYS = tables.large("stays_by_place")
EVENTS, INDEX, WINDOWS = tables.small("index_events"), tables.small("index_stays"), tables.small("index_windows")
OFFSET = 28_800

ASKED = {
    "pairs": pairs.rank(pairs.passing_pairs(PASSINGS, EVENTS, 120)),
    "stay pairs": pairs.rank(pairs.stay_pairs(STAYS, INDEX, 900, ((3, 3),))),
    "list": pairs.listed(
        pairs.rank(pairs.together(pairs.passing_pairs(PASSINGS, EVENTS, 120), pairs.stay_pairs(STAYS, INDEX, 900))), 10
    ),
    "cumulative": pairs.cumulative(pairs.stay_pairs(STAYS, INDEX, 1), 900, 86_400),
    "passing evidence": pairs.passing_evidence(PASSINGS, EVENTS, 120),
    "stay evidence": pairs.stay_evidence(STAYS, INDEX, 900),
    "slot field": fields.slot_field(PASSINGS, EVENTS, 120),
    "piece field": fields.piece_field(PASSINGS, EVENTS, 120),
    "second field": fields.second_field(PASSINGS, EVENTS, 120),
    "index events": questions.index_events(PERSONS, WINDOWS),
    "index stays": questions.index_stays(tables.large("stays_by_person"), WINDOWS),
    "track": questions.track(PERSONS, WINDOWS),
    "plate": questions.plate_track(PASSINGS, tables.small("vehicles"), 0, 9),
    "arrivals": questions.arrivals(PERSONS, [420000], 0, 9),
    "regions": questions.from_regions(tables.large("origins"), [420000]),
    "seen": questions.seen(PERSONS, tables.small("persons"), 0, 9),
    "roll-up": questions.rollup(PASSINGS, OFFSET),
    "vehicles": questions.vehicle_passings(PASSINGS, OFFSET),
}
ON_DUCKDB = {"asof field": fields.asof_field(PASSINGS, EVENTS, 120), "stay field": fields.stay_field(STAYS, INDEX)}
GENERATORS = re.compile(r"\b(UNNEST|EXPLODE)\s*\(", re.IGNORECASE)


@pytest.mark.parametrize(
    ("name", "dialect"),
    [(name, dialect) for name in ASKED for dialect in ("duckdb", "pyspark")] + [(name, "duckdb") for name in ON_DUCKDB],
)
def test_compiled_sql_parses_divides_nothing_by_floor_and_generates_only_in_a_select_list(name, dialect):
    text = digests.compiled({**ASKED, **ON_DUCKDB}[name], dialect)
    tree = sqlglot.parse_one(text, read="spark" if dialect == "pyspark" else dialect)
    assert not list(tree.find_all(sqlglot.exp.Floor))
    assert "//" not in text
    for generator in tree.find_all(sqlglot.exp.Unnest, sqlglot.exp.Explode):
        holder = generator.parent
        assert isinstance(holder, sqlglot.exp.Alias), f"{name}: a generator inside {type(holder).__name__}"
        assert isinstance(holder.parent, sqlglot.exp.Select)
    if name in ("slot field", "piece field", "second field", "asof field") or "pairs" in name or name == "list":
        assert GENERATORS.search(text)  # otherwise the loop above looks at nothing


def test_a_division_would_be_noticed():
    text = digests.compiled(PASSINGS.mutate(slot=PASSINGS.t // 240), "duckdb")
    assert list(sqlglot.parse_one(text, read="duckdb").find_all(sqlglot.exp.Floor))


@settings(deadline=None, max_examples=30)
@given(made.passings, made.windows)
def test_the_digest_of_rows_in_memory_is_the_engines(rows, windows):
    engine = made.engine(rows)
    engine.give("index_events", made.event_columns(made.events_of(rows, windows)))
    ranked = pairs.rank(pairs.passing_pairs(PASSINGS, EVENTS, 120))
    assert digests.of(engine.rows(ranked), digests.RANKED) == engine.digest(ranked)


@settings(deadline=None, max_examples=30)
@given(made.passings)
def test_both_layouts_of_the_same_records_have_one_row_digest(rows):
    engine = made.engine(rows)
    answers = [
        engine.ask(digests.row_sql(name, name, "duckdb")) for name in ("passings_by_place", "passings_by_person")
    ]
    said = [(answer["n"].tolist(), answer["total"].tolist()) for answer in answers]
    assert said[0] == said[1]
    digest = digests.of_rows(made.columns("passings_by_place", rows), "passings_by_place")
    assert said[0] == ([digest.n], [str(digest.total)])


@settings(deadline=None, max_examples=30)
@given(made.passings)
def test_files_written_before_are_still_told_by_their_texts(rows):
    engine = made.engine(rows)
    answer = engine.ask(digests.row_sql("passings_by_place", "passings_by_place", "duckdb", form=digests.TEXT))
    digest = digests.of(made.columns("passings_by_place", rows), tables.NATURAL_KEY["passings_by_place"])
    assert (answer["n"].tolist(), answer["total"].tolist()) == ([digest.n], [str(digest.total)])


def _rows(*passes):
    return digests.of_rows(made.columns("passings_by_place", passes), "passings_by_place")


def test_one_second_more_is_another_digest():
    assert _rows(Pass(1, MIDNIGHT, 1)) != _rows(Pass(1, MIDNIGHT + 1, 1))
    assert str(_rows(Pass(1, MIDNIGHT, 1))).startswith("1:")


def test_pseudonyms_of_every_size_are_added_up_alike():
    rows = [Pass(1, MIDNIGHT, 2**63 - 1, -(2**63) + 1), Pass(2**31 - 1, 2**31 - 1, -(2**63) + 1, 2**63 - 1)]
    answer = made.engine(rows).ask(digests.row_sql("passings_by_place", "passings_by_place", "duckdb"))
    assert answer["total"].tolist() == [str(_rows(*rows).total)]


def test_what_belongs_to_one_row_cannot_stand_in_another():
    one, other = Pass(1, MIDNIGHT, 101), Pass(2, MIDNIGHT + 60, 202)
    assert _rows(one, other) == _rows(other, one)
    assert _rows(one, other) != _rows(replace(one, person=202), replace(other, person=101))
    assert _rows(one, other) != _rows(replace(one, t=other.t), replace(other, t=one.t))


@given(st.integers(0, 10**9), st.integers(-(2**80), 2**80), st.sampled_from([digests.TEXT, digests.NUMBER]))
def test_a_digest_is_read_as_it_was_written(n, total, form):
    digest = Digest(n, total, form)
    assert Digest.read(str(digest)) == digest


def test_two_forms_do_not_add_up():
    with pytest.raises(ValueError, match="do not add up"):
        Digest(1, 2, digests.TEXT) + Digest(1, 2, digests.NUMBER)


def test_the_width_of_a_slot_holds_the_whole_reach():
    assert [slots.width(seconds) for seconds in (1, 2, 3, 240, 256, 257)] == [0, 1, 2, 8, 8, 9]
