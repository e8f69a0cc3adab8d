"""What a whole analysis found: of all areas, and of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from shichen.epi.errors import BadData
from shichen.epi.forecast import Forecast
from shichen.epi.gates import Verdict
from shichen.epi.growth import Growth
from shichen.epi.nowcast import Nowcast
from shichen.epi.pipeline.completion import ReportDelay
from shichen.epi.rows import Rows
from shichen.epi.rt import REstimate
from shichen.epi.shapes import Days, Floats

Found = TypeVar("Found", REstimate, Verdict, Growth)


@dataclass(frozen=True)
class Outlook:
    """Two forecasts of an area, if R stays and if it falls, with the status of the first; none where R is withheld."""

    stays: Forecast | None
    falls: Forecast | None
    status: str
    reason: str


@dataclass(frozen=True)
class Regional:
    """Areas `names` (A,) over `dates` (T,): R (A, W) with its verdict, growth (A,), and by area nowcast, report delay and outlook.

    `below_one` (A,) is P(R<1) today by EpiFilter where only a direction may be told, `over` (A,) that no more cases come where only that
    may; else NaN. `rows` are all of it as it may be shown.
    """

    names: NDArray[np.str_]
    dates: Days
    cases: Floats
    R: REstimate
    verdict: Verdict
    growth: Growth
    nowcasts: tuple[Nowcast | None, ...]
    delays: tuple[ReportDelay | None, ...]
    outlooks: tuple[Outlook, ...]
    below_one: Floats
    over: Floats
    rows: Rows

    def __getitem__(self, name: str) -> Epinow:
        """One area of it. Raises BadData for a name that is not there."""
        found = np.flatnonzero(self.names == name)
        if not len(found):
            raise BadData(f"没有「{name}」这个地区。", f"there is no area “{name}”.", field="name")
        at = int(found[0])
        return Epinow(
            name,
            self.dates,
            self.cases[at],
            _one(self.R, at, ("mean", "sd", "quantiles", "below_one", "cases", "infectivity", "missing")),
            _one(self.verdict, at, ("status", "reason")),
            _one(self.growth, at, ("r", "se", "lower_95", "upper_95", "phi", "with_cases")),
            self.nowcasts[at],
            self.delays[at],
            self.outlooks[at],
            float(self.below_one[at]),
            float(self.over[at]),
            self.rows.where(self.rows["strat"] == name),
        )


@dataclass(frozen=True)
class Epinow:
    """What `Regional` says of one area."""

    name: str
    dates: Days
    cases: Floats
    R: REstimate
    verdict: Verdict
    growth: Growth
    nowcast: Nowcast | None
    delay: ReportDelay | None
    outlook: Outlook
    below_one: float
    over: float
    rows: Rows

    @property
    def status(self) -> str:
        """Of R today."""
        return str(self.verdict.status[-1])


def _one(whole: Found, at: int, names: Sequence[str]) -> Found:
    """The same of one area."""
    part: dict[str, Any] = {name: np.asarray(getattr(whole, name)[at]) for name in names}
    return replace(whole, **part)
