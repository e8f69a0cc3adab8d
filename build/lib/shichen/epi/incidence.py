"""The epidemic curve (疫情曲线): cases by day or week and group, over a calendar without gaps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shichen.epi.errors import BadData
from shichen.epi.shapes import Days, Floats, Ints, civil, counts, days

_DAY = np.timedelta64(1, "D")
_THURSDAY = np.datetime64("1970-01-01", "D")
Interval = Literal["day", "isoweek"] | int


@dataclass(frozen=True)
class Incidence:
    """Counts (G, T) of groups (G,) by interval; `dates` (T,) are the first days. `missing` (G,) records had no date and are in no count.

    `width` is the interval in days. A complete calendar has a zero where nobody fell ill between the first and the last day seen.
    """

    dates: Days
    groups: NDArray[np.str_]
    counts: Floats
    missing: Ints
    width: int
    event: str = "onset"
    cumulative: bool = False

    @property
    def total(self) -> Floats:
        """Over all groups, (T,)."""
        return np.asarray(self.counts.sum(axis=0))


def incidence(
    dates: ArrayLike,
    *,
    interval: Interval = "day",
    groups: ArrayLike | None = None,
    counts_: ArrayLike | None = None,
    event: str = "onset",
    until: str | np.datetime64 | None = None,
) -> Incidence:
    """Count records (n,) by day, ISO week (from Monday) or so many days from the first, for each of `groups` (n,).

    `counts_` (n,) are cases of each record, one otherwise. Dates missing are counted apart; later than `until` is refused. Raises BadData.
    The counterpart of incidence2.
    """
    when = days(dates)
    if when.ndim != 1:
        raise BadData("dates 是一列日期。", "dates is one column of dates.", field="dates")
    who = np.full(len(when), "", np.str_) if groups is None else np.asarray(groups, np.str_)
    many = np.ones(len(when)) if counts_ is None else counts(counts_, name="counts")
    if who.shape != when.shape or many.shape != when.shape:
        raise BadData(
            "groups、counts 要与 dates 一样长。", "groups and counts must be as many as dates.", field="groups"
        )
    late = np.flatnonzero(when > civil(until, name="until")) if until is not None else np.empty(0, np.int64)
    if len(late):
        row = int(late[0]) + 1
        raise BadData(
            f"第 {row} 条日期 {when[row - 1]} 晚于 {until}；未来的日期不能计入。",
            f"record {row} is dated {when[row - 1]}, after {until}; the future is not counted.",
            field="dates",
        )
    if np.isnan(many).any():
        row = int(np.flatnonzero(np.isnan(many))[0]) + 1
        raise BadData(f"第 {row} 条缺人数。", f"record {row} has no count.", field="counts")
    names, which = np.unique(who, return_inverse=True)
    known = ~np.isnat(when)
    missing = np.bincount(which[~known], weights=many[~known], minlength=len(names)).astype(np.int64)
    width = _width(interval)
    if not known.any():
        return Incidence(np.empty(0, "datetime64[D]"), names, np.zeros((len(names), 0)), missing, width, event)
    start = _beginning(when[known].min(), interval)
    bin_ = (when[known] - start).astype(np.int64) // width
    table = np.zeros((len(names), int(bin_.max()) + 1))
    np.add.at(table, (which[known], bin_), many[known])
    return Incidence(start + np.arange(table.shape[1]) * width * _DAY, names, table, missing, width, event)


def regroup(curve: Incidence, groups: ArrayLike | None = None) -> Incidence:
    """The same with groups made one: `groups` (G,) names the new group of each, all in one without. Raises BadData."""
    name = np.full(len(curve.groups), "", np.str_) if groups is None else np.asarray(groups, np.str_)
    if name.shape != curve.groups.shape:
        raise BadData("groups 要与原来的组一样多。", "groups must be as many as there are.", field="groups")
    names, which = np.unique(name, return_inverse=True)
    table = np.zeros((len(names), curve.counts.shape[1]))
    np.add.at(table, which, curve.counts)
    return replace(
        curve,
        groups=names,
        counts=table,
        missing=np.bincount(which, weights=curve.missing, minlength=len(names)).astype(np.int64),
    )


def complete_dates(dates: ArrayLike, values: ArrayLike, *, fill: float = 0.0) -> tuple[Days, Floats]:
    """Daily values (..., n) at dates (n,), in any order, over every day from the first to the last: `fill` between, never beyond.

    Raises BadData for a date twice or missing.
    """
    when, seen = days(dates), counts(values, name="values", whole=False)
    if when.ndim != 1 or seen.shape[-1] != len(when) or np.isnat(when).any():
        raise BadData(
            "dates 与 values 要一样长，日期不缺。",
            "dates and values must be of one length, no date missing.",
            field="dates",
        )
    first = when.min()
    at = (when - first).astype(np.int64)
    if len(np.unique(at)) != len(at):
        twice = when[np.flatnonzero(np.bincount(at)[at] > 1)[0]]
        raise BadData(f"{twice} 出现两次。", f"{twice} stands twice.", field="dates")
    table = np.full((*seen.shape[:-1], int(at.max()) + 1), fill)
    table[..., at] = seen
    return first + np.arange(table.shape[-1]), table


@dataclass(frozen=True)
class Correction:
    """A day on which a running total fell: group and day by place from 0, and by how many."""

    group: int
    day: int
    fewer: float


def cumulate(curve: Incidence) -> Incidence:
    """Running totals, (G, T). Raises BadData for totals already."""
    if curve.cumulative:
        raise BadData("已经是累计数。", "these are totals already.", field="curve")
    return replace(curve, counts=np.cumsum(curve.counts, axis=-1), cumulative=True)


def daily_of_totals(totals: ArrayLike) -> tuple[Floats, tuple[Correction, ...]]:
    """New cases of running totals (G, T) or (T,), of that shape, day 1 being new, and the corrections in them.

    A total that falls is a correction: it is listed, and taken off the last days before it that had new cases, so that totals never
    run backwards and the sum stays what is said last.
    """
    said = counts(totals, name="totals")
    table = np.atleast_2d(said)
    new = np.diff(table, axis=-1, prepend=0.0)
    found: list[Correction] = []
    for group, day in np.argwhere(new < 0):
        fewer = -float(new[group, day])
        found.append(Correction(int(group), int(day), fewer))
        new[group, day] = 0.0
        for before in range(day - 1, -1, -1):
            off = min(fewer, float(new[group, before])) if new[group, before] > 0 else 0.0
            new[group, before] -= off
            fewer -= off
            if fewer <= 0:
                break
    return new.reshape(said.shape), tuple(found)


def keep_first(curve: Incidence, n: int) -> Incidence:
    """The first n intervals. Raises BadData unless n ≥ 1."""
    return _kept(curve, np.arange(min(_some(n), len(curve.dates))))


def keep_last(curve: Incidence, n: int) -> Incidence:
    """The last n intervals. Raises BadData unless n ≥ 1."""
    length = len(curve.dates)
    return _kept(curve, np.arange(max(0, length - _some(n)), length))


def keep_peaks(curve: Incidence) -> list[tuple[str, Days, float]]:
    """Of each group with cases its name, the first days of all intervals that reach the maximum, and the maximum."""
    found = []
    for name, row in zip(curve.groups, curve.counts, strict=True):
        if row.size and row.max() > 0:
            found.append((str(name), curve.dates[row == row.max()], float(row.max())))
    return found


@dataclass(frozen=True)
class Peak:
    """The interval of the maximum (all where several tie), with the 95 % interval of it over bootstraps."""

    dates: Days
    cases: float
    lower_95: np.datetime64
    upper_95: np.datetime64


def bootstrap_incidence(curve: Incidence, *, n: int = 100, seed: int = 0) -> Floats:
    """Curves (n, G, T) of as many cases, each group's drawn again from its own days."""
    generator = np.random.Generator(np.random.PCG64(seed))
    out = np.zeros((n, *curve.counts.shape))
    for group, row in enumerate(curve.counts):
        total = int(row.sum())
        if total:
            out[:, group] = generator.multinomial(total, row / row.sum(), size=n)
    return out


