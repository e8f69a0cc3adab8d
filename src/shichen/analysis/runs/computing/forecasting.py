"""Short forecasts as a fan of two, and how good the forecasts were that were issued before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shichen.analysis.runs.computing import transmission
from shichen.analysis.runs.computing.counting import Curve
from shichen.analysis.runs.computing.results import Figures, Refused, row, rows_of
from shichen.analysis.runs.disease import Disease
from shichen.epi import gates
from shichen.epi.forecast import Falling, Forecast, forecast_infections, interval_coverage, wis
from shichen.epi.rows import FORECAST, of_forecast
from shichen.epi.shapes import LEVELS, Floats, days

DRAWS = 4000
STAYS, FALLS = "stays", "falls"
COLUMNS = ("lower_95", "lower_90", "lower_50", "median", "upper_50", "upper_90", "upper_95")
NO_HISTORY = Refused(
    "missing",
    "最近的日子有缺报，不能外推；请先补报。",
    "Some of the last days were not reported; nothing is projected before they are.",
)
Earlier = Sequence[tuple[int, Sequence[Mapping[str, Any]]]]


@dataclass(frozen=True)
class Start:
    """Where a projection begins: the history that still causes cases, R as it may be, and whether it may be called a forecast."""

    history: Floats
    R: Floats
    weights: Floats
    k: float
    fall: Falling
    horizon: int
    status: str
    reason: str
    seed: int

    def drawn(self, name: str, length: int) -> Forecast:
        """So many days ahead if R stays, or if it falls."""
        falling = self.fall if name == FALLS else None
        return forecast_infections(
            self.history,
            self.R,
            w=self.weights,
            horizon=length,
            k=self.k,
            falling=falling,
            draws=DRAWS,
            seed=self.seed,
        )


def start(one: Curve, disease: Disease, seed: int) -> Start:
    """Where projections of a curve begin; R is 1 where its gate is shut. Raises Refused where the last days were not reported."""
    found, verdict = transmission.gated(one, disease)
    weights, horizon = disease.serial_interval(), min(disease.gates.horizon, 14)
    history = one.cases[-len(weights) :]
    if np.isnan(history).any():
        raise NO_HISTORY
    status, reason = gates.forecast(str(verdict.status[-1]), horizon, gates=disease.gates)
    generator = np.random.Generator(np.random.PCG64(seed))
    R = np.ones(1)
    if status != gates.WITHHELD:
        mean, sd = float(found.mean[-1]), float(found.sd[-1])
        R = generator.gamma((mean / sd) ** 2, sd**2 / mean, 1000)
    fall = Falling(disease.number("scenario_fall"), int(disease.number("scenario_fall", "days")))
    k = disease.number("offspring_k")
    return Start(history, R, weights / weights.sum(), k, fall, horizon, status, reason, seed)


def forecast(one: Curve, disease: Disease, seed: int, earlier: Earlier = ()) -> tuple[Figures, str]:
    """Rows of the coming days if R stays and if it falls, the sum of the first seven, and the score of earlier forecasts.

    Where R itself is withheld they are scenarios with R = 1, never forecasts.
    """
    begun = start(one, disease, seed)
    status, reason, horizon = begun.status, begun.reason, begun.horizon
    said: Figures = []
    for name in (STAYS, FALLS):
        for length in (horizon, 7):
            drawn = begun.drawn(name, length)
            rows = rows_of(
                of_forecast(
                    drawn,
                    one.dates[-1],
                    event=one.event,
                    strat=name,
                    status=status,
                    reason=reason,
                    total=True,
                )
            )
            said += [one for one in rows if length == horizon or one["variable"] == "cases_total"]
    return said + scored(one, earlier), status


def scored(one: Curve, earlier: Earlier) -> Figures:
    """Of each forecast issued before its mean WIS and how many days are known; over all of them the share within each interval."""
    said: Figures = []
    seen: list[Floats] = []
    truth: list[Floats] = []
    for number, rows in earlier:
        kind = {"variable": "cases", "strat": STAYS, "type": FORECAST, "event": one.event}
        issued = [r for r in rows if all(r[name] == value for name, value in kind.items())]
        when = days([r["date"] for r in issued])
        at = (when - one.dates[0]).astype(int)
        known = [place for place, day in enumerate(at) if day < len(one.cases) and not np.isnan(one.cases[day])]
        if not known:
            continue
        quantiles = np.array([[issued[place][name] for name in COLUMNS] for place in known], np.float64)
        observed = one.cases[at[known]]
        score = float(wis(observed, LEVELS, quantiles).mean())
        said.append(row("wis", when[known[-1]], score, strat=str(number), kind=FORECAST, event=one.event))
        said.append(row("days_scored", when[known[-1]], float(len(known)), strat=str(number), kind=FORECAST))
        seen.append(quantiles)
        truth.append(observed)
    for width in (0.5, 0.9, 0.95) if seen else ():
        share = interval_coverage(np.concatenate(truth), LEVELS, np.concatenate(seen), width=width)
        said.append(row(f"coverage_{100 * width:g}", one.dates[-1], share, kind=FORECAST))
    return said
