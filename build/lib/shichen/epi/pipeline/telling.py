"""The rows of a whole analysis, area by area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shichen.epi import gates, rows
from shichen.epi.forecast import Forecast
from shichen.epi.gates import Gates, Verdict
from shichen.epi.growth import Growth
from shichen.epi.pipeline.completion import Curves
from shichen.epi.rows import Event, Rows
from shichen.epi.rt import REstimate
from shichen.epi.shapes import Floats


@dataclass(frozen=True)
class Said:
    """What was found: outlooks are (R stays, R falls, status, reason) of each area."""

    curves: Curves
    R: REstimate
    verdict: Verdict
    growth: Growth
    outlooks: Sequence[tuple[Forecast | None, Forecast | None, str, str]]
    below_one: Floats
    over: Floats


def told(said: Said, event: str, limits: Gates) -> Rows:
    """Rows of R, growth, completed days, forecasts, and where R may not be told P(R<1) or that it is over."""
    kind: Event = event  # type: ignore[assignment]
    names, dates = said.curves.names, said.curves.dates
    parts = [
        rows.of_R(said.R, dates, event=kind, strat=names, verdict=said.verdict),
        rows.of_growth(said.growth, dates, event=kind, strat=names),
    ]
    for name, found in zip(names, said.curves.nowcasts, strict=True):
        if found is not None:
            verdict = gates.nowcast(found, gates=limits)
            parts.append(rows.of_nowcast(found, event=kind, strat=str(name), verdict=verdict, last=said.curves.tail))
    for name, (stays, falls, status, reason) in zip(names, said.outlooks, strict=True):
        if stays is not None:
            parts.append(
                rows.of_forecast(
                    stays, dates[-1], event=kind, strat=str(name), status=status, reason=reason, total=True
                )
            )
        if falls is not None:
            parts.append(
                rows.of_forecast(
                    falls, dates[-1], event=kind, strat=str(name), status=gates.WITHHELD, reason="falling", total=True
                )
            )
    for variable, values in (("P(R<1)", said.below_one), ("P(over)", said.over)):
        some = np.flatnonzero(~np.isnan(values))
        if len(some):
            parts.append(rows.of_chance(variable, values[some], dates[-1], event=kind, strat=names[some]))
    return rows.stacked(parts)
