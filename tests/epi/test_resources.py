"""Beds, supplies and who gets them: identities by hand, and the linear programme against its own rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from shichen.epi.delays import Gamma, discretise
from shichen.epi.errors import BadData
from shichen.epi.resources import (
    Norm,
    Pin,
    admissions,
    allocate,
    burn_rate,
    days_of_cover,
    estimate_secondary,
    forecast_secondary,
    forecast_supplies,
    los_survival,
)
from shichen.epi.shapes import filtered

STOCK, NEED, COST = [[60], [40]], [[100], [60], [40]], [[1, 5, 9], [9, 5, 1]]


def test_stays_by_hand() -> None:
    """Ended after 5, 8, 8 and 12 days, still in after 6 and 10."""
    stay = los_survival([5, 8, 8, 12, 6, 10], [1, 1, 1, 1, 0, 0])
    assert stay[[4, 5, 8, 12]] == pytest.approx([1, 0.8333, 0.4167, 0], abs=1e-4)


def test_admissions_times_stay_are_the_census() -> None:
    """Three a day, each for exactly four days."""
    found = forecast_secondary([], [1, 1, 1, 1, 0], np.full((1, 20), 3.0), 100, seed=None)
    assert found.mean[:5].tolist() == [3, 6, 9, 12, 12]
    assert found.mean[-1] == 12
    assert found.breach == 0


def test_by_chance_it_comes_out_where_it_is_expected_and_says_when_there_is_no_bed() -> None:
    stay = los_survival([5, 8, 8, 12, 6, 10], [1, 1, 1, 1, 0, 0])
    expected = forecast_secondary([0, 2, 7, 30], stay, np.full((1, 20), 3.0), 20, seed=None)
    drawn = forecast_secondary([0, 2, 7, 30], stay, np.full((4000, 20), 3.0), 20)
    assert drawn.mean == pytest.approx(expected.mean, abs=0.15)
    assert drawn.leaving == 1
    assert drawn.breach == int(np.argmax(expected.mean > 20)) + 1
    assert drawn.ever == 1
    assert drawn.earliest <= drawn.breach <= drawn.latest
    steps = np.where(np.arange(20) < 10, 20, 60)
    assert forecast_secondary([], stay, np.full((50, 20), 3.0), steps).over[12:].max() == 0


def test_what_follows_from_cases_is_found_again() -> None:
    chance = np.random.default_rng(0)
    cases = chance.poisson(100 * np.exp(np.sin(np.arange(120) / 12)))
    delay = discretise(Gamma.of_moments(8, 3), longest=30)
    seen = chance.poisson(0.2 * filtered(cases.astype(float), delay)).astype(float)
    seen[60] = np.nan
    found = estimate_secondary(cases, seen)
    assert found.scaling == pytest.approx(0.2, rel=0.05)
    assert found.mean == pytest.approx(8, abs=0.6)
    assert admissions(cases, share=0.2, delay=delay)[-1] == pytest.approx(
        0.2 * filtered(cases.astype(float), delay)[-1]
    )


def test_a_day_nobody_counted_is_no_nought_and_more_than_can_be_is_flagged() -> None:
    found = burn_rate([100, np.nan, 70, 60, 90, 50], [0, 0, 0, 0, 0, 0])
    assert found.intervals.tolist() == [15, 10, -30, 40]
    assert found.usable.tolist() == [True, True, False, True]
    assert (found.rate, found.n) == (15, 3)
    assert burn_rate([100, 120, 90], [0, 50, 0]).intervals.tolist() == [30, 30]
    assert np.isnan(burn_rate([5, np.nan], [0, 0]).rate)


def test_cover_and_orders_by_hand() -> None:
    """WHO's worked example: 30 a day and unit, three units, twelve weeks; and 700 000 masks."""
    plan = forecast_supplies(
        {"unit": np.full(84, 3.0)}, {}, Norm({"unit": 30}, {}), stock=0, lead_time=5, safety=2, buffer=0.4
    )
    assert plan.demand.sum() == 7560
    assert plan.quantity == 10584
    assert plan.reorder
    assert days_of_cover(700_000, 50_000) == 14
    assert days_of_cover([5, 5], [0, np.nan]).tolist()[0] == np.inf


def test_what_was_used_weighs_with_how_long_it_was_watched() -> None:
    watched = burn_rate(np.arange(1000, 279, -90), np.zeros(9))
    plan = forecast_supplies(
        {"重症": [2.0, 2.0], "普通": [10.0, 50.0]},
        {"护士": [8.0, 8.0]},
        Norm({"重症": 10, "普通": 1}, {"护士": 2}),
        stock=500,
        lead_time=3,
        safety=2,
        observed=watched,
        beds={"普通": 20},
    )
    norm = (2 * 10 + 10 + 16 + 2 * 10 + 20 + 16) / 2
    assert watched.n == 8
    assert plan.rate == pytest.approx(8 / 15 * 90 + 7 / 15 * norm)
    assert plan.demand.mean() == pytest.approx(plan.rate)
    assert not plan.reorder


