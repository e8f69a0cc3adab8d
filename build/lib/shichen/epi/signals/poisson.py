"""Quasi-Poisson regression with a log link, as the two Farrington methods fit it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, xlogy

from shichen.epi.shapes import Floats

_PASSES = 25
_ENOUGH = 1e-8


@dataclass(frozen=True)
class Fit:
    """Coefficients, their covariance without dispersion, fitted means, Pearson's dispersion (not floored), hat values, and freedom."""

    beta: Floats
    covariance: Floats
    mu: Floats
    dispersion: float
    hat: Floats
    free: int

    @property
    def phi(self) -> float:
        """The dispersion, 1 at least."""
        return max(1.0, self.dispersion)

    def predicted(self, row: Floats, phi: float) -> tuple[float, float]:
        """The linear predictor of a row of the design, and its standard error under a dispersion."""
        return float(row @ self.beta), float(np.sqrt(phi * (row @ self.covariance @ row)))

    def p_value(self, column: int) -> float:
        """Two-sided, of one coefficient, by the t test with the dispersion as it is."""
        se = np.sqrt(self.dispersion * self.covariance[column, column])
        if not se > 0:
            return 1.0
        return float(2 * stdtr(self.free, -abs(self.beta[column] / se)))


def fitted(y: Floats, x: Floats, weights: Floats | None = None) -> Fit | None:
    """The fit of counts (n,) to a design (n, p) by iteratively reweighted least squares; None where it has no freedom or no bottom."""
    prior = np.ones(len(y)) if weights is None else weights
    free = len(y) - x.shape[1]
    if free < 1 or not (y > 0).any():
        return None
    mu = y + 0.1
    eta, before = np.log(mu), _deviance(y, mu, prior)
    for _ in range(_PASSES):
        w = prior * mu
        root = np.sqrt(w)
        beta, _, rank, _ = np.linalg.lstsq(x * root[:, None], root * (eta + (y - mu) / mu), rcond=None)
        if rank < x.shape[1]:
            return None
        eta = x @ beta
        mu = np.exp(np.clip(eta, -700, 700))
        now = _deviance(y, mu, prior)
        if abs(now - before) / (abs(now) + 0.1) < _ENOUGH:
            break
        before = now
    covariance = np.linalg.inv(x.T @ (x * w[:, None]))  # with the weights of the last step, as R reports it
    hat = w * np.einsum("ij,jk,ik->i", x, covariance, x)
    return Fit(
        np.asarray(beta, np.float64),
        np.asarray(covariance, np.float64),
        mu,
        float((prior * (y - mu) ** 2 / mu).sum() / free),
        hat,
        free,
    )


def reweighted(y: Floats, x: Floats, *, threshold: float) -> Fit | None:
    """The fit once more, past outbreaks counting less: weights fall with the Anscombe residual above the threshold."""
    first = fitted(y, x)
    if first is None:
        return None
    s = 1.5 * (y ** (2 / 3) * first.mu ** (-1 / 6) - first.mu**0.5)
    s = s / np.sqrt(first.phi * np.maximum(1 - first.hat, 1e-12))
    w = np.where(s > threshold, np.maximum(s, 1e-12) ** -2.0, 1.0)
    return fitted(y, x, w * len(w) / w.sum())


def _deviance(y: Floats, mu: Floats, weights: Floats) -> float:
    return float(2 * (weights * (xlogy(y, np.where(y > 0, y, 1) / mu) - (y - mu))).sum())
