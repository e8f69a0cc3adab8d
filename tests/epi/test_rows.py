"""Result rows: one shape for all methods, numbers that may not be shown are not there, and what JSON holds is what was found."""

from __future__ import annotations

import json

import numpy as np
import pytest

from shichen.epi import gates, rows
from shichen.epi.delays import discr_si
from shichen.epi.errors import BadData
from shichen.epi.forecast import Intervention, forecast_infections, simulate_infections
from shichen.epi.growth import growth_rate
from shichen.epi.nowcast import nowcast, reporting_triangle
from shichen.epi.resources import forecast_secondary
from shichen.epi.rt import estimate_infections, estimate_R, wallinga_teunis
from tests.epi.zhuzhou import CASES, FIRST

W = discr_si(np.arange(40), 4.7, 2.9)
DATES = FIRST + np.arange(len(CASES))


def zhuzhou() -> rows.Rows:
    found = estimate_R(CASES, w=W)
    verdict = gates.rt(found, CASES, mean_si=4.7, window=7)
    return rows.of_R(found, DATES, event="report", strat="株洲市", verdict=verdict)


def test_rows_are_the_estimate_where_it_may_be_shown() -> None:
    said = {row["date"]: row for row in zhuzhou().dicts()}
    assert tuple(said["2020-01-30"]) == rows.COLUMNS
    first = said["2020-01-30"]
    assert (first["t_start"], first["t_end"], first["status"], first["event"]) == (2, 8, "ok", "report")
    assert (first["mean"], first["lower_95"], first["upper_95"]) == pytest.approx((3.10, 1.87, 4.64), abs=0.01)
    assert first["lower_95"] < first["lower_90"] < first["lower_50"] < first["median"] < first["upper_50"]
    assert said["2020-02-19"]["status"] == "wide"


def test_numbers_that_may_not_be_shown_are_not_in_the_row() -> None:
    """20 March: the posterior is the prior, 4.94; the row says why there is none."""
    last = list(zhuzhou().dicts())[-1]
    assert last["date"] == "2020-03-20"
    assert (last["status"], last["reason"]) == ("over", "infectivity")
    assert all(last[column] is None for column in rows.NUMBERS)
    assert "4.94" not in json.dumps(last)


def test_areas_follow_each_other_under_their_names() -> None:
    found = estimate_R(np.stack([CASES, CASES[::-1]]), w=W)
    said = rows.of_R(found, DATES, event="onset", strat=["甲", "乙"])
    assert len(said) == 2 * len(found.t_end)
    assert np.array_equal(said.of("R", strat="乙")["mean"], found.mean[1], equal_nan=True)
    with pytest.raises(BadData, match="一样多"):
        rows.of_R(found, DATES, event="onset", strat=["甲"])
    with pytest.raises(BadData, match="没有「生日」"):
        rows.of_R(found, DATES, event="生日", strat=["甲", "乙"])  # type: ignore[arg-type]


def test_filter_and_smoother_have_rows_of_their_own() -> None:
    found = estimate_R(CASES, w=W, method="epifilter")
    now, past = (make(found, DATES, event="report") for make in (rows.of_R, rows.of_smoothed_R))
    assert now["mean"][20] != past["mean"][20]
    assert now["mean"][-1] == pytest.approx(past["mean"][-1])
    with pytest.raises(BadData, match="平滑"):
        rows.of_smoothed_R(estimate_R(CASES, w=W), DATES, event="report")


def test_days_not_yet_complete_are_of_their_own_type() -> None:
    generator = np.random.Generator(np.random.PCG64(4))
    event = FIRST + np.sort(generator.integers(0, 50, 900))
    report = event + np.minimum(generator.negative_binomial(3, 0.5, 900), 10)
    found = nowcast(reporting_triangle(event, report, now=FIRST + 49, longest=10), draws=200, seed=3)
    said = rows.of_nowcast(found, event="onset")
    assert set(said["type"][:-10]) == {rows.ESTIMATE}
    assert set(said["type"][-10:]) == {rows.UNFINISHED}
    assert np.array_equal(said["mean"], np.where(said["status"] == "withheld", np.nan, found.mean), equal_nan=True)
    assert len(rows.of_nowcast(found, last=14)) == 14


