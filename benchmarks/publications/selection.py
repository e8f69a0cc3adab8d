"""How well the rules of the selection (凡例) find the chronicle's entries, all marks of people left aside.

    python -m benchmarks.publications.selection [--home HOME] [--wrong]

Gold are the 75 entries of the demonstration's chronicle and the kind each was given. Three readings: the demonstration's
log; the same without its records of measures (措施记录); the same records with the newspaper's own sentences, for which
`../shared` must lie beside the checkout. Who wrote the rules had read both wordings: none of these is unseen text. The log
of most dates holds little but the chronicle's own entries; 2 February alone has the full log of a day.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
REPORTS = ROOT / "src/shichen/site/demo/zhuzhou/reports"
FIRST, LAST, FULL = date(2020, 1, 21), date(2020, 2, 19), date(2020, 2, 2)
DOCUMENTS = {"000": "000_123b100036d72afe.txt", "003": "003_4cfc73ae24c232a8.txt"}
Judged = dict[Any, Any]


@dataclass(frozen=True)
class Score:
    """What was proposed against what should have been; `once` leaves out those that were named as the same event."""

    name: str
    gold: int
    proposed: int
    right: int
    once: int
    right_once: int
    kind: int
    kind_among: int

    def line(self) -> str:
        recall, precision = self.right / self.gold, self.right / (self.proposed or 1)
        once = self.right_once / (self.once or 1)
        return (
            f"{self.name:<44}{self.gold:>5}{self.proposed:>9}{self.right:>6}{recall:>8.3f}{precision:>10.3f}{once:>12.3f}"
            f"{self.kind / (self.right or 1):>7.3f}{self.kind_among / (self.right or 1):>8.3f}"
        )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--home", type=Path, help="a home with the demonstration; else one is made")
    options.add_argument(
        "--wrong", action="store_true", help="list what was missed and what should not have been proposed"
    )
    given = options.parse_args()
    with home(given.home) as place:
        os.environ.update(SHICHEN_HOME=str(place), DJANGO_SETTINGS_MODULE="shichen.site.settings")
        import django

        django.setup()
        report(given.wrong)


@contextmanager
def home(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="shichen-selection-") as folder:
        command = [sys.executable, "-X", "utf8", "-m", "shichen", "demo", "--home", folder + "/home", "--load-only"]
        subprocess.run(
            command, check=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, stdout=subprocess.DEVNULL
        )
        yield Path(folder) / "home"


def report(wrong: bool) -> None:
    gold, reports = gold_of_the_demonstration()
    print(
        f"{'':<44}{'gold':>5}{'proposed':>9}{'right':>6}{'recall':>8}{'precision':>10}{'one each':>12}{'kind':>7}{'among':>8}"
    )
    started = time.perf_counter()
    found = proposals(lambda entries: None)
    seconds = time.perf_counter() - started
    readings = [("as the demonstration words it", found), ("without records of measures", proposals(without_bands))]
    if (SHARED / "gold" / "entries.jsonl").exists():
        readings.append(("in the newspaper's own sentences", proposals(lambda entries: put_seeds(entries, reports))))
    for name, judged in readings:
        print(score(name, gold, judged).line())
        print(score("  2 February alone, the one full day", gold, judged, on=FULL).line())
    print(f"{seconds:.2f} s for {len(reports)} entries and {sum(1 for _ in entries_of())} in all")
    if wrong:
        for name, judged in readings:
            tell_wrong(name, gold, judged)


def gold_of_the_demonstration() -> tuple[dict[Any, str], dict[Any, dict[str, Any]]]:
    """The kind of each of the chronicle's entries, and the report that every entry came from."""
    import uuid

    from shichen.journal.models import Entry
    from shichen.site.demo.sheets import NAMESPACE

    by_envelope = {one.envelope: one for one in Entry.objects.exclude(envelope=None)}
    told = {(one.page_day, one.unit_text, one.topic): one for one in Entry.objects.filter(act="tell_figures")}
    gold, reports = {}, {}
    for path in sorted(REPORTS.glob("*.toml")):
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["report"]:
            place = (row["date"], row.get("unit_text", ""), row.get("topic", ""))
            entry = by_envelope.get(uuid.uuid5(NAMESPACE, row["id"])) or told[place]
            reports[entry.pk] = row
            if row.get("milestone"):
                gold[entry.pk] = row["milestone"]
    return gold, reports


