"""The score of the reader against hand annotation: values, units, subjects, entries (bulletins.md 1.21)."""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))

from shichen.prose.command import local_tables  # noqa: E402
from shichen.prose.reader import read  # noqa: E402
from shichen.prose.spans import Entry, Figure, Reading  # noqa: E402
from shichen.prose.tables import Tables  # noqa: E402

SHARED = ROOT.parent / "shared"
GENERIC = {"我市", "全市", "本市", "株洲", "株洲市", "市县", "市县两级", "我市财政"}
SEEDS = {"000_123b100036d72afe.txt": dt.date(2020, 2, 2), "003_4cfc73ae24c232a8.txt": None}
Row = dict[str, Any]


@dataclass
class Score:
    """Counts of one document or of many."""

    tp: int = 0
    fp: int = 0
    fn: int = 0
    right: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def f1(self, what: str = "") -> float:
        """F1 where a match counts only if `what` is right too."""
        tp = self.right[what] if what else self.tp
        lost = self.tp - tp
        total = 2 * tp + (self.fp + lost) + (self.fn + lost)
        return 2 * tp / total if total else 1.0

    def share(self, what: str) -> float:
        """The share of the matches in which `what` is right."""
        return self.right[what] / self.tp if self.tp else 1.0

    def add(self, other: Score) -> None:
        """Another document's counts."""
        self.tp, self.fp, self.fn = self.tp + other.tp, self.fp + other.fp, self.fn + other.fn
        self.right.update(other.right)
        self.wrong.extend(other.wrong)


def subject_right(predicted: str, gold: str) -> bool:
    """Character F1 of at least .6 as multisets, without 的了、,()."""
    a, b = (Counter(c for c in text if c not in "的了、,()（），") for text in (predicted, gold))
    common = sum((a & b).values())
    return bool(common) and 2 * common / (sum(a.values()) + sum(b.values())) >= 0.6


def unit_right(predicted: str, gold: str) -> bool:
    """The measure word as printed; 例, 口 and 男子 may also be 例, 口 or nothing."""
    return predicted == gold or (gold in ("例", "男子", "口") and predicted in ("例", "口", ""))


def figures(predicted: Sequence[Figure], gold: Sequence[Row], ignored: Iterable[tuple[int, int]]) -> Score:
    """One document's figures; predictions on tier B figures or on `ignored` spans count neither way."""
    score = Score()
    used: set[int] = set()
    for row in (row for row in gold if row["tier"] == "A"):
        match = _match(predicted, row, used)
        if match is None:
            score.fn += 1
            score.wrong.append(f"missed  {row['raw']} {row['subject']}")
        else:
            used.add(match)
            score.tp += 1
            _compare(score, predicted[match], row)
    spans = [*((row["start"], row["end"]) for row in gold if row["tier"] == "B"), *ignored]
    for index, figure in enumerate(predicted):
        if index not in used and not any(figure.start < end and start < figure.end for start, end in spans):
            score.fp += 1
            score.wrong.append(f"extra   {figure.raw} {figure.subject}")
    return score


def _match(predicted: Sequence[Figure], row: Row, used: set[int]) -> int | None:
    for index, figure in enumerate(predicted):
        overlaps = figure.start < row["end"] and row["start"] < figure.end
        if index not in used and overlaps and abs(float(figure.value) - row["value"]) < 1e-6:
            return index
    return None


def _compare(score: Score, figure: Figure, row: Row) -> None:
    right = {
        "unit": unit_right(figure.unit, row["unit"]),
        "subject": subject_right(figure.subject, row["subject"]),
        "cumulative": figure.cumulative == row["cumulative"],
    }
    if "indicator" in row:
        right["indicator"] = figure.indicator == row["indicator"]
        right["period"] = figure.period == row["period"].split(":")[0]
    right["all"] = right["unit"] and right["subject"] and right["cumulative"]
    score.right.update(key for key, value in right.items() if value)
    failed = [key for key, value in right.items() if not value and key != "all"]
    if failed:
        indicator = f" [{figure.indicator} / {row['indicator']} {figure.score}]" if "indicator" in failed else ""
        period = f" [{figure.period} / {row['period']}]" if "period" in failed else ""
        score.wrong.append(
            f"{','.join(failed):8} {row['raw']} read {figure.subject} / gold {row['subject']}{indicator}{period}"
        )


def entries(predicted: Sequence[Entry], gold: Sequence[Row]) -> Score:
    """One document's entries: exact span; then section, watch or date, unit."""
    score = Score()
    by_span = {(entry.start, entry.end): entry for entry in predicted}
    for row in gold:
        entry = by_span.pop((row["start"], row["end"]), None)
        if entry is None:
            score.fn += 1
            score.wrong.append(f"missed  {row['start']}-{row['end']} {row['unit']} {row['text'][:20]}")
            continue
        score.tp += 1
        right = {
            "section": row["section"] == "大事记" or entry.column == row["section"],
            "slot": entry.watch == row["slot"] if row["slot"] else entry.date_text == row["date"],
            "unit": _same_unit(entry.unit, row["unit"]),
        }
        right["all"] = all(right.values())
        score.right.update(key for key, value in right.items() if value)
        if not right["all"]:
            failed = [key for key, value in right.items() if not value]
            score.wrong.append(f"{','.join(failed)} read {entry.unit} / gold {row['unit']} | {row['text'][:24]}")
    for (start, end), entry in by_span.items():
        score.fp += 1
        score.wrong.append(f"extra   {start}-{end} {entry.unit} {entry.text[:20]}")
    return score


