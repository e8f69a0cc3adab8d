"""The instantaneous reproduction number (实时再生数) after Cori: gamma posteriors over sliding windows, all areas at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc, gammaincinv

from shichen.epi.errors import BadData
from shichen.epi.rt.infectivity import Origin
from shichen.epi.shapes import Floats, Ints, windowed

_STEPS = 45
"""Halvings that bring a quantile of a mixture to the last figure of a double that matters."""


@dataclass(frozen=True)
class Windows:
    """What was seen in each window: local cases, ΣΛ and missing days, of shape (..., W); first and last days (W,), from 1."""

    t_start: Ints
    t_end: Ints
    cases: Floats
    infectivity: Floats
    missing: Ints


@dataclass(frozen=True)
class Posterior:
    """R of each window, NaN where it is not estimated: mean, sd, P(R<1) of shape (..., W), quantiles (..., W, Q)."""

    mean: Floats
    sd: Floats
    quantiles: Floats
    below_one: Floats


def seen(cases: Origin, force: Floats, first: Ints, last: Ints) -> Windows:
    """Local cases and ΣΛ of each window; a day that is missing leaves both sums."""
    here = ~np.isnan(cases.local) & ~np.isnan(force)
    within = windowed(here.astype(np.float64), first, last)
    return Windows(
        first,
        last,
        np.round(windowed(np.where(here, cases.local, 0.0), first, last), 9),
        np.maximum(windowed(np.where(here, force, 0.0), first, last), 0.0),
        (last - first + 1 - within).astype(np.int64),
    )


def prior(mean: float, sd: float) -> tuple[float, float]:
    """Shape and scale of the gamma prior of this mean and standard deviation. Raises BadData."""
    if not (mean > 0 and sd > 0 and np.isfinite([mean, sd]).all()):
        raise BadData(
            "R 的先验均值和标准差都要大于零。", "the prior mean and sd of R must be above zero.", field="prior_mean"
        )
    return mean**2 / sd**2, sd**2 / mean


def posterior(windows: Windows, w: Floats, a0: float, b0: float, levels: Sequence[float]) -> Posterior:
    """One serial interval: R ~ Gamma(a₀ + cases, 1/(1/b₀ + ΣΛ)), where the window ends after the mean interval."""
    shape, scale = _gamma(windows, w, a0, b0)
    with np.errstate(invalid="ignore"):
        return Posterior(
            shape * scale,
            np.sqrt(shape) * scale,
            gammaincinv(shape[..., None], np.asarray(levels)) * scale[..., None],
            gammainc(shape, 1 / scale),
        )


def mixture(
    windows: Sequence[Windows], w: Sequence[Floats], a0: float, b0: float, levels: Sequence[float]
) -> Posterior:
    """Many serial intervals or paths, equally likely: the exact mixture of their gammas; a window NaN in some goes by the others."""
    pairs = [_gamma(*one, a0, b0) for one in zip(windows, w, strict=True)]
    shape, scale = (np.stack(one) for one in zip(*pairs, strict=True))
    known = ~np.isnan(shape)
    n = known.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, shape * scale, 0).sum(axis=0) / n
        square = np.where(known, shape * (shape + 1) * scale**2, 0).sum(axis=0) / n
        below = np.where(known, gammainc(shape, 1 / scale), 0).sum(axis=0) / n
        low, high = (_extreme(shape, scale, level) for level in (min(levels), max(levels)))
    quantiles = np.stack([_quantile(shape, scale, known, n, level, low, high) for level in levels], axis=-1)
    return Posterior(mean, np.sqrt(np.maximum(square - mean**2, 0)), quantiles, below)


def _gamma(windows: Windows, w: Floats, a0: float, b0: float) -> tuple[Floats, Floats]:
    """Shape and scale of each window, NaN up to the mean interval and where no day is known."""
    late = windows.t_end > float(w @ np.arange(len(w)))
    known = late & (windows.missing < windows.t_end - windows.t_start + 1)
    shape = np.where(known, a0 + windows.cases, np.nan)
    return shape, np.where(known, 1 / (1 / b0 + windows.infectivity), np.nan)


def _extreme(shape: Floats, scale: Floats, level: float) -> Floats:
    """The quantile of every component; the mixture's lies between the least and the largest of them."""
    return np.asarray(gammaincinv(shape, level) * scale)


def _quantile(
    shape: Floats, scale: Floats, known: Floats, n: Floats, level: float, least: Floats, most: Floats
) -> Floats:
    none = n == 0
    low = np.where(none, 0, np.nanmin(np.where(known, least, np.inf), axis=0))
    high = np.where(none, 0, np.nanmax(np.where(known, most, 0), axis=0))
    for _ in range(_STEPS):
        middle = (low + high) / 2
        with np.errstate(invalid="ignore", divide="ignore"):
            below = np.where(known, gammainc(shape, middle / scale), 0).sum(axis=0) / np.maximum(n, 1) < level
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.where(none, np.nan, (low + high) / 2)
