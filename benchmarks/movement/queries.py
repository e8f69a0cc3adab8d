"""The questions of movement measured: each form in a process of its own, digests first, one JSON line each, then the targets.

python -m benchmarks.movement.queries FOLDER [--against SMALLER_FOLDER] [--calm]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.movement.forms import FORMS, SAME

ROOT = Path(__file__).resolve().parents[2]
Line = dict[str, Any]

PLANNED = (
    ("scan", "100"), ("scan stays", "100"), ("passing pairs", "100"), ("DuckDB default", "100"), ("stay pairs", "100"),
    ("slot field", "100"), ("roll-up", "100"), ("track", "1"), ("track", "100"), ("end to end", "1"), ("end to end", "10"),
    ("end to end", "100"), ("end to end", "1000"), ("end to end, passings", "1"), ("end to end, passings", "100"),
    ("end to end, field", "100"), ("pair seconds", "100"), ("piece field", "100"), ("asof field", "100"),
    ("second field", "100"), ("numpy kernel", "100"), ("stay seconds", "100"), ("stay field", "100"),
    ("passing pairs", "mass"), ("pair seconds", "mass"), ("piece field", "mass"), ("asof field", "mass"), ("slot field", "mass"),
    ("numpy kernel", "mass"), ("SQLite", "100"), ("pandas", "100"), ("brute force", "100"),
)  # fmt: skip
UP_TO = {"SQLite": 10_000_000, "pandas": 1_000_000, "brute force": 100_000}
"""Rows beyond which a form is not asked: it would take all the memory, or all day."""
UNCHECKED = {("passing pairs", "mass")}
"""Measured apart from its digest, which `pair seconds` has for the same pairs."""
BOUNDED = ("passing pairs", "stay pairs", "slot field", "track", "end to end", "end to end, passings")
"""Questions of index persons, in the form the house asks them with so few; their memory has a target."""


class Unequal(Exception):
    """Two forms of one question answered differently: nothing about their speed means anything."""


@dataclass(frozen=True)
class Target:
    """A line of the table of targets; `stated` is the number of rows the target was stated for."""

    name: str
    value: float | None
    target: str
    holds: bool | None
    rows: int
    stated: int

    @property
    def verdict(self) -> str:
        if self.holds is None:
            return "not measured"
        said = "holds" if self.holds else "falls short"
        return said if self.rows == self.stated else f"{said} at {self.rows:.0e} rows; stated for {self.stated:.0e}"


def planned(rows: int) -> Iterator[tuple[str, str]]:
    """Forms that can be asked at this size on this machine."""
    for form, index in PLANNED:
        if rows <= UP_TO.get(form, rows) and (form != "pandas" or importlib.util.find_spec("pandas")):
            yield form, index


def one(folder: Path, form: str, index: str, check: bool, times: int = 3) -> Line:
    """One form in a fresh process."""
    command = [sys.executable, "-X", "utf8", "-m", "benchmarks.movement.child", str(folder), index, form]
    command += ["--times", str(times), *(["--check"] if check else [])]
    surroundings = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{form} ({index}):\n{done.stderr[-2_000:]}")
    return {**json.loads(done.stdout), "load": round(os.getloadavg()[0], 2)}


def measure(folder: Path, calm: bool = False, forms: Iterable[tuple[str, str]] | None = None) -> Iterator[Line]:
    """A line for every form, as it comes; `calm` waits for a machine that has nothing else to do."""
    rows = said(folder)["rows"]
    for form, index in forms or planned(rows):
        if calm:
            wait()
        check = (form, index) not in UNCHECKED
        yield {"rows": rows, **one(folder, form, index, check)}


def wait(most: float = 300.0) -> None:
    """Until the machine is calm, but not for ever: the line carries the load it was measured under."""
    begun = time.monotonic()
    while os.getloadavg()[0] > 0.5 and time.monotonic() - begun < most:
        time.sleep(5)


def said(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "said.json").read_text(encoding="utf-8"))
    return found


def agree(lines: list[Line]) -> list[str]:
    """Says which forms agree on what; raises where they do not."""
    told = []
    for question, forms in SAME.items():
        for index in sorted({line["index"] for line in lines}):
            digests = {
                line["form"]: line["digest"]
                for line in lines
                if line["form"] in forms and line["index"] == index and "digest" in line
            }
            if len(set(digests.values())) > 1:
                raise Unequal(f"{question}, {index} index persons: {digests}")
            if len(digests) > 1:
                told.append(
                    f"{question}, {index} index persons: {', '.join(digests)} agree ({next(iter(digests.values()))})"
                )
    lists = {index: {line["list"] for line in lines if line["index"] == index and "list" in line} for index in ("100",)}
    for index, found in lists.items():
        if len(found) > 1:
            raise Unequal(f"the first thousand of {index} index persons: {found}")
    return told


def targets(folder: Path, lines: list[Line], smaller: list[Line] | None = None) -> list[Target]:
    """The table: name, value, target, whether it holds. `smaller` are the lines of a run at 10^6 rows, for the growth."""
    rows, size = said(folder)["rows"], said(folder)["bytes"]
    smaller = [line for line in smaller or [] if line["rows"] == 1_000_000]
    stated = 100_000_000

    def at(form: str, index: str, what: str = "least", of: list[Line] = lines) -> float | None:
        return next((line[what] for line in of if line["form"] == form and line["index"] == index), None)

    def line(name: str, value: float | None, sign: str, limit: float, unit: str = "") -> Target:
        holds = None if value is None else (value <= limit if sign == "<=" else value >= limit)
        return Target(name, value, f"{sign} {limit:g}{unit}", holds, rows, stated)

    both = (size["passings_by_place"] + size["passings_by_person"]) / said(folder)["passings"]
    peaks = [at(form, "100", "peak") for form in BOUNDED]
    most = max((peak for peak in peaks if peak is not None), default=None)
    fields_mass = [
        (at(form, "mass"), at(form, "mass", "peak")) for form in ("piece field", "numpy kernel", "asof field")
    ]
    quickest = min((pair for pair in fields_mass if pair[0] is not None), default=(None, None))
    return [
        line("trace of 100 / scan of its columns", over(at("passing pairs", "100"), at("scan", "100")), "<=", 1.1, " ×"),
        line("default range join / trace of 100", over(at("DuckDB default", "100"), at("passing pairs", "100")), ">=", 4.5, " ×"),
        line("end to end, 1 case, warm", at("end to end, passings", "1"), "<=", 0.2, " s"),
        line("the same with stays in crowded places", at("end to end", "1"), "<=", 0.2, " s"),
        line("growth of the trace from 1e6", over(at("passing pairs", "100"), at("passing pairs", "100", of=smaller)), "<=", 16, " ×"),
        line("mass trace: pairs / exact field, time", over(at("passing pairs", "mass"), quickest[0]), ">=", 15, " ×"),
        line("mass trace: exact field / pairs, memory", over(quickest[1], at("passing pairs", "mass", "peak")), "<=", 0.25, " ×"),
        line("track of one person, warm", at("track", "1"), "<=", 0.05, " s"),
        line("both layouts of passings", round(both, 1), "<=", 30, " B a row"),
        line("most resident of any question of 100", None if most is None else round(most / 1e9, 3), "<=", 1, " GB"),
    ]  # fmt: skip


def over(a: float | None, b: float | None) -> float | None:
    return None if not a or not b else round(a / b, 3)


def table(rows: list[Target]) -> str:
    shown = [(t.name, "–" if t.value is None else f"{t.value:g}", t.target, t.verdict) for t in rows]
    widths = [max(len(row[column]) for row in shown) for column in range(3)]
    return "\n".join(
        "  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[3]]) for row in shown
    )


def run(folder: Path, smaller: Path | None = None, calm: bool = False) -> list[Target]:
    """Everything, printed as it comes; the lines are kept beside the lake. Fails when digests differ, never for a time."""
    lines = []
    for line in measure(folder, calm):
        lines.append(line)
        print(json.dumps(line), flush=True)
    (folder / "lines.json").write_text(json.dumps(lines), encoding="utf-8")
    print("\n".join(agree(lines)), flush=True)
    kept = smaller / "lines.json" if smaller else None
    rows = targets(folder, lines, json.loads(kept.read_text(encoding="utf-8")) if kept and kept.exists() else None)
    print(json.dumps({"targets": [asdict(row) for row in rows]}))
    print(table(rows))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--against", type=Path, help="the lake of a run at 1e6 rows, for the growth")
    parser.add_argument("--calm", action="store_true", help="wait until the machine has nothing else to do")
    given = parser.parse_args()
    run(given.folder, given.against, given.calm)


if __name__ == "__main__":
    assert {form for form, _ in PLANNED} <= set(FORMS)
    main()
