"""Beds (床位预测): patients in, how long they stay, how many will be in, and on which day the open beds do not suffice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from shichen.analysis.runs.computing import counting, forecasting, scoring
from shichen.analysis.runs.computing.counting import Curve
from shichen.analysis.runs.computing.results import Figures, Refused, row, rows_of
from shichen.analysis.runs.computing.scoring import SETTLES, Earlier, Truth
from shichen.analysis.runs.disease import Disease
from shichen.epi import gates
from shichen.epi.resources import Census, ages_of, forecast_secondary, stay_of_counts, survival_of
from shichen.epi.rows import FORECAST, SCENARIO, of_census
from shichen.epi.shapes import Days, Floats

LATEST = 7
"""Days that the last count of discharges may lie behind the last count of cases."""
NO_DISCHARGES = Refused(
    "discharges",
    f"最近{LATEST}天没有出院数，现有病人数算不出；请在病例日报里补报累计出院。",
    f"No discharges were reported in the last {LATEST} days, so nobody knows how many are in; report the cumulative discharges with the daily counts.",
)
NO_STAY = Refused(
    "stay",
    "出院的人太少，推算不出住院日，参数档里也没有；请在参数档里补「住院日」。",
    "Too few have left to tell how long patients stay, and the profile does not say; add the length of stay to the profile.",
)
NO_SHARE = Refused(
    "admitted",
    "参数档里没有「收治比例」；请先补上。",
    "The profile does not say which share of cases is admitted; add it.",
)


@dataclass(frozen=True)
class Ward:
    """Who was in: admitted a day (T,), cumulative leavings and patients in at 24:00 (T,), NaN where not told; the stay P(> d days)."""

    dates: Days
    admitted: Floats
    left: Floats
    census: Floats
    survival: Floats
    mean: float
    sd: float
    of_counts: bool
    deaths_told: bool

    @property
    def last(self) -> int:
        """The place of the last day whose patients are known."""
        return int(np.flatnonzero(~np.isnan(self.census))[-1])

    @property
    def ages(self) -> Floats:
        """Days that each patient in on that day has been in."""
        return ages_of(self.admitted[: self.last + 1], self.survival, round(float(self.census[self.last])))

    @property
    def since(self) -> Floats:
        """Admissions of the days after it that are known."""
        return self.admitted[self.last + 1 :]


def ward(rows: Sequence[Mapping[str, Any]], disease: Disease) -> Ward:
    """Patients in by day, from the counts; the stay from the counts where enough have left, else the profile's. Raises Refused.

    In are those confirmed and neither discharged nor dead, times the share admitted.
    """
    if "admitted" not in disease.parameters:
        raise NO_SHARE
    share, one = disease.number("admitted"), counting.curve(rows)
    left, told = _left(rows, one)
    known = np.flatnonzero(~np.isnan(left) & ~np.isnan(one.cumulative))
    if not len(known) or known[-1] < len(one.dates) - 1 - LATEST:
        raise NO_DISCHARGES
    came = np.nan_to_num(one.cases, nan=0.0)
    came[0] += max(0.0, float(np.nan_to_num(one.cumulative[0])) - came[0])  # who was in before the counts began
    gone = left[known[-1]]
    if gone >= disease.gates.pairs:
        found = stay_of_counts(came, left)
        mean, sd, survival, of_counts = found.mean, found.sd, found.survival, True
    else:
        mean, sd = _prior(disease)
        survival, of_counts = survival_of(mean, sd), False
    census = share * (one.cumulative - left)
    return Ward(one.dates, share * came, share * left, census, survival, mean, sd, of_counts, told)


def forecast(
    one: Curve,
    rows: Sequence[Mapping[str, Any]],
    disease: Disease,
    seed: int,
    steps: Sequence[Mapping[str, Any]],
    earlier: Earlier = (),
) -> tuple[Figures, str]:
    """Rows of patients in so far, of the coming days by fan, of the chance of too few beds, of the stay,
    and the score of earlier forecasts by the patients that were in. Raises Refused.
    """
    found, begun = ward(rows, disease), forecasting.start(one, disease, seed)
    share, last = disease.number("admitted"), found.dates[found.last]
    kind = SCENARIO if begun.status == gates.WITHHELD else FORECAST
    said = past(found)
    ahead = len(found.since) + begun.horizon
    room = capacity(steps, last, ahead)
    for name in begun.fans:
        census = project(found, share * begun.drawn(name, begun.horizon).draws, room, seed)
        status = gates.OK if kind == SCENARIO else begun.status
        told = rows_of(of_census(census, last, strat=name, status=status, reason=begun.reason))
        said += [{**each, "type": kind} for each in told]
        said += too_few(census, room, last, name, kind)
    said += [
        row("capacity", last + 1 + at, float(beds), kind=kind) for at, beds in enumerate(room) if np.isfinite(beds)
    ]
    truth = Truth("census", found.dates, found.census)
    return said + scoring.scored(truth, earlier) + scoring.scored(truth, earlier, SETTLES), begun.status


def project(found: Ward, coming: Floats, room: Floats, seed: int) -> Census:
    """The census of the days after the last known one under admissions (draws, H) of the days after the last case count."""
    known = np.repeat(found.since[None, :], len(coming), axis=0)
    return forecast_secondary(found.ages, found.survival, np.concatenate([known, coming], axis=1), room, seed=seed)


def past(found: Ward) -> Figures:
    """Patients in on each day so far, the stay, and where everybody has left the days spent in all."""
    last = found.dates[found.last]
    said = [
        row("census", day, float(value)) for day, value in zip(found.dates, found.census, strict=True) if value == value
    ]
    source = "counts" if found.of_counts else "profile"
    said.append({**row("stay", last, found.mean, strat=source), "sd": round(found.sd, 6)})
    if not found.deaths_told:
        said.append(row("deaths_untold", last, 0.0))
    days, patients = patient_days(found)
    said.append(row("patient_days", last, days))
    if found.census[found.last] == 0 and patients:
        said.append(row("stay_observed", last, days / patients))
    return said


def patient_days(found: Ward) -> tuple[float, float]:
    """The days that patients spent in until the last day known, and how many patients; days not told stand as the day before."""
    known = ~np.isnan(found.left[: found.last + 1])
    at = np.maximum.accumulate(np.where(known, np.arange(found.last + 1), -1))
    left = np.where(at >= 0, found.left[np.maximum(at, 0)], 0.0)
    came = np.cumsum(found.admitted[: found.last + 1])
    return float((came - left).sum()), float(came[-1])


def capacity(steps: Sequence[Mapping[str, Any]], last: np.datetime64, ahead: int) -> Floats:
    """Open beds of each of the coming days (ahead,): of every place and class the step that came last; infinite where nobody said."""
    days = [date.fromisoformat(str(last + 1 + at)) for at in range(ahead)]
    found = np.full(ahead, np.inf)
    for at, day in enumerate(days):
        held: dict[tuple[str, str], float] = {}
        for one in sorted(steps, key=lambda step: str(step["from"])):
            if date.fromisoformat(one["from"]) <= day:
                held[one["place"], one["kind"]] = float(one["beds"])
        found[at] = sum(held.values()) if held else np.inf
    return found


def too_few(census: Census, room: Floats, last: np.datetime64, name: str, kind: str) -> Figures:
    """The chance on each day that patients exceed the beds; the first day it reaches a half, with the interval of the first such day."""
    if not np.isfinite(room).any():
        return []
    said = [
        row("p_over_capacity", last + 1 + at, float(value), strat=name, kind=kind)
        for at, value in enumerate(census.over)
    ]
    end = last + len(census.over)
    first = {**row("breach", end, float("nan"), strat=name, kind=kind)}
    if census.breach:
        first |= {"date": str(last + census.breach), "median": float(census.breach), "mean": float(census.breach)}
    if census.ever > 0:
        first |= {"lower_95": round(census.earliest, 6), "upper_95": round(census.latest, 6)}
    return [*said, first, row("p_ever_over_capacity", end, census.ever, strat=name, kind=kind)]


def _left(rows: Sequence[Mapping[str, Any]], one: Curve) -> tuple[Floats, bool]:
    """Discharged and dead up to each day (T,), NaN where discharges were not told; and whether deaths were ever told."""
    out, dead = np.full(len(one.dates), np.nan), np.full(len(one.dates), np.nan)
    for each in rows:
        at = int((np.datetime64(each["on"], "D") - one.dates[0]).astype(int))
        out[at] = np.nan if each.get("discharged") is None else float(each["discharged"])
        dead[at] = np.nan if each.get("dead") is None else float(each["dead"])
    told = ~np.isnan(dead)
    known = np.maximum.accumulate(np.where(told, np.arange(len(dead)), -1))
    dead = np.where(known >= 0, dead[np.maximum(known, 0)], 0.0)
    return out + dead, bool(told.any())


def _prior(disease: Disease) -> tuple[float, float]:
    """Mean and spread of the profile's stay; with a mean alone that of stays which end by the same chance every day."""
    known = disease.parameters.get("length_of_stay")
    if known is None:
        raise NO_STAY
    values = known.values
    if "meanlog" in values:
        s2 = values["sdlog"] ** 2
        mean = float(np.exp(values["meanlog"] + s2 / 2))
        return mean, float(mean * np.sqrt(np.exp(s2) - 1))
    return float(values["mean"]), float(values.get("sd", values["mean"]))
