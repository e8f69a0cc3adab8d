"""Signals: EARS, CUSUM and both Farrington forms as the package surveillance finds them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.epi.errors import BadData
from shichen.epi.signals import cusum, ears, farrington, farrington_flexible
from tests.epi.reference import furthest, table
from tests.epi.zhuzhou import CASES


def series(name: str) -> np.ndarray:
    return table("input_zhuzhou.csv")["new_confirmed"] if name == "zhuzhou" else table(f"input_{name}.csv")["observed"]


@pytest.mark.parametrize("method", ["C1", "C2", "C3"])
@pytest.mark.parametrize(
    ("name", "sigma", "alpha", "ending"),
    [
        ("k1", 0, None, ""),
        ("salmonella_agona", 0, None, ""),
        ("zhuzhou", 0, None, ""),
        ("k1", 0.5, 0.001, "_min0.5_a0.001"),
        ("salmonella_agona", 0.5, 0.001, "_min0.5_a0.001"),
    ],
)
def test_ears(method: str, name: str, sigma: float, alpha: float | None, ending: str) -> None:
    wanted = table(f"ears_{method}_{name}{ending}.csv")
    found = ears(series(name), method=method, min_sigma=sigma, alpha=alpha)
    at = wanted["t"].astype(int) - 1
    assert at[0] + 1 == {"C1": 8, "C2": 10, "C3": 12}[method]
    assert furthest(found.upperbound[at], wanted["upperbound"]) < 1e-9
    assert (found.alarm[at] == (wanted["alarm"] == 1)).all()
    assert np.isnan(found.upperbound[: at[0]]).all()


@pytest.mark.parametrize(
    ("trans", "alarms"), [("standard", 18), ("rossi", 8), ("anscombe", 5), ("none", 103), ("glm", 17)]
)
def test_cusum(trans: str, alarms: int) -> None:
    wanted = table(f"cusum_{trans}_salmonella_agona.csv")
    found, total = cusum(wanted["observed"], wanted["m"], trans="standard" if trans == "glm" else trans)
    assert np.abs(total - wanted["cusum"]).max() < 1e-9
    assert (found.alarm == (wanted["alarm"] == 1)).all()
    assert found.alarm.sum() == alarms


def test_farrington_1996() -> None:
    wanted, others = (table(f"farrington1996{name}_salmonella_agona.csv") for name in ("", "_algo"))
    found = farrington(series("salmonella_agona"), wanted["t"].astype(int))
    assert furthest(found.upperbound, wanted["upperbound"]) < 1e-4
    assert found.t[found.alarm].tolist() == [284, 285]
    assert (found.trend == (others["trend"] == 1)).all()
    assert found.trend.sum() == 14


def test_the_flexible_form_holds_the_old_one() -> None:
    cases, weeks = series("salmonella_agona"), range(282, 313)
    old = farrington(cases, weeks, alpha=0.01)
    new = farrington_flexible(
        cases,
        weeks,
        b=4,
        alpha=0.005,
        no_periods=1,
        past_weeks_not_included=3,
        weights_threshold=1,
        p_threshold_trend=0.05,
        threshold_method="delta",
    )
    scattered = old.phi > 1
    assert scattered.sum() == 27
    assert furthest(new.upperbound[scattered], old.upperbound[scattered]) < 1e-12


def seasonal(years: int, seed: int, phi: float = 1.8) -> np.ndarray:
    mean = np.exp(2 + 0.5 * np.sin(2 * np.pi * np.arange(52 * years) / 52))
    return np.random.default_rng(seed).negative_binomial(mean / (phi - 1), 1 / phi)


@pytest.mark.slow
@pytest.mark.parametrize(("method", "most"), [("nbPlugin", 0.018), ("muan", 0.01), ("delta", 0.018)])
def test_false_alarms_are_as_rare_as_asked(method: str, most: float) -> None:
    found = farrington_flexible(seasonal(26, 1), range(52 * 6, 52 * 26), threshold_method=method, alpha=0.01)
    assert found.alarm.mean() <= most
    assert np.isnan(found.upperbound).mean() < 0.05


def test_an_outbreak_is_found_and_an_old_one_does_not_hide_it() -> None:
    cases = seasonal(8, 3).astype(float)
    cases[52 * 7 + 10] += 60
    found = farrington_flexible(cases, [52 * 7 + 11])
    assert found.alarm.tolist() == [True]
    assert found.strength[0] > 2
    cases[52 * 6 + 10] += 60  # the same week a year before
    assert farrington_flexible(cases, [52 * 7 + 11]).alarm.tolist() == [True]


def test_too_few_cases_are_no_alarm() -> None:
    rare = np.zeros(52 * 6)
    rare[-1] = 3
    assert farrington(rare, [len(rare)]).upperbound.tolist() == [0]
    assert np.isnan(farrington_flexible(rare, [len(rare)]).upperbound[0])
    assert not farrington(rare, [len(rare)]).alarm[0]


def test_weeks_by_date_know_years_of_53_weeks() -> None:
    dates = np.datetime64("2014-01-06") + 7 * np.arange(330)
    cases = np.where(np.arange(330) % 52 < 3, 30, 10)
    week = 320
    by_date, by_number = (farrington(cases, [week], dates=one, b=3) for one in (dates, None))
    assert by_date.expected[0] != by_number.expected[0] or by_date.upperbound[0] == by_number.upperbound[0]
    missing = cases.astype(float)
    missing[week - 1 - 52] = np.nan
    assert np.isfinite(farrington(missing, [week], b=3).upperbound[0])


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=14, max_size=40), st.sampled_from(["C1", "C2", "C3"]))
def test_areas_are_looked_at_each_for_itself(cases: list[int], method: str) -> None:
    both = ears([cases, cases[::-1]], method=method)
    assert furthest(both.upperbound[1], ears(cases[::-1], method=method).upperbound) == 0


def test_equal_days_do_not_cry_at_one_more() -> None:
    assert not ears([2] * 10 + [3]).alarm.any()
    assert ears([2] * 10 + [3], min_sigma=0).alarm[-1]
    gone = CASES.copy()
    gone[20] = np.nan
    found = ears(gone)
    assert np.isnan(found.upperbound[21:28]).all()
    assert not np.isnan(found.upperbound[28])


def test_the_bound_of_a_cusum_is_where_it_would_cry() -> None:
    for trans in ("standard", "rossi", "anscombe", "none"):
        found, _ = cusum([3, 4, 2], 3.0, trans=trans)
        for day in range(3):
            at = [3.0, 4.0, 2.0]
            at[day] = float(np.ceil(found.upperbound[day]))
            assert cusum(at, 3.0, trans=trans)[0].alarm[day]
            if found.upperbound[day] == 0:  # nothing would keep it from crying
                continue
            at[day] = float(np.ceil(found.upperbound[day])) - 1
            assert not cusum(at, 3.0, trans=trans)[0].alarm[day]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("没有「C4」", lambda: ears(CASES, method="C4")),
        ("基线至少 3", lambda: ears(CASES, baseline=2)),
        ("没有「log」", lambda: cusum(CASES, 1.0, trans="log")),
        ("m 要大于零", lambda: cusum(CASES, 0.0)),
        ("不足一年", lambda: farrington(CASES, [40])),
        ("不足一年", lambda: farrington(CASES, [99])),
        ("一条周计数", lambda: farrington([CASES, CASES], [55])),
        ("每周一个", lambda: farrington(CASES, [57], dates=np.datetime64("2020-01-01") + np.arange(58))),
        ("alpha", lambda: farrington(CASES, [57], alpha=2)),
        ("no_periods", lambda: farrington_flexible(CASES, [57], no_periods=0)),
    ],
)
def test_bad_data_are_refused(said: str, wrong: object) -> None:
    with pytest.raises(BadData, match=said):
        wrong()  # type: ignore[operator]
