"""From growth to R and back, R in words, and whether an outbreak is over."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi.errors import BadData
from shichen.epi.shapes import Floats, counts, intervals, reached

WORDS = (
    (0.05, "increasing", "上升"),
    (0.4, "likely increasing", "可能上升"),
    (0.6, "stable", "平稳"),
    (0.95, "likely decreasing", "可能下降"),
    (np.inf, "decreasing", "下降"),
)
"""P(R<1) below which a word holds, the word, and its Chinese."""
_STEPS = 200


def growth_to_R(r: ArrayLike, w: ArrayLike) -> Floats:
    """R of an epidemic that grows by the rate r a day: 1 / Σ w_s e^{−rs}, of r's shape. Raises BadData.

    Source: Wallinga and Lipsitch 2007 (10.1098/rspb.2006.3754).
    """
    weights = _whole(w)
    rate = np.asarray(r, np.float64)
    return np.asarray(1 / np.exp(-rate[..., None] * np.arange(len(weights))).dot(weights))


def R_to_growth(R: ArrayLike, w: ArrayLike) -> Floats:
    """The rate a day at which R lets cases grow: the inverse of `growth_to_R`, of R's shape. Raises BadData unless R > 0."""
    weights, number = _whole(w), np.asarray(R, np.float64)
    if (number <= 0).any():
        raise BadData("R 要大于零。", "R must be above zero.", field="R")
    low, high = np.full(number.shape, -1.0), np.full(number.shape, 1.0)
    for _ in range(_STEPS):  # R grows with r: double until it lies between
        below, above = growth_to_R(low, weights) > number, growth_to_R(high, weights) < number
        if not (below.any() or above.any()):
            break
        low, high = np.where(below, 2 * low, low), np.where(above, 2 * high, high)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        less = growth_to_R(middle, weights) < number
        low, high = np.where(less, middle, low), np.where(less, high, middle)
    return np.asarray((low + high) / 2)


def map_prob_change(below_one: ArrayLike, *, language: str = "zh") -> np.ndarray:
    """P(R<1) in words, in Chinese or (`language="en"`) English; empty where it is NaN. The bounds are those of EpiNow2."""
    chance = np.asarray(below_one, np.float64)
    at = np.searchsorted([bound for bound, _, _ in WORDS[:-1]], np.nan_to_num(chance), side="right")
    said = np.array([en if language == "en" else zh for _, en, zh in WORDS])
    return np.where(np.isnan(chance), "", said[at])


def prob_outbreak_over(cases: ArrayLike, w: ArrayLike, *, R: float, k: float = np.inf) -> Floats:
    """P(no more cases will come) on each day, given the cases up to it and none since: shape (..., T).

    Π over the cases of (1 + R(1−F_w(days since))/k)^{−k}; R and k are those without measures. Raises BadData.
    Source: after Nishiura et al. 2016 (10.2807/1560-7917.ES.2016.21.12.30171).
    """
    number, weights = np.nan_to_num(counts(cases, name="cases"), nan=0.0), _whole(w)
    if not (R >= 0 and k > 0):
        raise BadData("R 不小于零，k 大于零。", "R must not be below zero, k above it.", field="R")
    length = number.shape[-1]
    still = R * np.maximum(1 - reached(weights, length), 0.0)
    log = still if np.isinf(k) else k * np.log1p(still / k)
    lag = np.arange(length)[None, :] - np.arange(length)[:, None]
    return np.asarray(np.exp(-(number @ np.where(lag >= 0, log[np.abs(lag)], 0.0))))


def _whole(w: ArrayLike) -> Floats:
    """A serial interval that adds up to 1: one that was cut off is stretched."""
    weights = intervals(w)
    return np.asarray(weights / weights.sum())
