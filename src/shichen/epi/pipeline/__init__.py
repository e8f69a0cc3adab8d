"""A whole analysis (一次完整分析): delays, nowcast, R, growth, forecast and gates of one area or of all areas at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from shichen.epi import gates
from shichen.epi.errors import BadData
from shichen.epi.forecast import forecast_infections
from shichen.epi.gates import DEFAULT, Gates, Verdict
from shichen.epi.nowcast import Triangle
from shichen.epi.options import delay_opts, forecast_opts, generation_time_opts, obs_opts, rt_opts, trunc_opts
from shichen.epi.pipeline.completion import Curves, as_counted, completed
from shichen.epi.pipeline.estimates import Reproduction, growth, reproduction
from shichen.epi.pipeline.results import Epinow, Outlook, Regional
from shichen.epi.pipeline.telling import Said, told
from shichen.epi.rt import disaggregate, estimate_R, prob_outbreak_over
from shichen.epi.shapes import Floats, counts, days, windowed

__all__ = ["Epinow", "Outlook", "Regional", "epinow", "regional_epinow"]


def epinow(
    data: Triangle | Sequence[Triangle] | ArrayLike,
    dates: ArrayLike | None = None,
    *,
    generation_time: generation_time_opts,
    imported: ArrayLike | None = None,
    corrections: ArrayLike | None = None,
    delays: delay_opts | None = None,
    truncation: trunc_opts | None = None,
    obs: obs_opts | None = None,
    rt: rt_opts | None = None,
    forecast: forecast_opts | None = None,
    limits: Gates = DEFAULT,
    strat: str = "",
    seed: int = 0,
) -> Epinow:
    """Everything about one area: `data` is a reporting triangle (or equally likely ones, of `imputed_triangles`), or counts (T,) at `dates` (T,) that need no completion.

    See `regional_epinow`. Raises BadData. The counterpart of EpiNow2's `epinow`, by exact posteriors instead of sampling.
    """
    whole: Mapping[str, Triangle | Sequence[Triangle]] | ArrayLike
    if isinstance(data, Triangle) or (isinstance(data, Sequence) and data and isinstance(data[0], Triangle)):
        whole = {strat: data}  # type: ignore[dict-item]
    else:
        whole = np.asarray(data, np.float64)[None]
    several = {"imported": imported, "corrections": corrections}
    stacked = {name: None if one is None else np.asarray(one)[None] for name, one in several.items()}
    found = regional_epinow(
        whole,
        dates,
        [strat],
        generation_time=generation_time,
        **stacked,
        delays=delays,
        truncation=truncation,
        obs=obs,
        rt=rt,
        forecast=forecast,
        limits=limits,
        seed=seed,
    )
    return found[strat]


def regional_epinow(
    data: Mapping[str, Triangle | Sequence[Triangle]] | ArrayLike,
    dates: ArrayLike | None = None,
    areas: Sequence[str] | None = None,
    *,
    generation_time: generation_time_opts,
    imported: ArrayLike | None = None,
    corrections: ArrayLike | None = None,
    delays: delay_opts | None = None,
    truncation: trunc_opts | None = None,
    obs: obs_opts | None = None,
    rt: rt_opts | None = None,
    forecast: forecast_opts | None = None,
    limits: Gates = DEFAULT,
    seed: int = 0,
) -> Regional:
    """Everything about all areas at once: triangles by name over the same days, or counts (A, T) at `dates` (T,) of `areas` (A,).

    The last days of triangles are completed; R is the exact mixture over the paths for windows which the nowcast touches, and told once for
    the others. `imported` (A, T) are those of the cases, reported so far, that were infected elsewhere; `corrections` (A, T) marks days
    with an open one. With `obs.weekly` counts are weekly totals, `dates` their first days. The last day is today. Raises BadData.
    """
    obs, rt, outlook = obs or obs_opts(), rt or rt_opts(), forecast or forecast_opts()
    delays, truncation = delays or delay_opts(), truncation or trunc_opts()
    w = generation_time.w(seed)
    curves = _curves(data, dates, areas, delays, truncation, obs, w, seed)
    elsewhere = _like(imported, curves, "imported")
    if elsewhere is not None:
        if (elsewhere > curves.reported).any():
            raise BadData("imported 多于病例。", "imported exceeds the cases.", field="imported")
        curves = Curves(
            curves.names,
            curves.dates,
            curves.reported - elsewhere,
            curves.paths - (elsewhere[:, -curves.tail :] if curves.tail else 0),
            curves.nowcasts,
            curves.delays,
        )
    found = reproduction(curves, elsewhere, w, rt)
    cases = curves.reported if elsewhere is None else curves.reported + elsewhere
    verdict = gates.rt(
        found.estimate,
        cases,
        mean_si=generation_time.days,
        window=rt.window,
        median_delay=_medians(curves, delays),
        onset_known=np.full(len(curves.names), obs.onset_known),
        corrections=_like(corrections, curves, "corrections"),
        gates=limits,
    )
    verdict = _reported(verdict, curves, found, limits)
    rate = growth(_all(curves, elsewhere), obs)
    now, over = _few(curves, elsewhere, verdict, w, generation_time.tail(), rt)
    outlooks = tuple(
        _outlook(_all(curves, elsewhere), at, found, str(verdict.status[at, -1]), w, outlook, limits, seed)
        for at in range(len(curves.names))
    )
    said = told(
        Said(
            _all(curves, elsewhere),
            found.estimate,
            verdict,
            rate,
            [(one.stays, one.falls, one.status, one.reason) for one in outlooks],
            now,
            over,
        ),
        obs.event,
        limits,
    )
    return Regional(
        curves.names,
        curves.dates,
        cases,
        found.estimate,
        verdict,
        rate,
        curves.nowcasts,
        curves.delays,
        outlooks,
        now,
        over,
        said,
    )


def _curves(
    data: Mapping[str, Triangle | Sequence[Triangle]] | ArrayLike,
    dates: ArrayLike | None,
    areas: Sequence[str] | None,
    delays: delay_opts,
    truncation: trunc_opts,
    obs: obs_opts,
    w: Floats,
    seed: int,
) -> Curves:
    if isinstance(data, Mapping):
        if not data:
            raise BadData("一个地区也没有。", "there is no area at all.", field="data")
        if obs.weekly:
            raise BadData(
                "三角是按日的，不能当周数据。", "triangles are by day; they are no weekly totals.", field="data"
            )
        return completed(data, truncation, delays.report, seed)
    seen = counts(data, name="data", whole=False, least=2)
    when = days(np.asarray([] if dates is None else dates))
    names = [str(at + 1) for at in range(len(seen))] if areas is None else list(areas)
    if seen.ndim != 2 or when.shape != seen.shape[-1:] or len(names) != len(seen) or len({*names}) < len(names):
        raise BadData(
            "counts 是 (A, T)，dates 有 T 个，areas 有 A 个且不重名。",
            "counts are (A, T), dates T of them, areas A of them, no name twice.",
            field="data",
        )
    step = 7 if obs.weekly else 1
    if (np.diff(when).astype(np.int64) != step).any():
        raise BadData(
            f"dates 要每 {step} 天一个，不缺；周数据请设 obs_opts(weekly=True)。",
            f"dates must follow each other by {step} days; for weekly totals set obs_opts(weekly=True).",
            field="dates",
        )
    if obs.weekly:
        seen = disaggregate(seen, w if w.ndim == 1 else w.mean(axis=0))
        when = when[0] + np.arange(seen.shape[-1])
    return as_counted(names, when, seen)


def _all(curves: Curves, elsewhere: Floats | None) -> Curves:
    """Curves of all cases, wherever they were infected."""
    if elsewhere is None:
        return curves
    paths = curves.paths + (elsewhere[:, -curves.tail :] if curves.tail else 0)
    return Curves(curves.names, curves.dates, curves.reported + elsewhere, paths, curves.nowcasts, curves.delays)


def _like(values: ArrayLike | None, curves: Curves, name: str) -> Floats | None:
    if values is None:
        return None
    found = counts(values, name=name, whole=False)
    if found.shape != curves.reported.shape:
        raise BadData(f"{name} 要与病例同样形状。", f"{name} must have the shape of the cases.", field=name)
    return found


def _medians(curves: Curves, delays: delay_opts) -> Floats | None:
    """The median report delay of each area; of an area without one, the profile's; None where nothing is known of any."""
    other = float(delays.report.ppf(0.5)) if delays.report is not None else 0.0
    if not curves.tail and delays.report is None:
        return None
    return np.array([other if one is None else one.median for one in curves.delays])


