"""R and growth of completed curves: windows that the nowcast does not touch are told once, the others as mixtures over its paths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shichen.epi.growth import Growth, growth_rate
from shichen.epi.options import obs_opts, rt_opts
from shichen.epi.pipeline.completion import Curves
from shichen.epi.rt import REstimate, cori, windows
from shichen.epi.rt.infectivity import Origin, by_origin, infectivity
from shichen.epi.shapes import LEVELS, Z95, Floats

_GROWN = 50
"""Paths whose growth is told; between them it varies little."""


@dataclass(frozen=True)
class Reproduction:
    """R of all windows (A, W), and shape and scale of the last window's gamma on each path (draws, A) for the forecast."""

    estimate: REstimate
    shape: Floats
    scale: Floats


def reproduction(curves: Curves, imported: Floats | None, w: Floats, options: rt_opts) -> Reproduction:
    """R after Cori of every area; `w` (K,) or (n, K). Cases not yet reported count as local."""
    length = len(curves.dates)
    first, last = windows.sliding(length, options.window)
    a0, b0 = cori.prior(options.prior_mean, options.prior_sd)
    cases = by_origin(curves.reported, imported, whole=False)
    weights = w if w.ndim == 2 else w[None]
    if not curves.tail and len(weights) == 1:
        seen = cori.seen(cases, infectivity(cases.all, weights[0]), first, last)
        said = cori.posterior(seen, weights[0], a0, b0, LEVELS)
        return _with_last([seen], [weights[0]], seen, said, a0, b0)
    touched = last > length - curves.tail if len(weights) == 1 else np.ones(len(last), bool)
    parts, used = [], []
    for at in range(max(len(curves.paths), len(weights)) if curves.tail else len(weights)):
        one = weights[at % len(weights)]
        path = _path(curves, cases, at % len(curves.paths)) if curves.tail else cases
        parts.append(_windows(path, one, first[touched], last[touched]))
        used.append(one)
    mixed = cori.mixture(parts, used, a0, b0, LEVELS)
    middle = _middle(parts)
    if touched.all():
        return _with_last(parts, used, middle, mixed, a0, b0)
    early = cori.seen(cases, infectivity(cases.all, weights[0]), first[~touched], last[~touched])
    told = cori.posterior(early, weights[0], a0, b0, LEVELS)
    seen = cori.Windows(
        first,
        last,
        *(
            np.concatenate([getattr(early, name), getattr(middle, name)], axis=-1)
            for name in ("cases", "infectivity", "missing")
        ),
    )
    said = cori.Posterior(
        *(
            np.concatenate([getattr(told, name), getattr(mixed, name)], axis=1)
            for name in ("mean", "sd", "quantiles", "below_one")
        )
    )
    return _with_last(parts, used, seen, said, a0, b0)


def _path(curves: Curves, cases: Origin, at: int) -> Origin:
    """The curves of all areas on one path of the nowcast: what is more than reported is local."""
    more = curves.paths[at] - curves.reported[:, -curves.tail :]
    local, imported = cases.local.copy(), cases.imported
    local[:, -curves.tail :] += more
    if curves.tail == local.shape[1]:  # what happened on day 1 was caused by nobody here
        imported = imported.copy()
        imported[:, 0] += local[:, 0]
        local[:, 0] = 0.0
    return Origin(np.maximum(local, 0.0), np.maximum(imported, 0.0))


def _windows(path: Origin, w: Floats, first: np.ndarray, last: np.ndarray) -> cori.Windows:
    """What windows hold, looking back no further than the interval reaches."""
    back = max(int(first[0]) - len(w) - 1, 0)
    near = Origin(path.local[:, back:], path.imported[:, back:])
    force = infectivity(near.all, w)
    found = cori.seen(near, force, first - back, last - back)
    return cori.Windows(first, last, found.cases, found.infectivity, found.missing)


def _middle(parts: list[cori.Windows]) -> cori.Windows:
    one = parts[0]
    cases, force = (np.mean([getattr(part, name) for part in parts], axis=0) for name in ("cases", "infectivity"))
    return cori.Windows(one.t_start, one.t_end, cases, force, one.missing)


def _with_last(
    parts: list[cori.Windows], used: list[Floats], seen: cori.Windows, said: cori.Posterior, a0: float, b0: float
) -> Reproduction:
    shape = np.stack([a0 + part.cases[:, -1] for part in parts])
    scale = np.stack([1 / (1 / b0 + part.infectivity[:, -1]) for part in parts])
    estimate = REstimate(
        "cori",
        seen.t_start,
        seen.t_end,
        said.mean,
        said.sd,
        LEVELS,
        said.quantiles,
        said.below_one,
        seen.cases,
        seen.infectivity,
        seen.missing,
    )
    return Reproduction(estimate, shape, scale)


def growth(curves: Curves, options: obs_opts) -> Growth:
    """Growth of every area, (A,): over paths of the nowcast, what differs between them added to what is uncertain in each.

    Source: Rubin's rule for estimates over completed data (1987).
    """
    window = min(options.growth_window, len(curves.dates))
    if not curves.tail:
        return growth_rate(curves.reported, window=window, weekday=options.weekday)
    some = min(_GROWN, len(curves.paths))
    recent = np.repeat(curves.reported[None, :, -window:], some, axis=0)
    reach = min(window, curves.tail)
    recent[:, :, -reach:] = curves.paths[:some, :, -reach:]
    each = growth_rate(recent, window=None, weekday=options.weekday)
    known = ~np.isnan(each.r)
    n = known.sum(axis=0)
    enough = n > some // 2
    with np.errstate(invalid="ignore", divide="ignore"):
        r, inside, phi = (np.where(known, one, 0.0).sum(axis=0) / n for one in (each.r, each.se**2, each.phi))
        between = (np.where(known, each.r - r, 0.0) ** 2).sum(axis=0) / np.maximum(n - 1, 1)
        se = np.sqrt(inside + (1 + 1 / n) * between)
    r, se, phi = (np.where(enough, one, np.nan) for one in (r, se, phi))
    return Growth(r, se, r - Z95 * se, r + Z95 * se, phi, window, each.with_cases.mean(axis=0))
