"""The cohort reproduction number (队列再生数) after Wallinga and Teunis: how many cases those falling ill on a day went on to cause."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi.rt.windows import sliding
from shichen.epi.shapes import Z95, Floats, Ints, counts, filtered, intervals, reached, windowed

VISIBLE = 0.5
"""Share of a cohort's offspring that must have had time to fall ill before its R is shown."""


@dataclass(frozen=True)
class CohortR:
    """R of the cases of each window: first and last days (W,), from 1; all else (..., W), NaN where the window has no case.

    `sd` is that of who infected whom alone; `orphans` are cases that nobody in the series can have infected, of shape (...).
    """

    t_start: Ints
    t_end: Ints
    mean: Floats
    sd: Floats
    lower_95: Floats
    upper_95: Floats
    cases: Floats
    orphans: Floats


def wallinga_teunis(
    cases: ArrayLike, w: ArrayLike, *, window: int = 1, censoring: bool = True, draws: int = 0, seed: int = 0
) -> CohortR:
    """R of the cohort of each window of `window` days, from day 2 on (from day 1 with a window of one day).

    `cases` (..., T) count all, wherever they were infected; `w` (K,) is the serial interval from day 0 on. With `censoring` each day
    is divided by the share of its offspring that can have shown by now, and left out below a half (Cauchemez 2006). The 95 %
    interval comes from `draws` samples of who infected whom, without them from the normal approximation. Raises BadData.
    Source: Wallinga and Teunis 2004 (10.1093/aje/kwh255).
    """
    seen, weights = counts(cases, name="cases", least=2), intervals(w)
    first, last = sliding(seen.shape[-1], window) if window > 1 else 2 * (np.arange(1, seen.shape[-1] + 1),)
    number = np.nan_to_num(seen, nan=0.0)
    length = seen.shape[-1]
    share = reached(weights, length)[::-1] if censoring else np.ones(length)
    parents = filtered(number, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        per_parent = np.where(parents > 0, number / parents, 0.0)
        caused = number * filtered(per_parent[..., ::-1], weights)[..., ::-1] / share
        kept = np.where(share >= VISIBLE, number, 0.0)
        caused = np.where(share >= VISIBLE, caused, 0.0)
        n = np.round(windowed(kept, first, last), 9)
        mean = np.where(n > 0, windowed(caused, first, last) / n, np.nan)
    orphans = np.where(parents > 0, 0.0, number)[..., 1:].sum(axis=-1)
    scale = np.divide(1.0, share, out=np.zeros(length), where=share >= VISIBLE)
    sd = np.where(n > 0, _spread(number, scale, parents, weights, window, first, last) / np.where(n > 0, n, 1), np.nan)
    if draws:
        low, high = _drawn(number, scale, parents, weights, first, last, n, draws, seed)
    else:
        low, high = np.maximum(mean - Z95 * sd, 0), mean + Z95 * sd
    return CohortR(first, last, mean, sd, low, high, n, orphans)


def _spread(number: Floats, scale: Floats, parents: Floats, w: Floats, window: int, first: Ints, last: Ints) -> Floats:
    """Standard deviation of what each window caused: every case has one parent, of the window or not, independently of the others.

    Var = Σ_t I_t [Σ_j s_j² p_tj − (Σ_j s_j p_tj)²] over the days j of the window, p_tj = I_j w_{t−j} / Σ; the square is summed by pairs of
    days at the same distance, each a filter.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        once = np.where(parents > 0, number / parents, 0.0)[..., ::-1]
        twice = np.where(parents > 0, number / parents**2, 0.0)[..., ::-1]
    here = number * scale
    total = windowed(here * scale * filtered(once, w)[..., ::-1], first, last)
    for apart in range(min(window, len(w))):
        both = w[: len(w) - apart] * w[apart:]  # an earlier parent w_{s + apart}, a later one w_s
        later = filtered(twice, both)[..., ::-1]
        pair = here[..., : here.shape[-1] - apart] * here[..., apart:] * later[..., apart:]
        total -= windowed(pair, first, last - apart) * (1 if apart == 0 else 2)
    return np.sqrt(np.maximum(total, 0.0))


def _drawn(
    number: Floats,
    scale: Floats,
    parents: Floats,
    w: Floats,
    first: Ints,
    last: Ints,
    n: Floats,
    draws: int,
    seed: int,
) -> tuple[Floats, Floats]:
    """The 95 % interval of each window's R over draws of who infected whom."""
    low, high = (np.full(n.shape, np.nan) for _ in range(2))
    generator = np.random.Generator(np.random.PCG64(seed))
    length = number.shape[-1]
    lag = np.arange(length)[None, :] - np.arange(length)[:, None]
    after = np.where((lag > 0) & (lag < len(w)), w[np.clip(lag, 0, len(w) - 1)], 0.0)
    for area in np.ndindex(number.shape[:-1]):
        with np.errstate(divide="ignore", invalid="ignore"):
            chance = np.where(parents[area] > 0, number[area][:, None] * after / parents[area], 0.0)
        for at, (start, end) in enumerate(zip(first - 1, last, strict=True)):
            if not n[area][at] > 0:
                continue
            within = (chance[start:end] * scale[start:end, None]).sum(axis=0)
            among = np.clip(chance[start:end].sum(axis=0), 0.0, 1.0)
            here = np.flatnonzero(among * number[area])
            caused = generator.binomial(number[area][here].astype(np.int64), among[here], (draws, len(here)))
            said = caused @ (within[here] / among[here]) / n[area][at]
            low[(*area, at)], high[(*area, at)] = np.quantile(said, (0.025, 0.975))
    return low, high
