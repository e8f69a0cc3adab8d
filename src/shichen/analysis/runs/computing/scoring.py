"""How good the forecasts were that were issued before: each day by what was told of it later, once it is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shichen.analysis.runs.computing.results import Figures, row
from shichen.epi.forecast import interval_coverage, wis
from shichen.epi.rows import FORECAST
from shichen.epi.shapes import LEVELS, Days, Floats, days

STAYS, SETTLES = "stays", "settles"
"""The fans that are forecasts, and scored: that of R as it stands, that of growth that settles. What falls is a scenario."""
COLUMNS = ("lower_95", "lower_90", "lower_50", "median", "upper_50", "upper_90", "upper_95")
Earlier = Sequence[tuple[int, Sequence[Mapping[str, Any]]]]
"""Forecasts issued before: of each its number and its rows."""


@dataclass(frozen=True)
class Truth:
    """What a number turned out to be: its days (T,) one after the other, its values (T,), NaN where nobody told."""

    variable: str
    dates: Days
    values: Floats
    event: str = ""


def named(score: str, fan: str) -> str:
    """What the score of a fan is called in the rows; that of R that stays goes without a name of its own."""
    return score if fan == STAYS else f"{score}_{fan}"


def scored(truth: Truth, earlier: Earlier, fan: str = STAYS) -> Figures:
    """Of each forecast issued before its mean WIS and how many days are known; over all of them the share within each interval.

    A forecast without that fan is passed over.
    """
    said: Figures = []
    seen: list[Floats] = []
    facts: list[Floats] = []
    for number, rows in earlier:
        kind = {"variable": truth.variable, "strat": fan, "type": FORECAST, "event": truth.event}
        issued = [r for r in rows if all(r[name] == value for name, value in kind.items())]
        when = days([r["date"] for r in issued])
        at = (when - truth.dates[0]).astype(int)
        known = [
            place for place, day in enumerate(at) if 0 <= day < len(truth.values) and not np.isnan(truth.values[day])
        ]
        if not known:
            continue
        quantiles = np.array([[issued[place][name] for name in COLUMNS] for place in known], np.float64)
        fact, last, name = truth.values[at[known]], when[known[-1]], str(number)
        mean = float(wis(fact, LEVELS, quantiles).mean())
        said.append(row(named("wis", fan), last, mean, strat=name, kind=FORECAST, event=truth.event))
        said.append(row(named("days_scored", fan), last, float(len(known)), strat=name, kind=FORECAST))
        seen.append(quantiles)
        facts.append(fact)
    for width in (0.5, 0.9, 0.95) if seen else ():
        share = interval_coverage(np.concatenate(facts), LEVELS, np.concatenate(seen), width=width)
        said.append(row(named(f"coverage_{100 * width:g}", fan), truth.dates[-1], share, kind=FORECAST))
    return said
