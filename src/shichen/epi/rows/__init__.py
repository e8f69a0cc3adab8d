"""Result rows (结果行): what every method says in one shape, with the column names of EpiNow2, for tables, charts and what is kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from shichen.epi import gates
from shichen.epi.errors import BadData
from shichen.epi.forecast import Forecast, Scenario
from shichen.epi.gates import Verdict
from shichen.epi.growth import Growth, doubling_time
from shichen.epi.nowcast import Nowcast
from shichen.epi.resources import Census
from shichen.epi.rows.table import (
    BOUNDS,
    COLUMNS,
    ESTIMATE,
    EVENTS,
    FORECAST,
    NUMBERS,
    SCENARIO,
    TYPES,
    UNFINISHED,
    Event,
    Rows,
    calendar,
    everywhere,
    made,
    stacked,
)
from shichen.epi.rt import CohortR, Infections, REstimate
from shichen.epi.shapes import Floats, civil

__all__ = [
    "COLUMNS",
    "ESTIMATE",
    "EVENTS",
    "FORECAST",
    "NUMBERS",
    "SCENARIO",
    "TYPES",
    "UNFINISHED",
    "Event",
    "Rows",
    "curve",
    "of_R",
    "of_census",
    "of_chance",
    "of_cohorts",
    "of_forecast",
    "of_growth",
    "of_infections",
    "of_nowcast",
    "of_scenario",
    "of_smoothed_R",
    "stacked",
]


def of_R(
    found: REstimate, dates: ArrayLike, *, event: Event, strat: ArrayLike = "", verdict: Verdict | None = None
) -> Rows:
    """Rows of R, one a window and area, dated by the window's end; `dates` (T,) are those of the counts, `strat` (...) names the areas."""
    when = calendar(dates)[found.t_end - 1]
    return made(
        "R",
        when,
        strat,
        event,
        found.mean,
        found.sd,
        found.levels,
        found.quantiles,
        found.t_start,
        found.t_end,
        verdict,
    )


def of_smoothed_R(
    found: REstimate, dates: ArrayLike, *, event: Event, strat: ArrayLike = "", verdict: Verdict | None = None
) -> Rows:
    """The same of EpiFilter's smoother, for history. Raises BadData for an estimate that was not smoothed."""
    if found.smoothed is None:
        raise BadData("这里没有平滑的 R。", "this estimate has no smoothed R.", field="found")
    one, when = found.smoothed, calendar(dates)[found.t_end - 1]
    return made(
        "R", when, strat, event, one.mean, one.sd, found.levels, one.quantiles, found.t_start, found.t_end, verdict
    )


def of_cohorts(found: CohortR, dates: ArrayLike, *, event: Event, strat: ArrayLike = "") -> Rows:
    """Rows of the cohort R, one a window and area, dated by the window's end; windows without a case or not yet visible say so."""
    q = np.stack([found.lower_95, found.upper_95], axis=-1)
    unseen = Verdict(
        np.where(np.isnan(found.mean), gates.WITHHELD, gates.OK), np.where(np.isnan(found.mean), "cases", "")
    )
    when = calendar(dates)[found.t_end - 1]
    return made(
        "cohort_R", when, strat, event, found.mean, found.sd, (0.025, 0.975), q, found.t_start, found.t_end, unseen
    )


def of_infections(
    found: Infections, dates: ArrayLike, *, strat: ArrayLike = "", limits: gates.Gates = gates.DEFAULT
) -> Rows:
    """Rows of infections by day, a point each, or with the bounds of resamples. Days of which less than half can have been reported are partial, almost none withheld."""
    shown = np.broadcast_to(found.reported, found.mean.shape)
    status = np.where(shown < limits.share, gates.WITHHELD, np.where(shown < limits.hatched, gates.PARTIAL, gates.OK))
    verdict = Verdict(status, np.where(shown < limits.share, "share", ""))
    levels: tuple[float, ...] = (0.5,)
    q, sd = found.mean[..., None], None
    if found.draws is not None:
        levels = tuple(BOUNDS)
        q, sd = np.moveaxis(np.quantile(found.draws, levels, axis=0), 0, -1), found.draws.std(axis=0)
    return made("infections", calendar(dates), strat, "infection", found.mean, sd, levels, q, verdict=verdict)


def of_nowcast(
    found: Nowcast, *, event: Event = "onset", strat: str = "", verdict: Verdict | None = None, last: int | None = None
) -> Rows:
    """Rows of each day's completed count, gated by `gates.nowcast` unless another verdict is given; with `last` of so many days only."""
    said = gates.nowcast(found) if verdict is None else verdict
    rows = made(
        curve(event),
        found.dates,
        strat,
        event,
        found.mean,
        found.draws.std(axis=0),
        found.levels,
        found.quantiles,
        verdict=said,
        partial=np.asarray(found.share < 1),
    )
    return rows if last is None else rows.where(np.arange(len(rows)) >= len(rows) - last)


