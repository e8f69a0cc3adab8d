"""The nowcast of an area with a line list: what is reported, what is not yet; and how good the nowcasts were that were made before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from shichen.analysis.runs.computing.listed import OLD, Listed, Whole, whole
from shichen.analysis.runs.computing.results import Figures, rounded, row, rows_of
from shichen.analysis.runs.computing.scoring import COLUMNS, Earlier
from shichen.analysis.runs.disease import Disease
from shichen.epi import gates
from shichen.epi.forecast import interval_coverage, wis
from shichen.epi.nowcast import Nowcast
from shichen.epi.rows import UNFINISHED, of_nowcast
from shichen.epi.shapes import LEVELS, Floats, days

ONSET = "onset"
OVERLAID = 6
"""Earlier nowcasts whose medians are kept beside the new one."""


def nowcast(one: Listed, disease: Disease, counted: float, seed: int, earlier: Earlier = ()) -> tuple[Figures, str]:
    """Rows of each day: reported with onset known, reported with onset imputed, completed with its interval; then the earlier ones and their score."""
    made = whole(one, disease, counted, seed)
    cast = made.found.nowcast
    if cast is None:
        raise OLD
    verdict = gates.nowcast(cast, gates=disease.gates)
    said = reported(one, made)
    said += rows_of(of_nowcast(cast, verdict=verdict))
    for day, share in zip(cast.dates, cast.share, strict=True):
        if share < 1:
            said.append(row("share_reported", day, float(share), event="onset"))
    said += to_come(cast, np.asarray(verdict.shown), one.now)
    said += about(one, made, counted)
    said += overlaid(cast, earlier)
    last = np.flatnonzero(verdict.shown)
    status = str(verdict.status[last[-1]]) if len(last) else gates.WITHHELD
    return said + scored(one, made, earlier), status


def reported(one: Listed, made: Whole) -> Figures:
    """What is reported of each day: with the onset known, and what of the others falls on it by their likely onsets (a mean)."""
    dates = made.triangles[0].dates
    at = (one.onset[one.known] - dates[0]).astype(np.int64)
    known = np.bincount(at, minlength=len(dates)).astype(np.float64)
    imputed = np.maximum(made.found.cases - known, 0.0)
    said = []
    for name, values in (("reported", known), ("reported_imputed", imputed)):
        if name == "reported" or not one.known.all():
            said += [row(name, day, float(value), event="onset") for day, value in zip(dates, values, strict=True)]
    return said


def by_onset(one: Listed) -> Figures:
    """The curve by onset as far as it is known, nothing completed: the last days are partial, cases without an onset are not in it."""
    known = one.onset[one.known]
    if not len(known):
        return []
    dates = np.arange(known.min(), one.now + 1)
    cases = np.bincount((known - dates[0]).astype(np.int64), minlength=len(dates)).astype(np.float64)
    young = len(dates) - one.longest
    said = []
    for place, (day, new, total) in enumerate(zip(dates, cases, cases.cumsum(), strict=True)):
        status = gates.PARTIAL if place >= young else gates.OK
        said.append(row("cases", day, float(new), strat=ONSET, event="onset", status=status))
        said.append(row("cumulative", day, float(total), strat=ONSET, event="onset", status=status))
    said.append(row("onset_unknown", one.now, float((~one.known).sum()), strat=ONSET))
    return said


def to_come(cast: Nowcast, shown: np.ndarray, now: np.datetime64) -> Figures:
    """How many of the days that may be told are still to be reported, in all."""
    missing = (cast.draws - cast.reported)[:, shown].sum(axis=1)
    made = row("to_come", now, float(missing.mean()), event="onset")
    levels = dict(zip(COLUMNS, np.quantile(missing, LEVELS, method="inverted_cdf"), strict=True))
    return [{**made, **{name: rounded(float(value)) for name, value in levels.items()}}]


def about(one: Listed, made: Whole, counted: float) -> Figures:
    """What it rests on: cases listed and counted, onsets unknown, pairs, the delay and whose it is, days that look like batches."""
    now, delay = one.now, made.found.delay
    said = [
        row("listed", now, float(len(one.onset)), event="report"),
        row("counted", now, counted),
        row("onset_unknown", now, float((~one.known).sum())),
        row("pairs", now, float(one.known.sum())),
        row("longest_delay", now, float(one.longest)),
    ]
    if delay is not None:
        said.append(row("delay_median", now, delay.median, strat=delay.source))
        said.append(row("delay_p95", now, delay.p95, strat=delay.source))
    batches = made.triangles[0].batches
    return said + [row("batch", day, float((one.report == day).sum()), event="report") for day in batches]


def overlaid(cast: Nowcast, earlier: Earlier) -> Figures:
    """The earlier nowcasts of the days that this one speaks of, as they were told then."""
    said = []
    for number, rows in list(earlier)[-OVERLAID:]:
        for then in told(rows):
            if np.datetime64(then["date"]) >= cast.dates[0]:
                said.append({**then, "variable": "cases_earlier", "strat": str(number)})
    return said


def told(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The days that a nowcast completed, of those that it could tell."""
    return [r for r in rows if r["variable"] == "cases" and r["type"] == UNFINISHED and r["median"] is not None]


def scored(one: Listed, made: Whole, earlier: Earlier) -> Figures:
    """Of each earlier nowcast its mean WIS, that of what was reported then, and how many days are known by now; over all the share within 95 %.

    A day is known once the longest delay has passed since.
    """
    dates, truth = made.triangles[0].dates, made.found.cases
    said: Figures = []
    seen: list[Floats] = []
    facts: list[Floats] = []
    for number, rows in earlier:
        issued = told(rows)
        when = days([r["date"] for r in issued])
        at = (when - dates[0]).astype(int)
        old = [place for place, day in enumerate(at) if 0 <= day < len(dates) - one.longest]
        if not old:
            continue
        quantiles = np.array([[issued[place][name] for name in COLUMNS] for place in old], np.float64)
        fact = truth[at[old]]
        then = np.array([_reported(rows, issued[place]["date"]) for place in old])
        name, last = str(number), when[old[-1]]
        said.append(row("wis", last, float(wis(fact, LEVELS, quantiles).mean()), strat=name, event="onset"))
        said.append(row("wis_reported", last, float(np.abs(fact - then).mean()), strat=name, event="onset"))
        said.append(row("days_scored", last, float(len(old)), strat=name))
        seen.append(quantiles)
        facts.append(fact)
    for width in (0.5, 0.95) if seen else ():
        share = interval_coverage(np.concatenate(facts), LEVELS, np.concatenate(seen), width=width)
        said.append(row(f"coverage_{100 * width:g}", one.now, share))
    return said


def _reported(rows: Sequence[Mapping[str, Any]], day: str) -> float:
    """What was reported of a day by then."""
    names = ("reported", "reported_imputed")
    return sum(float(r["mean"]) for r in rows if r["variable"] in names and r["date"] == day)
