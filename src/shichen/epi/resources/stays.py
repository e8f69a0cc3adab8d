"""How long patients stay where only counts are known (由日报推算住院日): from who came in and how many had left by each day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi.errors import BadData
from shichen.epi.shapes import Floats, counts, filtered

LONGEST = 90
"""Days of a stay that are kept."""


@dataclass(frozen=True)
class Stay:
    """A gamma of `mean` and `sd` days, P(stay > d days) from day 0 on, (L,), and how many had left."""

    mean: float
    sd: float
    survival: Floats
    left: int


def survival_of(mean: float, sd: float, *, longest: int = LONGEST) -> Floats:
    """P(stay > d days), d = 0, 1, …, (L,), of a gamma of this mean and standard deviation, days. Raises BadData."""
    from shichen.epi.delays import Gamma, discretise

    if not (0 < mean < np.inf and 0 < sd < np.inf):
        raise BadData("住院日的均值和标准差要大于0。", "mean and spread of a stay must be above zero.", field="mean")
    pmf = discretise(Gamma.of_moments(mean, sd), longest=longest)
    return np.asarray(np.clip(1 - np.cumsum(pmf), 0.0, 1.0))


def stay_of_counts(admitted: ArrayLike, left: ArrayLike) -> Stay:
    """The stay under which it is most likely that so many had left (T,), cumulative, NaN where not told, of so many admitted a day (T,).

    What left between two days told is a Poisson number; before the first day nobody was in. Stays that still last count as such. Raises
    BadData without anybody who left.
    """
    from scipy.optimize import minimize

    came, gone = counts(admitted, name="admitted", whole=False), counts(left, name="left", whole=False)
    if came.ndim != 1 or came.shape != gone.shape:
        raise BadData("admitted 与 left 要一样长。", "admitted and left must be of one length.", field="left")
    told = np.flatnonzero(~np.isnan(gone))
    steps = np.diff(gone[told], prepend=0.0)
    if not len(told) or not (steps > 0).any():
        raise BadData("还没有人出院，住院日推算不出。", "nobody has left yet; no stay can be told.", field="left")
    came = np.nan_to_num(came, nan=0.0)
    seen = np.maximum(steps, 0.0)

    def deviance(theta: Floats) -> float:
        mean, sd = np.exp(np.clip(theta, -1.0, np.log(LONGEST)))
        pmf = -np.diff(survival_of(mean, sd), prepend=1.0)
        expected = np.diff(np.cumsum(filtered(came, pmf))[told], prepend=0.0)
        expected = np.maximum(expected, 1e-9)
        return float((expected - seen * np.log(expected)).sum())

    start = np.log([14.0, 6.0])
    found = minimize(deviance, start, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-6})
    mean, sd = np.exp(np.clip(found.x, -1.0, np.log(LONGEST)))
    return Stay(float(mean), float(sd), survival_of(mean, sd), int(gone[told[-1]]))


def ages_of(admitted: ArrayLike, survival: Floats, census: int) -> Floats:
    """Whole days that each of `census` patients has been in, (census,), as is most likely of those admitted a day (T,), today last.

    The patients of each day are in proportion to who came and may still be in; none more than came, as far as that reaches. Raises BadData.
    """
    came = np.nan_to_num(counts(admitted, name="admitted", whole=False), nan=0.0)[::-1]
    age = np.arange(len(came))
    still = survival[np.minimum(age, len(survival) - 1)]
    weight = came * np.maximum(still, 1e-9)
    if census and not weight.sum():
        raise BadData("有现有病人而没有入院数。", "there are patients and nobody was admitted.", field="admitted")
    wanted = np.minimum(_filled(weight, came, census), np.ceil(came))
    whole = np.floor(wanted)
    rest = int(census - whole.sum())
    order = np.argsort(-(wanted - whole), kind="stable")[: max(rest, 0)]
    whole[order] += 1
    return np.repeat(age, whole.astype(np.int64)).astype(np.float64)


def _filled(weight: Floats, most: Floats, total: float) -> Floats:
    """`total` shared out by weight, none above its most; what is beyond all of them stays out of the sharing."""
    found = np.zeros(len(weight))
    for _ in range(len(weight)):
        room = most - found > 1e-12
        left = total - found.sum()
        share = weight * room
        if left <= 1e-9 or not share.sum():
            break
        found = np.minimum(found + left * share / share.sum(), most)
    return found
