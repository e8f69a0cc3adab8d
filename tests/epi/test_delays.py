"""Delays: the published fits to their third figure, truncation allowed for, what cannot be fitted listed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.epi.delays import (
    FAMILIES,
    Gamma,
    LogNormal,
    NonParametric,
    Weibull,
    bootstrapped_dist_fit,
    convolve,
    discr_si,
    discretise,
    estimate_delay,
)
from shichen.epi.errors import BadData
from tests.epi.reference import table

moments = st.tuples(st.floats(1, 20), st.floats(0.5, 12))


def test_the_discretised_serial_interval_is_epiestims() -> None:
    wanted = table("discr_si.csv")
    for mu, sigma in {*zip(wanted["mu"], wanted["sigma"], strict=True)}:
        here = (wanted["mu"] == mu) & (wanted["sigma"] == sigma)
        assert np.abs(discr_si(wanted["k"][here], mu, sigma) - wanted["w"][here]).max() < 1e-12


def test_its_first_figures_without_a_table() -> None:
    """EpiEstim 2.2-4, mean 4.7 and standard deviation 2.9 days."""
    assert discr_si(np.arange(5), 4.7, 2.9) == pytest.approx([0, 0.056501, 0.178074, 0.185418, 0.155734], abs=1e-6)


@pytest.mark.parametrize(
    ("dist", "letter", "parameters"),
    [
        ("lognormal", "L", ("meanlog", "sdlog")),
        ("gamma", "G", ("shape", "scale")),
        ("weibull", "W", ("shape", "scale")),
    ],
)
def test_incubation_of_covid_19_as_published(dist: str, letter: str, parameters: tuple[str, str]) -> None:
    given_, wanted = table("input_lauer2020_incubation.csv"), table("incubation_lauer2020_dicfit.csv")
    fit = estimate_delay(*(given_[name] for name in ("EL", "ER", "SL", "SR")), dist=dist, n_boot=0)
    here = wanted["dist"] == letter
    said = dict(zip(wanted["par"][here], wanted["est"][here].astype(float), strict=True))
    assert [getattr(fit.dist, name) for name in parameters] == pytest.approx(
        [said[name] for name in parameters], abs=6e-4
    )
    assert fit.percentiles == pytest.approx(
        [said[name] for name in ("p2.5", "p5", "p25", "p50", "p75", "p95", "p97.5")], abs=2e-3
    )
    assert fit.loglik == pytest.approx(float(wanted["loglik"][here][0]), abs=1e-3)
    assert fit.n == 181
    assert not fit.left_out


def test_its_bootstrap_interval() -> None:
    given_ = table("input_lauer2020_incubation.csv")
    fit = estimate_delay(*(given_[name] for name in ("EL", "ER", "SL", "SR")), n_boot=500, seed=1)
    said = fit.intervals()
    assert said["p50"] == pytest.approx((4.500, 5.785), rel=0.05)
    assert said["p97.5"] == pytest.approx((8.230, 15.638), rel=0.05)


def test_whole_days_as_fitdistrplus_fits_them() -> None:
    fit = bootstrapped_dist_fit(table("input_ebola_sim_onset_to_hosp.csv")["delay"], dist="gamma", n_boot=0)
    assert isinstance(fit.dist, Gamma)
    assert (fit.dist.shape, 1 / fit.dist.scale) == pytest.approx((1.6171, 0.6478), rel=1e-3)


def test_resamples_are_what_refitting_gives() -> None:
    """The surface that carries them against the simplex on the same weights."""
    days = np.floor(LogNormal.of_moments(5, 3).sample(np.random.default_rng(4), 60))
    fit = bootstrapped_dist_fit(days, n_boot=40, seed=2)
    again = np.random.Generator(np.random.PCG64(2))
    distinct, often = np.unique(days, return_counts=True)
    for theta, weights in zip(fit.boots[:5], again.multinomial(60, often / 60, 40), strict=False):
        whole = bootstrapped_dist_fit(np.repeat(distinct, weights), n_boot=0)
        assert theta == pytest.approx(whole.dist.theta, abs=2e-3)


def test_long_delays_look_rare_while_cases_grow_unless_that_is_allowed_for() -> None:
    truth = LogNormal.of_moments(5.52, 2.45)
    naive, allowed = [], []
    for seed in range(8):
        chance = np.random.default_rng(seed)
        begun = np.log(1 + chance.random(400) * np.expm1(0.15 * 40)) / 0.15
        shown = begun + truth.sample(chance, 400)
        known = shown < 40
        first, second = np.floor(begun[known]), np.floor(shown[known])
        naive.append(estimate_delay(first, first + 1, second, second + 1, n_boot=0).dist.mean)
        allowed.append(estimate_delay(first, first + 1, second, second + 1, obs_time=40, n_boot=0).dist.mean)
    assert np.mean(naive) < 5.0
    assert np.mean(allowed) == pytest.approx(truth.mean, abs=0.3)


def test_what_cannot_be_is_listed_and_the_rest_fitted() -> None:
    el = np.array([0, 5, 3, 0, 2, 1, 0, np.nan], float)
    er = np.array([1, 4, 4, 1, 3, 2, 1, 1], float)
    sl = np.array([4, 9, 1, 6, 6, 8, 3, 4], float)
    sr = np.array([5, 10, 2, 7, 7, 9, 4, 5], float)
    fit = estimate_delay(el, er, sl, sr, n_boot=0)
    assert [(one.index, one.zh) for one in fit.left_out] == [
        (1, "暴露结束早于开始"),
        (2, "后一事件早于前一事件"),
        (7, "缺少日期"),
    ]
    assert fit.n == 5


@settings(deadline=None)
@given(moments, st.sampled_from([LogNormal, Gamma, Weibull]))
def test_a_member_has_the_moments_it_was_made_of(pair: tuple[float, float], family: type[LogNormal]) -> None:
    mean, sd = pair
    one = family.of_moments(mean, sd)
    assert (one.mean, one.sd) == pytest.approx((mean, sd), rel=1e-6)
    assert one.cdf(one.ppf([0.1, 0.5, 0.9])) == pytest.approx([0.1, 0.5, 0.9], rel=1e-6)
    assert family.at(one.theta).mean == pytest.approx(mean, rel=1e-6)


@settings(deadline=None)
@given(moments)
def test_whole_days_keep_the_mean(pair: tuple[float, float]) -> None:
    mean, sd = pair[0], min(pair)  # a delay that is mostly none has its mean from days that no table reaches
    w = discretise(Gamma.of_moments(mean, sd), longest=400)
    assert w.sum() == pytest.approx(1)
    assert w @ np.arange(401) == pytest.approx(mean, abs=0.02)


def test_serial_intervals_have_nothing_on_day_nought_and_delays_add_up() -> None:
    w = discretise(Gamma.of_moments(4.7, 2.9), first=1)
    assert w[0] == 0
    assert w.sum() == pytest.approx(1)
    days = np.arange(len(w))
    both = convolve(w, w)
    assert both @ np.arange(len(both)) == pytest.approx(2 * (w @ days))


def test_an_observed_delay() -> None:
    seen = NonParametric((0.2, 0.5, 0.3))
    assert seen.mean == pytest.approx(1.6)
    assert seen.cdf([0, 1, 3, 9]) == pytest.approx([0, 0.2, 1, 1])
    assert seen.ppf(0.2) == pytest.approx(1)
    drawn = seen.sample(np.random.default_rng(0), 4000)
    assert drawn.mean() == pytest.approx(seen.mean, abs=0.05)
    assert drawn.std() == pytest.approx(seen.sd, abs=0.05)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("没有「beta」", lambda: bootstrapped_dist_fit([1, 2, 3], dist="beta")),
        ("至少要 3 条", lambda: bootstrapped_dist_fit([1, -2, 3])),
        ("同一个时滞", lambda: bootstrapped_dist_fit([3, 3, 3, 3])),
        ("同一个时滞", lambda: estimate_delay([0, 5, 9], [1, 6, 10], [4, 9, 13], [5, 10, 14])),
        ("一样长", lambda: estimate_delay([0], [1, 2], [3], [4])),
        ("大于 1 天", lambda: discr_si([1], 0.9, 1)),
        ("整数", lambda: discr_si([1.5], 4, 1)),
        ("大于零", lambda: Gamma(0, 1)),
        ("n_boot", lambda: bootstrapped_dist_fit([1, 2, 3], n_boot=0).intervals()),
        ("之和是 0.5", lambda: NonParametric((0.5,))),
        ("一天也离散不出来", lambda: discretise(Gamma(1, 1), longest=0)),
    ],
)
def test_bad_data_are_refused(said: str, wrong: object) -> None:
    with pytest.raises(BadData, match=said):
        wrong()  # type: ignore[operator]


def test_all_families_are_known_by_name() -> None:
    assert [family.name for family in FAMILIES.values()] == list(FAMILIES)