def entries_of() -> Iterator[Any]:
    """Every entry that the rules look at, as if nobody had marked any."""
    from shichen.city.scope import Sight
    from shichen.publications.chronicle import proposing
    from shichen.publications.rules import rules

    yield from proposing.standing(FIRST, LAST, Sight(((None, "", None),)), rules().chronicle, marked=True)


def proposals(change: Callable[[list[Any]], None]) -> Judged:
    from shichen.publications.chronicle import proposing
    from shichen.publications.rules import rules

    entries = list(entries_of())
    change(entries)
    rule = rules().chronicle
    return {one.entry.pk: one for one in proposing.alike(proposing.judged(entries, rule), rule)}


def without_bands(entries: list[Any]) -> None:
    for entry in entries:
        entry._prefetched_objects_cache["bands"]._result_cache = []


def put_seeds(entries: list[Any], reports: dict[Any, dict[str, Any]]) -> None:
    """The newspaper's sentence for each entry, its figures where they stand in it."""
    printed, figures = seeds()
    ids: dict[str, list[str]] = {}
    for row in sorted(reports.values(), key=lambda one: one["id"]):
        ids.setdefault(row["source"], []).append(row["id"])
    for entry in entries:
        row = reports.get(entry.pk)
        if row is None:
            continue
        there = printed.get(row["source"], [])
        which = ids[row["source"]].index(row["id"])
        if which < len(there):
            identity, entry.text = there[which]
            place_figures(entry, figures.get(identity, []))


def place_figures(entry: Any, rows: list[dict[str, Any]]) -> None:
    kept = []
    for use in entry.uses.all():
        row = next((one for one in rows if float(one["value"]) == float(use.figure.value)), None)
        at = entry.text.find(row["raw"]) if row else -1
        if row is not None and at >= 0:
            use.start, use.end = at, at + len(row["raw"])
            kept.append(use)
    entry._prefetched_objects_cache["uses"]._result_cache = kept


def seeds() -> tuple[dict[str, list[tuple[str, str]]], dict[str, list[dict[str, Any]]]]:
    """The printed entries by document and line, and the figures marked in each."""
    lines = {}
    for short, name in DOCUMENTS.items():
        text, at, starts = (SHARED / "seeds" / name).read_text(encoding="utf-8"), 0, []
        for line in text.split("\n"):
            starts.append(at)
            at += len(line) + 1
        lines[name] = (short, starts)
    printed: dict[str, list[tuple[str, str]]] = {}
    for row in rows_of("entries.jsonl"):
        short, starts = lines[row["doc"]]
        line = sum(1 for start in starts if start <= row["start"])
        letter = "D" if short == "000" else "C"
        printed.setdefault(f"{short}:{letter}{line}", []).append((row["id"], row["text"].replace("*", "")))
    figures: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of("figures.jsonl"):
        figures.setdefault(row["entry"], []).append(row)
    return printed, figures


def rows_of(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SHARED / "gold" / name).read_text(encoding="utf-8").splitlines()]


def score(name: str, gold: dict[Any, str], judged: Judged, on: date | None = None) -> Score:
    kept = {pk: one for pk, one in judged.items() if on is None or one.entry.page_day == on}
    wanted = {pk: kind for pk, kind in gold.items() if on is None or page_day(pk) == on}
    right = kept.keys() & wanted.keys()
    once = {pk for pk, one in kept.items() if one.alike is None}
    return Score(
        name,
        len(wanted),
        len(kept),
        len(right),
        len(once),
        len(once & wanted.keys()),
        sum(kept[pk].kinds[0] == wanted[pk] for pk in right),
        sum(wanted[pk] in kept[pk].kinds for pk in right),
    )


def page_day(pk: Any) -> date:
    from shichen.journal.models import Entry

    return Entry.objects.values_list("page_day", flat=True).get(pk=pk)


def tell_wrong(name: str, gold: dict[Any, str], judged: Judged) -> None:
    from shichen.journal.models import Entry

    print(f"\n{name}")
    for entry in Entry.objects.filter(pk__in=gold.keys() - judged.keys()):
        print(f"  missed    {entry.page_day} {gold[entry.pk]:<14} {entry.text[:60]}")
    for pk, one in judged.items():
        if pk not in gold:
            print(f"  too many  {one.entry.page_day} {one.kinds[0]:<14} {one.item.text[:60]}  {one.reason[:40]}")
        elif gold[pk] != one.kinds[0]:
            print(f"  kind      {one.entry.page_day} {gold[pk]} / {','.join(one.kinds)}  {one.item.text[:50]}")


if __name__ == "__main__":
    main()
