"""What if (情景推演): the same renewal process under measures that begin, ramp and end; never a forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi.errors import BadData
from shichen.epi.forecast.renewal import run, shared
from shichen.epi.shapes import LEVELS, Floats, counts, intervals, probabilities

LONGEST = 60


@dataclass(frozen=True)
class Intervention:
    """A measure from day `start` to day `end` of the horizon (from 1, both inclusive), with what it does to its target.

    R and imports are multiplied by `multiplier`. Tracing finds the share `coverage` of cases and isolates them after `delay` (pmf of days
    since their onset, from 0 on): who is isolated causes nobody any more. Its effect grows and fades linearly over `ramp_days`.
    """

    start: int
    end: int
    target: Literal["R", "imports", "tracing"]
    multiplier: float = 1.0
    coverage: float = 0.0
    delay: tuple[float, ...] = ()
    ramp_days: int = 0
    label: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.start <= self.end or self.ramp_days < 0:
            raise BadData(
                f"措施「{self.label}」的起止日不对。", f"the days of measure “{self.label}” cannot be.", field="start"
            )
        if self.target not in ("R", "imports", "tracing"):
            raise BadData(
                "措施的对象是 R、imports 或 tracing。", "a measure's target is R, imports or tracing.", field="target"
            )
        if self.multiplier < 0 or not 0 <= self.coverage <= 1:
            raise BadData(
                "multiplier 不小于 0，coverage 在 0 与 1 之间。",
                "multiplier must not be below 0, coverage lies between 0 and 1.",
                field="multiplier",
            )
        if self.target == "tracing":
            probabilities(self.delay, name="delay", whole=True)

    def strength(self, horizon: int) -> Floats:
        """From 0 to 1 on each day of the horizon, (horizon,)."""
        day = np.arange(1, horizon + 1)
        rise = (day - self.start + 1) / (self.ramp_days + 1)
        fall = (self.end - day + 1) / (self.ramp_days + 1)
        return np.clip(np.minimum(rise, fall), 0.0, 1.0)


@dataclass(frozen=True)
class Scenario:
    """The expected path (horizon,), the band around it: quantiles (horizon, Q), draws (draws, horizon), and R of each day."""

    expected: Floats
    levels: tuple[float, ...]
    quantiles: Floats
    draws: Floats
    R: Floats


def simulate_infections(
    history: ArrayLike,
    *,
    R: ArrayLike,
    w: ArrayLike,
    horizon: int,
    interventions: Sequence[Intervention] = (),
    imports: float = 0.0,
    k: float = np.inf,
    draws: int = 2000,
    seed: int = 0,
    levels: Sequence[float] = LEVELS,
) -> Scenario:
    """Run one curve (T,) on for up to 60 days under measures; R is a number or equally likely ones (n,). Raises BadData.

    Scenarios of one seed share their chance, and the R of each draw: they differ draw by draw by their measures alone. The expected path
    is that of the mean R.
    """
    many = np.atleast_1d(np.asarray(R, np.float64))
    seen, weights = counts(history, name="history", whole=False), intervals(w)
    if seen.ndim != 1 or np.isnan(seen).any():
        raise BadData("history 是一条没有缺测的曲线。", "history is one curve without missing days.", field="history")
    if not 1 <= horizon <= LONGEST or not ((many >= 0).all() and k > 0 and imports >= 0 and draws >= 1):
        raise BadData(
            f"horizon 在 1 与 {LONGEST} 之间，R、imports 不小于 0，k 大于 0。",
            f"horizon lies between 1 and {LONGEST}; R and imports must not be below 0, k above it.",
            field="horizon",
        )
    daily, coming = np.ones(horizon), np.full(horizon, imports)
    free = np.ones((horizon, len(weights)))
    for one in interventions:
        strength = one.strength(horizon)
        if one.target == "tracing":
            isolated = np.cumsum(np.pad(np.asarray(one.delay), (0, max(0, len(weights) - len(one.delay)))))[
                : len(weights)
            ]
            free *= 1 - strength[:, None] * one.coverage * isolated
        elif one.target == "R":
            daily *= 1 + strength * (one.multiplier - 1)
        else:
            coming *= 1 + strength * (one.multiplier - 1)

    def path(R: Floats, chance: Floats | None) -> Floats:
        return run(
            np.repeat(seen[None, :], len(R), axis=0),
            lambda day, force: R * daily[day],
            lambda day: weights * free[day],
            horizon,
            k=k,
            imports=coming,
            generator=chance,
        )

    band = path(many[np.arange(draws) % len(many)], shared(draws, horizon, seed))
    quantiles = np.quantile(band, levels, axis=0).T
    mean = float(many.mean())
    each = mean * daily * (free @ weights) / weights.sum()
    return Scenario(path(np.array([mean]), None)[0], tuple(levels), quantiles, band, each)