def test_growth_and_doubling_stand_beside_each_other() -> None:
    rising, flat = growth_rate(CASES[:7], window=7), growth_rate([3, 3, 3, 4, 3, 3, 4], window=7)
    said = {row["variable"]: row for row in rows.of_growth(rising, DATES[:7], event="report").dicts()}
    assert said["growth_rate"]["mean"] == pytest.approx(0.3697, abs=1e-4)
    assert (said["growth_rate"]["lower_95"], said["growth_rate"]["upper_95"]) == pytest.approx(
        (rising.lower_95, rising.upper_95)
    )
    assert said["doubling_time"]["mean"] == pytest.approx(1.875, abs=1e-3)
    assert said["doubling_time"]["lower_95"] < 1.875 < said["doubling_time"]["upper_95"]
    assert (said["growth_rate"]["t_start"], said["growth_rate"]["t_end"]) == (1, 7)
    none = rows.of_growth(flat, DATES[:7], event="report").of("doubling_time")
    assert (none["status"][0], none["reason"][0]) == ("withheld", "trend")
    assert np.isnan(none["mean"][0])


def test_a_forecast_that_the_gate_refuses_is_a_scenario() -> None:
    found = forecast_infections(CASES[:18], 1.2, w=W, horizon=7, draws=200)
    status, reason = gates.forecast("withheld", 7)
    good = rows.of_forecast(found, DATES[17], event="report", total=True)
    assert set(good["type"]) == {"forecast"}
    assert good.of("reported_cases")["date"].tolist() == (DATES[17] + np.arange(1, 8)).tolist()
    assert good.of("reported_cases_total")["median"].tolist() == [found.total[3]]
    refused = rows.of_forecast(found, DATES[17], event="report", status=status, reason=reason)
    assert set(refused["type"]) == {"scenario"}
    assert set(refused["reason"]) == {"rt"}


def test_the_others_have_rows_as_well() -> None:
    seen = rows.of_infections(estimate_infections(CASES, np.full(10, 0.1)), DATES)
    assert seen["status"][0] == "ok"
    assert seen["status"][-3:].tolist() == ["partial"] * 3
    assert seen["event"][0] == "infection"
    again = estimate_infections(CASES, np.full(10, 0.1), resamples=60, seed=1)
    assert again.mean == pytest.approx(estimate_infections(CASES, np.full(10, 0.1)).mean, rel=0.05, abs=0.02)
    bounds = rows.of_infections(again, DATES)
    assert (bounds["lower_95"][:40] <= bounds["median"][:40]).all()
    assert bounds["sd"][10] > 0
    cohort = rows.of_cohorts(wallinga_teunis(CASES, W, window=7), DATES, event="report")
    assert (np.isnan(cohort["mean"]) == (cohort["status"] == "withheld")).all()
    what = simulate_infections(CASES, R=1.5, w=W, horizon=20, interventions=[Intervention(1, 9, "R", 0.5)], draws=50)
    assert set(rows.of_scenario(what, DATES[-1], event="onset", strat="停运")["type"]) == {"scenario"}
    beds = forecast_secondary([1, 2], [1, 0.5, 0], np.ones((50, 5)), 3)
    census = rows.of_census(beds, DATES[-1])
    assert census["mean"].tolist() == beds.mean.tolist()
    whole = rows.stacked([seen, cohort, census])
    assert len(whole) == len(seen) + len(cohort) + len(census)
    assert [row["variable"] for row in whole.dicts()][-1] == "census"
    assert len(rows.stacked([])) == 0