def test_a_fair_share_by_hand() -> None:
    found = allocate(STOCK, NEED, COST, [1, 1, 1])
    assert found.z == pytest.approx([0.5])
    assert found.x[:, :, 0] == pytest.approx(np.array([[50, 10, 0], [0, 20, 20]]), abs=1e-5)
    assert found.unmet.ravel() == pytest.approx([50, 30, 20], abs=1e-5)
    assert found.shadow_prices.ravel() == pytest.approx([0.005, 0.005])


def test_priority_needs_room() -> None:
    alike, loose = (allocate(STOCK, NEED, COST, [1, 3, 10], theta=theta).x.sum(axis=0).ravel() for theta in (1, 0.8))
    assert alike == pytest.approx([50, 30, 20], abs=1e-5)
    assert loose == pytest.approx([40, 24, 36], abs=1e-5)


@settings(deadline=None, max_examples=15)
@given(st.integers(1, 4), st.integers(1, 8), st.integers(1, 3), st.integers(0, 999))
def test_nobody_gets_more_than_there_is_or_than_is_needed(D: int, H: int, S: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    stock, need = chance.integers(0, 50, (D, S)), chance.integers(0, 30, (H, S))
    found = allocate(stock, need, chance.random((D, H)), chance.random(H))
    assert (found.x >= 0).all()
    assert (found.x.sum(axis=1) <= stock + 1e-6).all()
    assert (found.x.sum(axis=0) <= need + 1e-6).all()
    wanted = np.minimum(1, stock.sum(axis=0) / np.maximum(need.sum(axis=0), 1))
    some = need.sum(axis=0) > 0
    assert found.z[some] == pytest.approx(wanted[some], abs=1e-6)  # with all routes open nobody need be left behind
    assert (found.x.sum(axis=0) >= found.z * need - 1e-5).all()


def test_many_at_once_boxes_and_one_share_for_all() -> None:
    chance = np.random.default_rng(1)
    need = chance.integers(10, 200, (12, 3)).astype(float)
    stock = np.tile(need.sum(axis=0) * 0.6 / 4, (4, 1))
    cost = chance.random((4, 12)) * 100
    assert allocate(stock, need, cost, np.ones(12)).z == pytest.approx([0.6] * 3, abs=1e-6)
    stock[:, 2] = 0
    assert allocate(stock, need, cost, np.ones(12)).z == pytest.approx([0.6, 0.6, 0], abs=1e-6)
    assert allocate(stock, need, cost, np.ones(12), scope="all").z == pytest.approx([0, 0, 0], abs=1e-6)
    boxed = allocate([[100, 100]], [[70, 30], [70, 70]], [[1, 1]], [1, 1], boxes=[10, 25])
    assert (boxed.x % [10, 25] == 0).all()
    assert boxed.z[0] == pytest.approx(50 / 70)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 3), st.integers(1, 5), st.integers(0, 10**6), st.booleans(), st.sampled_from([1.0, 0.8]))
def test_whole_boxes_are_as_fair_and_as_cheap_as_a_search_among_whole_numbers_finds(
    D: int, H: int, seed: int, closed: bool, theta: float
) -> None:
    chance = np.random.default_rng(seed)
    size = float(chance.integers(1, 9))
    need, stock = chance.integers(0, 60, (H, 1)).astype(float), chance.integers(0, 60, (D, 1)).astype(float)
    cost, weight = chance.integers(1, 30, (D, H)).astype(float), chance.integers(1, 4, H).astype(float)
    if closed:
        cost[chance.random((D, H)) < 0.3] = np.inf
    pins = []
    if (full := np.flatnonzero((need[:, 0] >= size) & np.isfinite(cost[0]))).size and stock[0, 0] >= size:
        pins = [Pin(0, int(full[0]), 0, size)]
    found = allocate(stock, need, cost, weight, boxes=[size], theta=theta, pins=pins)
    z, value = searched(stock[:, 0], need[:, 0], cost, weight, size, theta, pins)
    assert found.z[0] == pytest.approx(z, abs=1e-6)
    assert (found.x % size == 0).all()
    assert (found.x.sum(axis=1) <= stock).all()
    assert (found.x.sum(axis=0) <= need).all()
    price = np.where(np.isfinite(cost), cost, 0) * 1e-4 - weight
    assert (found.x[:, :, 0] * price).sum() == pytest.approx(value * size, abs=1e-4)


