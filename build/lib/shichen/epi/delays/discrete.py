"""Distributions over whole days: delays between two dates, sums of delays, and the serial interval as EpiEstim discretises it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainc

from shichen.epi.delays.families import Delay
from shichen.epi.errors import BadData
from shichen.epi.shapes import Floats, probabilities

CUT = 0.999
"""The quantile at which a distribution over days is cut off."""
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)


def discr_si(k: ArrayLike, mu: float, sigma: float) -> Floats:
    """P(serial interval = k days) of a shifted gamma of mean `mu` and standard deviation `sigma` days, of k's shape.

    Raises BadData unless mu > 1 and sigma > 0. Source: Cori et al. 2013 (10.1093/aje/kwt133), web appendix 11.
    """
    if not (mu > 1 and sigma > 0 and np.isfinite([mu, sigma]).all()):
        raise BadData(
            "序列间隔的均值要大于 1 天，标准差大于 0。",
            "the serial interval needs a mean above one day and a standard deviation above zero.",
            field="mu",
        )
    day = np.asarray(k, np.float64)
    if (day < 0).any() or (day != np.floor(day)).any():
        raise BadData("k 要是不小于零的整数。", "k must be whole days, none below zero.", field="k")
    a, b = ((mu - 1) / sigma) ** 2, sigma**2 / (mu - 1)

    def below(shape: float, x: Floats) -> Floats:
        return np.asarray(gammainc(shape, np.maximum(x, 0) / b))

    first = day * below(a, day) + (day - 2) * below(a, day - 2) - 2 * (day - 1) * below(a, day - 1)
    second = a * b * (2 * below(a + 1, day - 1) - below(a + 1, day - 2) - below(a + 1, day))
    return np.maximum(0.0, first + second)


def discretise(dist: Delay, *, longest: int | None = None, first: int = 0) -> Floats:
    """P(k whole days between the dates of two events), k from 0 on, (K,), the moment of the first being uniform over its day.

    Cut off at `longest` days, or where 99.9 % are reached, and made to add up to 1. With `first` = 1 nothing lies on day 0: a serial
    interval. Raises BadData.
    """
    most = int(np.ceil(float(dist.ppf(CUT)))) if longest is None else longest
    if most < max(first, 1):
        raise BadData("分布太短，一天也离散不出来。", "the delay is too short to fill a day.", field="longest")
    moment, weight = (1 + _NODES) / 2, _WEIGHTS / 2
    edges = np.asarray(dist.cdf(np.arange(most + 2)[:, None] - moment)) @ weight
    found = np.maximum(np.diff(edges), 0.0)
    found[:first] = 0.0
    return np.asarray(found / found.sum())


def convolve(*delays: ArrayLike) -> Floats:
    """The distribution of the sum of delays over whole days, each (K,) from day 0 on. Raises BadData."""
    if not delays:
        raise BadData("至少给一个分布。", "give one distribution at least.", field="delays")
    found = np.ones(1)
    for one in delays:
        found = np.convolve(found, probabilities(one, name="delays", whole=True))
    return found
