"""Short forecasts as fans, if R stays, if growth settles, if R falls, and the score of those that were issued before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shichen.analysis.runs.computing import scoring, transmission
from shichen.analysis.runs.computing.counting import Curve
from shichen.analysis.runs.computing.results import Figures, Refused, rows_of
from shichen.analysis.runs.computing.scoring import SETTLES, STAYS, Earlier
from shichen.analysis.runs.disease import Disease
from shichen.epi import gates
from shichen.epi.forecast import Falling, Forecast, forecast_infections
from shichen.epi.options import forecast_opts
from shichen.epi.rows import of_forecast
from shichen.epi.shapes import Floats

DRAWS = 4000
FALLS = "falls"
NO_HISTORY = Refused(
    "missing",
    "最近的日子有缺报，不能外推；请先补报。",
    "Some of the last days were not reported; nothing is projected before they are.",
)


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

    @property
    def fans(self) -> tuple[str, ...]:
        """What is drawn: where R is withheld there is no trend that could ease."""
        return (STAYS, FALLS) if self.status == gates.WITHHELD else (STAYS, SETTLES, FALLS)

    def drawn(self, name: str, length: int) -> Forecast:
        """So many days ahead if R stays, if it settles towards 1, or if it falls.

        How growth settles was chosen as a whole (docs/measured.md, Epidemiology), its scatter k too, which is not the profile's.
        """
        settling = forecast_opts.settling() if name == SETTLES else None
        return forecast_infections(
            self.history,
            self.R,
            w=self.weights,
            horizon=length,
            k=settling.k if settling else self.k,
            rw=settling.rw if settling else 0.0,
            damping=settling.damping if settling else 1.0,
            falling=self.fall if name == FALLS else None,
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
    """Rows of the coming days of each fan, the sum of the first seven, and the score of earlier forecasts.

    Where R itself is withheld they are scenarios with R = 1, never forecasts.
    """
    begun = start(one, disease, seed)
    status, reason, horizon = begun.status, begun.reason, begun.horizon
    said: Figures = []
    for name in begun.fans:
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
    """The score of earlier forecasts of cases by what the curve tells by now: of R that stays, and of growth that settles."""
    truth = scoring.Truth("cases", one.dates, one.cases, one.event)
    return scoring.scored(truth, earlier) + scoring.scored(truth, earlier, SETTLES)
