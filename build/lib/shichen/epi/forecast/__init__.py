"""Short forecasts (短期预测), what-if, and the score of what was forecast before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi.errors import BadData
from shichen.epi.forecast.renewal import run
from shichen.epi.forecast.scenario import Intervention, Scenario, simulate_infections
from shichen.epi.forecast.scores import bias, interval_coverage, score, wis
from shichen.epi.shapes import LEVELS, Floats, counts, intervals

__all__ = [
    "LONGEST",
    "Falling",
    "Forecast",
    "Intervention",
    "Scenario",
    "bias",
    "forecast_infections",
    "interval_coverage",
    "score",
    "simulate_infections",
    "wis",
]
LONGEST = 14
"""Days beyond which nothing is forecast."""


@dataclass(frozen=True)
class Falling:
    """R falls in a straight line to `to` within `days` days, and stays there."""

    to: float
    days: int

    def __post_init__(self) -> None:
        if self.to < 0 or self.days < 1:
            raise BadData(
                "R 降到的值不小于 0，天数至少 1。", "R falls to 0 or above, within one day at least.", field="to"
            )


@dataclass(frozen=True)
class Forecast:
    """Cases of the coming days: `mean` (horizon,), quantiles (horizon, Q), draws (draws, horizon), and the sum over all days."""

    mean: Floats
    levels: tuple[float, ...]
    quantiles: Floats
    draws: Floats
    total: Floats
    """Quantiles of the sum, (Q,)."""


def forecast_infections(
    history: ArrayLike,
    R: ArrayLike,
    *,
    w: ArrayLike,
    horizon: int = 14,
    k: float = np.inf,
    imports: float = 0.0,
    rw: float = 0.0,
    damping: float = 1.0,
    falling: Falling | None = None,
    paired: bool = False,
    draws: int = 2000,
    seed: int = 0,
    levels: Sequence[float] = LEVELS,
) -> Forecast:
    """Cases of the next `horizon` days (at most 14) of one curve.

    `history` is (T,) or (draws, T) paths of a nowcast, `R` a number or equally likely ones (n,), `w` (K,) or (n, K); each draw takes one of
    each; with `paired` the i-th path goes with the i-th R. R stays, or with `damping` ρ below 1 goes towards 1 (log R · ρ a day), or with `rw` walks with the standard deviation rw·√R a day, or is `falling`. Local cases scatter with k, `imports` come a
    day. Raises BadData. Sources: the renewal process of Cori et al. 2013; Lloyd-Smith et al. 2005 (10.1038/nature04153) for k;
    Gardner and McKenzie 1985 (10.1287/mnsc.31.10.1237) for damped trends.
    """
    paths, many, weights = (
        np.atleast_2d(counts(history, name="history", whole=False)),
        np.atleast_1d(np.asarray(R, np.float64)),
        np.atleast_2d(intervals(w)),
    )
    if np.isnan(paths).any():
        raise BadData(
            "history 有缺测的日子；请先作现报校正或补齐。",
            "history has missing days; nowcast or fill them first.",
            field="history",
        )
    if not 1 <= horizon <= LONGEST:
        raise BadData(f"预测 1 至 {LONGEST} 天。", f"a forecast runs for 1 to {LONGEST} days.", field="horizon")
    good = imports >= 0 and rw >= 0 and 0 <= damping <= 1 and draws >= 1
    if not (np.isfinite(many).all() and (many >= 0).all() and k > 0 and good):
        raise BadData(
            "R、imports、rw 不小于 0，k 大于 0，damping 在 0 与 1 之间。",
            "R, imports and rw must not be below 0, k must be above it, damping lies between 0 and 1.",
            field="R",
        )
    generator = np.random.Generator(np.random.PCG64(seed))
    recent = paths[:, -(weights.shape[1] - 1) :]  # earlier cases cause nobody any more
    start, intervals_ = (one[_chosen(len(one), draws, generator)] for one in (recent, weights))
    if len(weights) == 1:
        intervals_ = weights
    now: Floats = many[_chosen(len(many), draws, generator)].copy()
    if paired and len(many) == len(paths):
        which = _chosen(len(paths), draws, generator)
        start, now = recent[which], many[which].copy()
    begin = now.copy()

    def rate(day: int, force: Floats) -> Floats:
        if falling is not None:
            part = min((day + 1) / falling.days, 1.0)
            return np.asarray(begin + part * (np.minimum(falling.to, begin) - begin))
        if damping < 1:
            now[:] = now**damping
        if rw and day:
            now[:] = np.maximum(now + rw * np.sqrt(np.maximum(now, 0)) * generator.standard_normal(draws), 0.0)
        return now

    drawn = run(
        start, rate, lambda day: intervals_, horizon, k=k, imports=np.full(horizon, imports), generator=generator
    )
    quantiles = np.quantile(drawn, levels, axis=0).T
    return Forecast(drawn.mean(axis=0), tuple(levels), quantiles, drawn, np.quantile(drawn.sum(axis=1), levels))


def _chosen(count: int, draws: int, generator: np.random.Generator) -> np.ndarray:
    """Which of so many equally likely ones each draw takes: all of them as often as can be, in an order by chance."""
    return np.asarray(generator.permutation(np.arange(draws) % count))
