"""R day by day where cases are few: a filter and a smoother on a grid of R after Parag (EpiFilter), all areas at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from shichen.epi.errors import BadData
from shichen.epi.shapes import Floats, Ints

Transition = Literal["exact", "published"]
_TOGETHER = 32
"""Areas that are done at once: more only take memory."""
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
    backward = forward.T.copy() if exact else forward
    parts = []
    for start in range(0, len(cases), _TOGETHER):
        some = slice(start, start + _TOGETHER)
        after, before = _filtered(cases[some], rate[some], values, forward)
        now = _said(after, values, levels)
        parts.append((now, _said(_smoothed(after, before, backward, exact=exact), values, levels)))
    return Both(*(_together(one, leading) for one in zip(*parts, strict=True)))


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
    number, known = np.where(tells, cases, 0.0), np.where(tells, rate, 0.0)
    for day in range(1, cases.shape[1]):
        before[:, day] = after[:, day - 1] @ step
        log = number[:, day, None] * np.log(values) - known[:, day, None] * values  # but for what does not depend on R
        log -= log.max(axis=1, keepdims=True)
        np.exp(log, out=log)
        log *= before[:, day]
        np.divide(log, log.sum(axis=1, keepdims=True), out=after[:, day])
    return after, before


def _smoothed(after: Floats, before: Floats, step: Floats, *, exact: bool) -> Floats:
    """In the place of `before`, which is not needed any more."""
    smooth = before
    now = after[:, -1]
    for day in range(after.shape[1] - 2, -1, -1):
        said = before[:, day + 1]
        ratio = now / np.where(said == 0, np.inf if exact else _FLOOR, said)
        smooth[:, day + 1] = now
        weight = after[:, day] * (ratio @ step)
        now = weight / weight.sum(axis=1, keepdims=True)
    smooth[:, 0] = now
    return smooth


def _said(chance: Floats, values: Floats, levels: Sequence[float]) -> Daily:
    """Mean, sd and quantiles: a quantile is the first point of the grid up to which the chance reaches its level."""
    moments = chance @ np.column_stack([values, values**2, values < 1])
    mean, below = moments[..., 0], moments[..., 2]
    total = np.cumsum(chance, axis=-1)
    at = _reaching(total.reshape(-1, len(values)), np.asarray(levels, np.float64))
    at = np.minimum(at, len(values) - 1).reshape(*mean.shape, len(levels))
    return Daily(mean, np.sqrt(np.maximum(moments[..., 1] - mean**2, 0)), values[at], below)


def _reaching(total: Floats, levels: Floats) -> Ints:
    """The first place of each row, rising, that is not below each level, (rows, Q): by halving."""
    rows = np.arange(len(total))[:, None]
    low, high = np.zeros((len(total), len(levels)), np.int64), np.full((len(total), len(levels)), total.shape[1])
    for _ in range(int(total.shape[1]).bit_length()):
        middle = (low + high) // 2
        below = (total[rows, np.minimum(middle, total.shape[1] - 1)] < levels) & (low < high)
        low, high = np.where(below, middle + 1, low), np.where(below, high, middle)
    return low


def _together(parts: Sequence[Daily], leading: tuple[int, ...]) -> Daily:
    """Areas that were done one part after the other."""
    whole = {
        name: np.concatenate([getattr(one, name) for one in parts]) for name in ("mean", "sd", "quantiles", "below_one")
    }
    return Daily(**{name: one.reshape(*leading, *one.shape[1:]) for name, one in whole.items()})
