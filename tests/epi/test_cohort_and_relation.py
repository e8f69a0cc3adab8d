"""R by cohort, infections behind reports, growth and R, and whether it is over."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.epi.delays import Gamma, LogNormal, convolve, discr_si, discretise
from shichen.epi.errors import BadData
from shichen.epi.growth import growth_rate
from shichen.epi.rt import (
    R_to_growth,
    estimate_infections,
    estimate_R,
    growth_to_R,
    map_prob_change,
    prob_outbreak_over,
    wallinga_teunis,
)
from tests.epi.reference import furthest, table
from tests.epi.zhuzhou import CASES

W = discr_si(np.arange(61), 4.7, 2.9)


@pytest.mark.parametrize("name", ["Flu2009", "Measles1861", "SARS2003"])
@pytest.mark.parametrize("window", [1, 7])
def test_cohorts_equal_epiestims(name: str, window: int) -> None:
    cases, w = table(f"input_{name}_incidence.csv")["I"], table(f"input_{name}_si.csv")["w"]
    wanted = list(table(f"wt_{name}_w{window}.csv").values())
    found = wallinga_teunis(cases, w, window=window, censoring=False, draws=4000 if window > 1 else 0)
    at = np.searchsorted(found.t_start, wanted[0])
    assert furthest(found.mean[at], wanted[2]) < 1e-9
    left = np.setdiff1d(found.t_start[~np.isnan(found.mean)], wanted[0])
    assert set(left) <= {1}  # EpiEstim says nothing of the first day
    if window > 1:  # from a thousand draws, in steps of one offspring more or less
        assert np.abs(found.sd[at] - wanted[3])[wanted[3] > 0.2] == pytest.approx(0, abs=0.11)
        steps = 1.001 / found.cases[at] + 0.05 * wanted[5]
        assert (np.abs(found.lower_95[at] - wanted[4]) <= steps).all()
        assert (np.abs(found.upper_95[at] - wanted[5]) <= steps).all()


def test_everybody_but_the_first_has_one_parent() -> None:
    found = wallinga_teunis(CASES, W, censoring=False)
    assert np.nansum(found.mean * found.cases) == pytest.approx(CASES.sum() - 1 - found.orphans)


def test_late_cohorts_are_made_up_for_and_left_out_where_little_can_have_shown() -> None:
    steady = np.full(60, 50.0)
    plain = wallinga_teunis(steady, W, censoring=False)
    mended = wallinga_teunis(steady, W)
    assert plain.mean[-3] < 0.3
    shown = ~np.isnan(mended.mean)
    assert not shown[-3:].any()
    assert mended.mean[30:][shown[30:]] == pytest.approx(1, abs=0.02)


def test_back_projection_equals_surveillances() -> None:
    wanted, f = table("backproj_zhuzhou_gamma4_1_k2.csv"), table("backproj_incu_pmf.csv")["pmf"]
    found = estimate_infections(wanted["observed"], f)
    assert np.abs(found.mean - wanted["lambda"]).max() < 1e-9
    assert found.passes == 10


def test_r_by_infection_runs_before_r_by_report() -> None:
    """Incubation of Lauer 2020 and five days to the report; the full renewal model's intervals overlap (EpiNow2 1.3.5)."""
    f = convolve(discretise(LogNormal(1.621, 0.418)), discretise(Gamma.of_moments(5, 3)))
    reports = table("input_zhuzhou.csv")["new_confirmed"]
    estimate = estimate_R(estimate_infections(reports, f, k=4).mean, w=W)
    days = np.datetime64("2020-01-20") + estimate.t_end
    model = table("epinow2_zhuzhou_0123_0220.csv")
    for day in ("2020-02-02", "2020-02-07"):
        at = int(np.flatnonzero(days == np.datetime64(day))[0])
        row = (model["variable"] == "R") & (model["date"] == day)
        low, high = (float(model[name][row][0]) for name in ("lower_95", "upper_95"))
        assert estimate.quantiles[at, 0] < high
        assert estimate.quantiles[at, -1] > low


@settings(deadline=None)
@given(st.lists(st.integers(0, 40), min_size=20, max_size=50))
def test_infections_that_were_reported_are_all_there(reports: list[int]) -> None:
    f = discretise(Gamma.of_moments(4, 2))
    found = estimate_infections(reports, f, eps=0.01)
    assert (found.mean >= 0).all()
    assert found.reported[-1] == pytest.approx(f[0])


