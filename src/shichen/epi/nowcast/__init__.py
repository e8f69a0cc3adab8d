"""Nowcasting (现报校正): how many of the last days' events have not been reported yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from shichen.epi.errors import BadData
from shichen.epi.nowcast import level, weekdays
from shichen.epi.nowcast.hazards import Completeness, estimate_truncation
from shichen.epi.nowcast.onsets import impute_onsets, imputed_triangles
from shichen.epi.nowcast.triangle import Triangle, reporting_triangle, reporting_triangles
from shichen.epi.nowcast.weekdays import Weekdays
from shichen.epi.shapes import LEVELS, Days, Floats

__all__ = [
    "Completeness",
    "Nowcast",
    "Triangle",
    "Weekdays",
    "by_weekday",
    "estimate_truncation",
    "impute_onsets",
    "imputed_triangles",
    "nowcast",
    "reporting_triangle",
    "reporting_triangles",
]


@dataclass(frozen=True)
class Nowcast:
    """Events of each day, reported and not yet: `reported`, `share` expected to be reported, `mean` and `told` (T,), `draws` (draws, T).

    `told` says whether reports exist that tell a day's share. Quantiles are (T, Q).
    """

    dates: Days
    reported: Floats
    share: Floats
    told: np.ndarray
    mean: Floats
    levels: tuple[float, ...]
    quantiles: Floats
    draws: Floats
    completeness: Completeness
    weekdays: Floats | None = None
    """How much likelier a report is on each weekday from Monday, (7,), where that was told apart."""
    batches: Days | None = None
    """Days on which so much was reported at once that it looks like a batch; they are flagged, not modelled."""


def nowcast(
    triangle: Triangle,
    *,
    m: int | None = 28,
    draws: int = 1000,
    seed: int = 0,
    method: Literal["smooth", "bayes.trunc"] = "smooth",
    prior_mean: float = 50.0,
    prior_size: float = 1.0,
    levels: Sequence[float] = LEVELS,
    weekday: bool = True,
    completeness: Completeness | Weekdays | None = None,
) -> Nowcast:
    """Complete the last days of a triangle: draws of each day's total, never below what is reported.

    The share reported comes from the last `m` days, or is given (`completeness`: of the whole region, where an area has too few); the level
    is smoothed over time. Weekdays of reports are told apart from four weeks on where they explain more than chance (`weekday=False`: never). `bayes.trunc` is the unsmoothed negative binomial
    of the R package `surveillance`, with its prior of mean and size, over all days: the check of this one. Raises BadData.
    """
    if draws < 1:
        raise BadData("draws 至少 1。", "draws must be one at least.", field="draws")
    generator = np.random.Generator(np.random.PCG64(seed))
    plain = method == "bayes.trunc"
    week = completeness if isinstance(completeness, Weekdays) else None
    if completeness is None:
        seen = estimate_truncation(triangle.n, m=None if plain else m)
    else:
        seen = completeness.seen if isinstance(completeness, Weekdays) else completeness
    if plain:
        seen = Completeness(seen.F, seen.n, seen.N, 1.0)
    age = np.minimum(np.arange(len(triangle.dates) - 1, -1, -1), triangle.longest)
    told = seen.known[age]
    if not plain and completeness is None and weekday:
        week = by_weekday(triangle, seen, m=m)
    if week is None:
        drawn, share = seen.drawn(generator, draws)[:, age], seen.posterior_mean[age]
    else:
        seen = week.seen
        drawn = week.shares(seen.drawn(generator, draws), triangle.dates, age)
        share = week.shares(seen.posterior_mean, triangle.dates, age)
    total = (
        _plain(triangle, drawn, prior_mean, prior_size, generator)
        if plain
        else _smooth(triangle, seen.phi, drawn, share, generator)
    )
    return Nowcast(
        triangle.dates,
        triangle.reported,
        share,
        told,
        total.mean(axis=0),
        tuple(levels),
        np.quantile(total, levels, axis=0, method="inverted_cdf").T,
        total,
        seen,
        None if week is None else week.weight,
        triangle.batches,
    )


def by_weekday(triangle: Triangle, seen: Completeness, *, m: int | None = 28) -> Weekdays | None:
    """The weekdays of a triangle's reports over its last `m` days (four weeks at least), None where they are alike or too few."""
    recent = slice(None) if m is None else slice(-max(m, weekdays.LEAST), None)
    return weekdays.fitted(triangle.n[recent], triangle.dates[recent], seen)


def _plain(triangle: Triangle, share: Floats, mean: float, size: float, generator: np.random.Generator) -> Floats:
    p = size / (size + mean)
    known = triangle.reported
    missing = generator.negative_binomial(size + known, np.clip(1 - (1 - p) * (1 - share), 1e-12, 1.0))
    return np.asarray(known + np.where(share >= 1, 0, missing))


def _smooth(triangle: Triangle, phi: float, share: Floats, expected: Floats, generator: np.random.Generator) -> Floats:
    draws, length = share.shape
    known = triangle.reported
    recent = min(length, 3 * (triangle.longest + 1) + 14)
    total = np.repeat(known[None, :], draws, axis=0)
    o, F = known[-recent:], share[:, -recent:]
    path = level.drawn(o, np.maximum(expected[-recent:], 1e-9), generator, draws)
    mean = np.exp(path.log_mean)
    if phi > 1:
        precision = np.maximum(mean / phi - 1, 0.5)
        open_ = (F > 0) & (F < 1)
        a, b = np.where(open_, F * precision, 1.0), np.where(open_, (1 - F) * precision, 1.0)
        F = np.where(open_, generator.beta(np.maximum(a, 1e-9), np.maximum(b, 1e-9)), F)
    q = path.spread[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where(q > 0, 1 / q, 1.0)
        rate = np.where(q > 0, generator.gamma(size + o) * mean / (size + mean * F), mean)
    total[:, -recent:] = o + generator.poisson(np.maximum(rate * (1 - F), 0.0))
    return total
