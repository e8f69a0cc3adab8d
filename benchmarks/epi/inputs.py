"""Inputs of the benchmarks: the panel that defines U, and what is made by seed where a table is not beside the checkout."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from shichen.epi.delays import discr_si

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "epi_reference"
AREAS, DAYS = 350, 365
W = discr_si(np.arange(DAYS), 4.7, 2.9)
SHORT = W[:21] / W[:21].sum()


def panel() -> np.ndarray:
    """350 areas × 365 days: the reference's panel, without it a renewal process by seed of about as many cases."""
    there = FOLDER / "bench_panel_350x365.csv"
    if there.is_file():
        return np.loadtxt(there, delimiter=",")
    generator = np.random.Generator(np.random.PCG64(1))
    cases = np.zeros((AREAS, DAYS))
    cases[:, 0] = 5
    for day in range(1, DAYS):
        reach = min(day, len(SHORT) - 1)
        force = cases[:, day - reach : day][:, ::-1] @ SHORT[1 : reach + 1]
        R = np.where(cases[:, :day].sum(axis=1) > 6000, 0.8, 1.0 + 0.4 * np.sin(day / 30 + np.arange(AREAS)))
        cases[:, day] = generator.poisson(R * force + 0.2)
    return cases


def records(days: int = 120, cases: int = 2000, longest: int = 14, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Onset and report of cases of a city that grow and fall, as dates."""
    generator = np.random.Generator(np.random.PCG64(seed))
    curve = np.exp(-(((np.arange(days) - 0.8 * days) / (0.2 * days)) ** 2) / 2)
    onset = np.repeat(np.arange(days), generator.multinomial(cases, curve / curve.sum()))
    delay = np.minimum(generator.negative_binomial(3, 0.4, len(onset)), longest + 3)
    first = np.datetime64("2020-01-01", "D")
    return first + onset, first + onset + delay


def forest(cases: int, links: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ids, and links from earlier to later cases, each case with one source at most."""
    generator = np.random.Generator(np.random.PCG64(seed))
    child = np.sort(generator.choice(np.arange(1, cases), links, replace=False))
    parent = (child * generator.random(links)).astype(np.int64)
    ids = np.char.add("c", np.arange(cases).astype(np.str_))
    return ids, parent, child
