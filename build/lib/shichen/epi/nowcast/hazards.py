"""How much of a day is reported after so many days (报告完整度), by hazards in reversed time: right truncation is built in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shichen.epi.shapes import Floats

KAPPA = 0.1
"""Weight of the prior of each hazard: a tenth of a record."""


@dataclass(frozen=True)
class Completeness:
    """`F` (D+1,): the share of a day's events reported within 0..D days, 1 at D; with the counts it rests on.

    `n` and `N` (D+1,) are reports at and up to each delay, among the days that could have shown it; `phi` is how much more than by
    chance the days differ (1 or more).
    """

    F: Floats
    n: Floats
    N: Floats
    phi: float

    @property
    def known(self) -> np.ndarray:
        """For each delay whether there were reports to tell its hazard and all later ones from, (D+1,)."""
        told = np.concatenate([self.N[1:] > 0, [True]])
        return np.asarray(np.logical_and.accumulate(told[::-1])[::-1])

    def beta(self) -> tuple[Floats, Floats]:
        """Both numbers of the posterior of the hazards of delays 1..D, each (D,)."""
        x = np.arange(1, len(self.n))
        return KAPPA + self.n[1:] / self.phi, KAPPA * x + (self.N[1:] - self.n[1:]) / self.phi

    @property
    def posterior_mean(self) -> Floats:
        """F with each hazard at the mean of its posterior, (D+1,)."""
        a, b = self.beta()
        return through(b / (a + b))

    def drawn(self, generator: np.random.Generator, draws: int) -> Floats:
        """Draws of F from its posterior, (draws, D+1)."""
        a, b = self.beta()
        return through(generator.beta(b, a, (draws, len(a))))


def estimate_truncation(n: Floats, *, m: int | None = 28) -> Completeness:
    """The share reported by delay from a triangle (T, D+1), by its last `m` days (all without).

    Source: Lawless 1994 (10.2307/3315820); Höhle and an der Heiden 2014 (10.1111/biom.12194).
    """
    recent = n if m is None else n[-m:]
    known = ~np.isnan(recent)
    cells = np.where(known, recent, 0.0)
    upto = np.where(known, np.cumsum(cells, axis=1), 0.0)
    at, N = cells.sum(axis=0), upto.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        g = np.where(N > 0, at / N, 0.0)
    return Completeness(through(1 - g[1:]), at, N, _dispersion(cells, upto, g))


def through(stay: Floats) -> Floats:
    """F of the chances (..., D) not to have been reported at 1..D, given by then: F(d) = Π over x > d; (..., D+1)."""
    product = np.cumprod(stay[..., ::-1], axis=-1)[..., ::-1]
    return np.concatenate([product, np.ones((*stay.shape[:-1], 1))], axis=-1)


def _dispersion(cells: Floats, upto: Floats, g: Floats) -> float:
    """Pearson's dispersion of the cells around binomials of their hazards, 1 at least."""
    total, free = 0.0, 0
    for x in range(1, len(g)):
        here = upto[:, x] > 0
        if not 0 < g[x] < 1 or here.sum() < 2:
            continue
        expected = upto[here, x] * g[x]
        total += float((((cells[here, x] - expected) ** 2) / (expected * (1 - g[x]))).sum())
        free += int(here.sum()) - 1
    return max(1.0, total / free) if free else 1.0