def estimate_peak(curve: Incidence, *, n: int = 1000, seed: int = 0) -> Peak:
    """The peak of all groups together. Raises BadData without cases."""
    whole = regroup(curve)
    row = whole.total
    if not row.size or row.max() <= 0:
        raise BadData("没有病例，也就没有高峰。", "without cases there is no peak.", field="curve")
    drawn = bootstrap_incidence(whole, n=n, seed=seed)[:, 0].argmax(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975), method="inverted_cdf").astype(np.int64)
    return Peak(whole.dates[row == row.max()], float(row.max()), whole.dates[low], whole.dates[high])


def rolling_average(values: ArrayLike, *, n: int = 7) -> Floats:
    """Means over the last n days (..., T), NaN before there are n and where one is missing. Raises BadData."""
    seen = counts(values, name="values", whole=False)
    out = np.full(seen.shape, np.nan)
    if seen.shape[-1] >= _some(n):
        out[..., n - 1 :] = np.lib.stride_tricks.sliding_window_view(seen, n, axis=-1).mean(axis=-1)
    return out


def _kept(curve: Incidence, at: Ints) -> Incidence:
    return replace(curve, dates=curve.dates[at], counts=curve.counts[:, at])


def _some(n: int) -> int:
    if n < 1:
        raise BadData("n 至少 1。", "n is one at least.", field="n")
    return n


def _width(interval: Interval) -> int:
    if interval == "day":
        return 1
    if interval == "isoweek":
        return 7
    if isinstance(interval, int) and interval >= 1:
        return interval
    raise BadData(
        "interval 写 day、isoweek 或天数。", "interval is day, isoweek or a number of days.", field="interval"
    )


def _beginning(first: np.datetime64, interval: Interval) -> np.datetime64:
    """The first day of the first interval: a Monday for weeks."""
    return first - ((first - _THURSDAY).astype(np.int64) + 3) % 7 * _DAY if interval == "isoweek" else first
