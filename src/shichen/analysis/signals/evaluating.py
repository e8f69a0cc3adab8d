"""What a signal is worked out from: one series of days, from nothing but frozen inputs and the rule's numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from shichen import epi
from shichen.analysis import fingerprints
from shichen.analysis.signals.rulebook import Watched
from shichen.epi.errors import BadData
from shichen.epi.shapes import Floats
from shichen.epi.signals import cusum, ears, farrington_flexible

DIGITS = 10
YEARS = 3
WEEK = 7
NO_DATA, BASELINE, TOO_YOUNG, NO_MEAN = "no_data", "baseline", "years", "no_mean"
"""Why nothing was evaluated: no day at all; no day with a whole baseline; fewer than three years of weeks; a baseline of noughts."""
EARS: dict[str, Literal["C1", "C2", "C3"]] = {"ears-c1": "C1", "ears-c2": "C2", "ears-c3": "C3"}


@dataclass(frozen=True)
class Found:
    """The last days of a series with their bounds, or why nothing was evaluated."""

    rows: list[dict[str, Any]]
    unevaluated: str = ""


def reach(one: Watched) -> int:
    """How many days back a series is read."""
    return 7 * 53 * 6 if one.method == "farrington" else one.days + 3 * one.baseline + 8


def evaluate(days: Sequence[Mapping[str, Any]], one: Watched) -> Found:
    """Rows of the days that are evaluated, the oldest first; a day without report has no value, its neighbours no bound."""
    if not days:
        return Found([], NO_DATA)
    first = date.fromisoformat(days[0]["on"])
    last = date.fromisoformat(days[-1]["on"])
    y = np.full((last - first).days + 1, np.nan)
    for row in days:
        y[(date.fromisoformat(row["on"]) - first).days] = np.nan if row["value"] is None else row["value"]
    try:
        return _weeks(y, first, one) if one.method == "farrington" else _days(y, first, one)
    except BadData as wrong:
        return Found([], wrong.field or NO_DATA)


@cache
def version() -> str:
    """The version of what computes: the product's, and a fingerprint of this computation and of `epi.signals`."""
    return fingerprints.version((Path(__file__), *sorted((Path(epi.__file__).parent / "signals").glob("*.py"))))


def _days(y: Floats, first: date, one: Watched) -> Found:
    if one.method == "cusum":
        begin = len(y) - one.days
        before = y[max(0, begin - one.baseline) : max(begin, 0)]
        if len(before) < one.baseline or np.isnan(before).any():
            return Found(_rows(y, first, one, np.full((4, len(y)), np.nan)), BASELINE)
        if not before.mean() > 0:
            return Found(_rows(y, first, one, np.full((4, len(y)), np.nan)), NO_MEAN)
        told, _sum = cusum(y[begin:], before.mean(), k=one.k, h=one.h)
        pad = np.full(begin, np.nan)
        parts = (told.expected, told.upperbound, told.alarm.astype(np.float64), told.strength)
        found = np.array([np.concatenate([pad, part]) for part in parts])
    else:
        said = ears(y, method=EARS[one.method], baseline=one.baseline, min_sigma=one.min_sigma, alpha=one.alpha)
        found = np.array([said.expected, said.upperbound, said.alarm.astype(np.float64), said.strength])
    rows = _rows(y, first, one, found)
    return Found(rows, "" if any(row["upper"] is not None for row in rows) else BASELINE)


def _weeks(y: Floats, first: date, one: Watched) -> Found:
    """Whole weeks from Monday; a week of which a day is missing is missing."""
    lead = (-first.weekday()) % WEEK
    whole = y[lead : lead + (len(y) - lead) // WEEK * WEEK].reshape(-1, WEEK).sum(axis=1)
    if len(whole) < YEARS * 53:
        return Found([], TOO_YOUNG)
    monday = first + timedelta(days=lead)
    dates = np.array([monday + timedelta(days=WEEK * at) for at in range(len(whole))], "datetime64[D]")
    said = farrington_flexible(whole, [len(whole)], dates=dates, b=min(5, len(whole) // 53), alpha=one.alpha)
    on = (monday + timedelta(days=WEEK * (len(whole) - 1))).isoformat()
    values = (said.expected[0], said.upperbound[0], float(said.alarm[0]), said.strength[0])
    return Found([_row(on, float(whole[-1]), *map(float, values))])


def _rows(y: Floats, first: date, one: Watched, found: np.ndarray) -> list[dict[str, Any]]:
    begin = max(0, len(y) - one.days)
    return [
        _row((first + timedelta(days=at)).isoformat(), float(y[at]), *(float(part[at]) for part in found))
        for at in range(begin, len(y))
    ]


def _row(on: str, value: float, expected: float, upper: float, alarm: float, strength: float) -> dict[str, Any]:
    numbers = {"value": value, "expected": expected, "upper": upper, "strength": strength}
    told = {name: round(each, DIGITS) if np.isfinite(each) else None for name, each in numbers.items()}
    return {"date": on, **told, "alarm": alarm == 1.0 and told["upper"] is not None}
