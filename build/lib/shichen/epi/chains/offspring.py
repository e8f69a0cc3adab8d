"""How unevenly cases cause cases (超级传播): the negative binomial of mean R and size k, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from shichen.epi.errors import BadData
from shichen.epi.shapes import Z95, Floats

_DROP = 1.920729410347062
"""Half the 95 % quantile of χ² with one degree of freedom."""
_LOW, _HIGH = np.log(1e-5), np.log(1e6)
_STEPS = 200


@dataclass(frozen=True)
class Offspring:
    """R and k with their 95 % intervals; `n` cases, of whom `transmitters` caused any. k is infinite where counts scatter no more than by chance."""

    R: float
    R_95: tuple[float, float]
    k: float
    k_95: tuple[float, float]
    loglik: float
    n: int
    transmitters: int


def estimate_offspring(counts: ArrayLike) -> Offspring:
    """R and k from the offspring of every closed case (n,), zeros included: R is the mean, k the most likely at it, its interval by profile.

    Raises BadData. Source: Lloyd-Smith et al. 2005 (10.1038/nature04153).
    """
    z = np.asarray(counts, np.float64)
    if z.ndim != 1 or len(z) < 2 or not np.isfinite(z).all() or (z < 0).any() or (z != np.round(z)).any():
        raise BadData(
            "传播人数要是两例以上的非负整数。", "offspring must be whole numbers of two cases or more.", field="counts"
        )
    R, some = float(z.mean()), int((z > 0).sum())
    if R == 0:
        return Offspring(0.0, (0.0, float(-np.log(0.05) / len(z))), np.nan, (np.nan, np.nan), 0.0, len(z), 0)
    values, often = np.unique(z, return_counts=True)

    def likely(log_k: float) -> float:
        return float(often @ log_pmf(values, R, float(np.exp(log_k))))

    poisson = float(often @ log_pmf(values, R, np.inf))
    if z.var() <= R:
        top, best, k = _HIGH, poisson, np.inf
    else:
        top = _highest(likely)
        best, k = likely(top), float(np.exp(top))
    low = _crossing(likely, best - _DROP, _LOW, top)
    high = np.inf if poisson >= best - _DROP else _crossing(likely, best - _DROP, _HIGH, top)
    spread = np.sqrt((1 / R + (0 if np.isinf(k) else 1 / k)) / len(z)) * Z95
    return Offspring(R, (R * float(np.exp(-spread)), R * float(np.exp(spread))), k, (low, high), best, len(z), some)


def log_pmf(z: ArrayLike, R: float, k: float) -> Floats:
    """log P(z offspring) of the negative binomial of mean R and size k (infinite: Poisson), of z's shape."""
    x = np.asarray(z, np.float64)
    if np.isinf(k):
        return np.asarray(x * np.log(R) - R - gammaln(x + 1))
    return np.asarray(gammaln(x + k) - gammaln(k) - gammaln(x + 1) - k * np.log1p(R / k) + x * np.log(R / (R + k)))


def proportion_transmission(R: float, k: float, *, share: float = 0.8) -> float:
    """The least share of cases that cause so much of all transmission, 0 to 1; 80 % by 9.3 % of cases with R 2.5 and k 0.1. Raises BadData."""
    _must_be(R, k)
    if not 0 < share < 1:
        raise BadData("share 在 0 与 1 之间。", "share lies between 0 and 1.", field="share")
    z = np.arange(_longest(R, k) + 1, 0, -1)
    chance = np.exp(log_pmf(z, R, k))
    caused, among = np.cumsum(z * chance) / R, np.cumsum(chance)
    return float(np.interp(share, np.concatenate([[0.0], caused]), np.concatenate([[0.0], among])))


def proportion_cluster_size(R: float, k: float, size: ArrayLike) -> Floats:
    """The share of cases that were caused by somebody who caused `size` cases or more, of size's shape. Raises BadData."""
    _must_be(R, k)
    least = np.atleast_1d(np.asarray(size, np.int64))
    if (least < 1).any():
        raise BadData("size 至少 1。", "size is one at least.", field="size")
    z = np.arange(max(_longest(R, k), int(least.max())) + 2)
    below = np.concatenate([[0.0], np.cumsum(z * np.exp(log_pmf(z, R, k)))]) / R
    return np.asarray(np.clip(1 - below[least], 0, 1)).reshape(np.shape(size))


def cluster_size(j: ArrayLike, R: float, k: float) -> Floats:
    """P(one introduction ends in a cluster of j cases, itself among them), of j's shape. Raises BadData.

    Source: Blumberg and Lloyd-Smith 2013 (10.1371/journal.pcbi.1002993).
    """
    _must_be(R, k)
    n = np.asarray(j, np.float64)
    if np.isinf(k):
        return np.asarray(np.exp((n - 1) * np.log(R * n) - R * n - gammaln(n + 1)))
    return np.asarray(
        np.exp(
            gammaln(k * n + n - 1)
            - gammaln(k * n)
            - gammaln(n + 1)
            + (n - 1) * np.log(R / k)
            - (k * n + n - 1) * np.log1p(R / k)
        )
    )


def probability_extinct(R: float, k: float, *, introductions: int = 1) -> float:
    """P(so many introductions all die out): the least q with q = (1 + R(1−q)/k)^−k, to the power of them. Raises BadData."""
    _must_be(R, k)
    if R <= 1:
        return 1.0
    q = 0.0
    for _ in range(10_000):
        before = q
        q = float(np.exp(-R * (1 - q))) if np.isinf(k) else float(np.exp(-k * np.log1p(R * (1 - q) / k)))
        if q - before < 1e-15:
            break
    return float(q**introductions)


def _must_be(R: float, k: float) -> None:
    if not (R > 0 and k > 0):
        raise BadData("R 与 k 要大于零。", "R and k must be above zero.", field="R")


def _longest(R: float, k: float) -> int:
    """Offspring that next to nobody exceeds."""
    spread = R + (0 if np.isinf(k) else R**2 / k)
    return int(R + 60 * np.sqrt(spread) + (0 if np.isinf(k) else 40 * (R + k) / k)) + 50


def _highest(height: Callable[[float], float]) -> float:
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(lambda x: -height(x), bounds=(_LOW, _HIGH), method="bounded", options={"xatol": 1e-10})
    return float(found.x)


def _crossing(height: Callable[[float], float], level: float, out: float, top: float) -> float:
    """exp of where the height falls to the level between its top and a far point; that point's where it does not."""
    if height(out) >= level:
        return 0.0 if out == _LOW else np.inf
    far, near = out, top
    for _ in range(_STEPS):
        middle = (far + near) / 2
        far, near = (middle, near) if height(middle) < level else (far, middle)
    return float(np.exp((far + near) / 2))
