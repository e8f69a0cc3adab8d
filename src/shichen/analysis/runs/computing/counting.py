"""The curve that methods take, made from frozen rows: a complete calendar, missing days left missing, corrections marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shichen.analysis.runs.inputs import LIST
from shichen.epi.rows import Event
from shichen.epi.shapes import Days, Floats, Mask

DATA, PUBLISHED = "data", "published"


@dataclass(frozen=True)
class Curve:
    """Days (T,) without a gap, cases (T,) with NaN where nobody reported, cumulative counts, open negative corrections (T,).

    `event` is what the days are of; `imported` (T,) are those of the cases that were infected elsewhere, where that is known.
    """

    dates: Days
    cases: Floats
    cumulative: Floats
    corrections: Mask
    event: Event = "confirmation"
    imported: Floats | None = None

    @property
    def missing(self) -> int:
        return int(np.isnan(self.cases).sum())

    @property
    def used(self) -> int:
        return len(self.cases) - self.missing

    @property
    def total(self) -> int:
        return int(np.nansum(self.cases))

    def from_first(self) -> Curve:
        """From the first day with a case on: what lies before tells nothing of transmission."""
        first = int((np.nan_to_num(self.cases) > 0).argmax())
        elsewhere = None if self.imported is None else self.imported[first:]
        return Curve(
            self.dates[first:],
            self.cases[first:],
            self.cumulative[first:],
            self.corrections[first:],
            self.event,
            elsewhere,
        )


def curve(rows: Sequence[Mapping[str, Any]], dated: str = DATA) -> Curve:
    """Rows of frozen inputs as a curve, by data day (截至口径) or by day of publication (报告口径)."""
    key = "published" if dated == PUBLISHED else "on"
    days = np.array([row[key] for row in rows], "datetime64[D]")
    dates = np.arange(days.min(), days.max() + 1)
    at = (days - dates[0]).astype(int)
    cases, total, down = (np.full(len(dates), np.nan) for _ in range(3))
    for place, row in zip(at, rows, strict=True):
        known = 0.0 if np.isnan(cases[place]) else cases[place]  # two data days may be published on one day
        cases[place] = known + row["new"]
        down[place] = (0.0 if np.isnan(down[place]) else down[place]) + (row["down"] or 0)
        total[place] = np.nan if row["cum"] is None else row["cum"]
    step = np.diff(total, prepend=np.nan) - (cases - down)
    event: Event = "report" if any(row.get("series") == LIST for row in rows) else "confirmation"
    return Curve(dates, cases, total, np.nan_to_num(step) < 0, event)
