"""One form in a process of its own: how long it takes, what it costs, and what it answers; one JSON line.

python -m benchmarks.movement.child FOLDER INDEX FORM [--times 3] [--check]
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path

from benchmarks.movement.forms import FORMS, Case


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak() -> int:
    """The most that was ever resident, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measure(folder: Path, index: str, name: str, times: int, check: bool) -> dict[str, object]:
    case = Case(folder, index)
    with case.after:
        return asked(case, index, name, times, check)


def asked(case: Case, index: str, name: str, times: int, check: bool) -> dict[str, object]:
    ready = FORMS[name](case)
    walls, costs, answers = [], [], []
    for _ in range(times):
        begun, spent = time.perf_counter(), cpu()
        answers.append(ready.ask())
        walls.append(time.perf_counter() - begun)
        costs.append(cpu() - spent)
    if any(answer != answers[0] for answer in answers):
        raise SystemExit(f"{name} answers differently each time: {answers}")
    said = {
        "form": name,
        "index": index,
        "first": round(walls[0], 4),
        "least": round(min(walls), 4),
        "cpu": round(min(costs), 4),
        "peak": peak(),
        **answers[0],
    }
    return {**said, "digest": ready.check()} if check and ready.check else said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("index")
    parser.add_argument("form", choices=FORMS)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    print(json.dumps(measure(given.folder, given.index, given.form, given.times, given.check)))


if __name__ == "__main__":
    main()