def _same_unit(predicted: str | None, gold: str | None) -> bool:
    a, b = ((unit or "").translate(str.maketrans("", "", "“”*")) for unit in (predicted, gold))
    if (not a or a in GENERIC) and (not b or b in GENERIC):
        return True
    return bool(a and b) and (a in b or b in a)


def rows(path: Path) -> list[Row]:
    """The rows of a JSON-lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def text_of(path: Path) -> str:
    """The text with its newlines as they are."""
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def seeds() -> dict[str, tuple[Score, Score]]:
    """Figures and entries of the two documents."""
    gold, cut = rows(SHARED / "gold" / "figures.jsonl"), rows(SHARED / "gold" / "entries.jsonl")
    found: dict[str, tuple[Score, Score]] = {}
    for name, covers in SEEDS.items():
        reading = read(text_of(SHARED / "seeds" / name), local_tables(), covers=covers)
        mine = [row for row in gold if row["doc"] == name]
        found[name[:3]] = (
            figures(reading.figures, mine, ()),
            entries(reading.entries, [row for row in cut if row["doc"] == name]),
        )
    return found


def labelled(keep: Callable[[int], bool] = lambda index: True, tables: Tables | None = None) -> dict[str, Score]:
    """Figures of the labelled bulletins whose place in the list `keep` accepts; headlines are ignored."""
    folder = SHARED / "bulletins"
    with (folder / "labelled_files.csv").open(encoding="utf-8-sig", newline="") as file:
        names = [row["file"] for row in csv.DictReader(file)]
    gold, other = rows(folder / "labelled_figures.jsonl"), rows(folder / "labelled_nonfigures.jsonl")
    found: dict[str, Score] = {}
    for index, name in enumerate(names):
        if keep(index):
            reading = labelled_reading(folder / "dxynews" / name, tables)
            ignored = [
                (row["start"], row["end"]) for row in other if row["file"] == name and row.get("zone") == "headline"
            ]
            found[name] = figures(reading.figures, [row for row in gold if row["file"] == name], ignored)
    return found


def labelled_reading(path: Path, tables: Tables | None = None) -> Reading:
    """A labelled bulletin read with the date of its file name; with the demonstration's names unless tables are given."""
    return read(text_of(path), tables or local_tables(), covers=dt.date.fromisoformat(path.name[:10]))


def total(scores: Iterable[Score]) -> Score:
    """All documents together."""
    whole = Score()
    for score in scores:
        whole.add(score)
    return whole


def line(name: str, score: Score, whats: Sequence[str]) -> str:
    """One row of the table."""
    shares = "  ".join(f"{what} {score.share(what):.3f}" for what in whats)
    return (
        f"{name:28} value F1 {score.f1():.3f}  unit F1 {score.f1('unit'):.3f}  all-fields F1 {score.f1('all'):.3f}"
        f"  ({score.tp} right, {score.fp} extra, {score.fn} missed)  {shares}"
    )


def main() -> int:
    """Prints the table; with --show also what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="print every disagreement")
    parser.add_argument("--half", choices=("even", "odd"), help="only every second labelled bulletin")
    options = parser.parse_args()
    if not SHARED.is_dir():
        print(f"no annotation at {SHARED}: nothing to score")
        return 1
    shown: list[tuple[str, Score]] = []
    for name, (counted, cut) in seeds().items():
        print(line(f"{name} figures", counted, ("unit", "subject", "cumulative", "period", "indicator")))
        print(
            f"{name + ' entries':28} span F1 {cut.f1():.3f}  all-fields F1 {cut.f1('all'):.3f}  unit {cut.share('unit'):.3f}"
        )
        shown += [(f"{name} figures", counted), (f"{name} entries", cut)]
    parity = {"even": 0, "odd": 1}.get(options.half or "", -1)
    scores = labelled(lambda index: parity < 0 or index % 2 == parity)
    print(line(f"labelled ({len(scores)})", total(scores.values()), ("unit", "subject", "cumulative")))
    for kind in ("work_bulletin", "case_bulletin"):
        mine = [score for name, score in scores.items() if kind in name]
        print(line(f"  {kind} ({len(mine)})", total(mine), ("unit", "subject", "cumulative")))
    bare = labelled(lambda index: parity < 0 or index % 2 == parity, Tables.default())
    print(line("  without local tables", total(bare.values()), ("unit", "subject", "cumulative")))
    for name, score in shown + list(scores.items()) if options.show else ():
        print(f"--- {name}  value F1 {score.f1():.3f}")
        print("\n".join(f"    {wrong}" for wrong in score.wrong))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
