"""Growth, forecasts, what-if and scores: R's glm, the package projections, identities by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.epi.delays import discr_si
from shichen.epi.errors import BadData
from shichen.epi.forecast import (
    Falling,
    Intervention,
    bias,
    forecast_infections,
    interval_coverage,
    score,
    simulate_infections,
    wis,
)
from shichen.epi.growth import doubling_time, growth_rate
from shichen.epi.rt import estimate_R
from tests.epi.reference import table
from tests.epi.zhuzhou import CASES

W = discr_si(np.arange(61), 4.7, 2.9)
FIVE = (0.05, 0.25, 0.5, 0.75, 0.95)


def test_growth_equals_rs_quasi_poisson() -> None:
    wanted = table("growth_poisson_glm.csv")
    series = (CASES[:7], CASES[9:24], CASES[17:31], table("input_ebola_sim_onset.csv")["n"][:80])
    for at, cases in enumerate(series):
        fit = growth_rate(cases, window=None, weekday=False)
        assert fit.r == pytest.approx(wanted["r"][at], rel=1e-9)
        assert fit.se == pytest.approx(wanted["se"][at] * np.sqrt(max(1, wanted["phi"][at])), abs=1e-5)


def test_growth_of_zhuzhous_first_week() -> None:
    """R 4.2.2, glm with the log link on 23 to 29 January."""
    fit = growth_rate(CASES[:7], window=None)
    assert (float(fit.r), float(fit.lower_95), float(fit.upper_95)) == pytest.approx((0.3697, 0.0997, 0.6397), abs=1e-4)
    assert float(fit.phi) == pytest.approx(0.534, abs=1e-3)
    assert float(doubling_time(fit).days) == pytest.approx(1.875, abs=1e-3)


def test_without_a_clear_trend_only_the_bounds_hold() -> None:
    fit = growth_rate(CASES[9:24], window=None)
    said = doubling_time(fit)
    assert not fit.clear
    assert np.isnan(said.days)
    assert float(said.not_faster) == pytest.approx(np.log(2) / float(fit.upper_95))
    assert float(said.not_faster_halving) == pytest.approx(np.log(2) / -float(fit.lower_95))


@settings(deadline=None)
@given(st.floats(-0.1, 0.1), st.floats(50, 500))
def test_an_exact_exponential_is_found(r: float, start: float) -> None:
    fit = growth_rate(np.round(start * 1000 * np.exp(r * np.arange(21))), window=14)
    assert float(fit.r) == pytest.approx(r, abs=1e-4)


def test_areas_missing_days_and_weekdays() -> None:
    chance = np.random.default_rng(0)
    level = 200 * np.exp(0.03 * np.arange(56)) * np.where(np.arange(56) % 7 == 5, 0.4, 1)
    cases = chance.poisson(level, (3, 56)).astype(float)
    cases[1, 10] = np.nan
    plain, weekly = growth_rate(cases, window=None, weekday=False), growth_rate(cases, window=None)
    assert weekly.r == pytest.approx([0.03] * 3, abs=0.002)
    assert (weekly.phi < plain.phi / 3).all()
    assert np.isnan(growth_rate([0, 0, 5, 0, 0], window=None).r)


@pytest.mark.parametrize("R", ["0.5", "1", "1.5"])
@pytest.mark.parametrize(("model", "k", "spread"), [("poisson", np.inf, 0.03), ("negbin", 0.43, 0.07)])
def test_forecasts_equal_those_of_projections(R: str, model: str, k: float, spread: float) -> None:
    wanted = table(f"project_zhuzhou_0209_R{R}_{model}.csv")
    w = np.concatenate([[0], table("input_si_4.7_2.9_norm30.csv")["w"]])
    found = forecast_infections(CASES[:18], float(R), w=w, k=k, draws=20_000, seed=1)
    sd = found.draws.std(axis=0)
    assert (np.abs(found.mean - wanted["mean"]) < 4 * np.sqrt((sd**2 + wanted["sd"] ** 2) / 20_000)).all()
    assert sd == pytest.approx(wanted["sd"], rel=spread)
    assert found.quantiles[:, -1] == pytest.approx(wanted["q975"], abs=1)


def test_backtest_on_zhuzhou() -> None:
    """90 % of the next seven days' total, R of the last window, k = 0.5: three of four held, the last missed as R fell."""
    held = []
    for end in (9, 14, 18, 22):
        estimate = estimate_R(CASES[:end], w=W)
        shape, rate = 1 + estimate.cases[-1], 1 / 5 + estimate.infectivity[-1]
        drawn = np.random.default_rng(0).gamma(shape, 1 / rate, 2000)
        found = forecast_infections(CASES[:end], drawn, w=W, horizon=7, k=0.5, draws=8000, levels=FIVE)
        held.append(bool(found.total[0] <= CASES[end : end + 7].sum() <= found.total[-1]))
    assert held == [True, True, True, False]


def test_size_is_of_the_infectivity_so_that_one_case_has_the_right_offspring() -> None:
    """One case, whole serial interval on day 1: the first day's cases are its offspring, NB of mean R and size k."""
    drawn = forecast_infections([1.0], 2.0, w=[0, 1], k=0.3, horizon=1, draws=200_000, seed=2).draws[:, 0]
    assert drawn.mean() == pytest.approx(2, rel=0.02)
    assert drawn.var() == pytest.approx(2 + 4 / 0.3, rel=0.05)
    assert (drawn == 0).mean() == pytest.approx((1 + 2 / 0.3) ** -0.3, abs=0.005)


