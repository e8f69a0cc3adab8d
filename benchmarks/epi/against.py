"""R by Cori's method against what others use for it: EpiEstim (R) and epyestim (Python), same inputs, results compared first.

    python -m benchmarks.epi.against FOLDER [--install]

`--install` brings EpiEstim from Debian (`r-cran-epiestim`, as root) and epyestim from PyPI into an environment under FOLDER. Each program
runs in a process of its own; its processor time is that of the estimate alone, without loading; the memory is the most it held resident.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from benchmarks.epi.inputs import W, panel

HERE = Path(__file__).parent
GOALS = {"EpiEstim": 40.0, "epyestim": 3.0}

OURS = """
import sys, time
import numpy as np
from shichen.epi.rt import estimate_R
cases, w = np.loadtxt(sys.argv[1], delimiter=",", ndmin=2), np.loadtxt(sys.argv[2])
estimate_R(cases[:1], w=w)
times = 20 if len(cases) == 1 else 3
begun = time.process_time()
for _ in range(times):
    found = estimate_R(cases, w=w)
spent = (time.process_time() - begun) / times
np.savetxt(sys.argv[3], np.concatenate([np.column_stack(one) for one in zip(found.mean, found.sd, found.quantiles)]), delimiter=",", fmt="%.17g")
print(spent)
"""


@dataclass(frozen=True)
class Run:
    """Processor seconds, the most resident in MB, and the nine columns."""

    seconds: float
    memory: float
    columns: np.ndarray


def install(folder: Path) -> None:
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "r-cran-epiestim"], check=True)
    subprocess.run([sys.executable, "-m", "venv", folder / "epyestim"], check=True)
    subprocess.run([folder / "epyestim" / "bin" / "pip", "install", "-q", "epyestim"], check=True)


def ran(command: Sequence[str | Path], cases: np.ndarray, w: np.ndarray) -> Run:
    """A program told the files of counts and interval and where to write; it prints its seconds."""
    with tempfile.TemporaryDirectory() as folder:
        given, interval, out = (Path(folder) / name for name in ("cases.csv", "w.txt", "out.csv"))
        np.savetxt(given, cases, delimiter=",", fmt="%d")
        np.savetxt(interval, w, fmt="%.17g")
        one = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(HERE.parents[1] / "src")}
        process = subprocess.Popen(
            [*command, given, interval, out], stdout=subprocess.PIPE, text=True, env=os.environ | one
        )
        said = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        if status:
            raise SystemExit(f"{command[0]} failed")
        return Run(
            float(said.split()[-1]), used.ru_maxrss / 1024, np.genfromtxt(out, delimiter=",", missing_values="NA")
        )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--install", action="store_true")
    asked = arguments.parse_args()
    if asked.install:
        install(asked.folder)
    cases = panel()
    others = {
        "EpiEstim": ["Rscript", "--vanilla", HERE / "against.R"],
        "epyestim": [asked.folder / "epyestim" / "bin" / "python", HERE / "against_epyestim.py"],
    }
    print(
        "| input | program | processor time | most resident | their time / ours | goal | | furthest relative difference |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name, rows in (("1×120", cases[:1, :120]), ("350×365", cases)):
        w = W[: rows.shape[1]]
        ours = ran([sys.executable, "-c", OURS], rows, w)
        print(f"| {name} | shichen | {ours.seconds:.4g} s | {ours.memory:.0f} MB | 1 | – | – | – |")
        for other, command in others.items():
            theirs = ran(command, rows, w)
            known = ~np.isnan(theirs.columns) & ~np.isnan(ours.columns)
            off = float((np.abs(theirs.columns - ours.columns) / np.abs(ours.columns))[known].max())
            if off > 1e-9:
                print(f"results differ by {off:.2g}: no ratio is given", file=sys.stderr)
                continue
            ratio = theirs.seconds / ours.seconds
            verdict = "holds" if ratio >= GOALS[other] else "falls short"
            print(
                f"| {name} | {other} | {theirs.seconds:.4g} s | {theirs.memory:.0f} MB | {ratio:.1f} | {GOALS[other]:.0f} | {verdict} | {off:.1g} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
