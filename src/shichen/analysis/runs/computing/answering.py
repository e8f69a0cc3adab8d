"""What an analysis computes, from nothing but its frozen inputs, its parameters, its profile and its seed: the same again gives the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from shichen import epi
from shichen.analysis import fingerprints
from shichen.analysis.runs.computing import (
    bedding,
    counting,
    delays,
    forecasting,
    listed,
    nowcasting,
    onsets,
    transmission,
    whatif,
)
from shichen.analysis.runs.computing.counting import DATA, PUBLISHED, Curve
from shichen.analysis.runs.computing.listed import Listed
from shichen.analysis.runs.computing.results import Figures, Refused, Result, row
from shichen.analysis.runs.disease import Disease
from shichen.epi import gates
from shichen.epi.errors import BadData

METHODS = ("curve", "rt", "growth", "nowcast", "delay", "forecast", "beds", "whatif")
NO_PAIRS = Refused(
    "pairs",
    "登记册里没有成对的发病日期与报告日期，不作现报校正；各日照报告数显示。",
    "The registers hold no pairs of onset and report dates, so nothing is nowcast; the counts stand as reported.",
)
NO_CASES = Refused(
    "no_cases",
    "到数据截至时没有报告过病例，无从估计。",
    "No case had been reported by then; there is nothing to estimate.",
)


@dataclass(frozen=True)
class Asked:
    """What is computed: the method, its parameters, the rows of the frozen inputs, the profile, the seed, and runs scored by it."""

    method: str
    parameters: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    disease: Disease
    seed: int
    earlier: Sequence[tuple[int, Sequence[Mapping[str, Any]]]] = field(default=())
    cells: Sequence[Mapping[str, Any]] = field(default=())


def compute(asked: Asked) -> Result:
    """The rows of one analysis; where nothing can be said, the refusal and why."""
    found = counting.curve(asked.rows, str(asked.parameters.get("dated", DATA)))
    sums = (found.used, found.missing)
    try:
        if asked.method == "curve":
            return Result(curve(asked), gates.OK, *sums)
        if asked.method in ("nowcast", "delay") and not asked.cells:
            raise NO_PAIRS
        if found.total == 0:
            raise NO_CASES
        one = found.from_first()
        sums = (one.used, one.missing)
        cases = listed.listed(asked.cells, found) if asked.cells else None
        rows, status = _by_report(asked, one) if cases is None else _by_onset(asked, one, cases)
    except Refused as refused:
        return Result([], gates.WITHHELD, *sums, refused=refused)
    except BadData as wrong:
        return Result([], gates.WITHHELD, *sums, refused=Refused(wrong.field or "data", wrong.zh, wrong.en))
    completed = sum(1 for each in rows if each["variable"] == "share_reported")
    return Result(rows, status, *sums, completed)


def _by_report(asked: Asked, one: Curve) -> tuple[Figures, str]:
    if asked.method == "rt":
        return transmission.reproduction(one, asked.disease)
    if asked.method == "growth":
        return transmission.growth(one, asked.disease)
    if asked.method == "beds":
        beds = asked.parameters.get("capacity", ())
        return bedding.forecast(one, asked.rows, asked.disease, asked.seed, beds, asked.earlier)
    if asked.method == "whatif":
        return whatif.project(one, asked.rows, asked.disease, asked.seed, asked.parameters)
    return forecasting.forecast(one, asked.disease, asked.seed, asked.earlier)


def _by_onset(asked: Asked, one: Curve, cases: Listed) -> tuple[Figures, str]:
    """By onset where enough of them are known, else by report as if there were no list; delay and nowcast by the list in any case, beds and scenarios by report."""
    disease, seed, counted = asked.disease, asked.seed, float(one.total)
    if asked.method == "delay":
        return delays.delay(cases, disease, seed)
    if asked.method == "nowcast":
        return nowcasting.nowcast(cases, disease, counted, seed, asked.earlier)
    if asked.method in ("beds", "whatif") or cases.share_known(counted) < disease.gates.onset_known:
        return _by_report(asked, one)
    if asked.method == "rt":
        return onsets.reproduction(cases, disease, counted, seed)
    if asked.method == "growth":
        return onsets.growth(cases, disease, counted, seed)
    return onsets.forecast(cases, disease, counted, seed, asked.earlier)


def curve(asked: Asked) -> list[dict[str, Any]]:
    """Rows of the curve by both clocks, and by onset where there is a list; a day that nobody reported has no number."""
    said = []
    for dated in (DATA, PUBLISHED):
        one = counting.curve(asked.rows, dated)
        for day, new, total, open_ in zip(one.dates, one.cases, one.cumulative, one.corrections, strict=True):
            status = "missing" if new != new else gates.OK
            reason = "correction" if open_ else ""
            said.append(row("cases", day, float(new), strat=dated, event=one.event, status=status, reason=reason))
            said.append(row("cumulative", day, float(total), strat=dated, event=one.event))
    if asked.cells:
        said += nowcasting.by_onset(listed.listed(asked.cells, counting.curve(asked.rows)))
    return said


def seed_of(digest: str) -> int:
    """The seed of a run: from the fingerprint of its inputs, so that nobody chooses it."""
    return int(digest[:8], 16) % (1 << 31)


@cache
def version() -> str:
    """The version of what computes: the product's, and a fingerprint of the code of `epi` and of this room's computations."""
    folders = Path(epi.__file__).parent, Path(__file__).parent
    return fingerprints.version(path for folder in folders for path in sorted(folder.rglob("*.py")))
