"""Onsets that nobody asked about (缺失发病日): drawn from how long others, reported about then, had been ill."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi.errors import BadData
from shichen.epi.nowcast.triangle import Triangle, reporting_triangle
from shichen.epi.shapes import Days, civil, days

AROUND = 7
"""Days before and after a report from which the delays of others are taken."""
_LEAST = 5


def impute_onsets(onset: ArrayLike, report: ArrayLike, *, draws: int = 1000, seed: int = 0) -> Days:
    """Onsets (draws, n) as dates: those that are known as they are, the others as report minus a delay drawn from the pairs of that fortnight.

    Where that fortnight has fewer than five pairs, all are taken. Raises BadData where there is no pair at all, or a report is missing.
    """
    began, said = days(onset, name="onset"), days(report, name="report")
    if began.shape != said.shape or began.ndim != 1:
        raise BadData("onset 与 report 要一样长。", "onset and report must be of one length.", field="report")
    if np.isnat(said).any():
        row = int(np.flatnonzero(np.isnat(said))[0]) + 1
        raise BadData(
            f"report 第 {row} 条缺日期；没有报告日的不能推算。",
            f"report, number {row}, is missing; without it nothing can be drawn.",
            field="report",
        )
    paired = np.flatnonzero(~np.isnat(began) & (began <= said))
    unknown = np.flatnonzero(np.isnat(began))
    found = np.repeat(began[None, :], draws, axis=0)
    if not len(unknown):
        return found
    if not len(paired):
        raise BadData(
            "没有一条既有发病日又有报告日，无从推算。",
            "no record has both dates; nothing can be drawn from.",
            field="onset",
        )
    delay, when = (said - began)[paired].astype(np.int64), said[paired]
    generator = np.random.Generator(np.random.PCG64(seed))
    for day in np.unique(said[unknown]):
        near = delay[np.abs((when - day).astype(np.int64)) <= AROUND]
        these = unknown[said[unknown] == day]
        found[:, these] = day - generator.choice(near if len(near) >= _LEAST else delay, (draws, len(these)))
    return found


def imputed_triangles(
    onset: ArrayLike,
    report: ArrayLike,
    *,
    now: str | np.datetime64,
    longest: int,
    since: str | np.datetime64 | None = None,
    m: int = 10,
    seed: int = 0,
) -> list[Triangle]:
    """Equally likely triangles of records (n,) of which some have no onset: `m` of them, over the same days; one where none is lacking.

    What was reported after `now` is not looked at, not even for its delay. Raises BadData. Source: multiple imputation (Rubin 1987).
    """
    began, said = days(onset, name="onset"), days(report, name="report")
    if began.shape != said.shape or began.ndim != 1 or m < 1:
        raise BadData(
            "onset 与 report 要一样长，m 至少 1。",
            "onset and report must be of one length, m one at least.",
            field="report",
        )
    known = said <= civil(now, name="now")
    if not np.isnat(began[known]).any():
        return [reporting_triangle(began, said, now=now, longest=longest, since=since)]
    drawn = impute_onsets(began[known], said[known], draws=m, seed=seed)
    first = drawn.min() if since is None else since
    return [reporting_triangle(one, said[known], now=now, longest=longest, since=first) for one in drawn]
