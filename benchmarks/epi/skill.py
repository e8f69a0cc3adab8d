"""How good nowcasts and forecasts were on outbreaks that are over: coverage of their intervals and weighted interval scores.

    python -m benchmarks.epi.skill

Nowcasts, of the days that the gate lets out (at least a tenth reported): mpox in New York City 2022 (looked at while the method was made) and HUS in Germany 2011 (kept back). Forecasts of seven days:
how much cases scatter (k), how much R walks (rw) and goes towards 1 (damping) is chosen on some outbreaks alone, the others are kept back and only measured.
Reads the tables that stand beside the checkout; where they come from is said in their README.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from scipy.stats import poisson
from tests.epi.reference import FOLDER, table

from shichen.epi import gates
from shichen.epi.delays import discr_si
from shichen.epi.forecast import forecast_infections, interval_coverage, wis
from shichen.epi.nowcast import nowcast, reporting_triangle
from shichen.epi.rt import estimate_R
from shichen.epi.shapes import LEVELS

HORIZON = 7
CHOSEN_ON = ("Flu2009", "Measles1861", "Zhuzhou")
KEPT_BACK = ("SARS2003", "Ebola, simulated", "13 other prefectures of Hunan")
K = (0.05, 0.1, 0.3, 1.0, np.inf)
RW = (0.0, 0.1, 0.2, 0.3)
DAMPING = (1.0, 0.8, 0.6, 0.4)
HUNAN = Path("hunan") / "hunan_cities_epicurve_asof.csv"


@dataclass(frozen=True)
class Outbreak:
    """Cases by day, the serial interval and its mean; whether the first case is counted as brought from elsewhere."""

    name: str
    cases: np.ndarray
    w: np.ndarray


@dataclass(frozen=True)
class Scored:
    """What was observed (n,) and the quantiles that were given (n, Q); `naive` are those of yesterday's week going on."""

    observed: np.ndarray
    quantiles: np.ndarray
    naive: np.ndarray


def outbreaks() -> dict[str, list[Outbreak]]:
    """By name; the prefectures of Hunan are several."""
    found = {}
    for name in ("Flu2009", "Measles1861", "SARS2003"):
        found[name] = [
            Outbreak(name, table(f"input_{name}_incidence.csv")["I"], whole(table(f"input_{name}_si.csv")["w"]))
        ]
    covid = whole(discr_si(np.arange(21), 4.7, 2.9))
    zhuzhou = table("input_zhuzhou.csv")["new_confirmed"][2:]
    found["Zhuzhou"] = [Outbreak("Zhuzhou", zhuzhou, covid)]
    ebola = table("input_ebola_sim_onset.csv")["n"]
    found["Ebola, simulated"] = [Outbreak("Ebola", ebola, whole(discr_si(np.arange(60), 15.3, 9.3)))]
    found["13 other prefectures of Hunan"] = [Outbreak(name, cases, covid) for name, cases in hunan()]
    return found


def hunan() -> Iterator[tuple[str, np.ndarray]]:
    """Prefectures but Zhuzhou, by day as of, from the first to the last day told; days untold in between are nought new."""
    with (FOLDER.parent / HUNAN).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for name in sorted({row["city"] for row in rows} - {"株洲市"}):
        mine = [row for row in rows if row["city"] == name and row["new_confirmed"] not in ("", "NA")]
        day = np.array([row["as_of_date"] for row in mine], "datetime64[D]")
        cases = np.zeros(int((day.max() - day.min()).astype(int)) + 1)
        cases[(day - day.min()).astype(int)] = [max(float(row["new_confirmed"]), 0.0) for row in mine]
        yield name, cases


def whole(w: np.ndarray) -> np.ndarray:
    return w / w.sum()


def issues(one: Outbreak) -> Iterator[tuple[int, np.ndarray]]:
    """Every third day on which R may be told and the next seven days are known: the day, and draws of R."""
    if len(one.cases) < 10 + HORIZON:
        return
    found = estimate_R(one.cases, w=one.w)
    told = gates.rt(found, one.cases, mean_si=float(one.w @ np.arange(len(one.w))), window=7).shown
    generator = np.random.Generator(np.random.PCG64(11))
    for at in range(0, len(found.t_end), 3):
        end = int(found.t_end[at])
        if told[at] and end + HORIZON <= len(one.cases):
            shape, scale = 1 + found.cases[at], 1 / (1 / 5 + found.infectivity[at])
            yield end, generator.gamma(shape, scale, 500)


