"""The table of result rows and how one is made: columns by name, numbers that may not be shown left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shichen.epi.errors import BadData
from shichen.epi.gates import OK, PARTIAL, WIDE, Verdict
from shichen.epi.shapes import Days, Floats, Ints, Mask, days

Event = Literal["infection", "onset", "report", "confirmation", ""]
ESTIMATE, UNFINISHED, FORECAST, SCENARIO = "estimate", "estimate based on partial data", "forecast", "scenario"
TYPES = (ESTIMATE, UNFINISHED, FORECAST, SCENARIO)
EVENTS = ("infection", "onset", "report", "confirmation", "")
BOUNDS = {
    0.5: "median",
    0.025: "lower_95",
    0.05: "lower_90",
    0.25: "lower_50",
    0.75: "upper_50",
    0.95: "upper_90",
    0.975: "upper_95",
}
"""Which quantile stands in which column."""
NUMBERS = ("median", "mean", "sd", "lower_95", "lower_90", "lower_50", "upper_50", "upper_90", "upper_95")
TEXTS = ("variable", "strat", "type", "event", "status", "reason")
COLUMNS = ("variable", "date", "strat", "type", *NUMBERS, "t_start", "t_end", "event", "status", "reason")


@dataclass(frozen=True)
class Rows:
    """Columns (n,) by the names of `COLUMNS`: texts, `date` as datetime64[D], days `t_start` and `t_end` from 1 (0: none), else floats.

    Where the status forbids the number (`withheld`, `direction`, `over`) the numbers are NaN: what is kept cannot be shown by mistake.
    """

    columns: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.columns["variable"])

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.columns[name]

    def __add__(self, other: Rows) -> Rows:
        return stacked([self, other])

    def where(self, keep: ArrayLike) -> Rows:
        """The rows of a mask (n,), or of places."""
        at = np.asarray(keep)
        return Rows({name: column[at] for name, column in self.columns.items()})

    def of(self, variable: str, *, strat: str | None = None) -> Rows:
        """The rows of one variable, and of one stratum where that is named."""
        keep = self["variable"] == variable
        return self.where(keep if strat is None else keep & (self["strat"] == strat))

    def dicts(self) -> Iterator[dict[str, Any]]:
        """Each row as JSON can hold it: dates as 2020-02-02, None for what there is not."""
        said = [[_plain(value) for value in self.columns[name].tolist()] for name in COLUMNS]
        said[COLUMNS.index("date")] = ["" if text == "NaT" else text for text in self["date"].astype(str).tolist()]
        for name in ("t_start", "t_end"):
            said[COLUMNS.index(name)] = [value or None for value in self.columns[name].tolist()]
        for row in zip(*said, strict=True):
            yield dict(zip(COLUMNS, row, strict=True))


def stacked(parts: Sequence[Rows]) -> Rows:
    """All rows below each other."""
    return Rows({name: np.concatenate([_empty(name), *(part[name] for part in parts)]) for name in COLUMNS})


def made(
    variable: str,
    when: Days,
    strat: ArrayLike,
    event: str,
    mean: Floats,
    sd: Floats | None,
    levels: Sequence[float],
    quantiles: Floats,
    first: Ints | None = None,
    last: Ints | None = None,
    verdict: Verdict | None = None,
    partial: Mask | None = None,
    kind: str = ESTIMATE,
) -> Rows:
    """Rows of what is of shape (..., W), quantiles (..., W, Q), areas one after the other."""
    shape = mean.shape
    name = np.asarray(strat, np.str_)
    if shape[-1] != len(when) or (name.ndim and name.shape != shape[:-1]):
        raise BadData(
            "dates 要与结果一样长，strat 要与地区一样多。",
            "dates must be as long as the result, strat as many as the areas.",
            field="strat",
        )
    if event not in EVENTS:
        raise BadData(f"没有「{event}」这种事件。", f"there is no event “{event}”.", field="event")
    said = verdict or everywhere(when, OK, "")
    status, reason = (np.broadcast_to(one, shape) for one in (said.status, said.reason))
    hidden = ~np.isin(status, (OK, WIDE, PARTIAL))
    unfinished = status == PARTIAL if partial is None else np.broadcast_to(partial, shape)
    numbers = {"mean": mean, "sd": np.full(shape, np.nan) if sd is None else sd}
    for level, column in BOUNDS.items():
        numbers[column] = quantiles[..., list(levels).index(level)] if level in levels else np.full(shape, np.nan)
    found: dict[str, NDArray[Any]] = {
        "variable": np.full(shape, variable),
        "date": np.broadcast_to(when, shape),
        "strat": np.broadcast_to(name[..., None] if name.ndim else name, shape),
        "type": np.where(unfinished & (kind == ESTIMATE), UNFINISHED, kind),
        **{column: np.where(hidden, np.nan, numbers[column]) for column in NUMBERS},
        "t_start": np.broadcast_to(0 if first is None else first, shape),
        "t_end": np.broadcast_to(0 if last is None else last, shape),
        "event": np.full(shape, event),
        "status": status,
        "reason": reason,
    }
    return Rows({column: found[column].reshape(-1) for column in COLUMNS})


def everywhere(when: Days, status: str, reason: str) -> Verdict:
    return Verdict(np.full(len(when), status), np.full(len(when), reason))


def calendar(values: ArrayLike) -> Days:
    found = days(values)
    if found.ndim != 1 or not len(found) or np.isnat(found).any():
        raise BadData("dates 是一列日期，不缺。", "dates is one column of dates, none missing.", field="dates")
    return found


def _empty(name: str) -> NDArray[Any]:
    kind = "<U1" if name in TEXTS else "datetime64[D]" if name == "date" else "f8" if name in NUMBERS else "i8"
    return np.empty(0, kind)


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not np.isfinite(value) else value
