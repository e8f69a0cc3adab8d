"""Delays fitted to dates that are known to the day (区间删失拟合), with right truncation while an outbreak grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi.delays.families import FAMILIES, Family
from shichen.epi.delays.surface import Surface
from shichen.epi.errors import BadData
from shichen.epi.shapes import LEVELS, Floats, Ints

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(60)
_LEAST = 1e-300


@dataclass(frozen=True)
class LeftOut:
    """A record that cannot be fitted: its place from 0 on, and why, in Chinese and English."""

    index: int
    zh: str
    en: str


@dataclass(frozen=True)
class DelayFit:
    """A family fitted to delays, in days. `boots` are its numbers in each resample (B, 2), on the scale of `Family.theta`."""

    dist: Family
    n: int
    loglik: float
    boots: Floats
    levels: tuple[float, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def aic(self) -> float:
        return 4 - 2 * self.loglik

    @property
    def percentiles(self) -> Floats:
        return self.dist.ppf(self.levels)

    def intervals(self, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Bootstrap intervals of the mean, the sd, both parameters and each percentile (`p97.5`). Raises BadData without resamples."""
        if not len(self.boots):
            raise BadData(
                "没有重抽样，给不出区间；请设 n_boot。",
                "there are no resamples to give an interval; set n_boot.",
                field="n_boot",
            )
        drawn = [type(self.dist).at(theta) for theta in self.boots]
        said = {"mean": [one.mean for one in drawn], "sd": [one.sd for one in drawn]}
        said |= {name: [getattr(one, name) for one in drawn] for name in self.dist.parameters}
        said |= {f"p{100 * q:g}": [float(one.ppf(q)) for one in drawn] for q in self.levels}
        ends = ((1 - level) / 2, (1 + level) / 2)
        return {
            name: (float(low), float(high))
            for name, values in said.items()
            for low, high in [np.quantile(values, ends)]
        }


@dataclass(frozen=True)
class _Records:
    """Exposure in [el, h], the second event in [sl, sr]; nodes over the exposure and their weights, of shape (n, nodes)."""

    at: Floats
    weight: Floats
    sl: Floats
    sr: Floats
    obs: float

    def logs(self, dist: Family) -> Floats:
        """The log-likelihood of each record."""
        near = np.maximum(self.sl[:, None] - self.at, 0)
        said = (self.weight * (dist.cdf(self.sr[:, None] - self.at) - dist.cdf(near))).sum(axis=1)
        if np.isfinite(self.obs):
            seen = (self.weight * dist.cdf(self.obs - self.at)).sum(axis=1)
            said = said / np.maximum(seen, _LEAST)
        return np.asarray(np.log(np.maximum(said, _LEAST)))


def estimate_delay(
    EL: ArrayLike,
    ER: ArrayLike,
    SL: ArrayLike,
    SR: ArrayLike,
    *,
    obs_time: float = np.inf,
    dist: str = "lognormal",
    n_boot: int = 500,
    seed: int = 0,
    levels: Sequence[float] = LEVELS,
) -> DelayFit:
    """Fit a delay between two events of each record (n,), in days: exposure in [EL, ER], the second event in [SL, SR].

    A date that is known to the day is [d, d+1); a moment that is known has EL = ER. Exposure is taken as equally likely over its span.
    With `obs_time`, what would have shown later is allowed for: that is a duty while an outbreak grows, or long delays look rare.
    Records that cannot be (an end before its beginning, a second event before the first, later than `obs_time`) are left out and listed.
    Raises BadData for fewer than three records or without any spread. Source: Reich et al. 2009 (10.1002/sim.3659).
    """
    if dist not in FAMILIES:
        raise BadData(
            f"没有「{dist}」这种分布；请写 {'、'.join(FAMILIES)}。",
            f"there is no distribution “{dist}”; write {', '.join(FAMILIES)}.",
            field="dist",
        )
    family = FAMILIES[dist]
    columns = [np.atleast_1d(np.asarray(one, np.float64)) for one in (EL, ER, SL, SR)]
    if len({one.shape for one in columns}) != 1 or columns[0].ndim != 1:
        raise BadData("EL、ER、SL、SR 要一样长。", "EL, ER, SL and SR must be of one length.", field="EL")
    good, left_out = _sound(columns, obs_time)
    if len(good) < 3:
        raise BadData(
            f"能用的记录只有 {len(good)} 条，至少要 3 条。",
            f"{len(good)} records can be used; three are needed.",
            field="EL",
        )
    # whole days repeat: equal records are looked at once, and counted
    distinct, often = np.unique(np.stack([one[good] for one in columns], axis=1), axis=0, return_counts=True)
    el, er, sl, sr = distinct.T
    h = np.minimum(er, sr)
    if len(np.unique(np.stack([h - el, sl - el, sr - el], axis=1).round(9), axis=0)) < 2:
        raise BadData(
            "各条记录说的是同一个时滞，看不出离散程度。",
            "all records say one and the same delay; nothing tells its spread.",
            field="SL",
        )
    records = _nodes(el, h, sl, sr, obs_time)
    start = _start(family, (sl + sr) / 2 - (el + h) / 2, often)
    surface = Surface(lambda theta: records.logs(family.at(theta)), start.theta, often.astype(np.float64))
    best, loglik = surface.best()
    generator = np.random.Generator(np.random.PCG64(seed))
    weights = generator.multinomial(len(good), often / len(good), n_boot).astype(np.float64)
    return DelayFit(family.at(best), len(good), loglik, surface.resampled(best, weights), tuple(levels), left_out)