def searched(
    stock: np.ndarray,
    need: np.ndarray,
    cost: np.ndarray,
    weight: np.ndarray,
    size: float,
    theta: float,
    pins: list[Pin],
) -> tuple[float, float]:
    """The same by branch and bound."""
    D, H = cost.shape
    if not need.any():
        return 1.0, 0.0
    low, high = np.zeros((D, H)), np.where(np.isfinite(cost), np.inf, 0.0)
    for pin in pins:
        low[pin.d, pin.h] = high[pin.d, pin.h] = pin.amount / size
    depots, hospitals = np.kron(np.eye(D), np.ones(H)) * size, np.kron(np.ones(D), np.eye(H)) * size
    some = need > 0
    zero = np.zeros((D + H, 1))
    fair = np.hstack([-hospitals[some], need[some, None]])
    first = milp(
        np.append(np.zeros(D * H), -1.0),
        constraints=LinearConstraint(
            np.vstack([fair, np.hstack([np.vstack([depots, hospitals]), zero])]),
            -np.inf,
            np.concatenate([np.zeros(some.sum()), stock, need]),
        ),
        integrality=np.append(np.ones(D * H), 0),
        bounds=Bounds(np.append(low.ravel(), 0), np.append(high.ravel(), 1)),
    )
    z = float(first.x[-1])
    second = milp(
        (np.where(np.isfinite(cost), cost, 0) * 1e-4 - weight).ravel(),
        constraints=LinearConstraint(
            np.vstack([-hospitals[some], depots, hospitals]),
            -np.inf,
            np.concatenate([-np.maximum(theta * z - 1e-7, 0) * need[some], stock, need]),
        ),
        integrality=np.ones(D * H),
        bounds=Bounds(low.ravel(), high.ravel()),
        options={"mip_rel_gap": 0},
    )
    return z, float(second.fun)


def test_forty_five_hospitals_get_whole_boxes_without_a_word_from_the_solver(capfd: pytest.CaptureFixture[str]) -> None:
    chance = np.random.default_rng(45)
    need = chance.integers(10, 200, (45, 3)).astype(float)
    stock = np.floor(chance.dirichlet(np.ones(8), 3).T * need.sum(axis=0) * 0.6)
    cost = chance.random((8, 45)) * 100
    plain = allocate(stock, need, cost, np.ones(45))
    boxed = allocate(stock, need, cost, np.ones(45), boxes=[10, 5, 20])
    assert plain.z == pytest.approx([0.6] * 3, abs=0.01)
    assert (boxed.z <= plain.z + 1e-9).all()
    crumbs = np.abs(plain.x - np.round(plain.x))
    assert not ((crumbs > 0) & (crumbs < 1e-6)).any()
    assert capfd.readouterr() == ("", "")


def test_beyond_what_a_flow_can_count_the_programme_decides() -> None:
    many = 3e9
    found = allocate([[many], [many]], [[2 * many], [many]], [[1, np.inf], [1, 1]], [1, 1], boxes=[1])
    assert found.z[0] == pytest.approx(2 / 3, abs=1e-8)


def test_what_a_person_fixed_stands() -> None:
    found = allocate(STOCK, NEED, COST, [1, 1, 1], pins=[Pin(0, 2, 0, 30)])
    assert found.x[0, 2, 0] == 30
    closed = allocate(STOCK, NEED, [[1, np.inf, 9], [np.inf, 5, 1]], [1, 1, 1])
    assert closed.x[0, 1, 0] == closed.x[1, 0, 0] == 0


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("第 2 条住院天数", lambda: los_survival([3, -1], [1, 1])),
        ("不升", lambda: forecast_secondary([], [0.5, 0.6], [[1]], 5)),
        ("缺失或小于零", lambda: forecast_secondary([np.nan], [1, 0], [[1]], 5)),
        ("至少 40 天", lambda: estimate_secondary(np.ones(20), np.ones(20))),
        ("没有用量标准", lambda: forecast_supplies({"重症": [1]}, {}, Norm({}, {}), stock=1, lead_time=1, safety=1)),
        ("库存与消耗", lambda: days_of_cover(-1, 2)),
        ("形状不符", lambda: allocate(STOCK, NEED, [[1]], [1])),
        ("theta", lambda: allocate(STOCK, NEED, COST, [1, 1, 1], theta=2)),
        ("超出库存", lambda: allocate(STOCK, NEED, COST, [1, 1, 1], pins=[Pin(0, 0, 0, 61)])),
        ("超出需要", lambda: allocate(STOCK, NEED, COST, [1, 1, 1], pins=[Pin(0, 2, 0, 41)])),
        ("不存在", lambda: allocate(STOCK, NEED, COST, [1, 1, 1], pins=[Pin(5, 0, 0, 1)])),
        ("不是整箱", lambda: allocate(STOCK, NEED, COST, [1, 1, 1], pins=[Pin(0, 0, 0, 5)], boxes=[10])),
        ("路线不通", lambda: allocate(STOCK, NEED, [[1, np.inf, 9], [9, 5, 1]], [1, 1, 1], pins=[Pin(0, 1, 0, 5)])),
    ],
)
def test_bad_data_are_refused(said: str, wrong: object) -> None:
    with pytest.raises(BadData, match=said):
        wrong()  # type: ignore[operator]
