"""The level of a curve behind its reports: a random walk of its logarithm, found where it is most likely, with how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from shichen.epi.shapes import Floats

PRECISIONS = np.geomspace(0.5, 500, 10)
"""How stiff the walk may be: the precision of its steps from day to day."""
SPREADS = (0.0, 0.01, 1 / 30, 0.1, 0.25)
"""One over the size of the negative binomial; 0 is Poisson."""
_WEAK = 1e-2
"""Precision with which the walk is held near the mean, so that days without any report have a level at all."""
_PASSES = 60


@dataclass(frozen=True)
class Level:
    """Drawn paths of the log level and of one over the size: (draws, T), (draws,)."""

    log_mean: Floats
    spread: Floats


def drawn(reported: Floats, share: Floats, generator: np.random.Generator, draws: int) -> Level:
    """Paths of the level whose `share` (T,) is `reported` (T,), by Laplace's approximation, mixed over stiffness and spread."""
    stiff, spread = (one.ravel() for one in np.meshgrid(PRECISIONS, SPREADS, indexing="ij"))
    length = len(reported)
    differ = np.zeros((length, length))
    at = np.arange(length - 1)
    differ[at, at] += 1.0
    differ[at + 1, at + 1] += 1.0
    differ[at, at + 1] -= 1.0
    differ[at + 1, at] -= 1.0
    middle = np.log((reported.sum() + 0.5) / max(share.sum(), 1e-3))
    prior = stiff[:, None, None] * differ + _WEAK * np.eye(length)
    mode, curve = _mode(reported, share, spread, prior, middle)
    evidence = _evidence(reported, share, spread, stiff, prior, mode, curve, middle)
    chance = np.exp(evidence - evidence.max())
    which = generator.choice(len(chance), size=draws, p=chance / chance.sum())
    paths = np.empty((draws, length))
    for one in np.unique(which):
        here = np.flatnonzero(which == one)
        root = np.linalg.cholesky(curve[one])
        noise = generator.standard_normal((length, len(here)))
        paths[here] = (mode[one][:, None] + np.linalg.solve(root.T, noise)).T
    return Level(paths, spread[which])


def _mode(o: Floats, share: Floats, q: Floats, prior: Floats, middle: float) -> tuple[Floats, Floats]:
    """By Newton for all pairs of stiffness and spread at once: modes (B, T) and the curvatures there (B, T, T)."""
    x = np.full((len(q), len(o)), middle)
    q = q[:, None]
    for _ in range(_PASSES):
        m = np.exp(x) * share
        slope = (o - m) / (1 + q * m) - np.einsum("bij,bj->bi", prior, x - middle)
        bend = m * (1 + q * o) / (1 + q * m) ** 2
        curve = prior + np.eye(len(o)) * bend[:, None, :]
        move = np.clip(np.linalg.solve(curve, slope[..., None])[..., 0], -2, 2)
        x = x + move
        if np.abs(move).max() < 1e-9:
            break
    m = np.exp(x) * share
    return x, prior + np.eye(len(o)) * (m * (1 + q * o) / (1 + q * m) ** 2)[:, None, :]


def _evidence(
    o: Floats, share: Floats, q: Floats, stiff: Floats, prior: Floats, mode: Floats, curve: Floats, middle: float
) -> Floats:
    """The logarithm of how likely the reports are under each pair, its path integrated out; (B,)."""
    m = np.maximum(np.exp(mode) * share, 1e-300)
    with np.errstate(divide="ignore", invalid="ignore"):
        r = 1 / q[:, None]
        spread_out = gammaln(o + r) - gammaln(r) + r * np.log(r / (r + m)) + o * np.log(m / (r + m))
    poisson = o * np.log(m) - m
    likely = np.where(q[:, None] > 0, spread_out, poisson).sum(axis=1)
    away = mode - middle
    walk = -np.einsum("bi,bij,bj->b", away, prior, away) / 2 + np.linalg.slogdet(prior)[1] / 2
    return np.asarray(likely + walk - np.linalg.slogdet(curve)[1] / 2)
