"""What was known when (报告三角): events by day and by the delay of their report, as a triangle that later days fill."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi.errors import BadData
from shichen.epi.shapes import Days, Floats, Ints, civil, days

BATCH = 5.0
"""How many times the median day's reports make a batch."""
LEAST = 7
"""Days with reports from which on a batch is looked for."""


@dataclass(frozen=True)
class Triangle:
    """`n` (T, D+1): events of each day by whole days until their report, NaN where that day has not come; `dates` (T,), the last is now.

    Delays beyond D stand with D. `missing` records lack a date, `negative` are reported before they happened: neither is counted.
    """

    dates: Days
    n: Floats
    missing: int
    negative: Ints
    by_report: Floats | None = None
    """Records by the day of their report, (T,); without it nothing is told of batches."""

    @property
    def batches(self) -> Days:
        """Days on which more than five times as much was reported as on the median day with reports: entered at once, it seems (补录)."""
        if self.by_report is None or (self.by_report > 0).sum() < LEAST:
            return self.dates[:0]
        return self.dates[self.by_report > BATCH * np.median(self.by_report[self.by_report > 0])]

    @property
    def longest(self) -> int:
        """D."""
        return int(self.n.shape[1]) - 1

    @property
    def reported(self) -> Floats:
        """Events of each day that are known by now, (T,)."""
        return np.asarray(np.nansum(self.n, axis=1))


def reporting_triangle(
    event: ArrayLike,
    report: ArrayLike,
    *,
    now: str | np.datetime64,
    longest: int,
    since: str | np.datetime64 | None = None,
) -> Triangle:
    """The triangle of events (n,) and their reports (n,), both dates, as it was known at the end of the day `now`.

    What was reported later is not looked at. `longest` is D in days: about the 99th percentile of the delay, 10 to 21. Days begin with
    the first event, or with `since`. Raises BadData.
    """
    return reporting_triangles(event, report, None, now=now, longest=longest, since=since)[""]


def reporting_triangles(
    event: ArrayLike,
    report: ArrayLike,
    area: ArrayLike | None,
    *,
    now: str | np.datetime64,
    longest: int,
    since: str | np.datetime64 | None = None,
) -> dict[str, Triangle]:
    """The triangle of each `area` (n,) over the same days, by name in order; see `reporting_triangle`. Raises BadData."""
    happened, said = days(event, name="event"), days(report, name="report")
    where = np.full(happened.shape, "", np.str_) if area is None else np.asarray(area, np.str_)
    if happened.shape != said.shape or happened.ndim != 1 or where.shape != happened.shape:
        raise BadData("event 与 report 要一样长。", "event and report must be of one length.", field="report")
    if longest < 1:
        raise BadData("最长时滞至少 1 天。", "the longest delay is one day at least.", field="longest")
    last = civil(now, name="now")
    missing = np.isnat(happened) | np.isnat(said)
    negative = np.flatnonzero(~missing & (said < happened))
    known = ~missing & (said >= happened) & (said <= last)
    first = civil(since, name="since") if since is not None else happened[known].min() if known.any() else None
    if first is None:
        raise BadData(f"到 {last} 为止没有一条可用的记录。", f"no record can be used up to {last}.", field="report")
    known &= happened >= first
    length = int((last - first).astype(np.int64)) + 1
    if length < 1:
        raise BadData("起始日在截止日之后。", "the first day lies after now.", field="since")
    names, which = np.unique(where, return_inverse=True)
    if area is None:
        names, which = np.array([""]), np.zeros(len(where), np.int64)
    day, on = ((one[known] - first).astype(np.int64) for one in (happened, said))
    n, by_report = np.zeros((len(names), length, longest + 1)), np.zeros((len(names), length))
    np.add.at(n, (which[known], day, np.minimum(on - day, longest)), 1.0)
    np.add.at(by_report, (which[known], on), 1.0)
    n[:, np.arange(length)[:, None] + np.arange(longest + 1) > length - 1] = np.nan
    lacking = np.bincount(which[missing], minlength=len(names))
    return {
        str(name): Triangle(
            first + np.arange(length), n[at], int(lacking[at]), negative[which[negative] == at], by_report[at]
        )
        for at, name in enumerate(names)
    }
