"""Arrays as every method takes them: time is the last axis, counts are float64, a missing day is NaN and never a zero."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shichen.epi.errors import BadData

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Days = NDArray[np.datetime64]
LEVELS = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)
"""Probabilities of the quantiles that are given unless others are asked for."""
Z95 = 1.959963984540054
"""The 97.5 % quantile of the normal distribution: half the width of a 95 % interval in standard errors."""
_BLOCK = 512


def counts(values: ArrayLike, *, name: str = "counts", whole: bool = True, least: int = 1) -> Floats:
    """Counts of shape (..., T) as float64, T at least `least`; without `whole` they may be means.

    Raises BadData for what is no number, negative, infinite or, with `whole`, broken; the day counts from 1.
    """
    try:
        found = np.array(values, np.float64)
    except (TypeError, ValueError):
        raise BadData(
            f"{name} 里有不是数字的值；缺测的日子留空。",
            f"{name} holds what is no number; leave missing days empty.",
            field=name,
        ) from None
    if found.ndim < 1 or found.shape[-1] < least:
        days = found.shape[-1] if found.ndim else 0
        raise BadData(
            f"{name} 只有 {days} 天，至少要有 {least} 天；请给更长的一段。",
            f"{name} has {days} days and needs at least {least}; give a longer stretch.",
            field=name,
        )
    if ((found >= 0) & (np.rint(found) == found if whole else True) & (found < np.inf)).all():
        return found
    for wrong, zh, en in (
        (found < 0, "小于零；更正请记在被更正的那一天", "is negative; book a correction on the day it corrects"),
        (np.isinf(found), "不是有限的数", "is not finite"),
        (
            whole & (found != np.round(found)) & ~np.isnan(found),
            "不是整数；计数只能是整数",
            "is no whole number; counts are",
        ),
    ):
        if wrong.any():
            day = int(np.argwhere(wrong)[0][-1]) + 1
            raise BadData(f"{name} 第 {day} 天{zh}。", f"{name}, day {day}, {en}.", field=name)
    return found


def probabilities(values: ArrayLike, *, name: str = "w", whole: bool = False) -> Floats:
    """A distribution over whole days from 0 on, of shape (K,) or (draws, K).

    With `whole` it must add up to 1 (within 1e-3); otherwise it may be cut off, but not exceed 1. Raises BadData.
    """
    found = np.asarray(values, np.float64)
    if found.ndim not in (1, 2) or not found.shape[-1] or not np.isfinite(found).all() or (found < 0).any():
        raise BadData(
            f"{name} 要写成从第 0 天起每天的概率，不小于零。",
            f"{name} must be probabilities of the days from 0 on, none below zero.",
            field=name,
        )
    total = found.sum(axis=-1)
    if (total > 1 + 1e-3).any() or (total <= 0).any() or (whole and (np.abs(total - 1) > 1e-3).any()):
        worst = float(total.ravel()[np.argmax(np.abs(total - 1))])
        raise BadData(
            f"{name} 各天概率之和是 {worst:.6g}，应当是 1。",
            f"{name} adds up to {worst:.6g}, and should to 1.",
            field=name,
        )
    return found


def intervals(values: ArrayLike, *, name: str = "w") -> Floats:
    """A distribution of serial intervals: `probabilities` with nothing on day 0. Raises BadData."""
    found = probabilities(values, name=name)
    if (found[..., 0] != 0).any():
        raise BadData(
            f"{name} 第 0 天的概率要是 0：没有人当天就传给下一个发病的人。",
            f"{name} must be 0 on day 0: the renewal equation has no infector of the same day.",
            field=name,
        )
    return found


def days(values: ArrayLike, *, name: str = "dates") -> Days:
    """Civil days as datetime64[D], NaT where missing. Raises BadData with the first value that is no date."""
    raw = np.asarray(values)
    if raw.dtype.kind == "M":
        return raw.astype("datetime64[D]")
    flat = ["" if _none(value) else str(value)[:10] for value in raw.ravel().tolist()]
    try:
        return np.array([text or "NaT" for text in flat], "datetime64[D]").reshape(raw.shape)
    except ValueError:
        pass
    for number, text in enumerate(flat, start=1):
        try:
            np.datetime64(text or "NaT", "D")
        except ValueError:
            raise BadData(
                f"{name} 第 {number} 个「{text}」不是日期；请写成 2020-02-02。",
                f"{name}, number {number}: “{text}” is no date; write 2020-02-02.",
                field=name,
            ) from None
    raise AssertionError("all dates can be read one by one")


def civil(value: str | np.datetime64, *, name: str = "date") -> np.datetime64:
    """One civil day. Raises BadData."""
    found: np.datetime64 = days(np.asarray([value]), name=name)[0]
    return found


def lags(weights: Floats, length: int) -> Floats:
    """What `filtered` multiplies so many days with, (length, length): for a filter that is applied again and again to a short curve."""
    lag = np.arange(length) - np.arange(length)[:, None]
    inside = (lag >= 0) & (lag < len(weights))
    return np.where(inside, weights[np.where(inside, lag, 0)], 0.0)


def filtered(values: Floats, weights: Floats) -> Floats:
    """Σ_s weights_s · values_{t−s} for every day, what lies before the first day being nothing; shapes (..., T), (K,) → (..., T)."""
    length, reach = values.shape[-1], len(weights)
    if values.size == length > 0:  # one curve: what would be laid out for many takes longer than the sums
        return np.convolve(values.reshape(length), weights[:length])[:length].reshape(values.shape)
    out = np.empty(values.shape)
    for start in range(0, length, _BLOCK):
        stop, low = min(start + _BLOCK, length), max(0, start - reach + 1)
        lag = np.arange(start, stop) - np.arange(low, stop)[:, None]
        inside = (lag >= 0) & (lag < reach)
        out[..., start:stop] = values[..., low:stop] @ np.where(inside, weights[np.where(inside, lag, 0)], 0.0)
    return out


def reached(weights: Floats, length: int) -> Floats:
    """Of a distribution over days (K,) the share reached after 0, 1, … `length` − 1 days, (length,)."""
    return np.asarray(np.cumsum(weights)[np.minimum(np.arange(length), len(weights) - 1)])


def windowed(values: Floats, first: Ints, last: Ints) -> Floats:
    """Sums over the days first..last (from 1, both inclusive) of each window; shapes (..., T), (W,) → (..., W)."""
    total = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)
    return np.asarray(total[..., last] - total[..., first - 1])


def _none(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and np.isnan(value))
