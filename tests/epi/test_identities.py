"""What must hold whatever the data are: identities that a hand can check, over data that hypothesis makes up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from shichen.epi.chains import cluster_size, probability_extinct, proportion_transmission
from shichen.epi.delays import LogNormal, NonParametric, convolve, discr_si, discretise, estimate_delay
from shichen.epi.forecast import Intervention, interval_coverage, simulate_infections, wis
from shichen.epi.growth import doubling_time, growth_rate
from shichen.epi.incidence import complete_dates, cumulate, daily_of_totals, incidence, regroup
from shichen.epi.nowcast import Completeness, nowcast, reporting_triangle
from shichen.epi.resources import allocate, forecast_secondary, los_survival
from shichen.epi.risk import RiskRule, risk_level
from shichen.epi.rt import estimate_infections, estimate_R, wallinga_teunis
from shichen.epi.signals import cusum, ears
from tests.epi.reference import furthest

W = discr_si(np.arange(21), 4.7, 2.9) / discr_si(np.arange(21), 4.7, 2.9).sum()
FIRST = np.datetime64("2020-02-01", "D")
RULE = RiskRule("v2020-02", "2020-02-17", 14, 50, True, 2, 14, "rule")
curves = arrays.arrays(np.float64, st.integers(10, 40), elements=st.integers(0, 60).map(float))


# -- R -----------------------------------------------------------------------------------------------------------------


@given(st.integers(9, 60), st.floats(0.5, 9), st.floats(0.5, 9))
def test_without_cases_the_posterior_is_the_prior(days: int, mean: float, sd: float) -> None:
    found = estimate_R(np.zeros(days), w=W, prior_mean=mean, prior_sd=sd)
    known = ~np.isnan(found.mean)
    assert found.mean[known] == pytest.approx(np.full(known.sum(), mean))
    assert found.sd[known] == pytest.approx(np.full(known.sum(), sd))


@settings(deadline=None)
@given(curves, st.data())
def test_more_imports_make_r_smaller_and_never_larger(local: np.ndarray, data: st.DataObject) -> None:
    imported = data.draw(arrays.arrays(np.float64, len(local), elements=st.integers(0, 20).map(float)))
    few, many = (estimate_R(local, imported * one, w=W).mean for one in (1, 2))
    known = ~np.isnan(few)
    assert (many[known] <= few[known] + 1e-12).all()


@settings(deadline=None)
@given(curves, st.integers(2, 5))
def test_r_of_a_curve_does_not_depend_on_its_neighbours(cases: np.ndarray, many: int) -> None:
    stack = np.stack([np.roll(cases, at) for at in range(many)])
    every = estimate_R(stack, w=W)
    for at in range(many):
        assert furthest(every.quantiles[at], estimate_R(stack[at], w=W).quantiles) < 1e-9


@settings(deadline=None)
@given(curves)
def test_every_case_has_one_parent_or_is_an_orphan(cases: np.ndarray) -> None:
    """Uncorrected, the offspring of all cohorts add up to the cases that somebody can have infected."""
    assume(cases.sum() > 0)
    found = wallinga_teunis(cases, W, censoring=False)
    caused = np.nansum(found.mean * np.where(found.cases > 0, found.cases, 0))
    parents = np.array([sum(W[s] * cases[t - s] for s in range(1, min(t, 20) + 1)) for t in range(len(cases))])
    assert caused == pytest.approx(cases[parents > 0].sum(), rel=1e-9)
    assert found.orphans == cases[1:][parents[1:] <= 0].sum()


@settings(deadline=None)
@given(curves)
def test_reports_without_a_delay_are_the_infections(cases: np.ndarray) -> None:
    assume(cases.sum() > 0)
    assert estimate_infections(cases, [1.0, 0.0], k=0).mean == pytest.approx(cases)


# -- growth ------------------------------------------------------------------------------------------------------------


@given(st.floats(-0.3, 0.3).filter(lambda r: abs(r) > 0.01), st.integers(7, 30), st.floats(1, 500))
def test_exact_growth_is_found_exactly(r: float, days: int, level: float) -> None:
    fit = growth_rate(level * np.exp(r * np.arange(days)), window=None, weekday=False)
    assert fit.r == pytest.approx(r, abs=1e-9)
    double = doubling_time(fit)
    assert np.isnan(double.days) or double.days == pytest.approx(np.log(2) / r, rel=1e-6)


# -- nowcast -----------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 8)), min_size=5, max_size=60), st.integers(10, 30))
def test_a_later_triangle_cut_back_is_the_earlier_one(pairs: list[tuple[int, int]], cut: int) -> None:
    event, delay = (np.array(one) for one in zip(*pairs, strict=True))
    assume((event + delay <= cut).any())
    first = FIRST + int(event.min())
    late = reporting_triangle(FIRST + event, FIRST + event + delay, now=FIRST + 40, longest=8, since=first)
    early = reporting_triangle(FIRST + event, FIRST + event + delay, now=FIRST + cut, longest=8, since=first)
    length = len(early.dates)
    hidden = np.arange(length)[:, None] + np.arange(9) > length - 1
    assert furthest(np.where(hidden, np.nan, late.n[:length]), early.n) == 0


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 30), min_size=5, max_size=80), st.integers(0, 999))
def test_what_is_reported_at_once_needs_no_completion(days: list[int], seed: int) -> None:
    """F ≡ 1, of as many records as leave no doubt of it."""
    event = FIRST + np.array(days)
    n = np.append(1e15, np.zeros(8))
    at_once = Completeness(np.ones(9), n, np.full(9, 1e15), 1.0)
    triangle = reporting_triangle(event, event, now=FIRST + 31, longest=8)
    found = nowcast(triangle, draws=20, seed=seed, completeness=at_once)
    assert (found.draws == found.reported).all()


# -- delays ------------------------------------------------------------------------------------------------------------


@given(st.lists(st.lists(st.floats(0.01, 1), min_size=1, max_size=8), min_size=1, max_size=4))
def test_a_sum_of_delays_has_the_sum_of_their_means(many: list[list[float]]) -> None:
    each = [np.array(one) / sum(one) for one in many]
    mean = [float(one @ np.arange(len(one))) for one in each]
    whole = convolve(*each)
    assert whole.sum() == pytest.approx(1)
    assert whole @ np.arange(len(whole)) == pytest.approx(sum(mean))


@settings(deadline=None, max_examples=30)
@given(st.floats(0.5, 2.2), st.floats(0.2, 0.9))
def test_over_whole_days_a_delay_keeps_its_mean(meanlog: float, sdlog: float) -> None:
    dist = LogNormal(meanlog, sdlog)
    pmf = discretise(dist, longest=int(dist.ppf(1 - 1e-9)) + 2)
    assert pmf @ np.arange(len(pmf)) == pytest.approx(dist.mean, rel=1e-3)
    assert NonParametric(tuple(pmf)).cdf(len(pmf)) == pytest.approx(1)


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10**6))
def test_the_likelihood_of_a_delay_is_the_integral_it_says(seed: int) -> None:
    """Against the trapezium over a fine grid, with truncation."""
    chance = np.random.default_rng(seed)
    EL = chance.integers(0, 6, 40).astype(float)
    ER = EL + chance.integers(1, 4, 40)
    SL = np.floor(ER + chance.lognormal(1.2, 0.5, 40))
    fit = estimate_delay(EL, ER, SL, SL + 1, obs_time=40.0, n_boot=0)
    total = 0.0
    for el, er, sl in zip(EL, ER, SL, strict=True):
        e = np.linspace(el, min(er, sl + 1), 4001)
        inside = np.trapezoid(fit.dist.cdf(sl + 1 - e) - fit.dist.cdf(np.maximum(sl - e, 0)), e)
        total += np.log(inside / np.trapezoid(fit.dist.cdf(40.0 - e), e))
    assert fit.loglik == pytest.approx(total, abs=1e-4)


# -- what if and scores ------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=20)
@given(st.floats(0, 3), st.floats(0, 5), st.integers(0, 99))
def test_a_measure_that_does_nothing_changes_no_bit(R: float, imports: float, seed: int) -> None:
    history = np.arange(1.0, 31.0)
    nothing = [
        Intervention(1, 9, "R", 1.0),
        Intervention(2, 9, "imports", 1.0),
        Intervention(3, 9, "tracing", coverage=0.0, delay=(1.0,)),
    ]
    one, other = (
        simulate_infections(
            history, R=R, w=W, horizon=15, imports=imports, interventions=measures, k=0.5, draws=40, seed=seed
        )
        for measures in ((), nothing)
    )
    assert (one.draws == other.draws).all()
    assert (one.expected == other.expected).all()


@pytest.mark.parametrize(
    "measure", [Intervention(1, 30, "R", 0.0), Intervention(1, 30, "tracing", coverage=1.0, delay=(1.0,))]
)
def test_measures_that_end_all_transmission_leave_imports_only(measure: Intervention) -> None:
    history = np.full(40, 20.0)
    found = simulate_infections(history, R=2.0, w=W, horizon=30, imports=3.0, interventions=[measure], draws=50)
    assert found.expected == pytest.approx(np.full(30, 3.0))


@given(st.floats(0, 2.5), st.floats(0.1, 30), st.floats(0.1, 9))
def test_the_expected_path_is_linear_in_history_and_imports(R: float, level: float, times: float) -> None:
    history = level * (1 + np.sin(np.arange(30)) ** 2)
    one = simulate_infections(history, R=R, w=W, horizon=20, imports=level, draws=1).expected
    more = simulate_infections(times * history, R=R, w=W, horizon=20, imports=times * level, draws=1).expected
    assert more == pytest.approx(times * one, rel=1e-9)


@given(st.floats(0.1, 1000))
def test_a_constant_past_goes_on_where_r_is_one(level: float) -> None:
    found = simulate_infections(np.full(40, level), R=1.0, w=W, horizon=30, draws=1)
    assert found.expected == pytest.approx(np.full(30, level))


@pytest.mark.parametrize(("seen", "score"), [(10, 1.12), (20, 8.72)])
def test_a_score_by_hand(seen: float, score: float) -> None:
    """Median 8, half within 6 to 11, nine tenths within 4 to 15."""
    assert wis(seen, (0.05, 0.25, 0.5, 0.75, 0.95), [4, 6, 8, 11, 15]) == pytest.approx(score, abs=1e-9)


@given(st.floats(-50, 50), st.lists(st.floats(-50, 50), min_size=5, max_size=5))
def test_a_score_is_nought_only_where_all_is_right(seen: float, said: list[float]) -> None:
    levels = (0.05, 0.25, 0.5, 0.75, 0.95)
    assert wis(seen, levels, sorted(said)) >= 0
    assert wis(seen, levels, [seen] * 5) == 0
    assert interval_coverage([seen], levels, [[seen] * 5], width=0.5) == 1


# -- who infects whom --------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=30)
@given(st.floats(0.3, 4), st.floats(0.05, 5))
def test_clusters_of_every_size_add_up_to_extinction(R: float, k: float) -> None:
    assume(abs(R - 1) > 0.15)
    total = float(cluster_size(np.arange(1, 60_001), R, k).sum())
    assert total == pytest.approx(probability_extinct(R, k), abs=2e-4)
    assert cluster_size(1, R, k) == pytest.approx((1 + R / k) ** -k)
    assert probability_extinct(R, k, introductions=3) == pytest.approx(probability_extinct(R, k) ** 3)


def test_superspreading_by_hand() -> None:
    assert cluster_size(1, 2.5, 0.1) == pytest.approx(0.7219, abs=5e-5)
    assert probability_extinct(2.5, 0.1) == pytest.approx(0.8607, abs=5e-5)
    assert proportion_transmission(2.5, 0.1) == pytest.approx(0.093, abs=5e-4)


# -- counting, risk, signals -------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from("abc")), min_size=1, max_size=80))
def test_nobody_is_lost_in_counting(records: list[tuple[int, str]]) -> None:
    day, group = zip(*records, strict=True)
    curve = incidence(FIRST + np.array(day), groups=np.array(group))
    assert curve.counts.sum() == len(records)
    assert regroup(curve).total.tolist() == curve.total.tolist()
    weeks = incidence(FIRST + np.array(day), groups=np.array(group), interval="isoweek")
    assert weeks.counts.sum(axis=1).tolist() == curve.counts.sum(axis=1).tolist()
    back, corrections = daily_of_totals(cumulate(curve).counts)
    assert (back == curve.counts).all()
    assert corrections == ()
    dates, whole = complete_dates(curve.dates, curve.total)
    assert (dates == curve.dates).all()
    assert (whole == curve.total).all()


@given(arrays.arrays(np.float64, st.integers(20, 60), elements=st.integers(0, 9).map(float)), st.integers(1, 19))
def test_later_cases_make_later_levels(new: np.ndarray, later: int) -> None:
    found = np.zeros(len(new), bool)
    found[3] = True
    moved = np.concatenate([np.zeros(later), new]), np.concatenate([np.zeros(later, bool), found])
    assert risk_level(*moved, RULE).level[later:].tolist() == risk_level(new, found, RULE).level.tolist()


@given(arrays.arrays(np.float64, st.integers(12, 40), elements=st.integers(0, 50).map(float)), st.integers(1, 99))
def test_signals_look_back_only(y: np.ndarray, more: int) -> None:
    for method in ("C1", "C2", "C3"):
        now, then = (ears(one, method=method).upperbound for one in (y, np.append(y, more)))  # type: ignore[arg-type]
        known = ~np.isnan(now)
        assert (then[:-1][known] == now[known]).all()
    (_, early), (_, late) = cusum(y, 5.0), cusum(np.append(y, more), 5.0)
    assert (late[:-1] == early).all()


# -- beds and supplies -------------------------------------------------------------------------------------------------


@given(st.integers(1, 12), st.integers(1, 9))
def test_admissions_times_stay_are_the_census(stay: int, a_day: int) -> None:
    S = np.append(np.ones(stay), 0.0)
    found = forecast_secondary([], S, np.full((1, 30), float(a_day)), 1000, seed=None)
    assert found.mean[stay:] == pytest.approx(np.full(30 - stay, a_day * stay))


@given(st.lists(st.integers(0, 40), min_size=1, max_size=40))
def test_without_censoring_survival_is_the_share_that_stayed_longer(stays: list[int]) -> None:
    S = los_survival(stays, np.ones(len(stays)))
    assert pytest.approx([(np.array(stays) > day).mean() for day in range(max(stays) + 1)]) == S


def test_sharing_out_by_hand() -> None:
    even = allocate([[60], [40]], [[100], [60], [40]], [[1, 5, 9], [9, 5, 1]], [1, 1, 1])
    assert even.z == pytest.approx([0.5])
    assert even.x[:, :, 0] == pytest.approx(np.array([[50, 10, 0], [0, 20, 20]]), abs=1e-6)
    some = allocate([[60], [40]], [[100], [60], [40]], [[1, 5, 9], [9, 5, 1]], [1, 3, 10], theta=0.8)
    assert some.x.sum(axis=(0, 2)) == pytest.approx([40, 24, 36], abs=1e-6)
