"""What every method costs at the size of a city, a province and a country, in U, with the memory it takes.

    python -m benchmarks.epi.cost

1 U is the processor time of R by Cori's method on 350 areas × 365 days with seven quantiles, in the same process on one thread, done plainly: one
inverse gamma for every window and quantile. (`estimate_R` asks for each distinct number of cases once; its own line says what it costs.)
Each line is the least of its runs; the memory is the most that was allocated during one more run. Targets are those of the reference
times 1.5, as it allows; for whole analyses as they are.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from benchmarks.epi.inputs import AREAS, DAYS, FOLDER, SHORT, W, forest, panel, records
from scipy.special import gammainc, gammaincinv

from shichen import epi
from shichen.epi import chains, delays, forecast, growth, nowcast, resources, risk, rt, signals
from shichen.epi.rt import cori, windows
from shichen.epi.rt.infectivity import by_origin, infectivity
from shichen.epi.shapes import LEVELS

ALLOWED = 1.5
PROVINCE = 14


@dataclass(frozen=True)
class Line:
    """One method at one size; `target` in U, none where the reference has none; `times` runs."""

    name: str
    size: str
    ask: Callable[[], object]
    target: float | None
    times: int = 3
    whole: bool = False


def plain(cases: np.ndarray) -> None:
    """What defines U."""
    found = by_origin(cases, None)
    first, last = windows.sliding(cases.shape[-1], 7)
    seen = cori.seen(found, infectivity(found.all, W), first, last)
    shape, scale = 1 + seen.cases, 1 / (1 / 5 + seen.infectivity)
    gammaincinv(shape[..., None], np.asarray(LEVELS)) * scale[..., None]
    gammainc(shape, 1 / scale)


def cpu(ask: Callable[[], object], times: int) -> float:
    """The least processor time of so many runs, in seconds."""
    spent = []
    for _ in range(times):
        begun = time.process_time()
        ask()
        spent.append(time.process_time() - begun)
    return min(spent)


def peak(ask: Callable[[], object]) -> float:
    """The most that was allocated at once, in MB."""
    tracemalloc.start()
    ask()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def of_curves(cases: np.ndarray) -> Iterator[Line]:
    for size, areas, days, targets in (
        ("1×120", 1, 120, (0.001, None, None, None, 0.001, 0.001)),
        (f"{PROVINCE}×365", PROVINCE, DAYS, (None,) * 6),
        (f"{AREAS}×{DAYS}", AREAS, DAYS, (1.0, 0.016, 3.8, 0.03, None, None)),
    ):
        y, w = cases[:areas, :days], W[:days]
        few = 20 if areas == 1 else 3
        yield Line("R, Cori, 7 quantiles", size, lambda y=y, w=w: rt.estimate_R(y, w=w), targets[0], few)
        yield Line("infectivity Λ alone", size, lambda y=y, w=w: rt.overall_infectivity(y, w=w), targets[1], few)
        yield Line(
            "EpiFilter, filter and smoother",
            size,
            lambda y=y, w=w: rt.estimate_R(y, w=w, method="epifilter"),
            targets[2],
            1 + (areas < AREAS),
        )
        yield Line("cohort R, Wallinga-Teunis", size, lambda y=y, w=w: rt.wallinga_teunis(y, w), targets[3], few)
        yield Line("growth, 14 days", size, lambda y=y: growth.growth_rate(y), targets[4], few)
        yield Line("back-projection", size, lambda y=y: rt.estimate_infections(y, SHORT), targets[5], few)
    yield Line(
        "R, Cori, 3 quantiles", f"{AREAS}×{DAYS}", lambda: rt.estimate_R(cases, w=W, levels=(0.025, 0.5, 0.975)), 0.42
    )
    generator = np.random.Generator(np.random.PCG64(7))
    many = np.array(
        [
            delays.discr_si(np.arange(32), m, s)
            for m, s in zip(generator.uniform(2, 4, 1000), generator.uniform(1, 2, 1000), strict=True)
        ]
    )
    yield Line("R, 1,000 serial intervals", "1×32", lambda: rt.estimate_R(cases[0, :32], w=many), 2.5)
    yield Line("EARS C3", f"{AREAS}×{DAYS}", lambda: signals.ears(cases, method="C3"), 0.03)
    weeks = generator.poisson(20, 312).astype(float)
    asked = list(range(282, 302))
    yield Line("Farrington, 20 weeks", "1 series", lambda: signals.farrington(weeks, asked), 0.04)
    yield Line("Farrington flexible, 20 weeks", "1 series", lambda: signals.farrington_flexible(weeks, asked), 0.04)


def of_records() -> Iterator[Line]:
    generator = np.random.Generator(np.random.PCG64(8))
    left = np.round(generator.uniform(0, 5, 181))
    shown = left + np.round(generator.gamma(5, 1, 181))
    yield Line(
        "delay fit, 500 resamples",
        "181 records",
        lambda: delays.estimate_delay(left, left + 2, shown, shown + 1),
        0.8,
        2,
    )
    onset, report = records()
    one = nowcast.reporting_triangle(onset, report, now="2020-04-20", longest=14)
    yield Line("nowcast, 4,000 draws", "1 city", lambda: nowcast.nowcast(one, draws=4000), 0.3)
    curve = one.reported
    yield Line(
        "forecast, 20,000 × 14", "1 city", lambda: forecast.forecast_infections(curve, 1.1, w=SHORT, draws=20000), 0.04
    )
    ids, parent, child = forest(1_000_000, 750_000)
    links = chains.make_epicontacts(ids, ids[parent], ids[child])
    yield Line("making the graph", "1 M cases", lambda: chains.make_epicontacts(ids, ids[parent], ids[child]), None, 1)
    yield Line("clusters", "0.75 M links", lambda: chains.get_clusters(links), 0.2)
    yield Line("generations", "1 M cases", lambda: chains.get_generations(links), 0.3)
    new, near = generator.poisson(0.3, (540, 373)).astype(float), generator.random((540, 373)) < 0.01
    rule = risk.RiskRule("v2020-02", "2020-02-17", 14, 50, True, 2, 14, "benchmark")
    yield Line("risk level", "540×373", lambda: risk.risk_level(new, near, rule), 0.004, 10)
    for size, hospitals, depots, boxes, target in (
        ("1,080", 45, 8, None, 0.04),
        ("60,000", 1000, 20, None, 3.0),
        ("1,080", 45, 8, [10.0, 5.0, 20.0], 0.2),
    ):
        need = generator.integers(10, 200, (hospitals, 3)).astype(float)
        stock = np.floor(generator.dirichlet(np.ones(depots), 3).T * need.sum(axis=0) * 0.6)
        cost, weight = generator.random((depots, hospitals)) * 100, np.ones(hospitals)
        name = "allocation" if boxes is None else "allocation in boxes"
        yield Line(
            name,
            f"{size} variables",
            lambda s=stock, n=need, c=cost, p=weight, b=boxes: resources.allocate(s, n, c, p, boxes=b),
            target,
            1 if hospitals > 100 else 3,
        )


def of_whole(cases: np.ndarray) -> Iterator[Line]:
    interval = epi.generation_time_opts(4.7, 2.9)
    onset, report = records()
    city = nowcast.reporting_triangle(onset, report, now="2020-04-20", longest=14)
    yield Line("epinow", "1 city, 111 days", lambda: epi.epinow(city, generation_time=interval), 4.0, 3, True)
    generator = np.random.Generator(np.random.PCG64(9))
    chance = np.diff(1 - 0.75 ** np.arange(16))
    n = generator.multinomial(cases.astype(np.int64), chance / chance.sum()).astype(float)
    n[:, np.arange(DAYS)[:, None] + np.arange(15) > DAYS - 1] = np.nan
    dates = np.datetime64("2020-01-01", "D") + np.arange(DAYS)
    none = np.empty(0, np.int64)
    for size, areas, target in ((f"{PROVINCE} cities × 365", PROVINCE, None), (f"{AREAS} cities × 365", AREAS, 200.0)):
        every = {str(at): nowcast.Triangle(dates, n[at], 0, none) for at in range(areas)}
        yield Line(
            "regional_epinow, nowcast included",
            size,
            lambda e=every: epi.regional_epinow(e, generation_time=interval),
            target,
            1,
            True,
        )


def main() -> None:
    cases = panel()
    unit = cpu(lambda: plain(cases), 3)
    where = "the reference's panel" if FOLDER.is_dir() else "a panel by seed"
    print(f"1 U = {unit:.2f} s of processor time ({where}, one thread)\n")
    print("| method | size | U | target | | most memory |\n|---|---|---|---|---|---|")
    for line in (*of_curves(cases), *of_records(), *of_whole(cases)):
        value, memory = cpu(line.ask, line.times) / unit, peak(line.ask)
        limit = None if line.target is None else line.target * (1 if line.whole else ALLOWED)
        verdict = "–" if limit is None else "holds" if value <= limit else "falls short"
        said = "–" if limit is None else f"{limit:.3g}"
        print(f"| {line.name} | {line.size} | {value:.2g} | {said} | {verdict} | {memory:,.1f} MB |", flush=True)


if __name__ == "__main__":
    main()
