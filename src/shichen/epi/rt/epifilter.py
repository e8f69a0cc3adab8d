"""R day by day where cases are few: a filter and a smoother on a grid of R after Parag (EpiFilter), all areas at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import gammaln, xlogy

from shichen.epi.errors import BadData
from shichen.epi.shapes import Floats

Transition = Literal["exact", "published"]
_FLOOR = 1e-8
"""What the published scripts put in place of a predicted nought before they divide by it."""


@dataclass(frozen=True)
class Grid:
    """Values of R that are told apart: `size` of them from `least` to `most`."""

    least: float = 0.01
    most: float = 10.0
    size: int = 200

    @property
    def values(self) -> Floats:
        if not (0 < self.least < self.most and self.size >= 2):
            raise BadData(
                "R 的网格要从大于零的数到更大的数，至少两点。",
                "the grid of R must run from above zero upwards, two points at least.",
                field="grid",
            )
        return np.linspace(self.least, self.most, self.size)


@dataclass(frozen=True)
class Daily:
    """R of each day, by the days up to it (filter) or by all days (smoother): shapes (..., T), quantiles (..., T, Q)."""

    mean: Floats
    sd: Floats
    quantiles: Floats
    below_one: Floats
    """P(R < 1), summed over the grid."""


@dataclass(frozen=True)
class Both:
    """The filter, for today, and the smoother, for the days that are past."""

    filter: Daily
    smoother: Daily


def epifilter(
    local: Floats, force: Floats, *, eta: float, grid: Grid, transition: Transition, levels: Sequence[float]
) -> Both:
    """Filter and smoother of local cases (..., T) under Λ of the same shape; R walks with the standard deviation η√R a day.

    A day without Λ, or that is missing, tells nothing. With `published` the author's scripts are followed to the letter: their step is
    not normalised and their smoother takes it untransposed. Raises BadData. Source: Parag 2021 (10.1371/journal.pcbi.1009347).
    """
    if not eta > 0:
        raise BadData("eta 要大于零。", "eta must be above zero.", field="eta")
    values = grid.values
    leading, length = local.shape[:-1], local.shape[-1]
    cases, rate = local.reshape(-1, length), np.nan_to_num(force, nan=0.0).reshape(-1, length)
    exact = transition == "exact"
    forward = _step(values, eta, exact=exact)
    backward = forward.T if exact else forward
    after, before = _filtered(cases, rate, values, forward)
    smooth = _smoothed(after, before, backward, exact=exact)
    return Both(*(_said(one.reshape(*leading, length, len(values)), values, levels) for one in (after, smooth)))


def _step(values: Floats, eta: float, *, exact: bool) -> Floats:
    """What a row of probabilities is multiplied with from the right: from R_i (row) to R_j (column), or the scripts' own."""
    spread = eta * np.sqrt(values)
    if exact:
        density = np.exp(-((values[None, :] - values[:, None]) ** 2) / (2 * spread[:, None] ** 2))
        return np.asarray(density / density.sum(axis=1, keepdims=True))
    return np.asarray(
        np.exp(-((values[:, None] - values[None, :]) ** 2) / (2 * spread**2)) / (spread * np.sqrt(2 * np.pi))
    )


def _filtered(cases: Floats, rate: Floats, values: Floats, step: Floats) -> tuple[Floats, Floats]:
    """Probabilities of each day after and before its own cases were seen, of shape (areas, T, m)."""
    after = np.empty((*cases.shape, len(values)))
    before = np.empty_like(after)
    after[:, 0] = before[:, 0] = 1 / len(values)
    tells = ~np.isnan(cases) & (rate > 0)
    number = np.nan_to_num(cases, nan=0.0)
    for day in range(1, cases.shape[1]):
        before[:, day] = after[:, day - 1] @ step
        mean = rate[:, day, None] * values
        log = xlogy(number[:, day, None], mean) - mean - gammaln(number[:, day, None] + 1)
        log = np.where(tells[:, day, None], log, 0.0)
        weight = before[:, day] * np.exp(log - log.max(axis=1, keepdims=True))
        after[:, day] = weight / weight.sum(axis=1, keepdims=True)
    return after, before


def _smoothed(after: Floats, before: Floats, step: Floats, *, exact: bool) -> Floats:
    smooth = np.empty_like(after)
    smooth[:, -1] = after[:, -1]
    for day in range(after.shape[1] - 2, -1, -1):
        said = before[:, day + 1]
        ratio = smooth[:, day + 1] / np.where(said == 0, np.inf if exact else _FLOOR, said)
        weight = after[:, day] * (ratio @ step)
        smooth[:, day] = weight / weight.sum(axis=1, keepdims=True)
    return smooth


def _said(chance: Floats, values: Floats, levels: Sequence[float]) -> Daily:
    """Mean, sd and quantiles: a quantile is the first point of the grid up to which the chance reaches its level."""
    total = np.cumsum(chance, axis=-1)
    mean = chance @ values
    at = np.stack([np.minimum((total < level).sum(axis=-1), len(values) - 1) for level in levels], axis=-1)
    variance = np.maximum(chance @ values**2 - mean**2, 0)
    return Daily(mean, np.sqrt(variance), values[at], chance @ (values < 1).astype(np.float64))
