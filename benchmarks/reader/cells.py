"""Digests of provincial bulletins read to tables, cell by cell against the tables given (shared/bulletins/digests_tables).

python -m benchmarks.reader.cells [--show]
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))

from shichen.prose import counts  # noqa: E402
from shichen.prose.command import local_tables  # noqa: E402
from shichen.prose.reader import read  # noqa: E402

FOLDER = ROOT.parent / "shared" / "bulletins"
HOME = "中国"
Place = tuple[str, str, str]
Cells = dict[tuple[Place, str], str]


def main() -> int:
    """Prints the share of right cells; with --show every cell that differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    if not FOLDER.is_dir():
        print(f"no digests at {FOLDER}: nothing to score")
        return 1
    met = scored(show=options.show)
    every = met["right"] + met["wrong"]
    print(f"{met['digests']} digests, {every} cells that either side fills, {met['right'] / every:.4f} right")
    print(f"{met['whole']} digests without a difference")
    return 0


def scored(*, show: bool = False) -> Counter[str]:
    """How many cells are right and wrong, how many digests there are and how many are right in every cell."""
    met: Counter[str] = Counter()
    for path in sorted((FOLDER / "digests").glob("*.txt")):
        given, told = _given(FOLDER / "digests_tables" / f"{path.stem}.csv"), _told(path)
        for cell in given.keys() | told.keys():
            right = given.get(cell, "") == told.get(cell, "")
            met["right" if right else "wrong"] += 1
            if not right and show:
                print(path.stem, cell, "given", given.get(cell, "—"), "read", told.get(cell, "—"))
        met["digests"] += 1
        met["whole"] += given == told
    return met


def _given(path: Path) -> Cells:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return _cells(csv.DictReader(lines))


def _told(path: Path) -> Cells:
    raw = path.read_bytes().decode("utf-8-sig")
    rows = counts.table(read(raw, local_tables(), kind="case_bulletin"), raw)
    return _cells(csv.DictReader(io.StringIO(counts.as_csv(rows))))


def _cells(rows: csv.DictReader[str]) -> Cells:
    """The filled cells by place and column; the date is a cell of every place."""
    found: Cells = {}
    for row in rows:
        abroad = row.get("country") or HOME
        place = (row["province"], row["city"], "" if abroad == HOME else abroad)
        found |= {(place, name): row[name] for name in ("date", *counts.COUNTS.values()) if row[name]}
    return found


if __name__ == "__main__":
    raise SystemExit(main())
