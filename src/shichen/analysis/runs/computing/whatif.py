"""What if (情景推演): measures that begin and end on dated days, beside the same days without them and with the same chance. No forecast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from shichen.analysis.runs.computing import bedding, forecasting
from shichen.analysis.runs.computing.counting import Curve
from shichen.analysis.runs.computing.results import Figures, Refused, row, rows_of, spread
from shichen.analysis.runs.disease import Disease
from shichen.epi import gates
from shichen.epi.forecast import Intervention, Scenario, simulate_infections
from shichen.epi.rows import SCENARIO, of_scenario
from shichen.epi.shapes import Floats

DRAWS = 2000
BASELINE, CHANGED, DIFFERENCE = "baseline", "scenario", "difference"
STATUS = "scenario"
NO_R = Refused(
    "rt",
    "这里的实时再生数暂不发布；请在推演里写一个设想的再生数及其依据。",
    "R is withheld here; give an assumed R with its source in the scenario.",
)


def project(
    one: Curve, rows: Sequence[Mapping[str, Any]], disease: Disease, seed: int, asked: Mapping[str, Any]
) -> tuple[Figures, str]:
    """Rows of the coming days without and with the measures, what each adds up to, and the difference draw by draw. Raises Refused.

    R is what the parameters say, or as it may be by the last window. Where the counts tell who is in, patients in are counted too.
    """
    weights, horizon = disease.serial_interval(), int(asked["horizon"])
    history = one.cases[-len(weights) :]
    if np.isnan(history).any():
        raise forecasting.NO_HISTORY
    R = _ratio(one, disease, seed, asked)
    said: Figures = [row("R_start", one.dates[-1], float(R.mean()), kind=SCENARIO)]
    steps = [intervention(step, one.dates[-1], horizon) for step in asked["steps"]]
    ran = {
        name: simulate_infections(
            history,
            R=R,
            w=weights / weights.sum(),
            horizon=horizon,
            interventions=measures,
            imports=float(asked["imports"]["value"]),
            k=disease.number("offspring_k"),
            draws=DRAWS,
            seed=seed,
        )
        for name, measures in ((BASELINE, []), (CHANGED, steps))
    }
    sums: dict[str, dict[str, Floats]] = {}
    ward = _ward(rows, disease)
    for name, found in ran.items():
        told = rows_of(of_scenario(found, one.dates[-1], event=one.event, strat=name))
        said += told
        said += [
            row("R", one.dates[-1] + 1 + at, float(value), strat=name, kind=SCENARIO)
            for at, value in enumerate(found.R)
        ]
        sums[name] = _sums(found)
        if ward is not None:
            beds, most = _beds(ward, disease.number("admitted") * found.draws, one, seed, name, horizon)
            said += beds
            sums[name]["peak_beds"] = most
    end = one.dates[-1] + horizon
    for name, each in sums.items():
        said += [spread(variable, end, drawn, strat=name, kind=SCENARIO) for variable, drawn in each.items()]
    said += [
        spread(variable, end, sums[CHANGED][variable] - drawn, strat=DIFFERENCE, kind=SCENARIO)
        for variable, drawn in sums[BASELINE].items()
    ]
    return said, STATUS


def intervention(step: Mapping[str, Any], last: np.datetime64, horizon: int) -> Intervention:
    """A dated step as days ahead; one without an end lasts to the last day ahead and does not fade."""
    begun, ramp = date.fromisoformat(str(last)), int(step.get("ramp", 0))
    start = (date.fromisoformat(step["from"]) - begun).days
    end = (date.fromisoformat(step["to"]) - begun).days if step.get("to") else horizon + ramp
    value, label = float(step["value"]), str(step.get("label", ""))
    if step["what"] == "tracing":
        delay = (*[0.0] * int(step["delay"]), 1.0)
        return Intervention(start, end, "tracing", coverage=value, delay=delay, ramp_days=ramp, label=label)
    return Intervention(start, end, step["what"], multiplier=value, ramp_days=ramp, label=label)


def _ratio(one: Curve, disease: Disease, seed: int, asked: Mapping[str, Any]) -> Floats:
    assumed = asked["R"]["value"]
    if assumed is not None:
        return np.array([float(assumed)])
    begun = forecasting.start(one, disease, seed)
    if begun.status == gates.WITHHELD:
        raise NO_R
    return begun.R


def _sums(found: Scenario) -> dict[str, Floats]:
    """Of each draw its cases in all, the most on one day, and how many days ahead that day lies (of several the first)."""
    drawn = found.draws
    return {
        "cases_total": drawn.sum(axis=1),
        "peak_cases": drawn.max(axis=1),
        "peak_day": drawn.argmax(axis=1) + 1.0,
    }


def _ward(rows: Sequence[Mapping[str, Any]], disease: Disease) -> bedding.Ward | None:
    try:
        return bedding.ward(rows, disease)
    except Refused:
        return None  # a scenario without patients in is one all the same; the run says so


def _beds(ward: bedding.Ward, coming: Floats, one: Curve, seed: int, name: str, horizon: int) -> tuple[Figures, Floats]:
    """Rows of patients in on each coming day, and of each draw the most."""
    census = bedding.project(ward, coming, np.full(len(ward.since) + horizon, np.inf), seed)
    ahead = census.draws[:, len(ward.since) :]
    days = one.dates[-1] + 1 + np.arange(horizon)
    said = [spread("census", day, ahead[:, at], strat=name, kind=SCENARIO) for at, day in enumerate(days)]
    return said, ahead.max(axis=1)
