"""Distributions over whole days: the serial interval as EpiEstim discretises it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainc

from shichen.epi.errors import BadData
from shichen.epi.shapes import Floats


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