def test_areas_are_projected_back_each_for_itself() -> None:
    f = discretise(Gamma.of_moments(4, 2))
    both = estimate_infections(np.array([CASES, CASES[::-1], 0 * CASES]), f)
    assert both.mean[1] == pytest.approx(estimate_infections(CASES[::-1], f).mean)
    assert (both.mean[2] == 0).all()


@settings(deadline=None)
@given(st.floats(-0.15, 0.4))
def test_growth_and_r_are_two_ways_to_say_the_same(r: float) -> None:
    assert R_to_growth(growth_to_R(r, W), W) == pytest.approx(r, abs=1e-9)


def test_growth_of_zhuzhou_as_r() -> None:
    assert growth_to_R([0.37, 0, -0.35], W) == pytest.approx([3.865, 1, 0.0536], rel=2e-3)


def test_words_are_those_of_epinow2() -> None:
    chances = [0.01, 0.05, 0.39, 0.5, 0.6, 0.94, 0.95, np.nan]
    assert map_prob_change(chances).tolist() == [
        "上升",
        "可能上升",
        "可能上升",
        "平稳",
        "可能下降",
        "可能下降",
        "下降",
        "",
    ]
    assert map_prob_change(0.99, language="en").tolist() == "decreasing"


def test_over_or_not() -> None:
    """Zhuzhou with R = 2 and no spread: 1 and 8 March."""
    over = prob_outbreak_over(CASES, W, R=2)
    assert (over[38], over[45]) == pytest.approx((0.543, 0.9615), abs=5e-4)
    assert (prob_outbreak_over(CASES, W, R=2, k=0.3) >= over).all()


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("缺测", lambda: estimate_infections([1, np.nan], [0.5, 0.5])),
        ("偶数", lambda: estimate_infections([1, 2], [0.5, 0.5], k=3)),
        ("不可能有报告", lambda: estimate_infections([5], [0.0, 1.0])),
        ("大于零", lambda: R_to_growth(0, W)),
        ("k 大于零", lambda: prob_outbreak_over([1, 2], W, R=2, k=0)),
        ("仍未收敛", lambda: estimate_infections(CASES, discretise(Gamma.of_moments(4, 2)), eps=-1)),
    ],
)
def test_bad_data_are_refused(said: str, wrong: object) -> None:
    with pytest.raises(BadData, match=said):
        wrong()  # type: ignore[operator]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.booleans())
def test_many_curves_grow_as_each_does(seed: int, weekly: bool) -> None:
    chance = np.random.default_rng(seed)
    cases = chance.poisson(chance.uniform(0, 20, (6, 1)) * np.exp(chance.uniform(-0.1, 0.1, (6, 1)) * np.arange(30)))
    many = growth_rate(cases, window=None, weekday=weekly)
    each = [growth_rate(one, window=None, weekday=weekly) for one in cases]
    for name in ("r", "se", "phi"):
        assert np.allclose(
            getattr(many, name), [getattr(one, name) for one in each], rtol=1e-6, atol=1e-9, equal_nan=True
        )


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.sampled_from([1, 3, 7]), st.booleans())
def test_how_sure_a_cohort_is_comes_out_of_who_may_have_infected_whom(seed: int, window: int, censoring: bool) -> None:
    """The variance by pairs of days against the plain sum over every case and every parent."""
    cases = np.random.default_rng(seed).integers(0, 9, 25).astype(float)
    w = discr_si(np.arange(12), 4.7, 2.9)
    found = wallinga_teunis(cases, w, window=window, censoring=censoring)
    share = np.cumsum(w)[np.minimum(np.arange(25)[::-1], 11)] if censoring else np.ones(25)
    scale = np.where(share >= 0.5, 1 / np.maximum(share, 1e-9), 0)
    for start, end, sd, n in zip(found.t_start, found.t_end, found.sd, found.cases, strict=True):
        if not n > 0:
            assert np.isnan(sd)
            continue
        total = 0.0
        for t in range(25):
            parents = sum(w[t - j] * cases[j] for j in range(max(0, t - 11), t))
            if parents > 0:
                p = {j: cases[j] * w[t - j] / parents for j in range(start - 1, end) if 0 < t - j < 12}
                once = sum(scale[j] ** 2 * one for j, one in p.items())
                total += cases[t] * (once - sum(scale[j] * one for j, one in p.items()) ** 2)
        assert sd == pytest.approx(np.sqrt(max(total, 0)) / n, abs=1e-7)
