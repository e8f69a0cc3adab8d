"""When a figure may be shown (发布门槛): ok, wide, partial or withheld, with the reason. The thresholds are data of the disease's profile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shichen.epi.growth import Growth
from shichen.epi.nowcast import Nowcast
from shichen.epi.rt import REstimate
from shichen.epi.shapes import Mask

OK, WIDE, PARTIAL, DIRECTION, OVER, WITHHELD = "ok", "wide", "partial", "direction", "over", "withheld"
Texts = NDArray[np.str_]
WORDS = {
    OK: ("", ""),
    WIDE: ("区间较宽", "wide interval"),
    PARTIAL: ("数据未齐", "data incomplete"),
    DIRECTION: ("病例数过少，只判断升降", "too few cases: direction only"),
    OVER: ("病例数过少，只估计疫情是否结束", "too few cases: only whether the outbreak is over"),
    WITHHELD: ("病例数过少，暂不估计", "too few cases, not estimated"),
}
REASONS = {
    "": ("", ""),
    "early": ("窗口结束早于平均代间距", "the window ends before the mean serial interval"),
    "window": ("首例之后的天数不足", "too few days since the first case"),
    "cumulative": ("累计病例过少", "too few cases in all"),
    "cases": ("窗口内本地病例过少", "too few local cases in the window"),
    "infectivity": ("传染力过低", "too little infectivity"),
    "onset": ("发病日期已知比例过低", "too few onset dates known"),
    "correction": ("窗口内有未了结的负更正", "an unresolved negative correction in the window"),
    "share": ("报告完整度过低", "too small a share reported"),
    "untold": ("无从推断报告完整度", "nothing tells the share reported"),
    "trend": ("无明显趋势", "no clear trend"),
    "pairs": ("可用配对不足", "too few usable pairs"),
    "horizon": ("超出预测期限", "beyond the horizon"),
    "falling": ("若R下降的情形", "the case that R falls"),
    "rt": ("实时再生数暂不发布", "R is withheld"),
    "transmitters": ("传播者过少", "too few transmitters"),
}


@dataclass(frozen=True)
class Gates:
    """The thresholds; the defaults are those of the reference for a city."""

    cumulative: int = 12
    cases: int = 5
    narrow: int = 11
    infectivity: float = 3.0
    onset_known: float = 0.7
    share: float = 0.1
    hatched: float = 0.5
    pairs: int = 10
    horizon: int = 14
    transmitters: int = 10


DEFAULT = Gates()


@dataclass(frozen=True)
class Verdict:
    """For each figure, of shape (..., W): its status and the reason, both keys of `WORDS` and `REASONS`."""

    status: Texts
    reason: Texts

    @property
    def shown(self) -> Mask:
        """Whether the number itself may be shown."""
        return np.asarray(np.isin(self.status, (OK, WIDE, PARTIAL)))


def rt(
    estimate: REstimate,
    cases: ArrayLike,
    *,
    mean_si: float,
    window: int,
    imported: ArrayLike | None = None,
    median_delay: ArrayLike | None = None,
    onset_known: ArrayLike = 1.0,
    corrections: ArrayLike | None = None,
    gates: Gates = DEFAULT,
) -> Verdict:
    """May R of each window be shown? `cases` (..., T) are all of them, the last day being today.

    `median_delay` is the report delay in days, of all or by area (...): windows with a younger day are partial. `onset_known` is the share of onsets known, by
    area (...); without onsets at all curves are labelled by report and it is 1. `corrections` (..., T) marks days with an open one.
    """
    seen = np.nan_to_num(np.asarray(cases, np.float64), nan=0.0)
    if imported is not None:
        seen = seen + np.nan_to_num(np.asarray(imported, np.float64), nan=0.0)
    total = np.cumsum(seen, axis=-1)
    length = seen.shape[-1]
    first = np.where(seen.any(axis=-1), (seen > 0).argmax(axis=-1), length)
    since = estimate.t_end - 1 - first[..., None]
    fails = [
        ("early", estimate.t_end <= mean_si),
        ("window", since < window),
        ("cumulative", total[..., estimate.t_end - 1] < gates.cumulative),
        ("onset", np.broadcast_to(np.asarray(onset_known)[..., None] < gates.onset_known, estimate.mean.shape)),
        ("infectivity", estimate.infectivity < gates.infectivity),
        ("cases", estimate.cases < gates.cases),
    ]
    if corrections is not None:
        open_ = np.cumsum(np.asarray(corrections, bool), axis=-1)
        before = np.where(estimate.t_start > 1, open_[..., estimate.t_start - 2], 0)
        fails.insert(4, ("correction", open_[..., estimate.t_end - 1] > before))
    status = np.full(estimate.mean.shape, OK, "<U10")
    status[estimate.cases < gates.narrow] = WIDE
    if median_delay is not None:
        young = length - estimate.t_end < np.asarray(median_delay, np.float64)[..., None]
        status[np.broadcast_to(young, status.shape)] = PARTIAL
    reason = np.full(estimate.mean.shape, "", "<U14")
    for name, wrong in reversed(fails):
        reason = np.where(wrong, name, reason)
    few = reason == "cases"
    low = (reason == "infectivity") & (total[..., estimate.t_end - 1] >= gates.cumulative)
    status = np.where(reason == "", status, np.where(few, DIRECTION, np.where(low, OVER, WITHHELD)))
    return Verdict(status.astype(np.str_), reason.astype(np.str_))


def nowcast(found: Nowcast, *, gates: Gates = DEFAULT) -> Verdict:
    """May the completed number of each day be shown, (T,)? Below half it is hatched as partial."""
    full = found.share >= 1
    status = np.where(full, OK, np.where(found.share < gates.hatched, PARTIAL, OK))
    reason = np.where(found.share < gates.share, "share", np.where(~found.told & ~full, "untold", ""))
    return Verdict(np.where(reason == "", status, WITHHELD).astype(np.str_), reason.astype(np.str_))


def doubling(fit: Growth) -> Verdict:
    """May a doubling time be shown, (...)? Without a clear trend the two bounds are."""
    known = ~np.isnan(fit.r)
    reason = np.where(~known, "cases", np.where(fit.clear, "", "trend"))
    return Verdict(np.where(reason == "", OK, WITHHELD).astype(np.str_), reason.astype(np.str_))


def forecast(status_of_R: str, horizon: int, *, gates: Gates = DEFAULT) -> tuple[str, str]:
    """May a forecast be shown as one? Otherwise it is a scenario."""
    if horizon > gates.horizon:
        return WITHHELD, "horizon"
    return (status_of_R, "") if status_of_R in (OK, WIDE, PARTIAL) else (WITHHELD, "rt")


def delay(pairs: int, *, gates: Gates = DEFAULT) -> tuple[str, str]:
    """May a fitted delay be used? Otherwise the profile's is, and that is said."""
    return (OK, "") if pairs >= gates.pairs else (WITHHELD, "pairs")


def offspring(transmitters: int, *, gates: Gates = DEFAULT) -> tuple[str, str]:
    """May k be shown as a point? Otherwise its interval alone."""
    return (OK, "") if transmitters >= gates.transmitters else (WIDE, "transmitters")
