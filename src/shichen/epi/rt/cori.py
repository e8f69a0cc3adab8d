"""The instantaneous reproduction number (实时再生数) after Cori: gamma posteriors over sliding windows, all areas at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc, gammaincinv, gammaln

from shichen.epi.errors import BadData
from shichen.epi.rt.infectivity import Origin
from shichen.epi.shapes import Floats, Ints, windowed

_STEPS = 60
"""Steps that bring a quantile of a mixture to the last figure of a double that matters, even if all of them only halve."""
_FINE = 1e-8
"""A step of Newton's so small, against the quantile, leaves an error of its square."""


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
            _standard(shape, levels) * scale[..., None],
            gammainc(shape, 1 / scale),
        )


def _standard(shape: Floats, levels: Sequence[float]) -> Floats:
    """Quantiles of gammas of scale 1, (..., Q): shapes are counts and repeat, so each is asked for once."""
    values, which = np.unique(shape, return_inverse=True)
    found = gammaincinv(values[:, None], np.asarray(levels))
    return np.asarray(found[which.reshape(shape.shape)])


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
    sd = np.sqrt(np.maximum(square - mean**2, 0))
    quantiles = np.stack([_quantile(shape, scale, known, n, level, mean, sd) for level in levels], axis=-1)
    return Posterior(mean, sd, quantiles, below)


def _gamma(windows: Windows, w: Floats, a0: float, b0: float) -> tuple[Floats, Floats]:
    """Shape and scale of each window, NaN up to the mean interval and where no day is known."""
    late = windows.t_end > float(w @ np.arange(len(w)))
    known = late & (windows.missing < windows.t_end - windows.t_start + 1)
    shape = np.where(known, a0 + windows.cases, np.nan)
    return shape, np.where(known, 1 / (1 / b0 + windows.infectivity), np.nan)


def _quantile(shape: Floats, scale: Floats, known: Floats, n: Floats, level: float, mean: Floats, sd: Floats) -> Floats:
    """By Newton's steps from the gamma of the mixture's own mean and spread, halving where a step would leave the bounds; all windows at once."""
    flat = [one.reshape(len(shape), -1) for one in (np.where(known, shape, 1.0), np.where(known, scale, 1.0), known)]
    among, number = flat[2], np.maximum(n.ravel(), 1)
    low, high = np.zeros(len(number)), np.full(len(number), np.inf)
    with np.errstate(invalid="ignore", divide="ignore"):
        at = (gammaincinv((mean / sd) ** 2, level) * sd**2 / mean).ravel()
    at = np.where(at > 0, at, np.maximum(np.nan_to_num(mean.ravel(), nan=1.0), 1e-300))
    constant = -gammaln(flat[0]) - flat[0] * np.log(flat[1])
    open_ = np.flatnonzero(n.ravel() > 0)
    with np.errstate(all="ignore"):  # far from the answer numbers run over; what is no step is halved
        for _ in range(_STEPS):
            if not len(open_):
                break
            a, b, use = flat[0][:, open_], flat[1][:, open_], among[:, open_]
            x = at[open_]
            off = (np.where(use, gammainc(a, x / b), 0.0).sum(axis=0) / number[open_]) - level
            low[open_], high[open_] = np.where(off < 0, x, low[open_]), np.where(off < 0, high[open_], x)
            density = np.where(use, np.exp(constant[:, open_] + (a - 1) * np.log(x) - x / b), 0.0).sum(axis=0)
            step = x - off * number[open_] / density
            inside = (step > low[open_]) & (step < high[open_])
            halved = np.where(np.isinf(high[open_]), 2 * x, (low[open_] + high[open_]) / 2)
            at[open_] = np.where(inside, step, halved)
            open_ = open_[~inside | (np.abs(at[open_] - x) > _FINE * x)]
    return np.where(n > 0, at.reshape(n.shape), np.nan)
