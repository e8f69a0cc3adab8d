"""Signals in short series (异常信号): EARS on a few days before, and the cumulative sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from shichen.epi.errors import BadData
from shichen.epi.shapes import Floats, Mask, counts

ALPHA = {"C1": 0.001, "C2": 0.001, "C3": 0.025}
_LAG = {"C1": 0, "C2": 2, "C3": 2}


@dataclass(frozen=True)
class Signals:
    """Each of shape (..., T): what is expected and its upper bound, NaN where not evaluated, and whether it is exceeded.

    `strength` is (observed − expected) / (bound − expected): above 1 is an alarm, and larger is rarer.
    """

    expected: Floats
    upperbound: Floats
    alarm: Mask
    strength: Floats


def ears(
    y: ArrayLike,
    *,
    method: Literal["C1", "C2", "C3"] = "C1",
    baseline: int = 7,
    min_sigma: float = 0.5,
    alpha: float | None = None,
) -> Signals:
    """EARS C1, C2 or C3 of counts (..., T): against the mean of `baseline` days before (C2 and C3 leave out the last two).

    A day is evaluated where its whole baseline is known. `min_sigma` keeps a baseline of equal days from crying at one more. Raises
    BadData. Source: Hutwagner et al. 2003 (10.1093/jurban/jtg042), as in the R package surveillance.
    """
    seen = counts(y, name="y")
    if method not in ALPHA:
        raise BadData(
            f"没有「{method}」；请写 C1、C2 或 C3。", f"there is no “{method}”; write C1, C2 or C3.", field="method"
        )
    if baseline < 3 or min_sigma < 0:
        raise BadData(
            "基线至少 3 天，min_sigma 不小于 0。",
            "the baseline needs 3 days; min_sigma must not be below 0.",
            field="baseline",
        )
    z = float(ndtri(1 - (ALPHA[method] if alpha is None else alpha)))
    mean, sd = _before(seen, baseline, _LAG[method])
    sd = np.maximum(sd, min_sigma)
    if method == "C3":
        with np.errstate(divide="ignore", invalid="ignore"):
            over = (seen - mean) / sd - 1
        over = np.where(over < 0, 0.0, over)
        bound = np.full(seen.shape, np.nan)
        with np.errstate(invalid="ignore"):
            bound[..., 2:] = seen[..., 2:] + sd[..., 2:] * (z - over[..., 1:-1] - over[..., :-2])
        bound = np.where(bound < 0, 0.0, bound)
    else:
        bound = mean + z * sd
    return found(seen, mean, bound)


def cusum(
    x: ArrayLike,
    m: ArrayLike,
    *,
    k: float = 1.04,
    h: float = 2.26,
    trans: Literal["standard", "rossi", "anscombe", "none"] = "standard",
) -> tuple[Signals, Floats]:
    """The cumulative sum C of counts (..., T) around what is expected, `m` of that shape or one number: an alarm where C ≥ h.

    The sum goes on after an alarm; a missing day leaves it as it is. The bound is the count at which C would reach h. Also gives C.
    Raises BadData. Source: Rossi et al. 1999 (10.1002/(SICI)1097-0258(19990830)18:16<2111::AID-SIM171>3.0.CO;2-Q).
    """
    seen = counts(x, name="x")
    mean = np.broadcast_to(np.asarray(m, np.float64), seen.shape)
    if trans not in ("standard", "rossi", "anscombe", "none"):
        raise BadData(f"没有「{trans}」这种变换。", f"there is no transformation “{trans}”.", field="trans")
    if trans != "none" and not (mean > 0).all():
        raise BadData("m 要大于零。", "m must be above zero.", field="m")
    z = _transformed(seen, mean, trans)
    total = np.zeros(seen.shape)
    room = np.full(seen.shape, np.nan)
    now = np.zeros(seen.shape[:-1])
    for day in range(seen.shape[-1]):
        room[..., day] = h + k - now
        now = np.where(np.isnan(z[..., day]), now, np.maximum(0.0, now + z[..., day] - k))
        total[..., day] = now
    bound = _back(room, mean, trans)
    known = ~np.isnan(seen)
    alarm = known & (total >= h)
    with np.errstate(divide="ignore", invalid="ignore"):
        strength = np.where(known, (seen - mean) / (bound - mean), np.nan)
    return Signals(mean, np.where(known, bound, np.nan), alarm, strength), total


def found(seen: Floats, expected: Floats, bound: Floats) -> Signals:
    """Signals of counts above their bound."""
    with np.errstate(divide="ignore", invalid="ignore"):
        strength = (seen - expected) / (bound - expected)
        return Signals(expected, bound, np.asarray(seen > bound), strength)


def _before(y: Floats, baseline: int, lag: int) -> tuple[Floats, Floats]:
    """Mean and standard deviation (n − 1) of the days before each day, the last `lag` left out; NaN where one is missing."""
    mean, sd = np.full(y.shape, np.nan), np.full(y.shape, np.nan)
    first = baseline + lag
    if y.shape[-1] > first:
        span = np.lib.stride_tricks.sliding_window_view(y, baseline, axis=-1)[..., : y.shape[-1] - first, :]
        mean[..., first:], sd[..., first:] = span.mean(axis=-1), span.std(axis=-1, ddof=1)
    return mean, sd


def _transformed(x: Floats, m: Floats, trans: str) -> Floats:
    if trans == "standard":
        return np.asarray((x - m) / np.sqrt(m))
    if trans == "rossi":
        return np.asarray((x - 3 * m + 2 * np.sqrt(x * m)) / (2 * np.sqrt(m)))
    if trans == "anscombe":
        return np.asarray(1.5 * (x ** (2 / 3) - m ** (2 / 3)) / m ** (1 / 6))
    return x - 0.0


def _back(z: Floats, m: Floats, trans: str) -> Floats:
    """The count that the transformation takes to z."""
    if trans == "standard":
        return np.asarray(m + z * np.sqrt(m))
    if trans == "rossi":  # (√x + √m)² = 4m + 2z√m
        return np.asarray(np.maximum(np.sqrt(np.maximum(4 * m + 2 * z * np.sqrt(m), 0.0)) - np.sqrt(m), 0.0) ** 2)
    if trans == "anscombe":
        return np.asarray(np.maximum(m ** (2 / 3) + z * m ** (1 / 6) / 1.5, 0.0) ** 1.5)
    return np.maximum(z, 0.0)
