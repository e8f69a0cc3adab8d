"""From which size on a cluster pays: the trace of 100 index persons on DuckDB and on Spark, over the same files, in one run.

    python -m benchmarks.movement.clusters FOLDER [FOLDER …]

Each engine in a process of its own, on all cores of this machine; digests first. A line through an engine's times says what it costs to
start and what a row costs; from the two lines follows from how many rows on so many machines like this one would be quicker than one.
The last step is arithmetic, not a measurement, and the table says so.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.movement.queries import ROOT, Unequal, one, said

WORKERS = (8, 16, 64)
Line = dict[str, Any]


def ask_spark(folder: Path, times: int = 3) -> Line:
    """In this process: the session's start, the question's first and least time, its digest."""
    from benchmarks.movement.case import SUMS, Case
    from benchmarks.movement.child import cpu, peak
    from benchmarks.movement.generate import files

    from shichen.tracing import pairs, tables
    from shichen.tracing.engine import Compiled
    from shichen.tracing.run import Steps
    from shichen.tracing.spark import SparkEngine

    case = Case(folder, "100")
    begun = time.perf_counter()
    session = _session()
    engine = SparkEngine(session, {name: files(folder, name) for name in tables.LARGE if files(folder, name)})
    started = time.perf_counter() - begun
    steps = Steps(engine, case.question)
    rows = pairs.rank(pairs.passing_pairs(steps.plan.passings, steps.plan.events, case.question.rules.reach))
    asked = Compiled.of(rows.aggregate(n=rows.count(), s=rows.s.sum(), n_ix=rows.n_ix.sum()), engine.dialect)
    walls = []
    for _ in range(times):
        begun = time.perf_counter()
        engine.answer(asked)
        walls.append(time.perf_counter() - begun)
    line = {
        "form": "passing pairs, Spark",
        "index": "100",
        "start": round(started, 3),
        "first": round(walls[0], 4),
        "least": round(min(walls), 4),
        "cpu": round(cpu(), 3),
        "peak": peak(),
        "digest": str(engine.digest(rows, SUMS)),
    }
    session.stop()
    return line


def _session() -> Any:
    os.environ.update(SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable)
    from pyspark.sql import SparkSession

    made = SparkSession.builder.master("local[*]").appName("shichen-bench")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "4g",
        "spark.sql.shuffle.partitions": str(os.cpu_count()),
        "spark.log.level": "ERROR",
        "spark.ui.showConsoleProgress": "false",
    }
    for name, value in settings.items():
        made = made.config(name, value)
    return made.getOrCreate()


def measure(folder: Path) -> tuple[Line, Line]:
    """DuckDB's line and Spark's, which must have one digest. Raises Unequal."""
    rows = said(folder)["passings"]
    duck = {"rows": rows, **one(folder, "passing pairs", "100", check=True)}
    command = [sys.executable, "-X", "utf8", "-m", "benchmarks.movement.clusters", str(folder), "--spark"]
    surroundings = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2_000:])
    spark = {"rows": rows, **json.loads(done.stdout.splitlines()[-1])}
    if duck["digest"] != spark["digest"]:
        raise Unequal(f"{rows} rows: {duck['digest']} and {spark['digest']}")
    return duck, spark


def line_through(lines: list[Line]) -> tuple[float, float]:
    """Seconds to begin with, and seconds a row: by least squares of relative errors, so that the small sizes count too."""
    rows, took = (np.array([line[name] for line in lines], float) for name in ("rows", "least"))
    columns = np.stack([1 / took, rows / took], axis=1)
    (begin, slope), *_ = np.linalg.lstsq(columns, np.ones(len(rows)), rcond=None)
    return float(begin), float(slope)


def crossover(duck: list[Line], spark: list[Line], workers: int) -> float | None:
    """Rows from which on `workers` machines like this one are quicker than one with DuckDB; None where they never are.

    What Spark takes to begin stays; what a row costs is shared. Reckoned, not measured: a network is not free.
    """
    (begin, slope), (late, steep) = line_through(duck), line_through(spark)
    gained = slope - steep / workers
    return max(0.0, (late - begin) / gained) if gained > 0 else None


def run(folders: list[Path]) -> None:
    pairs = []
    for folder in folders:
        pairs.append(measure(folder))
        print("\n".join(json.dumps(line) for line in pairs[-1]), flush=True)
    duck, spark = ([pair[at] for pair in pairs] for at in (0, 1))
    print(f"{'rows':>12}  {'DuckDB s':>9}  {'Spark s':>9}  {'start s':>8}  ratio")
    for a, b in pairs:
        print(f"{a['rows']:>12}  {a['least']:>9}  {b['least']:>9}  {b['start']:>8}  {b['least'] / a['least']:.1f} ×")
    if len(pairs) > 1:
        for workers in WORKERS:
            found = crossover(duck, spark, workers)
            told = "never" if found is None else f"from {found:.1e} rows on"
            print(f"{workers} machines like this one (reckoned from the two lines): quicker than one {told}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--spark", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.spark:
        print(json.dumps(ask_spark(given.folders[0])))
    else:
        run(given.folders)


if __name__ == "__main__":
    main()
