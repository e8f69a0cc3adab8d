"""Signals against the same weeks of past years: Farrington 1996 and the flexible form of Noufaily 2013."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, gammaincc, ndtri

from shichen.epi.errors import BadData
from shichen.epi.shapes import Days, Floats, Ints, Mask, counts, days
from shichen.epi.signals.poisson import Fit, fitted, reweighted

YEAR = 52
"""Weeks of a year where no dates are given."""
LEAST_YEARS = 3
"""Years of reference from which on a trend may be told."""
_SMALL = 1e-9
_Bound = Callable[[Fit, Floats], tuple[float, float]]


@dataclass(frozen=True)
class Weeks:
    """For each week asked for, (W,): what is expected, the upper bound, whether there is an alarm, its strength, the trend.

    `t` counts from 1. The bound is 0 (1996) or NaN (flexible) where there were too few cases, NaN where nothing could be fitted.
    """

    t: Ints
    expected: Floats
    upperbound: Floats
    alarm: Mask
    strength: Floats
    trend: Mask
    phi: Floats


@dataclass(frozen=True)
class _Reference:
    """Weeks of the past (from 0) with their counts, and the level of each week's season; the season asked about has level 0."""

    at: Ints
    y: Floats
    level: Ints


def farrington(
    y: ArrayLike,
    t: Sequence[int],
    *,
    dates: ArrayLike | None = None,
    b: int = 4,
    w: int = 3,
    alpha: float = 0.01,
    reweight: bool = True,
    trend: bool = True,
    limit54: tuple[int, int] = (5, 4),
) -> Weeks:
    """Weekly counts (T,), weeks `t` (from 1) against the same week ± `w` in `b` years before. `alpha` is two-sided, as published.

    A missing week leaves the reference. With `dates` (T,) the weeks of a year are found by date. Raises BadData.
    Source: Farrington et al. 1996 (10.2307/2983331), as in the R package surveillance.
    """
    series, when, asked = _asked(y, t, dates, b, w, alpha)
    rows = []
    for now in asked:
        past = _windows(series, now, when, b, w, exclude=w)
        rows.append(
            _week(series, now, past, b, reweight, 1.0, trend, 0.05, limit54, _by_power(alpha / 2, floored=True), 0.0)
        )
    return _collected(series, asked, rows)


def farrington_flexible(
    y: ArrayLike,
    t: Sequence[int],
    *,
    dates: ArrayLike | None = None,
    b: int = 5,
    w: int = 3,
    alpha: float = 0.01,
    no_periods: int = 10,
    past_weeks_not_included: int = 26,
    reweight: bool = True,
    weights_threshold: float = 2.58,
    trend: bool = True,
    p_threshold_trend: float = 1.0,
    threshold_method: Literal["nbPlugin", "delta", "muan"] = "nbPlugin",
    limit54: tuple[int, int] = (5, 4),
) -> Weeks:
    """The flexible form: all weeks of the years before, in `no_periods` seasons; outbreaks long past weigh less; alpha is one-sided.

    Raises BadData. Source: Noufaily et al. 2013 (10.1002/sim.5595).
    """
    series, when, asked = _asked(y, t, dates, b, w, alpha)
    if no_periods < 1 or threshold_method not in ("nbPlugin", "delta", "muan"):
        raise BadData(
            "no_periods 至少 1；threshold_method 是 nbPlugin、delta 或 muan。",
            "no_periods is 1 at least; threshold_method is nbPlugin, delta or muan.",
            field="no_periods",
        )
    bound = (
        _by_power(alpha, floored=False)
        if threshold_method == "delta"
        else _by_quantile(alpha, upper=threshold_method == "muan")
    )
    rows = []
    for now in asked:
        if no_periods == 1:
            past = _windows(series, now, when, b, w, exclude=past_weeks_not_included)
        else:
            past = _seasons(series, now, when, b, w, no_periods, past_weeks_not_included)
        rows.append(
            _week(series, now, past, b, reweight, weights_threshold, trend, p_threshold_trend, limit54, bound, np.nan)
        )
    return _collected(series, asked, rows)


def _asked(
    y: ArrayLike, t: Sequence[int], dates: ArrayLike | None, b: int, w: int, alpha: float
) -> tuple[Floats, Days | None, Ints]:
    series = counts(y, name="y")
    asked = np.asarray(list(t), np.int64) - 1
    if series.ndim != 1 or not len(asked):
        raise BadData(
            "y 是一条周计数，t 至少一周。", "y is one series of weekly counts, t one week at least.", field="y"
        )
    if b < 1 or w < 0 or not 0 < alpha < 1:
        raise BadData(
            "b 至少 1，w 不小于 0，alpha 在 0 与 1 之间。",
            "b is 1 at least, w not below 0, alpha between 0 and 1.",
            field="b",
        )
    when = None if dates is None else days(dates)
    if when is not None and (len(when) != len(series) or (np.diff(when).astype(np.int64) != 7).any()):
        raise BadData(
            "dates 要与 y 一样长，每周一个，不缺。",
            "dates must be as many as y, one a week, without gaps.",
            field="dates",
        )
    first = int(asked.min()) - _back(int(asked.min()), when, b) - w
    if (
        asked.max() >= len(series)
        or asked.min() < 0
        or (first < 0 and _back(int(asked.min()), when, 1) + w > asked.min())
    ):
        raise BadData(
            f"第 {asked.min() + 1} 周之前不足一年，没有可比的周。",
            f"before week {asked.min() + 1} there is less than a year to compare with.",
            field="t",
        )
    return series, when, asked


