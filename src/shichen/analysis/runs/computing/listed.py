"""The line list as methods take it: onsets and reports to the day, equally likely onsets where they lack, who was infected elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shichen.analysis.runs.computing.counting import Curve
from shichen.analysis.runs.computing.results import Refused
from shichen.analysis.runs.disease import Disease
from shichen.epi import Epinow, epinow
from shichen.epi.delays import Delay
from shichen.epi.forecast import Falling
from shichen.epi.nowcast import Triangle, impute_onsets, reporting_triangle
from shichen.epi.options import delay_opts, forecast_opts, generation_time_opts, obs_opts, rt_opts, trunc_opts
from shichen.epi.shapes import Days, Floats, Ints

SHORTEST, LONGEST = 10, 21
"""Between these days lies the longest delay that a nowcast looks for: the 99th percentile of those seen."""
DRAWS, IMPUTED = 400, 10
FEW = Refused(
    "pairs",
    "成对的发病日期与报告日期太少，参数档里也没有时滞的先验，不作估计；各日照报告数显示。",
    "Too few cases have both dates, and the profile has no prior of the delay; nothing is estimated, the counts stand as reported.",
)
OLD = Refused(
    "old",
    "最近四周没有报告病例，没有什么要补；各日照报告数显示。",
    "No case was reported in the last four weeks; there is nothing to complete.",
)
Cells = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Listed:
    """Cases (n,) of a list: onset (NaT where unknown), report, origin; `now` is the last day of which everything is in."""

    onset: Days
    report: Days
    origin: NDArray[np.str_]
    now: np.datetime64

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whether each onset is known, (n,)."""
        return np.asarray(~np.isnat(self.onset))

    @property
    def delays(self) -> Ints:
        """Days from onset to report of the pairs."""
        return np.asarray((self.report - self.onset)[self.known].astype(np.int64))

    @property
    def longest(self) -> int:
        """D: about the 99th percentile of the delays, within bounds."""
        seen = self.delays
        return int(np.clip(np.ceil(np.percentile(seen, 99)), SHORTEST, LONGEST)) if len(seen) else SHORTEST

    def share_known(self, counted: float) -> float:
        """The share of cases whose onset is known: of those listed, or of those counted where the list lacks some."""
        return float(self.known.sum() / max(len(self.onset), counted, 1))


@dataclass(frozen=True)
class Whole:
    """What the nowcast's paths give: the analysis itself, the triangles (equally likely ones) and the cases infected elsewhere (T,)."""

    found: Epinow
    triangles: Sequence[Triangle]
    imported: Floats

    def completed(self) -> Curve:
        """The curve by onset with its last days completed, whole cases; and who of them came infected."""
        cast = self.found.nowcast
        cases = np.array(self.found.cases, np.float64)
        if cast is not None:
            cases[len(cases) - len(cast.mean) :] = cast.mean
        return Curve(self.found.dates, cases, cases.cumsum(), np.zeros(len(cases), bool), "onset", self.imported)


def listed(cells: Cells, counts: Curve) -> Listed:
    """The cases of the cells one by one. Beyond the last report the days count as in on which the counts say that nothing was new."""
    often = [int(one["n"]) for one in cells]
    onset = np.repeat(np.array([one["onset"] or "NaT" for one in cells], "datetime64[D]"), often)
    report = np.repeat(np.array([one["report"] for one in cells], "datetime64[D]"), often)
    origin = np.repeat(np.array([one["origin"] for one in cells], np.str_), often)
    now = report.max()
    quiet = {day for day, new in zip(counts.dates, counts.cases, strict=True) if new == 0}
    while now + 1 in quiet:
        now = now + 1
    return Listed(onset, report, origin, now)


def prior(disease: Disease) -> Delay | None:
    """The delay of the profile, None where it has none."""
    return disease.spread("report_delay")


def whole(
    one: Listed,
    disease: Disease,
    counted: float,
    seed: int,
    *,
    interval: str = "serial_interval",
    unknown_imported: bool = False,
) -> Whole:
    """The whole analysis by onset: nowcast, R, growth and forecast over its paths. Raises Refused where too little is known of delays.

    Cases of unknown origin count as local, or with `unknown_imported` as brought along; those of the first day always as brought along.
    """
    expected = prior(disease)
    if int(one.known.sum()) < disease.gates.pairs and expected is None:
        raise FEW
    onsets = impute_onsets(one.onset, one.report, draws=1 if one.known.all() else IMPUTED, seed=seed)
    since = onsets.min()
    triangles = [reporting_triangle(each, one.report, now=one.now, longest=one.longest, since=since) for each in onsets]
    elsewhere = one.origin == "imported"
    if unknown_imported:
        elsewhere |= one.origin == "unknown"
    imported = np.mean([_by_day(each[elsewhere], triangles[0].dates) for each in onsets], axis=0)
    imported[0] = np.mean([each.reported[0] for each in triangles])
    pmf = disease.serial_interval(interval)
    options = {"without_measures": disease.number("r_without_measures", default=-1.0)}
    found = epinow(
        triangles,
        generation_time=generation_time_opts(pmf=tuple(pmf / pmf.sum())),
        imported=imported,
        delays=delay_opts(report=expected),
        truncation=trunc_opts(longest=one.longest, draws=DRAWS, least=disease.gates.pairs),
        obs=obs_opts("onset", one.share_known(counted), growth_window=int(disease.number("growth_window"))),
        rt=rt_opts(
            window=int(disease.number("window")),
            without_measures=options["without_measures"] if options["without_measures"] >= 0 else None,
            k=disease.number("offspring_k"),
        ),
        forecast=forecast_opts(
            horizon=min(disease.gates.horizon, 14),
            k=disease.number("offspring_k"),
            falling=Falling(disease.number("scenario_fall"), int(disease.number("scenario_fall", "days"))),
        ),
        limits=disease.gates,
        seed=seed,
    )
    return Whole(found, triangles, imported)


def _by_day(onset: Days, dates: Days) -> Floats:
    at = (onset - dates[0]).astype(np.int64)
    return np.bincount(at, minlength=len(dates)).astype(np.float64)[: len(dates)]
