"""The curves of all areas with what has not been reported yet: paths of their last days, and by what each was completed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shichen.epi.delays import Delay, discretise
from shichen.epi.errors import BadData
from shichen.epi.nowcast import Completeness, Nowcast, Triangle, Weekdays, by_weekday, estimate_truncation, nowcast
from shichen.epi.options import trunc_opts
from shichen.epi.shapes import LEVELS, Days, Floats

OWN, REGION, PROFILE, NONE = "own", "region", "profile", "none"
_WEIGHT = 50.0
"""Records that a delay from the profile counts as."""


@dataclass(frozen=True)
class ReportDelay:
    """Days within which half and 95 % are reported, from `n` records, and whose delay it is: own, the region's, the profile's or none."""

    median: float
    p95: float
    n: int
    source: str


@dataclass(frozen=True)
class Curves:
    """Counts of areas (A, T) as reported, and paths (draws, A, L) of their last L days; without a nowcast L is 0.

    `nowcasts` and `delays` (A,) are None for areas without records to complete.
    """

    names: NDArray[np.str_]
    dates: Days
    reported: Floats
    paths: Floats
    nowcasts: tuple[Nowcast | None, ...]
    delays: tuple[ReportDelay | None, ...]

    @property
    def tail(self) -> int:
        """Days that the nowcast touches."""
        return int(self.paths.shape[-1])

    def path(self, area: int) -> Floats:
        """Whole curves of one area, (draws or 1, T)."""
        if not self.tail:
            return self.reported[area : area + 1]
        head = np.broadcast_to(self.reported[area, : -self.tail], (len(self.paths), len(self.dates) - self.tail))
        return np.concatenate([head, self.paths[:, area]], axis=1)


def as_counted(names: Sequence[str], dates: Days, counts: Floats) -> Curves:
    """Curves that need no completion, or cannot have any."""
    nothing = (None,) * len(names)
    return Curves(np.asarray(names, np.str_), dates, counts, np.zeros((0, len(names), 0)), nothing, nothing)


def completed(triangles: Mapping[str, Triangle], options: trunc_opts, report: Delay | None, seed: int) -> Curves:
    """Nowcasts of all areas; who has too few records is completed by the whole region's delay, the region by the profile's.

    Raises BadData unless all triangles stand over the same days.
    """
    every = list(triangles.values())
    first = every[0]
    if any(
        len(one.dates) != len(first.dates) or one.dates[0] != first.dates[0] or one.longest != first.longest
        for one in every
    ):
        raise BadData(
            "各地的三角要同样的日期与最长时滞。",
            "all triangles must have the same days and longest delay.",
            field="data",
        )
    whole = Triangle(first.dates, np.sum([one.n for one in every], axis=0), 0, np.empty(0, np.int64))
    shared, source = _shared(whole, options, report)
    tail = min(first.longest, len(first.dates))
    paths = np.empty((options.draws, len(every), tail))
    casts: list[Nowcast | None] = []
    delays: list[ReportDelay | None] = []
    levels = LEVELS
    for at, one in enumerate(every):
        records = _records(one, options.m)
        if not records:
            paths[:, at] = one.reported[len(one.reported) - tail :]
            casts.append(None)
            delays.append(None)
            continue
        own = records >= options.least or (len(every) == 1 and source != PROFILE)
        found = nowcast(
            _recent(one, options),
            m=options.m,
            draws=options.draws,
            seed=seed + at,
            weekday=options.weekday,
            completeness=None if own else shared,
            levels=levels,
        )
        paths[:, at] = found.draws[:, found.draws.shape[1] - tail :]
        casts.append(found)
        delays.append(_said(found.completeness, records, OWN if own else source))
    return Curves(
        np.array(list(triangles), np.str_),
        first.dates,
        np.stack([one.reported for one in every]),
        paths,
        tuple(casts),
        tuple(delays),
    )


def _recent(one: Triangle, options: trunc_opts) -> Triangle:
    """The last days that a nowcast looks at: before them nothing is smoothed and nothing missing."""
    most = max(3 * (one.longest + 1) + 14, options.m or len(one.dates))
    by_report = None if one.by_report is None else one.by_report[-most:]
    return Triangle(one.dates[-most:], one.n[-most:], one.missing, one.negative, by_report)


def _records(one: Triangle, m: int | None) -> int:
    return int(np.nansum(one.n if m is None else one.n[-m:]))


def _shared(whole: Triangle, options: trunc_opts, report: Delay | None) -> tuple[Completeness | Weekdays, str]:
    records = _records(whole, options.m)
    seen = estimate_truncation(whole.n, m=options.m)
    if records >= options.least or report is None:
        week = by_weekday(whole, seen, m=options.m) if options.weekday else None
        return week or seen, REGION if records >= options.least else NONE
    return of_profile(report, whole.longest), PROFILE


def of_profile(report: Delay, longest: int) -> Completeness:
    """How much is reported after so many days when the delay is a profile's: as sure as fifty records of it would make it."""
    pmf = discretise(report, longest=10 * longest + 60)
    p = np.append(pmf[:longest], pmf[longest:].sum())
    F = np.cumsum(p)
    F[-1] = 1.0
    return Completeness(F, _WEIGHT * p, _WEIGHT * F, 1.0)


def _said(seen: Completeness, records: int, source: str) -> ReportDelay:
    median, late = (float(np.argmax(share <= seen.F)) for share in (0.5, 0.95))
    return ReportDelay(median, late, records, source)