def _back(now: int, when: Days | None, years: int) -> int:
    """Weeks from a week back to the same week so many years before."""
    if when is None:
        return YEAR * years
    there = (when[now].astype("datetime64[Y]") - years).astype("datetime64[D]") + (
        when[now] - when[now].astype("datetime64[Y]").astype("datetime64[D]")
    )
    return round(int((when[now] - there).astype(np.int64)) / 7)


def _windows(series: Floats, now: int, when: Days | None, b: int, w: int, *, exclude: int) -> _Reference:
    at = np.concatenate([now - _back(now, when, i) + np.arange(-w, w + 1) for i in range(b, 0, -1)])
    return _known(series, now, at, np.zeros(len(at), np.int64), exclude)


def _seasons(series: Floats, now: int, when: Days | None, b: int, w: int, periods: int, exclude: int) -> _Reference:
    """The ± w windows are one season, each gap between two of them is cut into the others, the longer ones first."""
    centres = [now - _back(now, when, i) for i in range(b, -1, -1)]
    weeks, levels = [], []
    for here, following in pairwise(centres):
        gap = np.arange(here + w + 1, following - w)
        weeks += [np.arange(here - w, here + w + 1), gap]
        levels += [np.zeros(2 * w + 1, np.int64), *_cut(len(gap), periods - 1)]
    return _known(series, now, np.concatenate(weeks), np.concatenate(levels), exclude)


def _cut(length: int, parts: int) -> Iterator[Ints]:
    for level, part in enumerate(np.array_split(np.arange(length), parts), start=1):
        yield np.full(len(part), level)


def _known(series: Floats, now: int, at: Ints, level: Ints, exclude: int) -> _Reference:
    use = (at >= 0) & (at < now - exclude)
    at, level = at[use], level[use]
    there = ~np.isnan(series[at])
    return _Reference(at[there], series[at[there]], level[there])


def _week(
    series: Floats,
    now: int,
    past: _Reference,
    years: int,
    reweight: bool,
    threshold: float,
    trend: bool,
    p_most: float,
    limit54: tuple[int, int],
    bound: _Bound,
    none: float,
) -> tuple[float, float, bool, float]:
    """Expected, bound, trend and φ of one week."""
    cases, weeks = limit54
    if np.nansum(series[max(0, now - weeks + 1) : now + 1]) < cases:
        return np.nan, none, False, np.nan
    levels = [level for level in np.unique(past.level) if level]
    season = np.column_stack([np.ones(len(past.y)), *(past.level == level for level in levels)]).astype(np.float64)
    row = np.concatenate([[1.0], np.zeros(len(levels))])
    with_trend = np.column_stack([season, (past.at - now) / YEAR])
    fit = _fit(past.y, with_trend, reweight, threshold) if trend and years >= LEAST_YEARS else None
    kept = fit is not None and _trend_holds(fit, np.append(row, 0.0), past.y, p_most)
    if not kept:
        fit = _fit(past.y, season, reweight, threshold)
    if fit is None:
        return np.nan, np.nan, False, np.nan
    expected, upper = bound(fit, np.append(row, 0.0) if kept else row)
    return expected, upper, kept, fit.phi


def _fit(y: Floats, x: Floats, reweight: bool, threshold: float) -> Fit | None:
    return reweighted(y, x, threshold=threshold) if reweight else fitted(y, x)


def _trend_holds(fit: Fit, row: Floats, y: Floats, p_most: float) -> bool:
    """Significant, and not foretelling more than was ever seen."""
    eta, _ = fit.predicted(row, 1.0)
    significant = p_most >= 1 or fit.p_value(len(row) - 1) < p_most
    return bool(significant and np.exp(eta) <= y.max())


def _by_power(alpha: float, *, floored: bool) -> _Bound:
    """The bound on the scale of the 2/3 power."""
    z = float(ndtri(1 - alpha))

    def bound(fit: Fit, row: Floats) -> tuple[float, float]:
        eta, se = fit.predicted(row, fit.phi if floored else fit.dispersion)
        mu = float(np.exp(eta))
        tau = fit.phi + (mu * se) ** 2 / mu
        return mu, float((mu ** (2 / 3) + z * np.sqrt(4 / 9 * mu ** (1 / 3) * tau)) ** 1.5)

    return bound


def _by_quantile(alpha: float, *, upper: bool) -> _Bound:
    """The quantile of a negative binomial at the mean, or at the upper bound of the mean."""
    z = float(ndtri(1 - alpha)) if upper else 0.0

    def bound(fit: Fit, row: Floats) -> tuple[float, float]:
        eta, se = fit.predicted(row, fit.dispersion)
        return float(np.exp(eta)), float(_quantile(float(np.exp(eta + z * se)), fit.phi, 1 - alpha))

    return bound


def _quantile(mu: float, phi: float, level: float) -> int:
    """The least count whose probability reaches the level, at mean μ and variance φμ."""

    def below(count: int) -> float:
        if phi <= 1 + _SMALL:
            return float(gammaincc(count + 1, mu))
        return float(betainc(mu / (phi - 1), count + 1, 1 / phi))

    high = 1
    while below(high) < level:
        high *= 2
    low = -1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if below(middle) < level else (low, middle)
    return high


def _collected(series: Floats, asked: Ints, rows: list[tuple[float, float, bool, float]]) -> Weeks:
    expected, bound, trend, phi = (np.array(one) for one in zip(*rows, strict=True))
    seen = series[asked]
    with np.errstate(divide="ignore", invalid="ignore"):
        strength = (seen - expected) / (bound - expected)
        alarm = ~np.isnan(expected) & (seen > bound)
    return Weeks(asked + 1, expected, bound, alarm, strength, trend.astype(bool), phi)
