"""R over time: equal to EpiEstim's to the ninth figure and better, exact where there are many intervals, plain about bad data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from shichen.epi.delays import discr_si
from shichen.epi.errors import BadData
from shichen.epi.rt import Grid, REstimate, estimate_R, overall_infectivity
from shichen.epi.rt.epifilter import epifilter
from tests.epi.reference import furthest, panel, table
from tests.epi.zhuzhou import CASES

counted = arrays.arrays(np.float64, st.integers(9, 40), elements=st.integers(0, 60).map(float))


def interval(length: int, mean: float, sd: float) -> np.ndarray:
    return discr_si(np.arange(length), mean, sd)


def columns(estimate: REstimate, area: object = ...) -> np.ndarray:
    return np.column_stack([estimate.mean[area], estimate.sd[area], estimate.quantiles[area]])


def of_table(name: str, estimate: REstimate, area: object = ...) -> float:
    wanted = table(name)
    assert (wanted.pop("t_start") == estimate.t_start).all()
    assert (wanted.pop("t_end") == estimate.t_end).all()
    return furthest(columns(estimate, area), np.column_stack(list(wanted.values())))


@pytest.mark.parametrize(
    ("name", "window"),
    [
        ("Flu2009", 1),
        ("Flu2009", 3),
        ("Flu2009", 7),
        ("Flu2009", 14),
        ("Flu1918", 7),
        ("Measles1861", 7),
        ("SARS2003", 7),
    ],
)
def test_with_an_observed_serial_interval_it_equals_epiestim(name: str, window: int) -> None:
    cases, w = table(f"input_{name}_incidence.csv")["I"], table(f"input_{name}_si.csv")["w"]
    assert of_table(f"cori_{name}_nonparam_w{window}.csv", estimate_R(cases, w=w, window=window)) < 1e-12


@pytest.mark.parametrize("window", [1, 3, 7, 14])
def test_with_a_gamma_serial_interval_it_equals_epiestim(window: int) -> None:
    cases = table("input_Flu2009_incidence.csv")["I"]
    estimate = estimate_R(cases, w=interval(len(cases), 2.6, 1.5), window=window)
    assert of_table(f"cori_Flu2009_param_2.6_1.5_w{window}.csv", estimate) < 1e-12


@pytest.mark.parametrize(("mean", "sd", "window"), [(4.7, 2.9, 5), (4.7, 2.9, 7), (7.5, 3.4, 7)])
def test_zhuzhou_equals_epiestim(mean: float, sd: float, window: int) -> None:
    cases = table("input_zhuzhou.csv")["new_confirmed"]
    estimate = estimate_R(cases, w=interval(len(cases), mean, sd), window=window)
    assert of_table(f"cori_zhuzhou_{mean}_{sd}_w{window}.csv", estimate) < 1e-12


def test_priors_imports_and_gaps_equal_epiestim() -> None:
    flu, made, gaps = (
        table("input_Flu2009_incidence.csv"),
        table("input_synth_imported.csv"),
        table("input_zeros.csv")["I"],
    )
    prior = estimate_R(flu["I"], w=interval(len(flu["I"]), 2.6, 1.5), prior_mean=2.6, prior_sd=2)
    assert of_table("cori_Flu2009_param_2.6_1.5_w7_prior_2.6_2.csv", prior) < 1e-12
    split = estimate_R(made["local"], made["imported"], w=interval(len(made["t"]), 7.5, 3.4))
    assert of_table("cori_synth_imported_w7.csv", split) < 1e-12
    assert of_table("cori_zeros_param_7.5_3.4_w7.csv", estimate_R(gaps, w=interval(len(gaps), 7.5, 3.4))) < 1e-12
    force = overall_infectivity(flu["I"], w=interval(len(flu["I"]), 2.6, 1.5))
    assert furthest(force, table("lambda_Flu2009_param_2.6_1.5.csv")["lambda"]) < 1e-12


def test_many_areas_at_once_are_each_their_own() -> None:
    cases = panel()
    w = interval(365, 4.7, 2.9)
    estimate = estimate_R(cases, w=w)
    assert of_table("cori_bench_panel_last_area.csv", estimate, -1) < 1e-12
    assert furthest(columns(estimate, 7), columns(estimate_R(cases[7], w=w))) < 1e-12


def test_an_uncertain_serial_interval_is_the_exact_mixture() -> None:
    cases, drawn = table("input_Flu2009_incidence.csv")["I"], table("cori_Flu2009_uncertain_si_moments.csv")
    w = np.array([interval(len(cases), *pair) for pair in zip(drawn["Mean"], drawn["Std"], strict=True)])
    assert of_table("cori_Flu2009_uncertain_w7_n1000x100.csv", estimate_R(cases, w=w)) < 0.01


@pytest.mark.parametrize(
    ("end", "cases", "force", "mean", "low", "high"),
    [(8, 18, 5.93, 3.10, 1.85, 4.67), (28, 7, 24.4, 0.33, 0.14, 0.59), (58, 0, 0.0, 4.94, 0.13, 18.2)],
)
def test_zhuzhou_of_january_and_february(
    end: int, cases: int, force: float, mean: float, low: float, high: float
) -> None:
    """By hand Gamma(1 + cases, 1/(1/5 + ΣΛ)): windows that end on 30 January, 19 February and, empty, on 20 March."""
    estimate = estimate_R(CASES, w=interval(len(CASES), 4.7, 2.9))
    at = end - 8
    assert estimate.t_end[at] == end
    assert estimate.cases[at] == cases
    assert estimate.infectivity[at] == pytest.approx(force, abs=0.05)
    assert estimate.mean[at] == pytest.approx(mean, abs=0.005)
    assert estimate.quantiles[at, [0, -1]] == pytest.approx([low, high], abs=0.05)


@settings(deadline=None)
@given(counted)
def test_equal_intervals_mixed_are_one_interval(cases: np.ndarray) -> None:
    w = interval(len(cases), 4.7, 2.9)
    one, many = estimate_R(cases, w=w), estimate_R(cases, w=np.array([w, w, w]))
    assert furthest(columns(many), columns(one)) < 1e-9
    paths = estimate_R(np.array([cases, cases]), w=w, draws=True)
    assert furthest(columns(paths), columns(one)) < 1e-9


@settings(deadline=None)
@given(counted, st.integers(2, 9))
def test_infectivity_is_the_sum_it_says(cases: np.ndarray, reach: int) -> None:
    w = interval(reach, 2.6, 1.5)
    found = overall_infectivity(cases, w=w)
    wanted = [sum(w[s] * cases[t - s] for s in range(1, min(t, reach - 1) + 1)) for t in range(1, len(cases))]
    assert np.isnan(found[0])
    assert np.allclose(found[1:], wanted, rtol=1e-12)


@settings(deadline=None)
@given(counted, st.data())
def test_a_missing_day_leaves_both_sums_and_nothing_else(cases: np.ndarray, data: st.DataObject) -> None:
    day = data.draw(st.integers(1, len(cases) - 1))
    gone = cases.copy()
    gone[day] = np.nan
    estimate = estimate_R(gone, w=interval(len(cases), 4.7, 2.9), window=3)
    within = (estimate.t_start <= day + 1) & (estimate.t_end >= day + 1)
    assert (estimate.missing == within).all()
    zero = np.where(np.arange(len(cases)) == day, 0, cases)
    local = np.concatenate([[0], zero[1:]])
    wanted = [local[a - 1 : b].sum() for a, b in zip(estimate.t_start, estimate.t_end, strict=True)]
    assert estimate.cases.tolist() == wanted


def test_without_imports_the_first_day_is_imported() -> None:
    cases, w = CASES[:29], interval(40, 4.7, 2.9)
    first = np.zeros(len(cases))
    first[0] = cases[0]
    assert furthest(columns(estimate_R(cases, w=w)), columns(estimate_R(cases - first, first, w=w))) == 0


def test_imports_are_no_offspring() -> None:
    cases, w = CASES[:29], interval(40, 4.7, 2.9)
    half = np.floor(cases / 2)
    assert (estimate_R(cases - half, half, w=w).mean[5:] < estimate_R(cases, w=w).mean[5:]).all()


def test_windows_end_after_the_mean_interval_and_may_be_chosen() -> None:
    cases, w = CASES[:29], interval(40, 7.5, 3.4)
    estimate = estimate_R(cases, w=w, window=3)
    assert np.isnan(estimate.mean[estimate.t_end <= 7]).all()
    assert not np.isnan(estimate.mean[estimate.t_end >= 8]).any()
    chosen = estimate_R(cases, w=w, t_start=[2, 10], t_end=[9, 16])
    assert chosen.cases.tolist() == [CASES[1:9].sum(), CASES[9:16].sum()]
    assert chosen.quantile(0.5)[1] < chosen.quantile(0.975)[1]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("第 3 天", lambda: estimate_R([1, 2, -1, 4], w=[0, 0.5, 0.5], window=2)),
        ("第 2 天不是有限", lambda: estimate_R([1, np.inf, 1, 4], w=[0, 0.5, 0.5], window=2)),
        ("不是数字", lambda: estimate_R(["a", "b", "c"], w=[0, 1])),
        ("至少要有 2 天", lambda: estimate_R([1], w=[0, 1])),
        ("只有 4 天", lambda: estimate_R([1, 2, 3, 4], w=[0, 0.5, 0.5])),
        ("第 0 天", lambda: estimate_R([1, 2, 3, 4], w=[0.5, 0.5], window=2)),
        ("之和是 1.5", lambda: estimate_R([1, 2, 3, 4], w=[0, 1, 0.5], window=2)),
        ("不小于零", lambda: estimate_R([1, 2, 3, 4], w=[0, 1.5, -0.5], window=2)),
        ("先验", lambda: estimate_R([1, 2, 3, 4], w=[0, 1], window=2, prior_sd=0)),
        ("一样长", lambda: estimate_R([1, 2, 3, 4], [0, 0, 0], w=[0, 1], window=2)),
        ("没有「bayes」", lambda: estimate_R([1, 2, 3, 4], w=[0, 1], method="bayes")),
        ("起不晚于止", lambda: estimate_R([1, 2, 3, 4], w=[0, 1], t_start=[1], t_end=[3])),
        ("第一轴", lambda: estimate_R([1, 2, 3, 4], w=[0, 1], window=2, draws=True)),
        ("网格", lambda: estimate_R([1, 2, 3, 4], w=[0, 1], method="epifilter", grid=Grid(least=0))),
        ("eta", lambda: estimate_R([1, 2, 3, 4], w=[0, 1], method="epifilter", eta=0)),
    ],
)
def test_bad_data_are_refused_in_both_languages(said: str, wrong: object) -> None:
    with pytest.raises(BadData) as refused:
        wrong()  # type: ignore[operator]
    assert said in refused.value.zh
    assert refused.value.en.isascii() or "“" in refused.value.en


@pytest.mark.parametrize("name", ["Flu2009", "SARS2003", "zhuzhou_4.7_2.9"])
def test_the_filter_follows_the_published_scripts_and_the_exact_equations(name: str) -> None:
    for transition, start, tolerance in (("published", "epifilter_", 1e-12), ("exact", "epifilter_exact_", 1e-9)):
        wanted = table(f"{start}{name}.csv")
        both = epifilter(
            wanted["I"], wanted["Lam"], eta=0.1, grid=Grid(), transition=transition, levels=(0.025, 0.5, 0.975)
        )
        for letter, said in (("f", both.filter), ("s", both.smoother)):
            assert furthest(said.mean, wanted[f"{letter}_mean"]) < tolerance
            assert furthest(said.quantiles[:, 0], wanted[f"{letter}_lo"]) < tolerance
            assert furthest(said.quantiles[:, 2], wanted[f"{letter}_hi"]) < tolerance
            if transition == "exact":
                assert np.abs(said.below_one - wanted[f"{letter}_p_lt1"]).max() < tolerance


@settings(deadline=None)
@given(counted)
def test_the_smoother_ends_where_the_filter_does(cases: np.ndarray) -> None:
    estimate = estimate_R(cases, w=interval(len(cases), 4.7, 2.9), method="epifilter", grid=Grid(size=40))
    assert estimate.smoothed is not None
    assert estimate.smoothed.mean[-1] == pytest.approx(estimate.mean[-1])
    assert ((estimate.below_one >= 0) & (estimate.below_one <= 1 + 1e-12)).all()


def test_days_without_a_word_leave_the_filter_where_its_walk_takes_it() -> None:
    w = interval(12, 4.7, 2.9)
    silent = np.array([3, 4, 5, 4, 3, np.nan, np.nan, np.nan])
    estimate = estimate_R(silent, w=w, method="epifilter")
    assert estimate.missing.tolist() == [0, 0, 0, 0, 0, 1, 1, 1]
    assert (np.diff(estimate.sd[4:]) > 0).all()
