"""The curves of all areas with what has not been reported yet: paths of their last days, and by what each was completed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from shichen.epi.delays import Delay, discretise
from shichen.epi.errors import BadData
from shichen.epi.nowcast import Completeness, Nowcast, Triangle, Weekdays, by_weekday, estimate_truncation, nowcast
from shichen.epi.options import trunc_opts
from shichen.epi.shapes import Days, Floats

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


def completed(
    data: Mapping[str, Triangle | Sequence[Triangle]], options: trunc_opts, report: Delay | None, seed: int
) -> Curves:
    """Nowcasts of all areas; who has too few records is completed by the whole region's delay, the region by the profile's.

    Several triangles of one area are equally likely ones (of imputed onsets): each gives its part of the paths. Raises BadData unless all
    stand over the same days.
    """
    every = [[one] if isinstance(one, Triangle) else list(one) for one in data.values()]
    first = _alike(every)
    whole = Triangle(first.dates, np.sum([several[0].n for several in every], axis=0), 0, np.empty(0, np.int64))
    shared, source = _shared(whole, options, report)
    length = len(first.dates)
    tail = length if any(len(several) > 1 for several in every) else min(first.longest, length)
    paths = np.empty((options.draws, len(every), tail))
    casts: list[Nowcast | None] = []
    delays: list[ReportDelay | None] = []
    for at, several in enumerate(every):
        records = max(_records(one, options.m) for one in several)
        own = records >= options.least or (len(every) == 1 and source != PROFILE)
        found, paths[:, at] = _of_area(several, options, None if own else shared, records, seed + at, tail)
        casts.append(found)
        delays.append(None if found is None else _said(found.completeness, records, OWN if own else source))
    reported = np.stack([np.mean([one.reported for one in several], axis=0) for several in every])
    return Curves(np.array(list(data), np.str_), first.dates, reported, paths, tuple(casts), tuple(delays))


def _alike(every: Sequence[Sequence[Triangle]]) -> Triangle:
    first = every[0][0] if every[0] else None
    for one in (one for several in every for one in several):
        assert first is not None
        if len(one.dates) != len(first.dates) or one.dates[0] != first.dates[0] or one.longest != first.longest:
            first = None
            break
    if first is None or not all(every):
        raise BadData(
            "各地的三角要同样的日期与最长时滞，一地至少一个。",
            "all triangles must have the same days and longest delay, each area one at least.",
            field="data",
        )
    return first


def _of_area(
    several: Sequence[Triangle],
    options: trunc_opts,
    shared: Completeness | Weekdays | None,
    records: int,
    seed: int,
    tail: int,
) -> tuple[Nowcast | None, Floats]:
    """The nowcast over all triangles of an area, None without records, and its paths (draws, tail)."""
    parts, paths = [], []
    for at, share in enumerate(np.array_split(np.arange(options.draws), len(several))):
        one = several[at]
        path = np.repeat(one.reported[None], len(share), axis=0)
        if records and len(share):
            found = nowcast(
                _recent(one, options),
                m=options.m,
                draws=len(share),
                seed=seed + 1000 * at,
                weekday=options.weekday,
                completeness=shared,
            )
            path[:, path.shape[1] - found.draws.shape[1] :] = found.draws
            parts.append(found)
        paths.append(path[:, path.shape[1] - tail :])
    return _together(parts) if parts else None, np.concatenate(paths)


def _together(parts: Sequence[Nowcast]) -> Nowcast:
    """One nowcast of several equally likely ones."""
    if len(parts) == 1:
        return parts[0]
    draws = np.concatenate([one.draws for one in parts])
    return replace(
        parts[0],
        reported=np.mean([one.reported for one in parts], axis=0),
        share=np.mean([one.share for one in parts], axis=0),
        told=np.all([one.told for one in parts], axis=0),
        mean=draws.mean(axis=0),
        quantiles=np.quantile(draws, parts[0].levels, axis=0, method="inverted_cdf").T,
        draws=draws,
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