def bootstrapped_dist_fit(
    delays: ArrayLike, *, dist: str = "lognormal", n_boot: int = 500, seed: int = 0, levels: Sequence[float] = LEVELS
) -> DelayFit:
    """Fit a delay to whole days (n,), each standing for [d, d+1), the first event being known exactly; NaN are left out.

    Negative ones are listed as errors of the data. Raises BadData. The counterpart of EpiNow2's function of that name.
    """
    day = np.atleast_1d(np.asarray(delays, np.float64))
    zero = np.zeros(len(day))
    return estimate_delay(zero, zero, day, day + 1, dist=dist, n_boot=n_boot, seed=seed, levels=levels)


def _sound(columns: list[Floats], obs: float) -> tuple[Ints, tuple[LeftOut, ...]]:
    el, er, sl, sr = columns
    reasons = (
        (np.isnan(np.array(columns)).any(axis=0), "缺少日期", "a date is missing"),
        (er < el, "暴露结束早于开始", "exposure ends before it begins"),
        (sr < sl, "后一事件的区间颠倒", "the interval of the second event is reversed"),
        (sr <= el, "后一事件早于前一事件", "the second event lies before the first"),
        (sl >= obs, "晚于观察截止时间", "later than the time of observation"),
    )
    left: list[LeftOut] = []
    out = np.zeros(len(el), bool)
    for wrong, zh, en in reasons:
        left += [LeftOut(int(i), zh, en) for i in np.flatnonzero(wrong & ~out)]
        out |= wrong
    return np.flatnonzero(~out), tuple(sorted(left, key=lambda one: one.index))


def _nodes(el: Floats, h: Floats, sl: Floats, sr: Floats, obs: float) -> _Records:
    """Gauss-Legendre nodes on both sides of the kink at e = SL; an exposure of no length is one moment of weight 1."""
    if (h <= el).all():
        return _Records(el[:, None], np.ones((len(el), 1)), sl, sr, obs)
    kink = np.clip(sl, el, h)
    parts = []
    for low, high in ((el, kink), (kink, h)):
        half = (high - low)[:, None] / 2
        parts.append((low[:, None] + half * (1 + _NODES), half * _WEIGHTS))
    at, weight = (np.concatenate(one, axis=1) for one in zip(*parts, strict=True))
    moment = h <= el
    weight[moment, 0] = 1.0
    return _Records(at, weight, sl, sr, obs)


def _start(family: type[Family], middle: Floats, often: Ints) -> Family:
    """A member with about the mean and spread that the middles of the intervals show."""
    seen = np.maximum(middle, 0.1)
    mean = float(np.average(seen, weights=often))
    sd = float(np.sqrt(np.average((seen - mean) ** 2, weights=often)))
    return family.of_moments(mean, max(sd, 0.2 * mean))
