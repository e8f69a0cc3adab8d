"""Tracks, index events, arrivals from a region and counts by post and watch, against the same by hand."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.tracing import questions, tables
from tests.tracing import made
from tests.tracing.made import MIDNIGHT, Pass, Stay, tuples

BY_PLACE, BY_PERSON = tables.large("passings_by_place"), tables.large("passings_by_person")
OFFSET = 28_800
DAY = 86_400


@settings(deadline=None, max_examples=50)
@given(made.passings, made.windows)
def test_index_events_are_the_passings_in_the_windows(rows, windows):
    engine = made.engine(rows)
    table = engine.give("index_windows", tables.windows(windows))
    found = engine.rows(questions.index_events(BY_PERSON, table))
    expected = [(e.person, e.place, e.t, e.vehicle) for e in made.events_of(rows, windows) if e.person]
    assert sorted(tuples(found)) == sorted(expected)


@settings(deadline=None, max_examples=50)
@given(made.stays, made.windows)
def test_index_stays_are_cut_to_the_windows(rows, windows):
    engine = made.engine(stays=rows)
    joined = tables.windows(windows)
    found = engine.rows(questions.index_stays(tables.large("stays_by_person"), engine.give("index_windows", joined)))
    assert sorted(tuples(found, "ix", "place", "a", "b", "seat")) == made.index_stays_of(rows, joined)


def test_a_window_begins_with_its_first_second_and_ends_before_its_last():
    engine = made.engine([Pass(1, MIDNIGHT + at, 5) for at in (-1, 0, 8, 9)])
    table = engine.give("index_windows", tables.windows([(5, MIDNIGHT, MIDNIGHT + 9)]))
    found = engine.rows(questions.index_events(BY_PERSON, table).order_by("t"))
    assert found["t"].tolist() == [MIDNIGHT, MIDNIGHT + 8]


def test_fourteen_days_of_a_person_in_order_and_nobody_elses():
    rows = [
        Pass(3, MIDNIGHT + 14 * DAY, 5),
        Pass(2, MIDNIGHT, 5),
        Pass(1, MIDNIGHT + 14 * DAY - 1, 5),
        Pass(1, MIDNIGHT, 6),
    ]
    engine = made.engine(rows)
    table = engine.give("index_windows", tables.windows([(5, MIDNIGHT, MIDNIGHT + 14 * DAY)]))
    assert tuples(engine.rows(questions.track(BY_PERSON, table)), "t", "place") == [
        (MIDNIGHT, 2),
        (MIDNIGHT + 14 * DAY - 1, 1),
    ]


def test_nobody_has_no_track():
    engine = made.engine([Pass(1, MIDNIGHT, 0)])
    table = engine.give("index_windows", tables.windows([(0, MIDNIGHT, MIDNIGHT + DAY)]))
    assert tuples(engine.rows(questions.track(BY_PERSON, table))) == []


def test_a_plate_leads_to_all_who_sat_behind_it():
    rows = [Pass(1, MIDNIGHT, 5, 70), Pass(1, MIDNIGHT, 6, 70), Pass(2, MIDNIGHT + 9, 5, 71), Pass(2, MIDNIGHT, 5, 0)]
    engine = made.engine(rows)
    asked = questions.plate_track(BY_PLACE, engine.give("vehicles", {"vehicle": [70, 0]}), MIDNIGHT, MIDNIGHT + DAY)
    assert tuples(engine.rows(asked), "vehicle", "person") == [(70, 5), (70, 6)]


@pytest.mark.parametrize(
    ("code", "span"), [(420000, (420000, 429999)), (420100, (420100, 420199)), (420102, (420102, 420102))]
)
def test_a_region_holds_what_lies_within_it(code, span):
    assert questions.region_span(code) == span


def test_who_came_from_a_source_area_and_when_they_were_seen():
    rows = [
        Pass(1, MIDNIGHT, 5, region=420102),
        Pass(2, MIDNIGHT + 50, 5, region=420102),
        Pass(1, MIDNIGHT, 6, region=420600),
        Pass(1, MIDNIGHT, 7, region=430200),
        Pass(1, MIDNIGHT, 0, region=420102),
    ]
    engine = made.engine(rows)
    origins = tables.large("origins")
    assert engine.rows(questions.from_regions(origins, [420000]))["person"].tolist() == [5, 6]
    assert engine.rows(questions.from_regions(origins, [420100, 430200]))["person"].tolist() == [5, 7]
    arrived = questions.arrivals(BY_PERSON, [420100], MIDNIGHT, MIDNIGHT + DAY)
    assert tuples(engine.rows(arrived)) == [(5, 2, MIDNIGHT, MIDNIGHT + 50)]
    table = engine.give("persons", {"person": [5, 7]})
    seen = questions.seen(BY_PERSON, table, MIDNIGHT, MIDNIGHT + 50)
    assert tuples(engine.rows(seen), "person", "n", "n_place") == [(5, 1, 1), (7, 1, 1)]


def slot_of(t: int) -> int:
    """The slot of the civil day, by the calendar."""
    local = datetime.fromtimestamp(t, timezone(timedelta(seconds=OFFSET)))
    return (local.hour + 1) // 2


def test_every_second_of_a_day_falls_into_its_watch():
    """0 is 早子 to 01:00, 12 is 夜子 from 23:00; looked at where a watch begins and ends."""
    seconds = [MIDNIGHT + hour * 3600 + step for hour in range(24) for step in (0, 1, 3_599)]
    engine = made.engine([Pass(t, t, 1) for t in seconds])
    found = tuples(engine.rows(questions.rollup(BY_PLACE, OFFSET)), "place", "slot")
    assert dict(found) == {t: slot_of(t) for t in seconds}


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.builds(
            Pass, made.places, made.instants, made.persons, st.integers(0, 3), st.integers(0, 2), st.integers(0, 1)
        ),
        max_size=30,
        unique=True,
    )
)
def test_a_roll_up_counts_passings_and_distinct_vehicles_and_persons(rows):
    groups: dict[tuple[int, ...], list[Pass]] = {}
    for row in rows:
        groups.setdefault((row.place, slot_of(row.t), row.dir, row.outcome), []).append(row)
    expected = [
        (*key, len(own), len({r.vehicle for r in own} - {0}), len({r.person for r in own} - {0}))
        for key, own in sorted(groups.items())
    ]
    engine = made.engine(rows)
    assert tuples(engine.rows(questions.rollup(BY_PLACE, OFFSET))) == expected


def test_three_in_a_car_are_one_vehicle_that_passed():
    rows = [Pass(1, MIDNIGHT, n, 70, 1, n) for n in (1, 2, 3)] + [
        Pass(1, MIDNIGHT + 60, 1, 70),
        Pass(1, MIDNIGHT, 9, 0),
    ]
    engine = made.engine(rows)
    assert tuples(engine.rows(questions.vehicle_passings(BY_PLACE, OFFSET))) == [(1, 0, 1, 2)]


def test_a_list_of_places_and_a_span_are_written_out():
    engine = made.engine([Pass(1, MIDNIGHT, 1), Pass(2, MIDNIGHT, 2), Pass(1, MIDNIGHT + 9, 3)])
    assert engine.rows(engine.narrow("passings_by_place", MIDNIGHT, MIDNIGHT + 8, [1]))["person"].tolist() == [1]
    assert engine.rows(engine.narrow("passings_by_place", MIDNIGHT, MIDNIGHT + 8))["person"].tolist() == [1, 2]


def test_a_wrong_small_table_is_noticed_before_it_is_asked():
    engine = made.engine()
    with pytest.raises(ValueError, match="has the columns"):
        engine.give("persons", {"vehicle": [1]})
    with pytest.raises(ValueError, match="differ in length"):
        engine.give("index_windows", {"ix": [1], "lo": [1, 2], "hi": [3, 4]})


def test_a_person_stays_where_the_stay_lies_not_where_the_window_does():
    engine = made.engine(stays=[Stay(4, MIDNIGHT - 100, 5, 100), Stay(4, MIDNIGHT - 100, 6, 101)])
    table = engine.give("index_windows", tables.windows([(5, MIDNIGHT, MIDNIGHT + 9), (6, MIDNIGHT, MIDNIGHT + 9)]))
    found = engine.rows(questions.index_stays(tables.large("stays_by_person"), table))
    assert tuples(found, "ix", "a", "b") == [(6, MIDNIGHT, MIDNIGHT + 1)]
