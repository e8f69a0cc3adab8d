"""Pairs of persons by passings and stays equal what looking at everybody beside everybody finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.tracing import pairs, tables
from tests.tracing import made
from tests.tracing.made import CARRIAGE, MIDNIGHT, Pass, Stay, tuples

PAIR = ("person", "ix", "s", "same", "met")
RANKED = ("person", "n_ix", "s", "same", "first")


def passing_pairs(rows, events, reach=120):
    engine = made.engine(rows)
    table = engine.give("index_events", made.event_columns(events))
    return engine, pairs.passing_pairs(tables.large("passings_by_place"), table, reach)


def stay_pairs(rows, index, least, apart=()):
    engine = made.engine(stays=rows)
    table = engine.give("index_stays", made.stay_columns(index))
    return engine, pairs.stay_pairs(tables.large("stays_by_place"), table, least, apart)


@settings(deadline=None, max_examples=60)
@given(made.passings, made.windows, st.sampled_from([1, 2, 60, 120, 200]))
def test_passings_near_an_index_event_are_those_that_brute_force_finds(rows, windows, reach):
    events = made.events_of(rows, windows)
    engine, asked = passing_pairs(rows, events, reach)
    expected = made.pairs_of(rows, events, reach)
    assert sorted(tuples(engine.rows(asked), *PAIR)) == expected
    ranked = engine.rows(pairs.listed(pairs.rank(asked), 1_000))
    assert tuples(ranked, *RANKED) == made.ranked_of(expected)
    assert set(ranked["total"].tolist()) <= {len(made.ranked_of(expected))}


@settings(deadline=None, max_examples=60)
@given(made.stays, made.windows, st.sampled_from([1, 900, 901]), st.sampled_from([(), ((CARRIAGE, 3),)]))
def test_stays_that_overlap_are_those_that_brute_force_finds(rows, windows, least, apart):
    index = made.index_stays_of(rows, tables.windows(windows))
    engine, asked = stay_pairs(rows, index, least, apart)
    assert sorted(tuples(engine.rows(asked), *PAIR)) == made.stay_pairs_of(rows, index, least, dict(apart))


def test_the_window_is_open_so_that_nobody_stands_in_the_list_with_no_second():
    index = Pass(1, MIDNIGHT, 9)
    rows = [index, Pass(1, MIDNIGHT + 120, 1), Pass(1, MIDNIGHT - 120, 2), Pass(1, MIDNIGHT + 119, 3)]
    engine, asked = passing_pairs(rows, [index])
    assert tuples(engine.rows(asked), "person", "s") == [(3, 1)]


def test_nobody_meets_nobody():
    """0 is a plate without a person: it is near nobody, and the foot passenger's vehicle 0 is no shared vehicle."""
    index = Pass(1, MIDNIGHT, 9, vehicle=0)
    engine, asked = passing_pairs([index, Pass(1, MIDNIGHT, 0), Pass(1, MIDNIGHT, 5, vehicle=0)], [index])
    assert tuples(engine.rows(asked), *PAIR) == [(5, 9, 120, 0, MIDNIGHT)]


def test_the_same_vehicle_is_the_same_plate_at_the_same_second():
    index = Pass(1, MIDNIGHT, 9, vehicle=7)
    rows = [index, Pass(1, MIDNIGHT, 1, 7), Pass(1, MIDNIGHT, 2, 8), Pass(1, MIDNIGHT + 1, 3, 7)]
    engine, asked = passing_pairs(rows, [index])
    assert tuples(engine.rows(asked.order_by("person")), "person", "same") == [(1, 1), (2, 0), (3, 0)]


def test_the_order_of_the_rows_changes_nothing():
    rows = [Pass(1, MIDNIGHT + n % 50, n % 17 + 1, n % 3) for n in range(200)]
    events = rows[:5]
    engine, asked = passing_pairs(rows, events)
    shuffled = made.columns("passings_by_place", rows)
    order = np.random.default_rng(3).permutation(len(rows))
    other = made.MemoryEngine(passings_by_place={name: column[order] for name, column in shuffled.items()})
    other.give("index_events", made.event_columns(events[::-1]))
    ranked = pairs.rank(asked)
    assert engine.digest(ranked) == other.digest(ranked)
    assert tuples(engine.rows(pairs.listed(ranked, 9))) == tuples(other.rows(pairs.listed(ranked, 9)))


