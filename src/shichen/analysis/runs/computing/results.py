"""What an analysis says: rows with the columns of `epi.rows`, numbers rounded to ten digits, or a refusal in two languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from shichen.epi.rows import COLUMNS, ESTIMATE, NUMBERS, Rows
from shichen.epi.shapes import LEVELS, Floats

DIGITS = 10
"""Digits kept of every number: more than any reader needs, fewer than two machines may differ in."""
Figures = list[dict[str, Any]]


class Refused(Exception):
    """Nothing can be estimated: a code, and why in Chinese and English."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(zh)
        self.code, self.zh, self.en = code, zh, en


@dataclass(frozen=True)
class Result:
    """The rows of a run, the status of its newest figure, and how many days it rests on; or why it was refused."""

    rows: Figures
    status: str
    n_used: int = 0
    n_missing: int = 0
    n_imputed: int = 0
    refused: Refused | None = None


def rows_of(found: Rows) -> Figures:
    """Rows of a method of `epi` as they are kept."""
    return [{**one, **{name: rounded(one[name]) for name in NUMBERS}} for one in found.dicts()]


def row(
    variable: str,
    on: np.datetime64,
    value: float,
    *,
    strat: str = "",
    kind: str = ESTIMATE,
    event: str = "",
    status: str = "ok",
    reason: str = "",
) -> dict[str, Any]:
    """One row of a single number, without an interval."""
    said: dict[str, Any] = dict.fromkeys(COLUMNS)
    kept = rounded(value)
    said |= {"variable": variable, "date": str(on), "strat": strat, "type": kind, "median": kept, "mean": kept}
    return {**said, "event": event, "status": status, "reason": reason}


def spread(
    variable: str, on: np.datetime64, drawn: Floats, *, strat: str = "", kind: str, event: str = ""
) -> dict[str, Any]:
    """One row of a number that was drawn (n,): its mean, spread and quantiles."""
    names = ("lower_95", "lower_90", "lower_50", "median", "upper_50", "upper_90", "upper_95")
    ends = dict(zip(names, map(rounded, np.quantile(drawn, LEVELS)), strict=True))
    said = row(variable, on, float(drawn.mean()), strat=strat, kind=kind, event=event)
    return {**said, **ends, "sd": rounded(float(drawn.std()))}


def rounded(value: float | None) -> float | None:
    """A number to ten digits; None for what is no finite number."""
    return None if value is None or not np.isfinite(value) else float(f"{value:.{DIGITS}g}")
