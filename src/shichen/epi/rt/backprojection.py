"""When those were infected whose reports are all one has (回推感染日期): non-parametric back-projection with smoothing (EMS)."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi.errors import BadData
from shichen.epi.shapes import Floats, counts, filtered, lags, probabilities, reached

_MOST = 10_000
"""Passes after which what has not settled is given up."""
_SHORT = 1024
"""Days up to which the filter is made once, for all passes."""


@dataclass(frozen=True)
class Infections:
    """Infections of each day, of shape (..., T), and the share of them that can have been reported by the last day, (T,)."""

    mean: Floats
    reported: Floats
    passes: int
    draws: Floats | None = None
    """Paths behind reports drawn again, (resamples, ..., T), where they were asked for: what is uncertain in the mean."""


def estimate_infections(
    reports: ArrayLike, f: ArrayLike, *, k: int = 2, eps: float = 0.005, resamples: int = 0, seed: int = 0
) -> Infections:
    """The infections behind `reports` (..., T), where `f` (K,) is the distribution from infection to report from lag 0 on, in days.

    Each pass spreads the reports back over the days they may come from, then smooths over k + 1 days with binomial weights; it ends
    when no curve changes by more than `eps` of itself. Days without `f` having had time are uncertain: `reported` says how much of
    each is known. With `resamples` (100 to 200) the reports are drawn again so often, Poisson around their days. Raises BadData, also where `eps` is not reached. Source: Becker, Watson and Carlin 1991 (10.1002/sim.4780101006).
    """
    y, lag = counts(reports, name="reports", whole=False), probabilities(f, name="f", whole=True)
    if np.isnan(y).any():
        raise BadData(
            "reports 有缺测的日子；回推前请补齐或截短。",
            "reports has missing days; fill them or cut the series before projecting back.",
            field="reports",
        )
    if k < 0 or k % 2:
        raise BadData("k 要是不小于零的偶数。", "k must be an even number, not below zero.", field="k")
    if resamples:
        again = np.random.Generator(np.random.PCG64(seed)).poisson(y, (resamples, *y.shape)).astype(np.float64)
        found = estimate_infections(np.concatenate([y[None], again]), f, k=k, eps=eps)
        return Infections(found.mean[0], found.reported, found.passes, found.mean[1:])
    length = y.shape[-1]
    shown = reached(lag, length)[::-1]
    weights = np.array([comb(k, i) for i in range(k + 1)], np.float64) / 2**k
    onward = lags(lag, length) if length <= _SHORT else None
    leading = y.shape[:-1]
    rows = y.reshape(-1, length)
    now = np.repeat(rows.mean(axis=1, keepdims=True), length, axis=1)
    open_ = np.flatnonzero(rows.sum(axis=1) > 0)
    for passes in range(1, _MOST + 1):
        if not len(open_):
            return Infections(now.reshape(*leading, length), shown, passes - 1)
        before = now[open_]
        now[open_] = after = _smoothed(_spread_back(before, rows[open_], lag, onward, shown), weights)
        size = np.linalg.norm(before, axis=1)
        if not size.all():
            raise BadData(
                "按 f，这么早不可能有报告；请用更长的序列，或核对 f。",
                "by f nobody can have been reported that early; give a longer series, or check f.",
                field="f",
            )
        change = np.linalg.norm(after - before, axis=1) / size
        open_ = open_[change >= eps]
    raise BadData(
        f"迭代 {_MOST} 次仍未收敛；请放宽 eps。", f"not settled after {_MOST} passes; loosen eps.", field="eps"
    )


def _spread_back(now: Floats, y: Floats, lag: Floats, onward: Floats | None, shown: Floats) -> Floats:
    expected = filtered(now, lag) if onward is None else now @ onward
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(expected > 0, y / expected, 0.0)
        back = filtered(ratio[..., ::-1], lag)[..., ::-1] if onward is None else ratio @ onward.T
        return np.asarray(np.where(shown > 0, now / shown * back, 0.0))


def _smoothed(values: Floats, weights: Floats) -> Floats:
    """Weighted means over the days inside the series, centred."""
    half = len(weights) // 2
    total, weight = np.zeros(values.shape), np.zeros(values.shape[-1])
    for shift, one in zip(range(-half, half + 1), weights, strict=True):
        low, high = max(0, -shift), values.shape[-1] - max(0, shift)
        total[..., low:high] += one * values[..., low + shift : high + shift]
        weight[low:high] += one
    return np.asarray(total / weight)
