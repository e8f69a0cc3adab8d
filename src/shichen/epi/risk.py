"""Risk levels of areas (风险等级) by a dated rule that is data: a new circular is a new row, not new code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shichen.epi.errors import BadData
from shichen.epi.shapes import Floats, Mask, counts

UNKNOWN, LOW, MEDIUM, HIGH = -1, 0, 1, 2


@dataclass(frozen=True)
class RiskRule:
    """What makes a level: new cases within `days`, more than `cum_limit` in all with a cluster outbreak within `cluster_days`.

    `cluster_min` says from how many linked cases whoever reports calls it a cluster outbreak; `source` is the circular it stands in.
    """

    id: str
    valid_from: str
    days: int
    cum_limit: int
    count_imported: bool
    cluster_min: int
    cluster_days: int
    source: str
    words: ClassVar[tuple[str, str, str]] = ("低", "中", "高")

    def __post_init__(self) -> None:
        if self.days < 1 or self.cluster_days < 1 or self.cum_limit < 0 or not self.source.strip():
            raise BadData(
                f"规则 {self.id} 的天数至少 1，界限不小于 0，并要写明出处。",
                f"rule {self.id} needs days of 1 or more, a limit of 0 or more, and its source.",
                field="rule",
            )


@dataclass(frozen=True)
class RiskLevel:
    """Each of shape (..., T): the level (0 low, 1 medium, 2 high), and what it rests on. NaN counts make a level of −1: not known."""

    rule: RiskRule
    level: np.ndarray
    recent: Floats
    cumulative: Floats
    cluster: Mask


def risk_level(
    new: ArrayLike, cluster: ArrayLike, rule: RiskRule, *, imported: ArrayLike | None = None, before: ArrayLike = 0.0
) -> RiskLevel:
    """Levels of areas day by day: `new` confirmed cases and whether a cluster outbreak was found that day, both (..., T).

    `imported` of the new cases are left out where the rule does not count them; `before` are cases confirmed earlier than day 1, (...).
    Raises BadData.
    """
    cases = counts(new, name="new")
    if imported is not None and not rule.count_imported:
        there = counts(imported, name="imported")
        if there.shape != cases.shape or (there > cases).any():
            raise BadData(
                "imported 要与 new 同形，且不多于它。",
                "imported must have the shape of new, and not exceed it.",
                field="imported",
            )
        cases = cases - there
    found = np.broadcast_to(np.asarray(cluster, bool), cases.shape)
    unknown = np.isnan(cases)
    known = np.where(unknown, 0.0, cases) if unknown.any() else cases
    recent = _within(known, rule.days)
    near = _within(found.astype(np.int32), rule.cluster_days) > 0
    total = np.cumsum(known, axis=-1)
    total += np.asarray(before, np.float64)[..., None]
    level = _level(recent, total, near, rule)
    if unknown.any():
        level[(_within(unknown.astype(np.int32), rule.days) > 0) & (recent == 0)] = UNKNOWN
    return RiskLevel(rule, level, recent, total, near)


def bounded_level(
    recent: tuple[ArrayLike, ArrayLike], cumulative: tuple[ArrayLike, ArrayLike], cluster: ArrayLike, rule: RiskRule
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The lowest and the highest level that bounds allow, each (...,): the level is known where both are the same.

    `recent` and `cumulative` are (fewest, most) cases within the rule's days and in all, infinity where nothing bounds them;
    `cluster` says whether a cluster outbreak lies within its days.
    """
    near = np.asarray(cluster, bool)
    low, high = (
        _level(np.asarray(new, np.float64), np.asarray(total, np.float64), near, rule)
        for new, total in zip(recent, cumulative, strict=True)
    )
    return low, high


def _level(recent: Floats, total: Floats, near: Mask, rule: RiskRule) -> NDArray[np.int64]:
    """No new case within the days: low; else high where cases passed the limit and a cluster is near; else medium."""
    some = recent > 0
    return np.add(some, some & near & (total > rule.cum_limit), dtype=np.int64)  # LOW, MEDIUM, HIGH are 0, 1, 2


@dataclass(frozen=True)
class CommunityRule:
    """What makes a community's class: cases within `days`; so many sporadic ones of unknown source that it spreads among people at large."""

    id: str
    valid_from: str
    days: int
    sporadic: int
    source: str
    words: ClassVar[tuple[str, str, str]] = ("无病例", "有病例或暴发", "社区传播")

    def __post_init__(self) -> None:
        if self.days < 1 or self.sporadic < 1 or not self.source.strip():
            raise BadData(
                f"规则 {self.id} 的天数与散发例数至少 1，并要写明出处。",
                f"rule {self.id} needs days and sporadic cases of 1 or more, and its source.",
                field="rule",
            )


def community_class(new: ArrayLike, sporadic: ArrayLike, rule: CommunityRule) -> np.ndarray:
    """Classes of communities day by day (..., T): 0 no case, 1 cases or a cluster, 2 spread (社区传播), −1 not known.

    `new` are confirmed cases, `sporadic` those of them without a known source. Raises BadData.
    """
    cases, alone = counts(new, name="new"), counts(sporadic, name="sporadic")
    if alone.shape != cases.shape or (alone > cases).any():
        raise BadData(
            "sporadic 要与 new 同形，且不多于它。",
            "sporadic must have the shape of new, and not exceed it.",
            field="sporadic",
        )
    unknown = np.isnan(cases) | np.isnan(alone)
    recent, single = (_within(np.where(unknown, 0.0, one), rule.days) for one in (cases, alone))
    level = np.where(recent == 0, LOW, np.where(single >= rule.sporadic, HIGH, MEDIUM))
    gap = _within(unknown.astype(np.int32), rule.days) > 0
    return np.where(gap & (level < HIGH) & (recent == 0), -1, level)


def _within(values: NDArray[Any], days: int) -> NDArray[Any]:
    """Sums over the last so many days, up to each day; fewer at the beginning."""
    total = np.cumsum(values, axis=-1)
    total[..., days:] -= total[..., :-days].copy()
    return total
