"""排序: where decisions say nothing the rules' order stays; what they say again and again moves it; every weight can be told."""

from __future__ import annotations

import math
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen.prose import ranker
from shichen.prose.ranker import FEATURES, RULES, Case, Offer, Past


def case(*scores: float, unit: str = "", column: str = "", right: str = "", value: float = 0.0) -> Case:
    return Case(tuple(Offer(f"i{n}", score) for n, score in enumerate(scores)), unit, column, value, right)


def made(n: int) -> list[Case]:
    """A unit that means i1 where the rules say i0, and one that means what the rules say."""
    return [case(2.4, 2.3, unit="甲" if k % 2 else "乙", right="i1" if k % 2 else "i0") for k in range(n)]


def fitted(cases: list[Case]) -> tuple[ranker.Weights, Past]:
    past, told = Past(), []
    for one in cases:
        told.append((ranker.rows_of(one, past), one.right))
        past.learn(one)
    return ranker.fit(told), past


def first(one: Case, past: Past, weights: ranker.Weights) -> str:
    return ranker.order(ranker.rows_of(one, past), weights)[0][0]


def test_before_anything_was_decided_it_is_the_order_of_the_rules() -> None:
    assert ranker.fit([]) == RULES
    assert first(case(2.2, 2.9, 2.1), Past(), RULES) == "i1"
    assert first(case(2.2, 2.2), Past(), RULES) == "i0"


def test_a_unit_that_means_another_is_learned_and_no_other_unit_with_it() -> None:
    weights, past = fitted(made(200))
    assert first(case(2.4, 2.3, unit="甲"), past, weights) == "i1"
    assert first(case(2.4, 2.3, unit="乙"), past, weights) == "i0"
    assert first(case(2.4, 2.3, unit="丙"), past, weights) == "i0"


def test_figures_without_a_choice_teach_nothing() -> None:
    past = Past()
    single = [(ranker.rows_of(case(2.4, right="i0"), past), "i0")] * 50
    other = [(ranker.rows_of(case(2.4, 2.1), past), "i9")] * 50
    assert ranker.fit([*single, *other]) == RULES


def test_a_value_near_the_last_one_of_a_series_speaks_for_it() -> None:
    past = Past()
    past.learn(case(2.0, 2.0, unit="甲", right="i0", value=100))
    past.learn(case(2.0, 2.0, unit="甲", right="i1", value=5))
    near = dict(
        zip(
            ("i0", "i1"),
            (row.told[FEATURES.index("last")] for row in ranker.rows_of(case(2.0, 2.0, unit="甲", value=110), past)),
            strict=True,
        )
    )
    assert near["i0"] > 0.9 > near["i1"]


def test_the_parts_of_a_difference_add_up_to_it() -> None:
    weights, past = fitted(made(40))
    one, other = ranker.rows_of(case(2.4, 2.3, unit="甲"), past)
    parts = ranker.explained(one, other, weights)
    assert set(parts) == set(FEATURES)
    likely = dict(ranker.order([one, other], weights))
    assert sum(parts.values()) == pytest.approx(math.log(likely["i0"] / likely["i1"]))


def test_what_is_kept_of_the_past_comes_back_the_same() -> None:
    _weights, past = fitted(made(11))
    assert Past.of_rows(past.as_rows()) == past


def test_ten_thousand_figures_well_under_a_second_and_the_same_each_time() -> None:
    dice = random.Random(7)
    past, told = Past(), []
    for n in range(10_000):
        one = case(*(dice.uniform(1, 4) for _k in range(5)), unit=f"u{n % 40}", right=f"i{dice.randrange(5)}")
        told.append((ranker.rows_of(one, past), one.right))
        past.learn(one)
    ranker.fit(told[:10])
    took, weights = [], ranker.RULES
    for _turn in range(3):
        began = time.perf_counter()
        weights = ranker.fit(told)
        took.append(time.perf_counter() - began)
    assert min(took) < 1
    assert weights == ranker.fit(told)


@given(st.lists(st.floats(0, 9), min_size=1, max_size=5), st.lists(st.floats(-5, 5), min_size=10, max_size=10))
def test_an_order_holds_every_candidate_once_and_shares_add_up(scores: list[float], weights: list[float]) -> None:
    rows = ranker.rows_of(case(*scores), Past())
    found = ranker.order(rows, tuple(weights))
    assert sorted(key for key, _share in found) == sorted(row.indicator for row in rows)
    assert math.fsum(share for _key, share in found) == pytest.approx(1)


def test_decisions_that_fit_nothing_leave_weights_small() -> None:
    """A step too far would be answered by a longer one back: each must gain something."""
    dice = random.Random(3)
    past, told = Past(), []
    for n in range(2_000):
        scores = sorted((dice.choice((2.1, 2.2, 4.4)) for _k in range(5)), reverse=True)
        one = case(*scores, unit=f"u{n % 7}", column=f"c{n % 3}", right=f"i{3 if n % 7 else dice.randrange(5)}")
        told.append((ranker.rows_of(one, past), one.right))
        past.learn(one)
    weights, right = ranker.fit(told), 0
    assert max(map(abs, weights)) < 50
    for rows, taken in told[500:]:
        right += ranker.order(rows, weights)[0][0] == taken
    assert right > 1_200
