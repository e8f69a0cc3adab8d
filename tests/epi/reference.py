"""Reference tables as columns of floats: those beside the checkout (../shared/data/epi_reference), without them the small ones in `tables`.

A test that asks for a table which is in neither place is left out as one that needs `seeds`.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "epi_reference"
HERE = Path(__file__).resolve().parent / "tables"


def table(name: str) -> dict[str, np.ndarray]:
    """The columns of a table: numbers as floats with NaN for NA, else texts."""
    with where(name).open(encoding="utf-8", newline="") as file:
        heading, *rows = list(csv.reader(file))
    return {name: _column(values) for name, values in zip(heading, zip(*rows, strict=True), strict=True)}


def panel() -> np.ndarray:
    """350 areas × 365 days of simulated counts."""
    return np.loadtxt(where("bench_panel_350x365.csv"), delimiter=",")


def where(name: str) -> Path:
    """The file of a table."""
    found = FOLDER / name if (FOLDER / name).is_file() else HERE / name
    if not found.is_file():
        from tests.plugins.parts import skip_without  # benchmarks read tables too, and have no test to leave out

        skip_without("seeds")
    return found


def furthest(got: np.ndarray, wanted: np.ndarray) -> float:
    """The largest relative difference; infinite where one is NaN and the other is not."""
    if got.shape != wanted.shape or (np.isnan(got) != np.isnan(wanted)).any():
        return np.inf
    known = ~np.isnan(wanted)
    off = np.abs(got - wanted)[known]
    return float((off / np.where(wanted[known] == 0, 1, np.abs(wanted[known]))).max(initial=0))


def _column(values: tuple[str, ...]) -> np.ndarray:
    try:
        return np.array([float(value) if value not in ("", "NA") else np.nan for value in values])
    except ValueError:
        return np.array(values)
