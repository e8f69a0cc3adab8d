"""How good forecasts were (预测评分), once the days are complete."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi.errors import BadData
from shichen.epi.shapes import Floats

WIDTHS = (0.5, 0.9, 0.95)
"""Central intervals whose coverage is told."""


def wis(observed: ArrayLike, levels: Sequence[float], quantiles: ArrayLike) -> Floats:
    """The weighted interval score of quantiles (..., Q) against what was observed (...): lower is better, in cases.

    `levels` must hold ½ and come in pairs around it. Raises BadData. Source: Bracher et al. 2021 (10.1371/journal.pcbi.1008618).
    """
    y, q, pairs = _paired(observed, levels, quantiles)
    total = np.abs(y - q[..., list(levels).index(0.5)]) / 2
    for low, high, alpha in pairs:
        lower, upper = q[..., low], q[..., high]
        penalty = 2 / alpha * (np.maximum(lower - y, 0) + np.maximum(y - upper, 0))
        total = total + alpha / 2 * (upper - lower + penalty)
    return np.asarray(total / (len(pairs) + 0.5))


def interval_coverage(observed: ArrayLike, levels: Sequence[float], quantiles: ArrayLike, *, width: float) -> float:
    """The share of what was observed that lies within the central interval of this width, NaN for nothing observed. Raises BadData."""
    y, q, pairs = _paired(observed, levels, quantiles)
    found = [(low, high) for low, high, alpha in pairs if abs(1 - alpha - width) < 1e-9]
    if not found:
        raise BadData(
            f"没有 {width:.0%} 的区间；请在 levels 里给出。",
            f"there is no {width:.0%} interval; give it in levels.",
            field="levels",
        )
    low, high = found[0]
    known = ~np.isnan(y)
    within = (y >= q[..., low]) & (y <= q[..., high])
    return float(within[known].mean()) if known.any() else float("nan")


def bias(observed: ArrayLike, draws: ArrayLike) -> Floats:
    """From −1 (all draws below) to 1 (all above) for whole counts, of the observed's shape; draws are (draws, ...).

    Source: Funk et al. 2019 (10.1371/journal.pcbi.1006785).
    """
    y, x = np.asarray(observed, np.float64), np.asarray(draws, np.float64)
    return np.asarray(1 - ((x <= y).mean(axis=0) + (x < y).mean(axis=0)))


def score(observed: ArrayLike, levels: Sequence[float], quantiles: ArrayLike) -> dict[str, Floats | float]:
    """WIS of each, and over all of them its mean and the coverage of each interval that the levels have. Raises BadData."""
    each = wis(observed, levels, quantiles)
    _, _, pairs = _paired(observed, levels, quantiles)
    said: dict[str, Floats | float] = {"wis": each, "mean_wis": float(np.nanmean(each)) if each.size else float("nan")}
    for *_, alpha in pairs:
        width = round(1 - alpha, 6)
        said[f"coverage_{100 * width:g}"] = interval_coverage(observed, levels, quantiles, width=width)
    return said


def _paired(
    observed: ArrayLike, levels: Sequence[float], quantiles: ArrayLike
) -> tuple[Floats, Floats, list[tuple[int, int, float]]]:
    y, q = np.asarray(observed, np.float64), np.asarray(quantiles, np.float64)
    order = list(levels)
    if q.shape != (*y.shape, len(order)):
        raise BadData(
            "quantiles 的最后一轴要与 levels 一样长，其余与 observed 相同。",
            "the last axis of quantiles must be that of levels, the others those of observed.",
            field="quantiles",
        )
    if 0.5 not in order or (np.diff(q, axis=-1) < 0).any():
        raise BadData(
            "levels 要有 0.5，分位数要由小到大。", "levels must hold 0.5, and quantiles must not fall.", field="levels"
        )
    pairs = []
    for low, level in enumerate(order):
        if level < 0.5:
            high = next((at for at, other in enumerate(order) if abs(level + other - 1) < 1e-9), None)
            if high is None:
                raise BadData(
                    f"levels 里 {level} 没有对称的一个。", f"level {level} has no partner above a half.", field="levels"
                )
            pairs.append((low, high, 2 * level))
    return y, q, pairs
