"""A whole analysis: equal to its parts, gated as the reference says, alike for one area and for many, and the same again by seed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen import epi
from shichen.epi import gates
from shichen.epi.delays import Gamma, discr_si
from shichen.epi.errors import BadData
from shichen.epi.forecast import Falling
from shichen.epi.growth import growth_rate
from shichen.epi.nowcast import Triangle, imputed_triangles, reporting_triangle, reporting_triangles
from shichen.epi.pipeline.completion import of_profile
from shichen.epi.rows import NUMBERS
from shichen.epi.rt import disaggregate, estimate_R
from tests.epi.reference import furthest, table
from tests.epi.zhuzhou import CASES, FIRST

SI = epi.generation_time_opts(4.7, 2.9)
DATES = FIRST + np.arange(len(CASES))
BY_REPORT = epi.obs_opts("report")
FEW = epi.forecast_opts(horizon=7, draws=200)


def records(seed: int, cases: int = 900, days: int = 60) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    rise = np.exp(np.arange(days) * 0.04)
    onset = np.repeat(np.arange(days), chance.multinomial(cases, rise / rise.sum()))
    return FIRST + onset, FIRST + onset + np.minimum(chance.negative_binomial(3, 0.5, len(onset)), 12)


def triangle(seed: int, cases: int = 900) -> Triangle:
    return reporting_triangle(*records(seed, cases), now=FIRST + 59, longest=10, since=FIRST)


def zhuzhou(days: int) -> epi.Epinow:
    imported = np.zeros(days)
    imported[0] = 1
    return epi.epinow(
        CASES[:days],
        DATES[:days],
        generation_time=SI,
        imported=imported,
        obs=BY_REPORT,
        rt=epi.rt_opts(without_measures=2.0),
        forecast=FEW,
        strat="株洲市",
    )


def test_zhuzhou_is_told_as_the_reference_says() -> None:
    """R from 30 January to 19 February, direction only to 28 February, then only whether it is over (one case, ΣΛ 2.85)."""
    whole = zhuzhou(len(CASES))
    said = {str(day): status for day, status in zip(DATES[whole.R.t_end - 1], whole.verdict.status, strict=True)}
    assert [day for day, status in said.items() if status in ("ok", "wide")][::20] == ["2020-01-30", "2020-02-19"]
    assert [day for day, status in said.items() if status == "wide"] == ["2020-02-18", "2020-02-19"]
    assert [day for day, status in said.items() if status == "direction"][::8] == ["2020-02-20", "2020-02-28"]
    assert said["2020-02-29"] == said["2020-03-20"] == "over"


@pytest.mark.parametrize(("day", "chance"), [("2020-03-01", 0.543), ("2020-03-08", 0.9615)])
def test_when_r_is_not_told_it_is_said_whether_it_is_over(day: str, chance: float) -> None:
    found = zhuzhou(int(np.flatnonzero(np.datetime64(day) == DATES)[0]) + 1)
    assert found.status == "over"
    assert found.over == pytest.approx(chance, abs=1e-3)
    assert found.rows.of("P(over)")["mean"] == pytest.approx([chance], abs=1e-3)
    assert found.outlook.stays is None
    assert set(found.rows["variable"]) == {"R", "growth_rate", "doubling_time", "P(over)"}


def test_with_few_cases_a_direction_is_said() -> None:
    found = zhuzhou(34)  # 25 February
    assert found.status == "direction"
    assert found.below_one > 0.9
    assert np.isnan(found.rows.of("R")["mean"][-1])


def test_counts_that_need_no_completion_give_what_the_parts_give() -> None:
    found = epi.epinow(CASES, DATES, generation_time=SI, obs=BY_REPORT, forecast=FEW)
    alone = estimate_R(CASES, w=SI.w())
    assert furthest(found.R.quantiles, alone.quantiles) < 1e-12
    rate = growth_rate(CASES, window=14)
    assert found.growth.r == pytest.approx(float(rate.r), nan_ok=True)
    assert found.delay is None
    assert found.nowcast is None


def test_windows_that_the_nowcast_touches_are_mixtures_and_the_others_are_not() -> None:
    one = triangle(1)
    found = epi.epinow(one, generation_time=SI, truncation=epi.trunc_opts(longest=10, draws=60), forecast=FEW)
    assert found.nowcast is not None
    paths = np.concatenate([np.repeat(one.reported[None, :-10], 60, axis=0), found.nowcast.draws[:, -10:]], axis=1)
    every = estimate_R(paths, w=SI.w(), draws=True)
    assert furthest(found.R.mean, every.mean) < 1e-9
    assert furthest(found.R.quantiles, every.quantiles) < 1e-9
    told = found.R.t_end <= len(one.dates) - 10
    assert furthest(found.R.quantiles[told], estimate_R(one.reported, w=SI.w()).quantiles[told]) < 1e-12
    assert found.R.mean[-1] > estimate_R(one.reported, w=SI.w()).mean[-1]


def test_what_is_not_reported_yet_makes_r_partial_and_the_forecast_too() -> None:
    found = epi.epinow(triangle(1), generation_time=SI, forecast=FEW, strat="甲")
    assert found.delay is not None
    assert (found.delay.source, found.delay.median) == ("own", 2)
    assert found.status == "partial"
    assert found.outlook.status == "partial"
    assert found.outlook.stays is not None
    assert found.outlook.falls is not None
    assert found.outlook.falls.mean.sum() < found.outlook.stays.mean.sum()
    rows = found.rows
    assert set(rows["type"]) == {"estimate", "estimate based on partial data", "forecast", "scenario"}
    assert rows.of("cases").where(rows.of("cases")["type"] == "scenario")["reason"].tolist() == ["falling"] * 7
    assert set(rows["strat"]) == {"甲"}


def test_all_areas_at_once_are_each_their_own() -> None:
    both = {"甲": triangle(1), "乙": triangle(2)}
    many = epi.regional_epinow(both, generation_time=SI, forecast=FEW)
    alone = epi.epinow(both["甲"], generation_time=SI, forecast=FEW, strat="甲")
    assert furthest(many["甲"].R.quantiles, alone.R.quantiles) < 1e-12
    assert furthest(many["甲"].rows.of("R")["mean"], alone.rows.of("R")["mean"]) < 1e-12
    assert many["甲"].growth.r == pytest.approx(float(alone.growth.r), rel=1e-9)
    again = epi.regional_epinow(both, generation_time=SI, forecast=FEW)
    assert list(many.rows.dicts()) == list(again.rows.dicts())
    with pytest.raises(BadData, match="没有「丙」"):
        many["丙"]


def test_an_area_with_few_records_is_completed_by_the_region_and_the_region_by_the_profile() -> None:
    onset, report = records(3)
    area = np.where(np.arange(len(onset)) % 200 == 199, "少", "多")
    area = np.where(np.arange(len(onset)) == 0, "早", area)
    three = reporting_triangles(onset, report, area, now=FIRST + 59, longest=10, since=FIRST)
    assert sum(one.reported.sum() for one in three.values()) == triangle(3).reported.sum()
    found = epi.regional_epinow(three, generation_time=SI, forecast=FEW)
    delay = {name: found[name].delay for name in three}
    assert delay["早"] is None  # one case, two months ago
    assert delay["少"] is not None
    assert delay["多"] is not None
    assert (delay["少"].source, delay["多"].source) == ("region", "own")
    few = reporting_triangle(onset[:4], report[:4], now=FIRST + 3, longest=10)
    options = {"generation_time": SI, "forecast": FEW, "rt": epi.rt_opts(window=2)}
    told = epi.epinow(few, **options, delays=epi.delay_opts(report=Gamma(4.0, 1.0)))  # type: ignore[arg-type]
    assert told.delay is not None
    assert (told.delay.source, told.delay.median) == ("profile", 4)


def test_a_delay_of_the_profile_counts_as_fifty_records() -> None:
    seen = of_profile(Gamma(4.0, 1.0), 14)
    assert seen.N[-1] == pytest.approx(50)
    assert seen.posterior_mean == pytest.approx(seen.F, abs=0.02)


def test_r_is_not_made_of_guesses() -> None:
    """HUS in Germany, 25 May 2011: two cases in a thousand reported, tens of thousands guessed; a week on R is told again."""
    given_ = table("input_husO104Hosp.csv")
    event, report = (given_[name].astype("datetime64[D]") for name in ("dHosp", "dReport"))
    for now, status in (("2011-05-25", "withheld"), ("2011-06-08", "partial")):
        one = reporting_triangle(event, report, now=now, longest=14, since="2011-05-01")
        found = epi.epinow(one, generation_time=SI, forecast=FEW)
        assert found.status == status
        assert (found.outlook.stays is None) == (status == "withheld")
        assert (found.verdict.reason[-1] == "share") == (status == "withheld")


def test_imports_are_no_offspring_of_the_completed_curve_either() -> None:
    one = triangle(1)
    imported = np.floor(one.reported / 2)
    half = epi.epinow(one, generation_time=SI, imported=imported, forecast=FEW)
    assert (half.R.mean[-8:] < epi.epinow(one, generation_time=SI, forecast=FEW).R.mean[-8:]).all()
    assert half.cases.tolist() == one.reported.tolist()


def test_onsets_that_nobody_knows_are_drawn_and_make_r_less_sure() -> None:
    onset, report = records(4)
    lacking = np.where(np.random.default_rng(1).random(len(onset)) < 0.3, np.datetime64("NaT"), onset)
    many = imputed_triangles(lacking, report, now=FIRST + 59, longest=10, m=5, since=FIRST)
    assert len(many) == 5
    free = imputed_triangles(lacking, report, now=FIRST + 59, longest=10, m=5)  # none falls before the first day
    assert {one.reported.sum() for one in free} == {float((report <= FIRST + 59).sum())}
    told = epi.epinow(many, generation_time=SI, forecast=FEW)
    full = epi.epinow(triangle(4), generation_time=SI, forecast=FEW)
    assert told.nowcast is not None
    assert told.R.mean[-10:] == pytest.approx(full.R.mean[-10:], rel=0.15)
    assert (told.R.sd[20:40] > full.R.sd[20:40]).mean() > 0.8
    assert told.cases.sum() == pytest.approx(full.cases.sum(), rel=0.01)
    whole = imputed_triangles(onset, report, now=FIRST + 59, longest=10, since=FIRST)
    assert [furthest(one.n, triangle(4).n) for one in whole] == [0]
    early = imputed_triangles(lacking, report, now=FIRST + 30, longest=10, m=2, since=FIRST)
    seen = report <= FIRST + 30
    again = imputed_triangles(lacking[seen], report[seen], now=FIRST + 30, longest=10, m=2, since=FIRST)
    assert [furthest(one.n, other.n) for one, other in zip(early, again, strict=True)] == [0, 0]
    with pytest.raises(BadData, match="一地至少一个"):
        epi.regional_epinow({"甲": []}, generation_time=SI)
    with pytest.raises(BadData, match="m 至少 1"):
        imputed_triangles(lacking, report, now=FIRST + 30, longest=10, m=0)


def test_an_uncertain_interval_makes_r_less_sure() -> None:
    sure = epi.epinow(CASES[:29], DATES[:29], generation_time=SI, obs=BY_REPORT, forecast=FEW)
    vague = replace(SI, mean_sd=1.0, sd_sd=0.5, draws=200)
    unsure = epi.epinow(CASES[:29], DATES[:29], generation_time=vague, obs=BY_REPORT, forecast=FEW)
    known = ~np.isnan(unsure.R.sd)
    assert (unsure.R.sd[known] > sure.R.sd[known]).mean() > 0.8


def test_weekly_totals_are_shared_out() -> None:
    weeks = CASES[:56].reshape(8, 7).sum(axis=1)
    found = epi.epinow(
        weeks, FIRST + 7 * np.arange(8), generation_time=SI, obs=epi.obs_opts("report", weekly=True), forecast=FEW
    )
    assert len(found.dates) == 56
    assert found.cases.reshape(8, 7).sum(axis=1) == pytest.approx(weeks)
    daily = estimate_R(CASES[:56], w=SI.w())
    assert found.R.mean[12:20] == pytest.approx(daily.mean[12:20], rel=0.3)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 400), min_size=3, max_size=10), st.sampled_from([7, 5]))
def test_days_add_up_to_their_weeks(weeks: list[int], dt: int) -> None:
    found = disaggregate(weeks, SI.w(), dt=dt)
    assert found.shape == (dt * len(weeks),)
    assert found.reshape(-1, dt).sum(axis=1) == pytest.approx(np.array(weeks, float))
    assert (found >= 0).all()


def test_weeks_of_steady_growth_are_days_of_steady_growth() -> None:
    days = 50 * np.exp(0.05 * np.arange(70))
    found = disaggregate(np.round(days.reshape(10, 7).sum(axis=1)), SI.w())
    assert found[21:63] == pytest.approx(days[21:63], rel=0.03)


def test_intervals_are_cut_where_the_reference_cuts_them() -> None:
    assert len(epi.generation_time_opts(4.7, 2.9).w()) == 21
    assert len(epi.generation_time_opts(7.5, 3.4).w()) == 24
    assert epi.generation_time_opts(pmf=tuple(discr_si(np.arange(30), 4.7, 2.9))).days == pytest.approx(4.7, abs=0.01)
    many = epi.generation_time_opts(4.7, 2.9, mean_sd=2.0, sd_sd=1.0, draws=300).w(seed=1)
    assert many.shape[0] == 300
    assert many.sum(axis=1) == pytest.approx(np.ones(300))
    assert (many @ np.arange(many.shape[1])).std() == pytest.approx(1.8, abs=0.3)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("均值要大于 1", lambda: epi.generation_time_opts(0.5, 1)),
        ("只能给一种", lambda: epi.generation_time_opts(4.7, 2.9, pmf=(0, 1))),
        ("第 0 天", lambda: epi.generation_time_opts(pmf=(0.5, 0.5))),
        ("不小于零", lambda: epi.generation_time_opts(4.7, 2.9, mean_sd=-1)),
        ("draws 至少 1", lambda: epi.generation_time_opts(4.7, 2.9, draws=0)),
        ("都要给出", lambda: epi.delay_opts().infection_to_report()),
        ("最长时滞", lambda: epi.trunc_opts(longest=0)),
        ("m 至少 7", lambda: epi.trunc_opts(m=3)),
        ("draws 至少 2", lambda: epi.trunc_opts(draws=1)),
        ("之一", lambda: epi.obs_opts("birth")),
        ("onset_known", lambda: epi.obs_opts(onset_known=1.2)),
        ("增长率的窗口", lambda: epi.obs_opts(growth_window=2)),
        ("窗口至少 1 天", lambda: epi.rt_opts(window=0)),
        ("先验", lambda: epi.rt_opts(prior_sd=0)),
        ("eta", lambda: epi.rt_opts(eta=0)),
        ("无措施时", lambda: epi.rt_opts(k=0)),
        ("至 14 天", lambda: epi.forecast_opts(horizon=20)),
        ("k 大于零", lambda: epi.forecast_opts(k=0)),
        ("draws 至少 1", lambda: epi.forecast_opts(draws=0)),
        ("一个地区也没有", lambda: epi.regional_epinow({}, generation_time=SI)),
        ("不能当周数据", lambda: epi.epinow(triangle(1), generation_time=SI, obs=epi.obs_opts(weekly=True))),
        ("dates 有 T 个", lambda: epi.epinow(CASES, DATES[:5], generation_time=SI)),
        ("每 1 天一个", lambda: epi.epinow(CASES[:8], FIRST + 7 * np.arange(8), generation_time=SI)),
        ("imported 多于", lambda: epi.epinow(CASES, DATES, generation_time=SI, imported=CASES + 1)),
        ("同样形状", lambda: epi.epinow(CASES, DATES, generation_time=SI, imported=[1, 2])),
        ("缺的一周", lambda: disaggregate([1, np.nan, 3], SI.w())),
        ("dt 至少", lambda: disaggregate([1, 2, 3], SI.w(), dt=1)),
    ],
)
def test_bad_data_are_refused_in_both_languages(said: str, wrong: object) -> None:
    with pytest.raises(BadData) as refused:
        wrong()  # type: ignore[operator]
    assert said in refused.value.zh
    assert refused.value.en.isascii() or "“" in refused.value.en


def test_triangles_of_other_days_do_not_go_together() -> None:
    other = reporting_triangle(*records(1), now=FIRST + 58, longest=10, since=FIRST)
    with pytest.raises(BadData, match="同样的日期"):
        epi.regional_epinow({"甲": triangle(1), "乙": other}, generation_time=SI)


def test_no_forecast_is_made_that_was_not_asked_for() -> None:
    found = epi.epinow(triangle(1), generation_time=SI, forecast=epi.forecast_opts(horizon=0))
    assert found.outlook.stays is None
    one = epi.epinow(triangle(1), generation_time=SI, forecast=epi.forecast_opts(horizon=3, falling=None, draws=50))
    assert one.outlook.falls is None
    assert gates.REASONS["falling"][0]
    rising = epi.epinow(np.round(5 * np.exp(0.1 * np.arange(30))), DATES[:30], generation_time=SI, forecast=FEW).outlook
    settles = epi.epinow(
        np.round(5 * np.exp(0.1 * np.arange(30))),
        DATES[:30],
        generation_time=SI,
        forecast=epi.forecast_opts.settling(horizon=7, draws=400),
    ).outlook
    assert rising.stays is not None
    assert settles.stays is not None
    assert settles.stays.mean.sum() < rising.stays.mean.sum()
    assert epi.forecast_opts(falling=Falling(0.9, 3)).falling == Falling(0.9, 3)


def test_every_name_is_where_the_manual_says_and_the_room_opens_at_once() -> None:
    for name in epi.__all__:
        assert getattr(epi, name).__module__.startswith("shichen.epi.")
    with pytest.raises(AttributeError, match="nothing"):
        epi.nothing  # noqa: B018
    code = "import sys, shichen.epi; sys.exit('scipy' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


NAMES = {
    "linelist": "make_linelist set_tags tags_names validate_linelist",
    "incidence": "incidence regroup complete_dates cumulate keep_first keep_last keep_peaks estimate_peak "
    "bootstrap_incidence rolling_average",
    "delays": "estimate_delay bootstrapped_dist_fit LogNormal Gamma Weibull NonParametric discretise convolve discr_si",
    "nowcast": "reporting_triangle estimate_truncation nowcast impute_onsets",
    "rt": "overall_infectivity estimate_R wallinga_teunis estimate_infections growth_to_R R_to_growth map_prob_change "
    "prob_outbreak_over",
    "growth": "growth_rate doubling_time",
    "forecast": "forecast_infections simulate_infections score wis interval_coverage",
    "chains": "make_epicontacts get_clusters get_degree get_pairwise get_generations estimate_offspring "
    "proportion_transmission proportion_cluster_size probability_extinct",
    "contacts": "contact_kpis",
    "risk": "risk_level RiskRule",
    "signals": "ears cusum farrington farrington_flexible",
    "resources": "los_survival estimate_secondary forecast_secondary burn_rate days_of_cover forecast_supplies allocate",
}
"""Where the manual says each function is."""


@pytest.mark.parametrize("room", NAMES)
def test_each_function_is_in_its_room_and_says_what_it_does(room: str) -> None:
    module = import_module(f"shichen.epi.{room}")
    for name in NAMES[room].split():
        assert getattr(module, name).__doc__, name


def sound(said: epi.Regional) -> None:
    """What holds of every row: bounds in order, no number where the status forbids it, no status that nobody knows."""
    columns = said.rows.columns
    bounds = np.stack(
        [columns[name] for name in ("lower_95", "lower_90", "lower_50", "median", "upper_50", "upper_90", "upper_95")]
    )
    known = ~np.isnan(bounds).any(axis=0)
    assert (np.diff(bounds[:, known], axis=0) >= -1e-9).all()
    hidden = ~np.isin(columns["status"], ("ok", "wide", "partial"))
    assert np.isnan(np.stack([columns[name] for name in NUMBERS])[:, hidden]).all()
    assert set(columns["status"]) <= set(gates.WORDS)
    assert set(columns["reason"]) <= set(gates.REASONS)
    assert not np.isnan(columns["mean"][columns["type"] == "forecast"]).any()
    assert all(row["strat"] in said.names for row in said.rows.dicts())


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 4), st.integers(9, 45), st.integers(0, 10**6))
def test_any_counts_are_taken_and_told_soundly(areas: int, days: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    level = chance.choice([0.0, 0.1, 3.0, 40.0], (areas, 1))
    cases = chance.poisson(level * np.exp(chance.normal(0, 0.05, (areas, 1)) * np.arange(days))).astype(float)
    imported = np.floor(cases * chance.random())
    cases[chance.random(cases.shape) < chance.choice([0, 0.1])] = np.nan
    names = [f"区{at}" for at in range(areas)]
    found = epi.regional_epinow(
        cases,
        FIRST + np.arange(days),
        names,
        generation_time=SI,
        imported=np.where(np.isnan(cases), 0, imported) if chance.random() < 0.5 else None,
        obs=BY_REPORT,
        rt=epi.rt_opts(without_measures=2.0),
        forecast=epi.forecast_opts(horizon=3, draws=20),
    )
    sound(found)


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 3), st.integers(3, 80), st.integers(9, 40), st.integers(0, 10**6))
def test_any_records_are_taken_and_told_soundly(areas: int, n: int, days: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    onset = FIRST + chance.integers(0, days, n)
    report = onset + chance.integers(0, 15, n)
    area = np.array([f"区{at}" for at in chance.integers(0, areas, n)])
    triangles = reporting_triangles(onset, report, area, now=FIRST + days, longest=10, since=FIRST)
    found = epi.regional_epinow(
        triangles,
        generation_time=SI,
        truncation=epi.trunc_opts(longest=10, draws=20),
        delays=epi.delay_opts(report=Gamma(4.0, 1.0)) if chance.random() < 0.5 else None,
        forecast=epi.forecast_opts(horizon=3, draws=20),
    )
    sound(found)