def test_an_unknown_seat_keeps_the_pair_and_a_far_one_drops_it():
    index = [(9, 1, MIDNIGHT, MIDNIGHT + 3_600, 10)]
    rows = [Stay(1, MIDNIGHT, n, 3_600, CARRIAGE, seat) for n, seat in enumerate((0, 13, 14, 7, 6), start=1)]
    engine, asked = stay_pairs(rows, index, 900, ((CARRIAGE, 3),))
    assert sorted(engine.rows(asked)["person"].tolist()) == [1, 2, 4]
    engine, asked = stay_pairs(rows, [(9, 1, MIDNIGHT, MIDNIGHT + 3_600, 0)], 900, ((CARRIAGE, 3),))
    assert len(engine.rows(asked)["person"]) == 5


@pytest.mark.parametrize("shift", [0, 1, 700, 5_000, 40_000])
@pytest.mark.parametrize("dur", [900, 4_096, 8_192, 16_384, 32_768, 65_536, 131_072, 10 * 86_400])
def test_a_stay_of_any_length_is_found_by_its_last_and_its_first_quarter_of_an_hour(dur, shift):
    a, b = MIDNIGHT + shift, MIDNIGHT + shift + 3_600
    rows = [
        Stay(1, a - dur + 900, 1, dur),
        Stay(1, b - 900, 2, dur),
        Stay(1, a - dur + 899, 3, dur),
        Stay(1, b - 899, 4, dur),
    ]
    engine, asked = stay_pairs(rows, [(9, 1, a, b, 0)], 900)
    assert sorted(tuples(engine.rows(asked), "person", "s")) == [(1, 900), (2, 900)]


def test_a_contact_without_a_second_cannot_be_asked_for():
    with pytest.raises(ValueError, match="no contact"):
        stay_pairs([], [], 0)


def test_evidence_shows_place_both_times_and_the_seconds():
    index = Pass(2, MIDNIGHT, 9, vehicle=7)
    engine = made.engine([index, Pass(2, MIDNIGHT, 1, 7), Pass(2, MIDNIGHT + 20, 1, 7)])
    table = engine.give("index_events", made.event_columns([index]))
    shown = engine.rows(pairs.passing_evidence(tables.large("passings_by_place"), table, 120))
    assert tuples(shown) == [(1, 9, 2, MIDNIGHT, MIDNIGHT, 120, 1), (1, 9, 2, MIDNIGHT + 20, MIDNIGHT, 100, 0)]
    engine = made.engine(stays=[Stay(3, MIDNIGHT, 1, 2_000)])
    table = engine.give("index_stays", made.stay_columns([(9, 3, MIDNIGHT + 500, MIDNIGHT + 9_000, 0)]))
    shown = engine.rows(pairs.stay_evidence(tables.large("stays_by_place"), table, 900))
    assert tuples(shown, "person", "ix", "place", "t", "until", "a", "b", "s") == [
        (1, 9, 3, MIDNIGHT, MIDNIGHT + 2_000, MIDNIGHT + 500, MIDNIGHT + 9_000, 1_500)
    ]


def spans_by_seconds(parts: list[tuple[int, int]], span: int) -> int:
    """The most shared seconds within any moving span, by trying every second at which one can begin."""
    first, last = min(m for m, _ in parts), max(m + s for m, s in parts)
    return max(sum(max(0, min(m + s, x + span) - max(m, x)) for m, s in parts) for x in range(first - span, last + 1))


@settings(deadline=None, max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 30)), min_size=1, max_size=6), st.integers(5, 40))
def test_shared_seconds_are_added_up_within_a_moving_span(parts, span):
    engine = made.engine(stays=[Stay(1, MIDNIGHT + at, 1, s) for at, s in parts])
    table = engine.give("index_stays", made.stay_columns([(9, 1, MIDNIGHT, MIDNIGHT + 500, 0)]))
    asked = pairs.stay_pairs(tables.large("stays_by_place"), table, 1)
    most = spans_by_seconds(parts, span)
    assert tuples(engine.rows(pairs.cumulative(asked, most, span))) == [(1, 9, most)]
    assert tuples(engine.rows(pairs.cumulative(asked, most + 1, span))) == []


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(1, 2), st.integers(0, 20), st.integers(0, 20)), max_size=6))
def test_overlapping_windows_of_a_person_are_one(rows):
    joined = tuples(tables.windows(rows), "ix", "lo", "hi")
    inside = {(ix, t) for ix, lo, hi in rows for t in range(lo, hi)}
    assert sorted((ix, t) for ix, lo, hi in joined for t in range(lo, hi)) == sorted(inside)
