"""Weekly totals shared out to days (周数据分解到日), so that R can be told where only weeks are published."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi.errors import BadData
from shichen.epi.rt import cori, windows
from shichen.epi.rt.infectivity import by_origin, infectivity
from shichen.epi.rt.relation import R_to_growth
from shichen.epi.shapes import Floats, counts, intervals


def disaggregate(
    totals: ArrayLike, w: ArrayLike, *, dt: int = 7, passes: int = 10, prior_mean: float = 5.0, prior_sd: float = 5.0
) -> Floats:
    """Daily cases (..., n·dt) behind totals of `dt` days each (..., n), adding up to them; R of the same weeks may be told from them.

    By turns R of each period but the first is estimated from the days, and the days of each period are shared out as its growth asks; the
    first period grows like the second. `w` (K,) is the serial interval. Raises BadData for fewer than two totals or a missing one.
    Source: the EM algorithm of Nash et al. 2023 (10.1371/journal.pcbi.1011439), reconstruction by period.
    """
    y, weights = counts(totals, name="totals", least=2), intervals(w)
    if np.isnan(y).any():
        raise BadData(
            "totals 有缺的一周；请补齐或截短。", "a total is missing; fill it or cut the series.", field="totals"
        )
    if dt < 2 or passes < 1:
        raise BadData("dt 至少 2 天，passes 至少 1。", "dt is two days at least, passes one.", field="dt")
    n = y.shape[-1]
    days = np.repeat(y / dt, dt, axis=-1)
    last = np.arange(2, n + 1) * dt
    first, last = windows.given(n * dt, last - dt + 1, last)
    a0, b0 = cori.prior(prior_mean, prior_sd)
    for _ in range(passes):
        cases = by_origin(days, None, whole=False)
        seen = cori.seen(cases, infectivity(cases.all, weights), first, last)
        R = (a0 + seen.cases) / (1 / b0 + seen.infectivity)
        r = R_to_growth(R, weights)
        r = np.concatenate([r[..., :1], r], axis=-1)
        shape = np.exp(r[..., None] * (np.arange(dt) - (dt - 1) / 2))
        days = (y[..., None] * shape / shape.sum(axis=-1, keepdims=True)).reshape(*y.shape[:-1], n * dt)
    return np.asarray(days)
