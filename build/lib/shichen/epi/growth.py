"""How fast cases grow or fall (增长率), and in how many days they double (倍增时间)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi.errors import BadData
from shichen.epi.shapes import Z95, Floats, counts

WEEKS = 4
"""Weeks from which on weekdays are told apart."""
_PASSES = 50
_WORST = 1e9
"""Condition of the normal equations beyond which curves are fitted one by one."""


@dataclass(frozen=True)
class Growth:
    """The rate r a day of each curve, with its standard error, 95 % bounds and dispersion φ, all (...); NaN where it cannot be told.

    `se` allows for φ above 1. `days` and `with_cases` say what it rests on.
    """

    r: Floats
    se: Floats
    lower_95: Floats
    upper_95: Floats
    phi: Floats
    days: int
    with_cases: Floats

    @property
    def clear(self) -> np.ndarray:
        """Whether the interval leaves out no growth at all."""
        return np.asarray((self.lower_95 > 0) | (self.upper_95 < 0))


@dataclass(frozen=True)
class Doubling:
    """Days in which cases double (above 0) or halve (below 0), NaN without a clear trend; then only the two bounds hold.

    `not_faster` is the least time in which they may double, `not_faster_halving` that in which they may halve; infinite for never.
    """

    days: Floats
    lower_95: Floats
    upper_95: Floats
    not_faster: Floats
    not_faster_halving: Floats


def growth_rate(cases: ArrayLike, *, window: int | None = 14, weekday: bool | None = None) -> Growth:
    """The exponential rate of the last `window` days (all without) of curves (..., T): quasi-Poisson with a log link, zeros kept.

    Missing days are left out. From four weeks on each weekday has a factor of its own (`weekday` decides otherwise). Curves with cases on fewer
    than two days give NaN. Raises BadData. The counterpart of i2extras' `growth_rate`, with the dispersion that R's quasi-Poisson reports.
    """
    y = counts(cases, name="cases", whole=False, least=3)
    if window is not None and window < 3:
        raise BadData("窗口至少 3 天。", "the window needs three days.", field="window")
    y = y if window is None else y[..., -window:]
    length = y.shape[-1]
    weekly = length >= 7 * WEEKS if weekday is None else weekday
    if weekly and length < 14:
        raise BadData("分星期几至少要 14 天。", "weekdays need 14 days.", field="weekday")
    t = np.arange(length, dtype=np.float64)
    design = np.column_stack(
        [np.ones(length), t - t.mean(), *((t % 7 == day).astype(float) for day in range(1, 7 if weekly else 1))]
    )
    rows = y.reshape(-1, length)
    said = _fitted_together(rows, design) if len(rows) > 1 and not np.isnan(rows).any() else None
    if said is None:
        said = np.array([_fitted(row, design) for row in rows])
    r, se, phi = (said[:, at].reshape(y.shape[:-1]) for at in range(3))
    wide = se * np.sqrt(np.maximum(phi, 1))
    return Growth(
        r, wide, r - Z95 * wide, r + Z95 * wide, phi, length, (np.nan_to_num(y) > 0).sum(axis=-1).astype(np.float64)
    )


def doubling_time(fit: Growth) -> Doubling:
    """Doubling (above 0) or halving (below 0) times of a growth, in days."""
    with np.errstate(divide="ignore", invalid="ignore"):
        time, low, high = (np.log(2) / one for one in (fit.r, fit.upper_95, fit.lower_95))
        fastest = np.where(fit.upper_95 > 0, np.log(2) / fit.upper_95, np.inf)
        halving = np.where(fit.lower_95 < 0, np.log(2) / -fit.lower_95, np.inf)
    unknown = np.isnan(fit.r)
    none = ~fit.clear
    time, low, high = (np.where(none, np.nan, one) for one in (time, low, high))
    return Doubling(time, low, high, *(np.where(unknown, np.nan, one) for one in (fastest, halving)))


def _fitted_together(y: Floats, x: Floats) -> Floats | None:
    """The same for many curves (n, T) without missing days, (n, 3); None where a curve is not settled by normal equations."""
    enough = (y > 0).sum(axis=1) >= 2
    out = np.full((len(y), 3), np.nan)
    z, free = y[enough], x.shape[0] - x.shape[1]
    if not len(z) or free < 1:
        return out
    eta = np.log(z + 0.1)
    for _ in range(_PASSES):
        mu = np.exp(np.clip(eta, -50, 50))
        curve = np.einsum("ti,nt,tj->nij", x, mu, x, optimize=True)
        if np.linalg.cond(curve).max() > _WORST:
            return None
        beta = np.linalg.solve(curve, ((mu * eta + z - mu) @ x)[..., None])[..., 0]
        before, eta = eta, beta @ x.T
        if np.abs(eta - before).max() < 1e-11:
            break
    mu = np.exp(np.clip(eta, -50, 50))
    covariance = np.linalg.inv(np.einsum("ti,nt,tj->nij", x, mu, x, optimize=True))
    phi = ((z - mu) ** 2 / mu).sum(axis=1) / free
    out[enough] = np.column_stack([beta[:, 1], np.sqrt(covariance[:, 1, 1]), phi])
    return out


def _fitted(y: Floats, design: Floats) -> tuple[float, float, float]:
    """r, its Poisson standard error and φ of one curve, by iteratively reweighted least squares."""
    known = ~np.isnan(y)
    y, x = y[known], design[known]
    x = x[:, [0, 1, *(at for at in range(2, x.shape[1]) if x[:, at].any())]]
    free = len(y) - x.shape[1]
    if (y > 0).sum() < 2 or free < 1:
        return np.nan, np.nan, np.nan
    eta = np.log(y + 0.1)
    for _ in range(_PASSES):
        mu = np.exp(np.clip(eta, -50, 50))
        root = np.sqrt(mu)
        beta, *_ = np.linalg.lstsq(x * root[:, None], root * (eta + (y - mu) / mu), rcond=None)
        before, eta = eta, x @ beta
        if np.abs(eta - before).max() < 1e-12:
            break
    mu = np.exp(np.clip(eta, -50, 50))
    covariance = np.linalg.pinv(x.T @ (x * mu[:, None]))
    return float(beta[1]), float(np.sqrt(covariance[1, 1])), float(((y - mu) ** 2 / mu).sum() / free)