def _reported(verdict: Verdict, curves: Curves, found: Reproduction, limits: Gates) -> Verdict:
    """Withheld where so small a share of a window's cases is reported as would withhold a day of the nowcast: R would be made of guesses."""
    if not curves.tail:
        return verdict
    first, last = found.estimate.t_start, found.estimate.t_end
    seen = windowed(np.nan_to_num(curves.reported, nan=0.0), first, last)
    guessed = seen < limits.share * found.estimate.cases
    return Verdict(np.where(guessed, gates.WITHHELD, verdict.status), np.where(guessed, "share", verdict.reason))


def _few(
    curves: Curves, elsewhere: Floats | None, verdict: Verdict, w: Floats, tail: Floats, rt: rt_opts
) -> tuple[Floats, Floats]:
    """For areas whose R is not told today: P(R<1) by EpiFilter where a direction may be, else whether it is over."""
    today = verdict.status[:, -1]
    below, over = np.full(len(today), np.nan), np.full(len(today), np.nan)
    one = w if w.ndim == 1 else w.mean(axis=0)
    some = np.flatnonzero(today == gates.DIRECTION)
    if len(some):
        there = None if elsewhere is None else elsewhere[some]
        found = estimate_R(np.round(_mean(curves)[some]), there, w=one, method="epifilter", eta=rt.eta)
        below[some] = found.below_one[:, -1]
    rest = np.flatnonzero(today == gates.OVER)
    if len(rest) and rt.without_measures is not None:
        cases = np.round(_mean(_all(curves, elsewhere))[rest])
        over[rest] = prob_outbreak_over(cases, tail, R=rt.without_measures, k=rt.k)[:, -1]
    return below, over


