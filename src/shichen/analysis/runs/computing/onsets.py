"""R, growth and forecast by onset: over the nowcast's paths, behind the same gates as those by report."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from shichen.analysis.runs.computing import forecasting, transmission
from shichen.analysis.runs.computing.counting import Curve
from shichen.analysis.runs.computing.forecasting import DRAWS, FALLS, NO_HISTORY
from shichen.analysis.runs.computing.listed import Listed, Whole, whole
from shichen.analysis.runs.computing.results import Figures, row, rows_of
from shichen.analysis.runs.computing.scoring import STAYS, Earlier
from shichen.analysis.runs.computing.transmission import MAIN, OTHER, TOO_SHORT
from shichen.analysis.runs.disease import Disease
from shichen.epi import gates
from shichen.epi.forecast import Falling, Forecast, forecast_infections
from shichen.epi.growth import doubling_time
from shichen.epi.rows import of_forecast, of_growth, of_R
from shichen.epi.shapes import LEVELS

UNKNOWN = "unknown_imported"
"""The same with cases of unknown origin taken as brought along (敏感性分析)."""


def incidence(made: Whole) -> Figures:
    """The curve that the estimate rests on, completed, local and imported apart."""
    one = made.completed()
    elsewhere = one.cases * 0 if one.imported is None else one.imported
    apart = (("local", one.cases - elsewhere), ("imported", elsewhere))
    return [
        row("incidence", day, float(value), strat=name, event="onset", status=_complete(made, place))
        for name, values in apart
        for place, (day, value) in enumerate(zip(one.dates, values, strict=True))
    ]


def _complete(made: Whole, place: int) -> str:
    """A day that is still being reported is partial."""
    cast, days = made.found.nowcast, len(made.found.dates)
    at = place - (days - len(cast.dates)) if cast is not None else -1
    return gates.PARTIAL if cast is not None and at >= 0 and cast.share[at] < 1 else gates.OK


def reproduction(one: Listed, disease: Disease, counted: float, seed: int) -> tuple[Figures, str]:
    """Rows of R with each serial interval, and with unknown origins taken as imported; of P(R<1) and P(over) as by report."""
    made = whole(one, disease, counted, seed)
    found = made.found
    if len(found.dates) < int(disease.number("window")) + 1:
        raise TOO_SHORT
    said = rows_of(of_R(found.R, found.dates, event="onset", strat=MAIN, verdict=found.verdict))
    others = [OTHER] if OTHER in disease.parameters else []
    for name in others:
        apart = whole(one, disease, counted, seed, interval=name).found
        said += rows_of(of_R(apart.R, apart.dates, event="onset", strat=name, verdict=apart.verdict))
    if (one.origin == "unknown").any():
        apart = whole(one, disease, counted, seed, unknown_imported=True).found
        said += rows_of(of_R(apart.R, apart.dates, event="onset", strat=UNKNOWN, verdict=apart.verdict))
    curve = _rounded(made.completed())
    dates = found.dates[found.R.t_end - 1]
    low = ~np.isfinite(found.R.infectivity) | (found.R.infectivity < disease.gates.infectivity)
    said += transmission.direction(curve, disease, dates, low)
    if "r_without_measures" in disease.parameters:
        said += transmission.over(curve, disease, dates, found.verdict)
    return said + incidence(made), found.status


def _rounded(one: Curve) -> Curve:
    """Whole cases, no more of them imported than there are."""
    cases = np.round(one.cases)
    elsewhere = None if one.imported is None else np.minimum(np.round(one.imported), cases)
    return replace(one, cases=cases, cumulative=cases.cumsum(), imported=elsewhere)


def growth(one: Listed, disease: Disease, counted: float, seed: int) -> tuple[Figures, str]:
    """Rows of the growth rate and of the doubling time over the last days, what the nowcast leaves open added to their spread."""
    if int((one.now - np.min(one.report)).astype(np.int64)) < 3:
        raise TOO_SHORT
    made = whole(one, disease, counted, seed)
    found, fit = made.found, made.found.growth
    said = rows_of(of_growth(fit, found.dates, event="onset"))
    if np.isnan(fit.r):
        return said, gates.WITHHELD
    said += transmission.fitted(made.completed(), float(fit.r), int(fit.days))
    if not fit.clear:
        said += transmission.bounds(doubling_time(fit), found.dates[-1], "onset")
    return said + incidence(made), gates.OK if fit.clear else gates.WITHHELD


def forecast(one: Listed, disease: Disease, counted: float, seed: int, earlier: Earlier = ()) -> tuple[Figures, str]:
    """Rows of who will fall ill in the coming days if R stays and if it falls, and the score of earlier forecasts.

    Days are scored once the longest delay has passed: before that nobody knows how many fell ill.
    """
    made = whole(one, disease, counted, seed)
    found, outlook = made.found, made.found.outlook
    fans = {STAYS: outlook.stays, FALLS: outlook.falls}
    if outlook.stays is None:
        fans = _scenarios(made, disease, seed)
    said: Figures = []
    for name, drawn in fans.items():
        if drawn is not None:
            said += _told(drawn, found.dates[-1], name, outlook.status, outlook.reason)
    curve = made.completed()
    young = np.arange(len(curve.cases)) >= len(curve.cases) - one.longest
    complete = replace(curve, cases=np.where(young, np.nan, curve.cases))
    return said + incidence(made) + forecasting.scored(complete, earlier), outlook.status


def _scenarios(made: Whole, disease: Disease, seed: int) -> dict[str, Forecast | None]:
    """What comes if each case makes one more: no forecast, for R is withheld."""
    cast, cases = made.found.nowcast, made.found.cases
    if cast is None:
        raise NO_HISTORY
    head = np.broadcast_to(cases[: len(cases) - len(cast.dates)], (len(cast.draws), len(cases) - len(cast.dates)))
    paths, weights = np.concatenate([head, cast.draws], axis=1), disease.serial_interval()
    fall = Falling(disease.number("scenario_fall"), int(disease.number("scenario_fall", "days")))
    return {
        name: forecast_infections(
            paths,
            np.ones(1),
            w=weights / weights.sum(),
            horizon=min(disease.gates.horizon, 14),
            k=disease.number("offspring_k"),
            falling=falling,
            draws=DRAWS,
            seed=seed,
        )
        for name, falling in ((STAYS, None), (FALLS, fall))
    }


def _told(drawn: Forecast, last: np.datetime64, name: str, status: str, reason: str) -> Figures:
    """Each day, the sum of all, and the sum of the first seven."""
    options = {"event": "onset", "strat": name, "status": status, "reason": reason, "total": True}
    said = rows_of(of_forecast(drawn, last, **options))  # type: ignore[arg-type]
    if len(drawn.mean) <= 7:
        return said
    week = drawn.draws[:, :7]
    first = Forecast(drawn.mean[:7], drawn.levels, drawn.quantiles[:7], week, np.quantile(week.sum(axis=1), LEVELS))
    rows = rows_of(of_forecast(first, last, **options))  # type: ignore[arg-type]
    return said + [each for each in rows if each["variable"] == "cases_total"]
