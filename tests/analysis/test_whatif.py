"""Scenarios: bit for bit the baseline where nothing is changed, the same chance for both, refusals that name the field."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from shichen.analysis.runs import disease
from shichen.analysis.runs.computing import answering, bedding, counting, whatif
from shichen.analysis.runs.computing.results import Refused
from tests.epi.reference import table
from tests.epi.zhuzhou import CASES

FIRST = date(2020, 1, 23)
COVID = disease.read(disease.shipped()["covid19-2020"])


def rows(days: int = 20, discharged: bool = True) -> list[dict[str, Any]]:
    known = table("input_zhuzhou.csv")
    left = dict(zip(known["date"], known["cured"], strict=True))
    total, found = 0, []
    for at, number in enumerate(CASES[:days]):
        on, total = (FIRST + timedelta(days=at)).isoformat(), total + int(number)
        one = {"on": on, "published": on, "new": int(number), "down": None, "cum": total}
        found.append({**one, "discharged": int(left[on])} if discharged else one)
    return found


def asked(*steps: dict[str, Any], R: float | None = None, imports: float = 0.0) -> dict[str, Any]:
    said = {"value": R, "source": "设想"}
    return {"horizon": 30, "R": said, "imports": {"value": imports, "source": "设想"}, "steps": list(steps)}


def run(*steps: dict[str, Any], days: int = 20, discharged: bool = True, **more: Any) -> list[dict[str, Any]]:
    found = answering.compute(answering.Asked("whatif", asked(*steps, **more), rows(days, discharged), COVID, seed=7))
    assert found.refused is None, found.refused
    return found.rows


def of(found: list[dict[str, Any]], strat: str, variable: str | None = None) -> list[dict[str, Any]]:
    return [{**one, "strat": ""} for one in found if one["strat"] == strat and variable in (None, one["variable"])]


STAY = {"what": "R", "from": "2020-02-15", "value": 1.0}
NOBODY = {"what": "tracing", "from": "2020-02-12", "value": 0.0, "delay": 2}


def test_nothing_changed_is_the_baseline_bit_for_bit() -> None:
    found = run(STAY, NOBODY)
    assert of(found, "baseline") == of(found, "scenario")
    assert {one["mean"] for one in of(found, "difference")} == {0.0}


def test_no_transmission_leaves_the_imports_alone() -> None:
    found = run({"what": "R", "from": "2020-02-12", "value": 0.0}, imports=2.0)
    expected = [one["mean"] for one in of(found, "scenario", "cases")]
    assert expected == [2.0] * 30
    isolated = run({"what": "tracing", "from": "2020-02-12", "value": 1.0, "delay": 0}, imports=2.0)
    assert [one["mean"] for one in of(isolated, "scenario", "cases")] == [2.0] * 30


def test_a_measure_that_takes_away_adds_to_nobody_on_any_draw() -> None:
    found = run({"what": "R", "from": "2020-02-15", "value": 0.7})
    less = of(found, "difference", "cases_total")[0]
    assert less["upper_95"] <= 0
    assert less["median"] < 0
    assert of(found, "difference", "peak_beds")[0]["upper_95"] <= 1


def test_dated_steps_begin_and_end() -> None:
    found = run({"what": "R", "from": "2020-02-15", "to": "2020-02-20", "value": 0.5, "ramp": 1}, R=1.2)
    R = {one["date"]: one["mean"] for one in of(found, "scenario", "R")}
    assert R["2020-02-14"] == pytest.approx(1.2)
    assert R["2020-02-15"] == pytest.approx(0.9)
    assert R["2020-02-17"] == pytest.approx(0.6)
    assert R["2020-02-21"] == pytest.approx(1.2)
    for_good = run({"what": "R", "from": "2020-02-15", "value": 0.5, "ramp": 3}, R=1.2)
    assert of(for_good, "scenario", "R")[-1]["mean"] == pytest.approx(0.6)


def test_expected_path_is_linear_in_imports() -> None:
    one, two, none = (
        np.array([r["mean"] for r in of(run(R=1.1, imports=many), "baseline", "cases")]) for many in (1.0, 2.0, 0.0)
    )
    assert two - none == pytest.approx(2 * (one - none))


def test_without_r_an_assumed_one_is_asked_for() -> None:
    found = answering.compute(answering.Asked("whatif", asked(STAY), rows(4), COVID, seed=7))
    assert found.refused is not None
    refused = answering.compute(answering.Asked("whatif", asked(STAY), rows(38), COVID, seed=7))
    assert refused.refused == whatif.NO_R
    assert run({**STAY, "from": "2020-03-05"}, days=38, R=2.0)


def test_without_discharges_no_beds_but_cases() -> None:
    found = run(STAY, discharged=False)
    assert of(found, "baseline", "cases_total")
    assert not of(found, "baseline", "peak_beds")


def test_patient_days_and_the_fullest_day_of_zhuzhou() -> None:
    """The reference: 1 249 days of 80 patients, 15.6125 each; most in on 12 February, 59."""
    known = table("input_zhuzhou.csv")
    counts = [
        {
            "on": on,
            "published": on,
            "new": int(new),
            "down": None,
            "cum": int(total),
            "discharged": int(cured),
            "dead": int(dead),
        }
        for on, new, total, cured, dead in zip(
            known["date"], known["new_confirmed"], known["confirmed"], known["cured"], known["dead"], strict=True
        )
    ]
    found = bedding.ward(counts, COVID)
    days, patients = bedding.patient_days(found)
    assert (days, patients) == (1249, 80)
    assert days / patients == 15.6125
    fullest = int(np.nanargmax(found.census))
    assert (str(found.dates[fullest]), found.census[fullest]) == ("2020-02-12", 59)
    assert next(one for one in bedding.past(found) if one["variable"] == "stay_observed")["mean"] == 15.6125


def test_a_bed_forecast_with_capacity_finds_the_day() -> None:
    step = {"from": "2020-02-01", "place": "甲", "kind": "isolation", "beds": 60}
    more = {"from": "2020-02-16", "place": "甲", "kind": "isolation", "beds": 160}
    one = counting.curve(rows(20)).from_first()
    few, status = bedding.forecast(one, rows(20), COVID, 7, [step])
    assert status == "ok"
    breach = next(r for r in few if r["variable"] == "breach" and r["strat"] == "stays")
    assert breach["median"] is not None
    assert breach["lower_95"] <= breach["median"] <= breach["upper_95"]
    enough, _status = bedding.forecast(one, rows(20), COVID, 7, [step, more])
    beds = {r["date"]: r["mean"] for r in enough if r["variable"] == "capacity"}
    assert (beds["2020-02-15"], beds["2020-02-16"]) == (60, 160)
    chance = {r["date"]: r["mean"] for r in enough if r["variable"] == "p_over_capacity" and r["strat"] == "falls"}
    assert chance["2020-02-16"] < chance["2020-02-15"]


def test_few_discharges_take_the_stay_of_the_profile_and_say_so() -> None:
    found = bedding.ward(rows(16), COVID)
    assert not found.of_counts
    assert found.mean == 15.6125
    later = bedding.ward(rows(22), COVID)
    assert later.of_counts
    with pytest.raises(Refused):
        bedding.ward(rows(20, discharged=False), COVID)


def test_beds_whose_r_is_withheld_are_a_scenario_with_its_numbers() -> None:
    one = counting.curve(rows(38)).from_first()
    found, status = bedding.forecast(one, rows(38), COVID, 7, [])
    ahead = [r for r in found if r["variable"] == "census" and r["strat"] == "stays"]
    assert status == "withheld"
    assert {r["type"] for r in ahead} == {"scenario"}
    assert all(r["median"] is not None for r in ahead)
