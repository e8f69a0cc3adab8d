"""Beds (床位预测): how long patients stay, how many will be in, and on which day there is no bed left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi.errors import BadData
from shichen.epi.shapes import LEVELS, Floats, Ints, counts, filtered, probabilities


def los_survival(los: ArrayLike, event: ArrayLike) -> Floats:
    """S(d) = P(stay > d days) for d = 0, 1, … by Kaplan and Meier, (L,); `event` says of each stay whether it ended, or still lasts.

    Beyond the longest stay known the last value holds. Raises BadData.
    """
    stay, ended = np.asarray(los, np.float64), np.asarray(event, bool)
    if stay.shape != ended.shape or stay.ndim != 1 or not len(stay):
        raise BadData(
            "los 与 event 要一样长，至少一条。", "los and event must be of one length, one at least.", field="los"
        )
    wrong = ~np.isfinite(stay) | (stay < 0)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0]) + 1
        raise BadData(f"第 {row} 条住院天数缺失或小于零。", f"stay {row} is missing or below zero.", field="los")
    day = np.floor(stay).astype(np.int64)
    length = int(day.max()) + 1
    ends = np.bincount(day[ended], minlength=length)
    leaves = np.bincount(day, minlength=length)
    at_risk = leaves[::-1].cumsum()[::-1]
    return np.asarray(np.cumprod(1 - ends / np.maximum(at_risk, 1)))


@dataclass(frozen=True)
class Census:
    """Patients in on each coming day: quantiles (H, Q), `mean` and the chance that they exceed the capacity (H,).

    `breach` is the first day (from 1) on which that chance reaches a half, 0 for none; `earliest` and `latest` the 95 % interval of the
    first day without a bed among the draws in which there is one, `ever` their share. `leaving` patients had outstayed every stay known.
    """

    mean: Floats
    levels: tuple[float, ...]
    quantiles: Floats
    draws: Floats
    over: Floats
    breach: int
    earliest: float
    latest: float
    ever: float
    leaving: int


def forecast_secondary(
    current_ages: ArrayLike,
    S: ArrayLike,
    admissions: ArrayLike,
    capacity: ArrayLike,
    *,
    seed: int | None = 0,
    levels: Sequence[float] = LEVELS,
) -> Census:
    """The census of the coming H days: `current_ages` (n,) days that patients have been in, S (L,) of `los_survival`, `admissions` (draws, H).

    Admissions are numbers, or where any is not whole the means of Poisson numbers.

    `capacity` is a number or one a day (H,). Everybody stays by chance; with `seed=None` only the expected census is counted. Who has
    been in longer than any stay known leaves the next day, and is counted. Raises BadData.
    """
    ages, stay = np.asarray(current_ages, np.float64), np.asarray(S, np.float64)
    coming = np.atleast_2d(counts(admissions, name="admissions", whole=False))
    if (ages < 0).any() or not np.isfinite(ages).all():
        raise BadData(
            "在院天数不能缺失或小于零。", "days in hospital must not be missing or below zero.", field="current_ages"
        )
    if stay.ndim != 1 or not len(stay) or (np.diff(stay) > 0).any() or (stay > 1).any() or (stay < 0).any():
        raise BadData("S 要从不大于 1 起，逐日不升。", "S must begin at 1 or below and never rise.", field="S")
    draws, horizon = coming.shape
    room = np.broadcast_to(np.asarray(capacity, np.float64), (horizon,))
    ahead = np.arange(1, horizon + 1)
    age = np.floor(ages).astype(np.int64)
    now = _at(stay, age)
    keep = np.where(now[:, None] > 0, _at(stay, age[:, None] + ahead) / np.where(now > 0, now, 1)[:, None], 0.0)
    still = stay[np.minimum(np.arange(horizon), len(stay) - 1)]
    if seed is None:
        census = keep.sum(axis=0) + filtered(coming, still)
    else:
        census = _by_chance(keep, coming, still, np.random.Generator(np.random.PCG64(seed)))
    over = census > room
    first = np.where(over.any(axis=1), over.argmax(axis=1) + 1, 0)
    some = first[first > 0]
    chance = over.mean(axis=0)
    low, high = np.quantile(some, (0.025, 0.975)) if len(some) else (np.nan, np.nan)
    breach = int(np.argmax(chance >= 0.5)) + 1 if (chance >= 0.5).any() else 0
    return Census(
        census.mean(axis=0),
        tuple(levels),
        np.quantile(census, levels, axis=0).T,
        census,
        chance,
        breach,
        float(low),
        float(high),
        len(some) / draws,
        int((now <= 0).sum()),
    )


@dataclass(frozen=True)
class Secondary:
    """What follows from cases (admissions, deaths): the share `scaling`, after the delay `pmf` (K,) from day 0 on; `deviance` of the fit."""

    scaling: float
    mean: float
    sd: float
    pmf: Floats
    deviance: float


def estimate_secondary(primary: ArrayLike, secondary: ArrayLike, *, longest: int = 30) -> Secondary:
    """The share of cases (T,) that become `secondary` (T,), and the gamma delay until then, as is most likely for Poisson counts.

    The first `longest` days only feed the others. Missing days are left out. Raises BadData. After EpiNow2's `estimate_secondary`.
    """
    from scipy.optimize import minimize

    from shichen.epi.delays import Gamma, discretise

    cases, seen = counts(primary, name="primary", whole=False), counts(secondary, name="secondary", whole=False)
    if cases.ndim != 1 or cases.shape != seen.shape or len(cases) < longest + 10:
        raise BadData(
            f"primary 与 secondary 要一样长，至少 {longest + 10} 天。",
            f"primary and secondary must be of one length, {longest + 10} days at least.",
            field="secondary",
        )
    cases = np.nan_to_num(cases, nan=0.0)
    use = np.arange(len(cases)) >= longest
    use &= ~np.isnan(seen)

    def at(theta: Floats) -> tuple[Floats, float, float]:
        pmf = discretise(Gamma.of_moments(*np.exp(theta)), longest=longest)
        expected = filtered(cases, pmf)[use]
        scaling = seen[use].sum() / max(expected.sum(), 1e-12)
        mean = np.maximum(scaling * expected, 1e-12)
        y = seen[use]
        deviance = 2 * float((np.where(y > 0, y * np.log(np.where(y > 0, y, 1) / mean), 0) - (y - mean)).sum())
        return pmf, float(scaling), deviance

    if not seen[use].sum() or not cases.sum():
        raise BadData(
            "没有病例，或没有后续的数，无从拟合。",
            "there are no cases, or nothing that follows; nothing can be fitted.",
            field="secondary",
        )
    start = np.log([max(longest / 4, 1.0), max(longest / 6, 0.7)])
    found = minimize(
        lambda theta: at(np.clip(theta, -1.5, np.log(longest)))[2],
        start,
        method="Nelder-Mead",
        options={"xatol": 1e-6, "fatol": 1e-9},
    )
    theta = np.clip(found.x, -1.5, np.log(longest))
    pmf, scaling, deviance = at(theta)
    mean, sd = np.exp(theta)
    return Secondary(scaling, float(mean), float(sd), pmf, deviance)


def admissions(cases: ArrayLike, *, share: float, delay: ArrayLike) -> Floats:
    """Expected admissions of cases (..., T): the share that is admitted, after the delay (K,) in days from 0 on. Raises BadData."""
    if not 0 <= share <= 1:
        raise BadData("入院比例在 0 与 1 之间。", "the share admitted lies between 0 and 1.", field="share")
    return share * filtered(counts(cases, name="cases", whole=False), probabilities(delay, name="delay", whole=True))


def _at(stay: Floats, day: Ints) -> Floats:
    return np.asarray(stay[np.minimum(day, len(stay) - 1)])


def _by_chance(keep: Floats, coming: Floats, still: Floats, generator: np.random.Generator) -> Floats:
    """Each present patient stays until a drawn day; of each day's admissions a drawn number is still in."""
    draws, horizon = coming.shape
    census = np.zeros((draws, horizon))
    for one in keep:
        census += generator.random((draws, 1)) < one
    whole = bool((coming == np.round(coming)).all())
    admitted = coming.astype(np.int64) if whole else np.asarray(generator.poisson(coming))
    for day in range(horizon):
        now = admitted[:, day]
        before = 1.0
        for later in range(day, horizon):
            chance = float(still[later - day]) / before if before > 0 else 0.0
            now = generator.binomial(now, min(chance, 1.0))
            before = float(still[later - day])
            census[:, later] += now
    return census