def test_a_fan_of_two_and_a_walk() -> None:
    stays = forecast_infections(CASES[:18], 1.2, w=W, draws=4000)
    falls = forecast_infections(CASES[:18], 1.2, w=W, draws=4000, falling=Falling(0.3, 7))
    walks = forecast_infections(CASES[:18], 1.2, w=W, draws=4000, rw=0.3)
    assert falls.mean[-1] < stays.mean[-1] / 2
    assert walks.draws[:, -1].std() > stays.draws[:, -1].std()
    again = forecast_infections(CASES[:18], 1.2, w=W, draws=4000)
    assert (again.draws == stays.draws).all()


def test_with_nobody_infectious_only_imports_come() -> None:
    found = forecast_infections(np.zeros(20), 3.0, w=W, horizon=1, imports=0.5, draws=50_000)
    assert found.mean[0] == pytest.approx(0.5, abs=0.02)
    assert forecast_infections(np.zeros(20), 3.0, w=W).draws.sum() == 0


def test_what_if_follows_its_expected_path_and_measures_bite() -> None:
    measures = (
        Intervention(5, 30, "R", multiplier=0.5, ramp_days=3, label="停运"),
        Intervention(1, 30, "tracing", coverage=0.5, delay=(0, 0, 1.0), label="追踪"),
    )
    plain = simulate_infections(CASES[:18], R=1.2, w=W, horizon=30, imports=1, draws=20_000)
    held = simulate_infections(CASES[:18], R=1.2, w=W, horizon=30, imports=1, draws=20_000, interventions=measures)
    for one in (plain, held):
        assert one.draws.mean(axis=0) == pytest.approx(one.expected, rel=0.03)
    assert held.expected[-1] < plain.expected[-1] / 3
    assert pytest.approx(np.full(30, 1.2)) == plain.R
    assert held.R[10] == pytest.approx(0.6 * (1 - 0.5 * W[2:].sum() / W.sum()))


def test_ramps_rise_and_fall() -> None:
    assert Intervention(3, 8, "R", ramp_days=1).strength(10).tolist() == [0, 0, 0.5, 1, 1, 1, 1, 0.5, 0, 0]


def test_scores_by_hand() -> None:
    """Median 8, 50 % from 6 to 11, 90 % from 4 to 15."""
    quantiles = [4, 6, 8, 11, 15]
    assert float(wis(10, FIVE, quantiles)) == pytest.approx(1.12)
    assert float(wis(20, FIVE, quantiles)) == pytest.approx(8.72)
    said = score([10, 20, np.nan], FIVE, [quantiles] * 3)
    assert said["mean_wis"] == pytest.approx((1.12 + 8.72) / 2)
    assert said["coverage_50"] == said["coverage_90"] == 0.5
    assert bias([5.0], np.array([[1], [2], [5], [9]])).tolist() == [1 - (0.75 + 0.5)]
    assert np.isnan(interval_coverage([np.nan], FIVE, [quantiles], width=0.5))


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("1 至 14 天", lambda: forecast_infections(CASES, 1, w=W, horizon=15)),
        ("缺测", lambda: forecast_infections([1, np.nan], 1, w=W)),
        ("不小于 0", lambda: forecast_infections([1, 2], -1, w=W)),
        ("60", lambda: simulate_infections(CASES, R=1, w=W, horizon=61)),
        ("一条没有缺测", lambda: simulate_infections([[1, 2]], R=1, w=W, horizon=5)),
        ("起止日", lambda: Intervention(5, 3, "R")),
        ("之和是 0.5", lambda: Intervention(1, 3, "tracing", coverage=0.5, delay=(0.5,))),
        ("窗口至少 3", lambda: growth_rate(CASES, window=2)),
        ("14 天", lambda: growth_rate(CASES, window=10, weekday=True)),
        ("没有对称", lambda: wis(1, (0.1, 0.5), [1, 2])),
        ("由小到大", lambda: wis(1, (0.25, 0.5, 0.75), [3, 2, 4])),
        ("最后一轴", lambda: wis([1, 2], (0.25, 0.5, 0.75), [1, 2, 4])),
        ("80%", lambda: interval_coverage([1], (0.25, 0.5, 0.75), [[1, 2, 4]], width=0.8)),
    ],
)
def test_bad_data_are_refused(said: str, wrong: object) -> None:
    with pytest.raises(BadData, match=said):
        wrong()  # type: ignore[operator]


def test_damped_growth_settles_where_cases_neither_rise_nor_fall() -> None:
    w = discr_si(np.arange(30), 4.7, 2.9)
    history = np.full(60, 50.0)
    stays, settles, at_once = (
        forecast_infections(history, 1.5, w=w, horizon=14, damping=damping, draws=400, seed=2).mean
        for damping in (1.0, 0.7, 0.0)
    )
    assert (settles[3:] < stays[3:]).all()
    assert at_once == pytest.approx(np.full(14, 50.0), rel=0.1)
    assert (np.diff(settles[-4:]) / settles[-5:-2] < 0.04).all()
    with pytest.raises(BadData, match="damping"):
        forecast_infections(history, 1.5, w=w, damping=1.2)