def forecasts(several: list[Outbreak], k: float, rw: float, damping: float) -> Scored:
    """Seven days and their sum, issue by issue: the sum last."""
    seen, told, naive = [], [], []
    for one in several:
        for end, R in issues(one):
            found = forecast_infections(
                one.cases[:end], R, w=one.w, horizon=HORIZON, k=k, rw=rw, damping=damping, draws=1000, seed=end
            )
            ahead = one.cases[end : end + HORIZON]
            seen.append(np.append(ahead, ahead.sum()))
            told.append(np.vstack([found.quantiles, found.total]))
            week = one.cases[end - 7 : end].mean()
            naive.append(np.vstack([np.tile(poisson.ppf(LEVELS, week), (HORIZON, 1)), poisson.ppf(LEVELS, 7 * week)]))
    return Scored(np.array(seen), np.array(told), np.array(naive))


def nowcasts(event: np.ndarray, report: np.ndarray, when: list[np.datetime64], since: str | None) -> Scored:
    seen, told, naive = [], [], []
    for now in when:
        found = nowcast(reporting_triangle(event, report, now=now, longest=14, since=since), draws=2000, seed=3)
        truth = np.array([(event == day).sum() for day in found.dates[-14:]], float)
        shown = gates.nowcast(found).shown[-14:]
        seen.append(truth[shown])
        told.append(found.quantiles[-14:][shown])
        naive.append(np.repeat(found.reported[-14:, None], len(LEVELS), axis=1)[shown])
    return Scored(
        *(
            np.concatenate(one)[:, None] if one[0].ndim == 1 else np.concatenate(one)[:, None, :]
            for one in (seen, told, naive)
        )
    )


def said(scored: Scored, part: slice) -> str:
    y, q, n = scored.observed[:, part], scored.quantiles[:, part], scored.naive[:, part]
    mine, theirs = float(wis(y, LEVELS, q).mean()), float(wis(y, LEVELS, n).mean())
    cover = " / ".join(f"{100 * interval_coverage(y, LEVELS, q, width=width):.0f}" for width in (0.5, 0.9, 0.95))
    return f"{y.size} | {mine:.2f} | {theirs:.2f} | {mine / theirs:.2f} | {cover} |"


def main() -> None:
    print(
        "| nowcast of 14 days, as far as shown | | days of | WIS | WIS of the reported counts | ratio | coverage of 50 / 90 / 95 % |\n|---|---|---|---|---|---|---|"
    )
    mpox, others = table("input_mpox_nyc_dx.csv"), table("nobbs_mpox_nyc.csv")
    when = [np.datetime64(now) for now in sorted({*others["now"]})]
    found = nowcasts(
        mpox["dx_date"].astype("datetime64[D]"), mpox["dx_report_date"].astype("datetime64[D]"), when, None
    )
    print(f"| mpox, New York City 2022 | looked at | 98 / {said(found, slice(None))}")
    hus = table("input_husO104Hosp.csv")
    known = (hus["dHosp"] != "NA") & (hus["dReport"] != "NA")
    event, report = (hus[name][known].astype("datetime64[D]") for name in ("dHosp", "dReport"))
    when = list(np.arange(np.datetime64("2011-05-25"), np.datetime64("2011-06-15"), 2))
    print(f"| HUS, Germany 2011 | kept back | 154 / {said(nowcasts(event, report, when, '2011-05-01'), slice(None))}")

    every = outbreaks()
    tried = {}
    for k, rw, damping in product(K, RW, DAMPING):
        ratios = []
        for name in CHOSEN_ON:
            scored = forecasts(every[name], k, rw, damping)
            ratios.append(
                wis(scored.observed, LEVELS, scored.quantiles).mean()
                / wis(scored.observed, LEVELS, scored.naive).mean()
            )
        tried[k, rw, damping] = float(np.mean(ratios))
    k, rw, damping = min(tried, key=tried.__getitem__)
    print(
        f"\nChosen on {', '.join(CHOSEN_ON)}: k = {k:g}, rw = {rw:g}, damping = {damping:g} (mean ratio {tried[k, rw, damping]:.3f}; k = ∞, R stays: {tried[np.inf, 0.0, 1.0]:.3f}).\n"
    )
    print(
        "| forecast | | numbers | WIS | WIS of last week going on | ratio | coverage of 50 / 90 / 95 % |\n|---|---|---|---|---|---|---|"
    )
    for name in KEPT_BACK:
        scored = forecasts(every[name], np.inf, 0.0, 1.0)
        print(f"| {name}, by day, if R stays and cases do not scatter | kept back | {said(scored, slice(0, HORIZON))}")
        print(f"| {name}, sum of 7 days, the same | kept back | {said(scored, slice(HORIZON, None))}")
    for name in (*CHOSEN_ON, *KEPT_BACK):
        scored = forecasts(every[name], k, rw, damping)
        kept = "chosen on" if name in CHOSEN_ON else "kept back"
        print(f"| {name}, by day | {kept} | {said(scored, slice(0, HORIZON))}")
        print(f"| {name}, sum of 7 days | {kept} | {said(scored, slice(HORIZON, None))}", flush=True)


if __name__ == "__main__":
    main()
