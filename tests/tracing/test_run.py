"""A whole trace: the list by pairs and by the field is one list, complete and in order; then the second degree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.tracing import digests, ranking, tables
from shichen.tracing.rules import Rules
from shichen.tracing.run import Question, Steps, second_degree, trace
from tests.tracing import made
from tests.tracing.made import MIDNIGHT, RULES, Pass, Stay, tuples

LIST = ("person", "n_ix", "s", "same", "first")
DAY = 86_400


def question(windows, limit=1_000, **more):
    return Question(tables.windows(windows), RULES, limit, **more)


def expected(passings, stays, windows):
    joined = tables.windows(windows)
    index = made.index_stays_of(stays, joined)
    found = made.pairs_of(passings, made.events_of(passings, windows), RULES.reach)
    return made.ranked_of(found + made.stay_pairs_of(stays, index, RULES.least, dict(RULES.rows)))


@settings(deadline=None, max_examples=25)
@given(made.passings, made.stays, made.windows, st.sampled_from([1, 3, 1_000]), st.sampled_from([0, 50]))
def test_the_list_by_pairs_and_by_the_field_is_the_list_by_hand(passings, stays, windows, limit, places):
    engine = made.engine(passings, stays)
    whole = expected(passings, stays, windows)
    by_pairs = trace(engine, question(windows, limit, posts=places, places=places))
    by_field = Steps(engine, question(windows, limit, posts=places, places=places)).by_field()
    assert tuples(by_pairs.persons, *LIST) == whole[:limit]
    assert by_pairs.total == len(whole)
    assert tuples(by_field[0], *LIST) == whole[:limit]
    assert by_field[1] >= len(whole)


def test_many_index_events_are_ranked_by_the_field_and_it_says_so():
    rows = [Pass(1, MIDNIGHT + n, n % 40 + 1) for n in range(400)]
    engine = made.engine(rows)
    asked = question([(n, MIDNIGHT, MIDNIGHT + DAY) for n in range(1, 6)], 10)
    exact, ranked = trace(engine, asked), trace(engine, replace(asked, pairs_up_to=5))
    assert (exact.at_most, ranked.at_most) == (False, True)
    assert exact.digest == ranked.digest == digests.of(exact.persons, digests.RANKED)
    assert exact.total <= ranked.total


def test_those_not_to_be_listed_are_not():
    rows = [Pass(1, MIDNIGHT, n) for n in range(1, 9)]
    engine = made.engine(rows)
    for pairs_up_to in (0, 100):
        asked = question([(1, MIDNIGHT, MIDNIGHT + 9)], without=np.array([3, 4]), pairs_up_to=pairs_up_to)
        assert trace(engine, asked).persons["person"].tolist() == [2, 5, 6, 7, 8]


def test_no_index_person_no_list():
    engine = made.engine([Pass(1, MIDNIGHT, 2)], [Stay(1, MIDNIGHT, 2, 900)])
    for asked in (question([]), question([(7, MIDNIGHT, MIDNIGHT + 9)])):
        for pairs_up_to in (-1, 100):
            found = trace(engine, replace(asked, pairs_up_to=pairs_up_to))
            assert (len(found.persons["person"]), found.total, found.digest.n) == (0, 0, 0)


def test_the_evidence_is_that_of_the_persons_shown():
    engine = made.engine(
        [Pass(1, MIDNIGHT, 1), Pass(1, MIDNIGHT + 5, 2), Pass(1, MIDNIGHT, 3)],
        [Stay(2, MIDNIGHT, 1, 1_000), Stay(2, MIDNIGHT, 2, 950), Stay(2, MIDNIGHT, 3, 950)],
    )
    steps = Steps(engine, question([(1, MIDNIGHT, MIDNIGHT + DAY)]))
    passed, stayed = steps.evidence(np.array([2]))
    assert tuples(passed, "person", "ix", "place", "t", "it", "s") == [(2, 1, 1, MIDNIGHT + 5, MIDNIGHT, 115)]
    assert tuples(stayed, "person", "ix", "place", "s") == [(2, 1, 2, 950)]


def test_quarters_of_an_hour_made_of_pieces_count_together():
    engine = made.engine(stays=[Stay(1, MIDNIGHT, 1, DAY), *(Stay(1, MIDNIGHT + 9_000 * n, 2, 300) for n in range(3))])
    steps = Steps(engine, question([(1, MIDNIGHT, MIDNIGHT + DAY)]))
    assert tuples(steps.found().persons, "person") == []
    assert tuples(steps.cumulated(np.array([2, 3]))) == [(2, 1, 900)]


def test_the_second_degree_begins_when_the_first_can_pass_it_on():
    """1 meets 2 and 5 on the first day; 2 meets 3 too early and 4 in time, 5 passes there a second before its own time; neither
    the case nor those of the first degree are listed."""
    close = replace(RULES, close=100)
    rows = [
        Pass(1, MIDNIGHT, 1), Pass(1, MIDNIGHT + 1, 2), Pass(1, MIDNIGHT + 2, 5),
        Pass(2, MIDNIGHT + DAY - 10, 2), Pass(2, MIDNIGHT + DAY - 10, 3),
        Pass(3, MIDNIGHT + DAY + 1, 2), Pass(3, MIDNIGHT + DAY + 1, 4), Pass(3, MIDNIGHT + DAY + 1, 5), Pass(3, MIDNIGHT + DAY + 1, 1),
        Pass(4, MIDNIGHT + 9 * DAY, 2), Pass(4, MIDNIGHT + 9 * DAY, 6),
    ]  # fmt: skip
    asked = Question(tables.windows([(1, MIDNIGHT, MIDNIGHT + 9)]), close, 10)
    found = second_degree(made.engine(rows), asked, MIDNIGHT + 9 * DAY)
    assert tuples(found.persons, "person", "n_ix", "s") == [(4, 1, 120)]


def second_by_hand(passings, stays, windows, until):
    """Everybody beside everybody twice: the close ones of the first list, each from its first exposure and the latent days on."""
    near = close_by_hand(passings, stays, windows)
    later = [
        (person, first + RULES.latent * DAY, until) for person, first in near if first + RULES.latent * DAY < until
    ]
    barred = {ix for ix, _, _ in windows} | {person for person, _ in near}
    return [row for row in expected(passings, stays, later) if row[0] not in barred] if later else []


def close_by_hand(passings, stays, windows):
    joined = tables.windows(windows)
    index = made.index_stays_of(stays, joined)
    stayed = made.stay_pairs_of(stays, index, RULES.least, dict(RULES.rows))
    near = made.pairs_of(passings, made.events_of(passings, windows), RULES.reach) + stayed
    with_stay, cases = {pair[0] for pair in stayed}, set(joined["ix"].tolist())
    return [
        (person, first)
        for person, _, s, same, first in made.ranked_of(near)
        if person not in cases and (same >= 1 or s >= RULES.close or person in with_stay)
    ]


days = st.sampled_from([0, 1, 2, 5])


@settings(deadline=None, max_examples=60)
@given(made.passings, made.stays, made.windows, st.lists(days, max_size=60), st.sampled_from([0, 2, 9]))
def test_the_second_degree_is_the_one_by_hand(passings, stays, windows, apart, until):
    """Rows drawn close together are moved days apart, so that some meetings come after the latent days and some before."""
    passings = [replace(one, t=one.t + DAY * apart[n % len(apart)]) if apart else one for n, one in enumerate(passings)]
    stays = [replace(one, t=one.t + DAY * apart[-1 - n % len(apart)]) if apart else one for n, one in enumerate(stays)]
    windows = [one for one in windows if one[1] < one[2]]
    asked = question(windows, without=np.array(sorted({ix for ix, _, _ in windows}), np.int64))
    found = second_degree(made.engine(passings, stays), asked, MIDNIGHT + until * DAY)
    assert tuples(found.persons, *LIST) == second_by_hand(passings, stays, windows, MIDNIGHT + until * DAY)


def test_a_day_in_one_carriage_leads_on_to_the_next_and_no_further():
    """1 rides with 2; two days later 2 dines with 3 for an hour, with 4 for a minute, and 3 meets 5: only 3 is of the second degree."""
    stays = [
        Stay(1, MIDNIGHT, 1, 3_600), Stay(1, MIDNIGHT, 2, 3_600),
        Stay(2, MIDNIGHT + 2 * DAY, 2, 3_600), Stay(2, MIDNIGHT + 2 * DAY, 3, 3_600), Stay(2, MIDNIGHT + 2 * DAY, 4, 60),
        Stay(3, MIDNIGHT + 4 * DAY, 3, 3_600), Stay(3, MIDNIGHT + 4 * DAY, 5, 3_600),
    ]  # fmt: skip
    asked = question([(1, MIDNIGHT, MIDNIGHT + DAY)], without=np.array([1]))
    found = second_degree(made.engine((), stays), asked, MIDNIGHT + 9 * DAY)
    assert tuples(found.persons, "person", "s") == [(3, 3_600)]
    assert second_by_hand([], stays, [(1, MIDNIGHT, MIDNIGHT + DAY)], MIDNIGHT + 9 * DAY) == [
        (3, 1, 3_600, 0, MIDNIGHT + 2 * DAY)
    ]


def test_who_passed_within_seconds_of_a_case_is_not_yet_a_contact_to_ask_about():
    """Nearness below the threshold, in no shared vehicle and without a stay, makes no index person of the second degree."""
    rows = [Pass(1, MIDNIGHT, 1, 7), Pass(1, MIDNIGHT, 2, 7), Pass(1, MIDNIGHT + 1, 3, 8)]
    stays = [Stay(1, MIDNIGHT, 1, 2_000), Stay(1, MIDNIGHT, 4, 900), Stay(1, MIDNIGHT, 5, 899)]
    steps = Steps(made.engine(rows, stays), question([(1, MIDNIGHT, MIDNIGHT + DAY)]))
    assert steps.close()["person"].tolist() == [2, 4]


def test_the_same_question_has_the_same_fingerprint_and_another_another():
    asked = question([(1, 0, 9), (2, 0, 9)])
    again = question([(2, 0, 9), (1, 0, 9)], pairs_up_to=3, places=7)
    others = [
        question([(1, 0, 9), (2, 0, 8)]),
        question([(1, 0, 9), (2, 0, 9)], 7),
        question([(1, 0, 9), (2, 0, 9)], without=np.array([5])),
        replace(asked, rules=replace(RULES, least=901)),
    ]
    assert asked.fingerprint() == again.fingerprint()
    assert len({one.fingerprint() for one in [asked, *others]}) == 5


def test_a_rule_of_no_second_is_refused():
    with pytest.raises(ValueError, match="reach"):
        replace(RULES, reach=0)
    assert isinstance(RULES, Rules)


# --- the proof of completeness -------------------------------------------------------------------------------------
rows_of_list = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(0, 30)), max_size=40)


@settings(deadline=None, max_examples=200)
@given(rows_of_list, st.integers(1, 6), st.integers(1, 40))
def test_a_top_list_is_complete_or_not_given(rows, limit, size):
    """(same, s, slack): the bound is s + slack. Only the best `size` by bound are known; the answer is right or None."""
    everyone = [(person, same, s, s + slack) for person, (same, s, slack) in enumerate(rows, start=1)]
    by_bound = sorted(everyone, key=lambda row: (-row[1], -row[3], row[0]))[:size]
    candidates = {
        "person": np.array([row[0] for row in by_bound], np.int64),
        "same": np.array([row[1] for row in by_bound], np.int64),
        "s": np.array([row[3] for row in by_bound], np.int64),
        "total": np.full(len(by_bound), len(everyone)),
    }
    fetched: list[int] = []

    def exact(persons):
        fetched.extend(persons.tolist())
        known = [everyone[p - 1] for p in persons.tolist() if everyone[p - 1][2] or everyone[p - 1][1]]
        columns = zip(*known, strict=True) if known else ((), (), (), ())
        return dict(zip(("person", "same", "s"), (np.array(c, np.int64) for c in columns), strict=False))

    top = ranking.top(candidates, limit, exact)
    right = sorted((row[:3] for row in everyone if row[2] or row[1]), key=lambda row: (-row[1], -row[2], row[0]))[
        :limit
    ]
    if top is not None:
        assert tuples(top, "person", "same", "s") == right
    else:
        assert size < len(everyone)
    assert len(fetched) == len(set(fetched))


def test_a_bound_that_equals_the_last_of_the_list_may_still_belong_to_a_smaller_pseudonym():
    exact_of = {9: 10, 3: 10, 4: 1}

    def exact(block):
        return {
            "person": block,
            "same": np.zeros(len(block), np.int64),
            "s": np.array([exact_of[p] for p in block.tolist()]),
        }

    candidates = {
        "person": np.array([9, 3, 4]),
        "same": np.zeros(3, np.int64),
        "s": np.array([12, 10, 9]),
        "total": np.full(3, 3),
    }
    top = ranking.top(candidates, 1, exact)
    assert top is not None
    assert tuples(top, "person", "s") == [(3, 10)]


def test_a_stay_that_began_days_before_the_index_persons_still_counts():
    engine = made.engine(stays=[Stay(1, MIDNIGHT, 1, 3_600), Stay(1, MIDNIGHT - 5 * DAY, 2, 6 * DAY)])
    asked = question([(1, MIDNIGHT, MIDNIGHT + DAY)])
    assert tuples(trace(engine, asked).persons, "person", "s") == [(2, 3_600)]
    engine = made.engine(stays=[Stay(1, MIDNIGHT - 5 * DAY, 1, 6 * DAY), Stay(1, MIDNIGHT, 2, 3_600)])
    assert tuples(trace(engine, asked).persons, "person", "s") == [(2, 3_600)]


def test_pairs_are_fetched_for_no_more_persons_than_it_takes():
    persons = np.arange(1, 1_001)
    candidates = {
        "person": persons,
        "same": np.zeros(1_000, np.int64),
        "s": 2_000 - persons,
        "total": np.full(1_000, 5_000),
    }
    asked: list[int] = []

    def exact(block):
        asked.extend(block.tolist())
        return {"person": block, "same": np.zeros(len(block), np.int64), "s": 2_000 - block}

    top = ranking.top(candidates, 10, exact)
    assert top is not None
    assert top["person"].tolist() == list(range(1, 11))
    assert len(asked) == 10