def of_growth(found: Growth, dates: ArrayLike, *, event: Event, strat: ArrayLike = "") -> Rows:
    """Two rows an area, dated by the last day of `dates`: the growth rate a day, and the doubling time in days (below 0: halving)."""
    when = calendar(dates)
    start, end = np.array([len(when) - found.days + 1]), np.array([len(when)])
    levels = tuple(BOUNDS)
    q = np.asarray(found.r)[..., None] + np.asarray(found.se)[..., None] * ndtri(levels)
    known = ~np.isnan(np.asarray(found.r))
    rate = Verdict(np.where(known, gates.OK, gates.WITHHELD), np.where(known, "", "cases"))
    double, verdict = doubling_time(found), gates.doubling(found)
    ends = np.sort(np.stack([double.lower_95, double.upper_95, double.days], axis=-1), axis=-1)

    def one(name: str, mean: Floats, sd: Floats | None, levels: Sequence[float], q: Floats, said: Verdict) -> Rows:
        said = Verdict(said.status[..., None], said.reason[..., None])
        spread = None if sd is None else sd[..., None]
        return made(
            name,
            when[-1:],
            strat,
            event,
            mean[..., None],
            spread,
            levels,
            q[..., None, :],
            first=start,
            last=end,
            verdict=said,
        )

    return one("growth_rate", np.asarray(found.r), np.asarray(found.se), levels, q, rate) + one(
        "doubling_time", np.asarray(double.days), None, (0.025, 0.5, 0.975), ends[..., [0, 1, 2]], verdict
    )


def of_forecast(
    found: Forecast,
    last: str | np.datetime64,
    *,
    event: Event,
    strat: str = "",
    status: str = gates.OK,
    reason: str = "",
    total: bool = False,
) -> Rows:
    """Rows of the days after `last`; where the gate allows no forecast (`gates.forecast`) they are a scenario. `total`: their sum as well."""
    kind = FORECAST if status in (gates.OK, gates.WIDE, gates.PARTIAL) else SCENARIO
    when = civil(last, name="last") + np.arange(1, len(found.mean) + 1)
    verdict = everywhere(when, status if kind == FORECAST else gates.OK, reason)
    rows = made(
        curve(event),
        when,
        strat,
        event,
        found.mean,
        found.draws.std(axis=0),
        found.levels,
        found.quantiles,
        verdict=verdict,
        kind=kind,
    )
    if not total:
        return rows
    summed = found.draws.sum(axis=1)
    mean, sd = np.array([summed.mean()]), np.array([summed.std()])
    one = Verdict(verdict.status[:1], verdict.reason[:1])
    whole = made(
        f"{curve(event)}_total",
        when[-1:],
        strat,
        event,
        mean,
        sd,
        found.levels,
        found.total[None],
        verdict=one,
        kind=kind,
    )
    return rows + whole


def of_scenario(found: Scenario, last: str | np.datetime64, *, event: Event, strat: str = "") -> Rows:
    """Rows of the days after `last`, always a scenario; `mean` is the expected path. `strat` may be the scenario's name."""
    when = civil(last, name="last") + np.arange(1, len(found.expected) + 1)
    sd = found.draws.std(axis=0)
    return made(curve(event), when, strat, event, found.expected, sd, found.levels, found.quantiles, kind=SCENARIO)


def of_census(
    found: Census, last: str | np.datetime64, *, strat: str = "", status: str = gates.OK, reason: str = ""
) -> Rows:
    """Rows of patients in hospital on the days after `last`; `event` is empty, for a census is of no event."""
    when = civil(last, name="last") + np.arange(1, len(found.mean) + 1)
    sd = found.draws.std(axis=0)
    verdict = everywhere(when, status, reason)
    return made(
        "census", when, strat, "", found.mean, sd, found.levels, found.quantiles, verdict=verdict, kind=FORECAST
    )


def of_chance(variable: str, chance: Floats, date: str | np.datetime64, *, event: Event, strat: ArrayLike = "") -> Rows:
    """A row an area (...) of a probability on one day, such as P(R<1): it is its own mean, and is of no interval."""
    when = np.array([civil(date)])
    return made(variable, when, strat, event, chance[..., None], None, (), chance[..., None, None])


def curve(event: Event) -> str:
    """What a curve of cases by this event is called: as in EpiNow2 where it has a name for it."""
    return {"infection": "infections", "report": "reported_cases"}.get(event, "cases")
