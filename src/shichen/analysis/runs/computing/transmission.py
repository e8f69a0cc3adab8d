"""Rt behind its gates, what may be said where cases are few, and growth."""

from __future__ import annotations

import numpy as np

from shichen.analysis.runs.computing.counting import Curve
from shichen.analysis.runs.computing.results import Figures, Refused, row, rows_of
from shichen.analysis.runs.disease import Disease
from shichen.epi import gates
from shichen.epi.gates import Verdict
from shichen.epi.growth import Doubling, doubling_time, growth_rate
from shichen.epi.rows import of_growth, of_R
from shichen.epi.rt import REstimate, estimate_R, prob_outbreak_over
from shichen.epi.shapes import Days, Mask

MAIN, OTHER = "serial_interval", "serial_interval_other"
TOO_SHORT = Refused(
    "window",
    "首例以来的天数还不满一个窗口，暂不估计。",
    "Fewer days since the first case than one window; not estimated.",
)


def gated(one: Curve, disease: Disease, name: str = MAIN) -> tuple[REstimate, Verdict]:
    """Cori's R of the curve with one serial interval, and what may be shown of it. Raises Refused.

    Who brought the infection from elsewhere is not known by day: the cases of the first day count as imported.
    """
    window, pmf = int(disease.number("window")), disease.serial_interval(name)
    if len(one.cases) < window + 1:
        raise TOO_SHORT
    found = estimate_R(one.cases, w=pmf, window=window)
    verdict = gates.rt(
        found,
        one.cases,
        mean_si=disease.mean_interval(name),
        window=window,
        corrections=one.corrections,
        gates=disease.gates,
    )
    return found, verdict


def reproduction(one: Curve, disease: Disease) -> tuple[Figures, str]:
    """Rows of R with each serial interval, of P(R<1) where ΣΛ is enough, of P(over) where it is not; the status of the last window."""
    found, verdict = gated(one, disease)
    said = rows_of(of_R(found, one.dates, event=one.event, strat=MAIN, verdict=verdict))
    if OTHER in disease.parameters:
        other, apart = gated(one, disease, OTHER)
        said += rows_of(of_R(other, one.dates, event=one.event, strat=OTHER, verdict=apart))
    dates = one.dates[found.t_end - 1]
    low = ~np.isfinite(found.infectivity) | (found.infectivity < disease.gates.infectivity)
    said += direction(one, disease, dates, low)
    if "r_without_measures" in disease.parameters:
        said += over(one, disease, dates, verdict)
    return said, str(verdict.status[-1])


def direction(one: Curve, disease: Disease, dates: Days, low: Mask) -> Figures:
    """P(R<1) of each window's last day: filtered as of that day, and smoothed for history. Withheld where infectivity is too low."""
    local = one.cases if one.imported is None else one.cases - one.imported
    daily = estimate_R(local, one.imported, w=disease.serial_interval(), method="epifilter")
    at = (dates - one.dates[0]).astype(int)
    said = []
    for name, below in (
        ("p_R_below_1", daily.below_one),
        ("p_R_below_1_smoothed", daily.smoothed.below_one if daily.smoothed else daily.below_one),
    ):
        for place, day in enumerate(dates):
            status = gates.WITHHELD if low[place] else gates.OK
            value = float("nan") if low[place] else float(below[at[place]])
            reason = "infectivity" if low[place] else ""
            said.append(row(name, day, value, strat=MAIN, event=one.event, status=status, reason=reason))
    return said


def over(one: Curve, disease: Disease, dates: Days, verdict: Verdict) -> Figures:
    """P(no more cases will come) on the days that allow nothing else to be said."""
    R, k = disease.number("r_without_measures"), disease.number("offspring_k")
    chance = prob_outbreak_over(np.nan_to_num(one.cases), disease.serial_interval(), R=R, k=k)
    at = (dates - one.dates[0]).astype(int)
    return [
        row("p_over", day, float(chance[at[place]]), event=one.event)
        for place, day in enumerate(dates)
        if verdict.status[place] == gates.OVER
    ]


def growth(one: Curve, disease: Disease) -> tuple[Figures, str]:
    """Rows of the growth rate and of the doubling time over the last days; without a clear trend the two bounds instead."""
    window = int(disease.number("growth_window"))
    if len(one.cases) < 3:
        raise TOO_SHORT
    found = growth_rate(one.cases, window=window)
    said = rows_of(of_growth(found, one.dates, event=one.event))
    double, last = doubling_time(found), one.dates[-1]
    if np.isnan(found.r):
        return said, gates.WITHHELD
    said += fitted(one, float(found.r), window)
    if not found.clear:
        said += bounds(double, last, one.event)
    return said, gates.OK if found.clear else gates.WITHHELD


def bounds(double: Doubling, last: np.datetime64, event: str) -> Figures:
    """What is told without a clear trend: than what neither doubling nor halving can be faster."""
    return [
        row("doubling_not_faster", last, float(double.not_faster), event=event),
        row("halving_not_faster", last, float(double.not_faster_halving), event=event),
    ]


def fitted(one: Curve, r: float, window: int) -> Figures:
    """The exponential through the last days: of a Poisson fit with an intercept the expected cases add up to those seen."""
    cases, dates = one.cases[-window:], one.dates[-window:]
    known = ~np.isnan(cases)
    path = np.exp(r * np.arange(len(cases)))
    path *= cases[known].sum() / path[known].sum()
    return [row("fitted", day, float(value), event=one.event) for day, value in zip(dates, path, strict=True)]
