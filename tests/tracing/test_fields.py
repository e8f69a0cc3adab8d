"""Exposure by the field equals exposure by pairs, in SQL and in numpy, and its bound is one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.tracing import fields, kernel, tables
from tests.tracing import made
from tests.tracing.made import MIDNIGHT, Pass, Stay, tuples

PASSINGS, STAYS = tables.large("passings_by_place"), tables.large("stays_by_place")
EXACT = (fields.asof_field, fields.piece_field, fields.second_field)


def asked(engine, expression):
    return dict(tuples(engine.rows(expression), "person", "s"))


@settings(deadline=None, max_examples=15)
@given(made.passings, made.windows, st.sampled_from([1, 7, 120, 200]))
def test_the_field_of_passings_less_ones_own_is_the_sum_of_pairs(rows, windows, reach):
    events = made.events_of(rows, windows)
    engine = made.engine(rows)
    table = engine.give("index_events", made.event_columns(events))
    expected = made.sums_of(made.pairs_of(rows, events, reach))
    own = fields.own_passings(tables.large("passings_by_person"), table, reach)
    for form in EXACT:
        assert asked(engine, fields.net(form(PASSINGS, table, reach), own)) == expected, form.__name__
    bound = asked(engine, fields.slot_field(PASSINGS, table, reach))
    field = asked(engine, fields.piece_field(PASSINGS, table, reach))
    assert all(bound[person] >= s for person, s in field.items())
    assert sum(field.values()) - sum(asked(engine, own).values()) == sum(expected.values())


@settings(deadline=None, max_examples=50)
@given(made.stays, made.windows)
def test_the_field_of_stays_less_ones_own_is_the_sum_of_overlaps(rows, windows):
    index = made.index_stays_of(rows, tables.windows(windows))
    engine = made.engine(stays=rows)
    table = engine.give("index_stays", made.stay_columns(index))
    own = fields.own_stays(tables.large("stays_by_person"), table)
    field = fields.net(fields.stay_field(STAYS, table), own)
    assert asked(engine, field) == made.sums_of(made.stay_pairs_of(rows, index, 1))


@settings(deadline=None, max_examples=80)
@given(made.passings, made.windows, st.sampled_from([1, 7, 120]), st.integers(1, 9))
def test_the_kernel_of_passings_is_exact_however_the_rows_are_cut(rows, windows, reach, size):
    events = made.events_of(rows, windows)
    lines = kernel.passing_lines(*arrays(events, "place", "t"), reach)
    exposure = kernel.passing_exposure(blocks(sorted(rows), size), lines)
    expected = made.sums_of(made.pairs_of(rows, events, reach))
    mine = kernel.summed(*own_of(rows, events, reach))
    assert as_dict(kernel.less(exposure, mine)) == expected


@settings(deadline=None, max_examples=80)
@given(made.stays, made.windows, st.integers(1, 9))
def test_the_kernel_of_stays_is_exact_however_the_rows_are_cut(rows, windows, size):
    index = made.index_stays_of(rows, tables.windows(windows))
    given_index = made.stay_columns(index)
    lines = kernel.stay_lines(given_index["place"], given_index["a"], given_index["b"])
    rows = sorted(rows)
    cut = [rows[at : at + size] for at in range(0, len(rows), size)]
    parts = [(kernel.keys(*arrays(p, "place", "t")), *arrays(p, "dur", "person")) for p in cut]
    others = made.sums_of(made.stay_pairs_of(rows, index, 1))
    everyone = as_dict(kernel.stay_exposure(parts, lines))
    own = {
        ix: sum(min(r.t + r.dur, b) - max(r.t, a) for r in rows for i, p, a, b, _ in index
                if i == ix == r.person and p == r.place and min(r.t + r.dur, b) > max(r.t, a))
        for ix in {row[0] for row in index}
    }  # fmt: skip
    assert {p: s - own.get(p, 0) for p, s in everyone.items() if s > own.get(p, 0)} == others


def arrays(rows, *names):
    types = {"place": np.int32, "t": np.int32, "dur": np.int32, "person": np.int64}
    return [np.array([getattr(row, name) for row in rows], types[name]) for name in names]


def blocks(rows, size):
    for at in range(0, len(rows), size):
        place, t, person = arrays(rows[at : at + size], "place", "t", "person")
        yield kernel.keys(place, t), person


def own_of(rows, events, reach):
    pairs = [
        (r.person, reach - abs(r.t - e.t))
        for r in rows
        for e in events
        if r.person == e.person and r.place == e.place and abs(r.t - e.t) < reach
    ]
    person, s = zip(*pairs, strict=True) if pairs else ((), ())
    return np.array(person, np.int64), np.array(s, np.int64)


def as_dict(exposure):
    return dict(zip(exposure.person.tolist(), exposure.s.tolist(), strict=True))


def test_a_crowd_of_index_events_at_one_second_weighs_each_of_them():
    events = [Pass(1, MIDNIGHT, ix) for ix in range(1, 6)]
    engine = made.engine([*events, Pass(1, MIDNIGHT + 20, 50)])
    table = engine.give("index_events", made.event_columns(events))
    for form in EXACT:
        assert asked(engine, form(PASSINGS, table, 120))[50] == 500


def test_a_stay_that_began_before_and_ended_after_every_index_stay_holds_all_of_it():
    engine = made.engine(stays=[Stay(1, MIDNIGHT - 50, 7, 10_000), Stay(1, MIDNIGHT + 8_000, 8, 100)])
    index = [(9, 1, MIDNIGHT, MIDNIGHT + 600, 0), (8, 1, MIDNIGHT + 300, MIDNIGHT + 900, 0)]
    table = engine.give("index_stays", made.stay_columns(index))
    assert asked(engine, fields.stay_field(STAYS, table)) == {7: 1_200}


def test_nothing_of_a_person_is_left_below_nothing():
    with pytest.raises(ValueError, match="has none"):
        kernel.less(kernel.summed(np.array([1]), np.array([5])), kernel.summed(np.array([2]), np.array([5])))


def test_partial_sums_are_folded_before_they_outgrow_memory():
    person = np.arange(1, 400_001)
    parts = [(kernel.keys(np.ones(len(person), np.int32), np.full(len(person), 50, np.int32)), person)] * 5
    lines = kernel.passing_lines(np.array([1], np.int32), np.array([50], np.int32), 10)
    exposure = kernel.passing_exposure(parts, lines)
    assert len(exposure.person) == 400_000
    assert set(exposure.s.tolist()) == {50}