def _mean(curves: Curves) -> Floats:
    """Curves completed by the mean of their paths."""
    if not curves.tail:
        return curves.reported
    return np.concatenate([curves.reported[:, : -curves.tail], curves.paths.mean(axis=0)], axis=1)


def _outlook(
    curves: Curves,
    at: int,
    found: Reproduction,
    status: str,
    w: Floats,
    options: forecast_opts,
    limits: Gates,
    seed: int,
) -> Outlook:
    if not options.horizon:
        return Outlook(None, None, gates.WITHHELD, "horizon")
    allowed, reason = gates.forecast(status, options.horizon, gates=limits)
    path = curves.path(at)
    if allowed == gates.WITHHELD or np.isnan(path).any():
        return Outlook(None, None, gates.WITHHELD, reason or "rt")
    generator = np.random.Generator(np.random.PCG64([seed, at]))
    many = max(len(found.shape), 1000 if len(found.shape) == 1 else 1)
    R = generator.gamma(found.shape[:, at], found.scale[:, at], (many // len(found.shape), len(found.shape))).ravel()
    stays, falls = (
        forecast_infections(
            path,
            R,
            w=w,
            horizon=options.horizon,
            k=options.k,
            imports=options.imports,
            rw=options.rw if how is None else 0.0,
            damping=options.damping if how is None else 1.0,
            falling=how,
            paired=True,
            draws=options.draws,
            seed=seed + at,
        )
        for how in (None, options.falling)
    )
    return Outlook(stays, falls if options.falling is not None else None, allowed, reason)
