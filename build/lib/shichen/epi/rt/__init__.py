"""The reproduction number and what goes with it: instantaneous, filtered, by cohort, and from reports alone.

Names follow EpiEstim and EpiNow2, the R packages that epidemiologists know; `R` keeps its capital.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi.errors import BadData
from shichen.epi.rt import cori, windows
from shichen.epi.rt.backprojection import Infections, estimate_infections
from shichen.epi.rt.cohort import CohortR, wallinga_teunis
from shichen.epi.rt.epifilter import Daily, Grid, Transition, epifilter
from shichen.epi.rt.infectivity import Origin, by_origin, infectivity, overall_infectivity
from shichen.epi.rt.relation import R_to_growth, growth_to_R, map_prob_change, prob_outbreak_over
from shichen.epi.rt.weekly import disaggregate
from shichen.epi.shapes import LEVELS, Floats, Ints, intervals

__all__ = [
    "CohortR",
    "Grid",
    "Infections",
    "REstimate",
    "R_to_growth",
    "disaggregate",
    "estimate_R",
    "estimate_infections",
    "growth_to_R",
    "map_prob_change",
    "overall_infectivity",
    "prob_outbreak_over",
    "wallinga_teunis",
]


@dataclass(frozen=True)
class REstimate:
    """R of windows (cori) or days (epifilter): `t_start`, `t_end` (W,), from 1; all else (..., W), `quantiles` (..., W, Q).

    NaN where nothing is estimated. `cases` are the local cases of the window, `infectivity` is its ΣΛ, `missing` its missing days.
    """

    method: str
    t_start: Ints
    t_end: Ints
    mean: Floats
    sd: Floats
    levels: tuple[float, ...]
    quantiles: Floats
    below_one: Floats
    cases: Floats
    infectivity: Floats
    missing: Ints
    smoothed: Daily | None = None
    """With `epifilter`: the same with all days known, for history; what stands above goes by the days up to each, for today."""

    def quantile(self, level: float) -> Floats:
        """The quantile of one level, of shape (..., W). Raises ValueError if it was not asked for."""
        return np.asarray(self.quantiles[..., self.levels.index(level)])


def estimate_R(
    local: ArrayLike,
    imported: ArrayLike | None = None,
    *,
    w: ArrayLike,
    window: int = 7,
    t_start: ArrayLike | None = None,
    t_end: ArrayLike | None = None,
    prior_mean: float = 5.0,
    prior_sd: float = 5.0,
    draws: bool = False,
    method: Literal["cori", "epifilter"] = "cori",
    eta: float = 0.1,
    grid: Grid | None = None,
    transition: Transition = "exact",
    levels: Sequence[float] = LEVELS,
) -> REstimate:
    """R over time of one area or of many at once: counts of shape (..., T), of local and of imported cases.

    `w` is the serial interval in days from day 0 on: (K,), or (n, K) for n equally likely ones. With `draws` the first axis of the
    counts are equally likely paths of one curve (a nowcast). Either way the result is the exact mixture. Without `imported` the
    cases of day 1 count as imported. Windows of `window` days slide from day 2 on, or are given by `t_start` and `t_end`.
    Infectivity comes from all cases, the numerator from local ones. With `epifilter`, `eta`, `grid` and `transition` rule, no window.

    Raises BadData. Source: Cori et al. 2013 (10.1093/aje/kwt133), Thompson et al. 2019 (10.1016/j.epidem.2019.100356), Parag 2021.
    """
    cases, weights = by_origin(local, imported, whole=False), intervals(w)
    length = cases.local.shape[-1]
    if method == "epifilter":
        return _by_day(cases, weights, eta, grid or Grid(), transition, tuple(levels))
    if method != "cori":
        raise BadData(
            f"没有「{method}」这种方法；请写 cori 或 epifilter。",
            f"there is no method “{method}”; write cori or epifilter.",
            field="method",
        )
    first, last = (
        windows.sliding(length, window) if t_start is None or t_end is None else windows.given(length, t_start, t_end)
    )
    a0, b0 = cori.prior(prior_mean, prior_sd)
    if not draws and weights.ndim == 1:
        seen = cori.seen(cases, infectivity(cases.all, weights), first, last)
        return _estimate(seen, cori.posterior(seen, weights, a0, b0, levels), tuple(levels))
    many = list(_paths(cases, weights, draws=draws))
    parts = [cori.seen(path, infectivity(path.all, one), first, last) for path, one in many]
    said = cori.mixture(parts, [one for _, one in many], a0, b0, levels)
    return _estimate(_middle(parts), said, tuple(levels))


def _paths(cases: Origin, weights: Floats, *, draws: bool) -> list[tuple[Origin, Floats]]:
    """Equally likely pairs of a path and a serial interval."""
    count = len(cases.local) if draws else len(weights)
    if draws and cases.local.ndim < 2:
        raise BadData("draws 要求第一轴是各条路径。", "with draws the first axis must be the paths.", field="local")
    if draws and weights.ndim == 2 and len(weights) != count:
        raise BadData(
            f"{count} 条路径，{len(weights)} 个序列间隔；要一样多。",
            f"{count} paths and {len(weights)} serial intervals; there must be as many.",
            field="w",
        )
    path = [Origin(cases.local[i], cases.imported[i]) for i in range(count)] if draws else [cases] * count
    return list(zip(path, weights if weights.ndim == 2 else [weights] * count, strict=True))


def _middle(parts: Sequence[cori.Windows]) -> cori.Windows:
    """What the windows of many paths hold on average."""
    one = parts[0]
    cases, force = (np.mean([getattr(part, name) for part in parts], axis=0) for name in ("cases", "infectivity"))
    return cori.Windows(one.t_start, one.t_end, cases, force, one.missing)


def _estimate(seen: cori.Windows, said: cori.Posterior, levels: tuple[float, ...]) -> REstimate:
    return REstimate(
        "cori",
        seen.t_start,
        seen.t_end,
        said.mean,
        said.sd,
        levels,
        said.quantiles,
        said.below_one,
        seen.cases,
        seen.infectivity,
        seen.missing,
    )


def _by_day(
    cases: Origin, w: Floats, eta: float, grid: Grid, transition: Transition, levels: tuple[float, ...]
) -> REstimate:
    if w.ndim != 1:
        raise BadData("epifilter 只用一个序列间隔。", "epifilter takes one serial interval.", field="w")
    force = infectivity(cases.all, w)
    both = epifilter(cases.local, force, eta=eta, grid=grid, transition=transition, levels=levels)
    day = np.arange(1, cases.local.shape[-1] + 1)
    now = both.filter
    return REstimate(
        "epifilter",
        day,
        day,
        now.mean,
        now.sd,
        levels,
        now.quantiles,
        now.below_one,
        cases.local,
        np.nan_to_num(force, nan=0.0),
        np.isnan(cases.local).astype(np.int64),
        both.smoother,
    )
