"""The learning curve: texts read in the order of their days, each day confirmed before the next is read.

    python -m benchmarks.reader.learning [--show]

“Read” is the reader alone, “with memory” the same reader that follows what was decided of the same saying at least twice and
never otherwise (`shichen.prose.memory`). No text is scored after it was learned from. Two curves:

1. Annotated texts (32 bulletins of some 27 agencies, the two documents): right is what the annotation says of subject, measure and
   累计; of the two documents also the indicator. Few agencies occur twice, so there is little to remember.
2. The notices of cases of January to March 2020, day after day from the same agencies, read by tables that know no indicator of cases or
   contacts, as in a house that has never seen such a notice. Confirmed is what the full tables read. The curve says how soon the
   indicators come by themselves.

And two of the ranker over candidates (`shichen.prose.ranker`), by `shichen.prose.replaying`: a day is judged by what was decided on the
days before, and learned from only then; right is the indicator alone.

3. The two documents, entry after entry as if each tenth were a day: all 118 figures of tier A, by the indicators of the annotation.
4. The notices of cases, read by a catalogue of which only the first words of each row are left and no word is barred, as a
   rough catalogue of one's own: many candidates. Confirmed is again what the full tables read.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from benchmarks.reader.score import SEEDS, SHARED, rows, subject_right, text_of, unit_right  # noqa: E402

from shichen.prose.command import local_tables  # noqa: E402
from shichen.prose.gazetteer import Gazetteer  # noqa: E402
from shichen.prose.memory import Decided, Memory  # noqa: E402
from shichen.prose.offers import Offers  # noqa: E402
from shichen.prose.ranker import FEATURES  # noqa: E402
from shichen.prose.ranker import Case as RankedCase  # noqa: E402
from shichen.prose.reader import read  # noqa: E402
from shichen.prose.replaying import Met, replay, trained  # noqa: E402
from shichen.prose.sayings import placeless, sayings_of  # noqa: E402
from shichen.prose.spans import Entry, Figure  # noqa: E402
from shichen.prose.tables import Tables  # noqa: E402

Row = dict[str, Any]
PLACES = Gazetteer(local_tables())
OFFERS = Offers(local_tables())


@dataclass(frozen=True)
class Case:
    """A number that was annotated and read: its saying, what was read, what is right."""

    day: str
    sayings: tuple[str, ...]
    read: Decided
    right: Decided


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true", help="print what the memory changed")
    options = parser.parse_args()
    if not SHARED.is_dir():
        print(f"no annotation at {SHARED}: nothing to learn from")
        return 1
    print("annotated texts")
    _curve([*_bulletins(), *_seeds()], show=options.show)
    print("notices of cases, by tables that know no indicator of them")
    _curve(list(_notices()), show=options.show)
    print("the ranker: the two documents")
    _ranked(list(_documents()))
    print("the ranker: notices of cases, by a catalogue without its finer words")
    _ranked(list(_rough()))
    return 0


def _ranked(met: list[Met]) -> None:
    """One line a day: how many of all so far were named rightly; at last the weights, and what fitting them cost."""
    print(f"{'day':12}{'figures':>8}{'rules':>8}{'memory':>8}{'ranker':>8}{'both':>8}   (shares so far)")
    for day in replay(met):
        told = (day.rules, day.memory, day.ranked, day.both)
        print(f"{day.day:12}{day.figures:>8}" + "".join(f"{one / day.figures:>8.3f}" for one in told))
    began = time.perf_counter()
    weights, _past = trained(met)
    print(" ".join(f"{name} {weight:.2f}" for name, weight in zip(FEATURES, weights, strict=True)))
    print(
        f"several candidates: {sum(len(one.case.offers) > 1 for one in met)}; {time.perf_counter() - began:.2f} s to fit"
    )


def _documents() -> Iterator[Met]:
    gold = rows(SHARED / "gold" / "figures.jsonl")
    for name, covers in SEEDS.items():
        raw = text_of(SHARED / "seeds" / name)
        mine = [row for row in gold if row["doc"] == name and row["tier"] == "A" and row["indicator"]]
        for number, (entry, figure) in enumerate(_figures(raw, local_tables(), covers)):
            row = next((one for one in mine if figure.start < one["end"] and one["start"] < figure.end), None)
            if row is not None:
                yield _met(raw, f"{name[:1]}{number // 10:02}", entry, figure, row["indicator"], OFFERS)


def _rough() -> Iterator[Met]:
    rough = replace(
        local_tables(),
        catalogue=tuple(replace(row, all_of=row.all_of[:1], none_of=()) for row in local_tables().catalogue),
    )
    offers = Offers(rough)
    for path in sorted((SHARED / "bulletins" / "dxynews").glob("*_case_bulletin_*.txt")):
        raw, day = text_of(path), path.name[:10]
        covers = dt.date.fromisoformat(day)
        right = {(one.start, one.end): one.indicator or "" for _entry, one in _figures(raw, local_tables(), covers)}
        for entry, figure in _figures(raw, rough, covers):
            if right.get((figure.start, figure.end)):
                yield _met(raw, day, entry, figure, right[figure.start, figure.end], offers)


def _figures(raw: str, tables: Tables, covers: dt.date | None) -> Iterator[tuple[Entry, Figure]]:
    for entry in read(raw, tables, covers=covers).entries:
        for figure in entry.figures:
            yield entry, figure


def _met(raw: str, day: str, entry: Entry, figure: Figure, right: str, offers: Offers) -> Met:
    said = sayings_of(raw, figure, PLACES)
    offered = offers.of(figure.candidates, figure.subject, said[0] if said else "", figure.unit)
    case = RankedCase(offered, entry.body or entry.unit or "", entry.column or "", float(figure.value), right)
    return Met(day, said, figure.indicator or "", case, _decided(figure)._replace(indicator=right))


def _curve(told: list[Case], *, show: bool) -> None:
    """One line a day: how much of all so far was right."""
    cases = sorted(told, key=lambda case: case.day)
    memory, seen, alone, helped, known, changed = Memory(), 0, 0, 0, 0, 0
    print(f"{'day':12}{'figures':>8}{'read':>8}{'with memory':>13}{'known sayings':>15}   (shares so far)")
    for day in dict.fromkeys(case.day for case in cases):
        today = [case for case in cases if case.day == day]
        for case in today:
            recalled = memory.recall(case.sayings)
            said = recalled.decided if recalled is not None and recalled.sure else case.read
            seen, known = seen + 1, known + (recalled is not None)
            alone, helped = alone + _same(case.read, case.right), helped + _same(said, case.right)
            changed += said != case.read
            if show and said != case.read:
                print("   ", case.sayings[-1:], case.read, "→", said, "right", case.right)
        for case in today:
            for said_so in case.sayings:
                memory.learn(said_so, case.right)
        print(f"{day:12}{seen:>8}{alone / seen:>8.3f}{helped / seen:>13.3f}{known / seen:>15.3f}")
    print(f"{changed} of {seen} proposals changed by what was decided before")


def _same(one: Decided, right: Decided) -> bool:
    indicator = not right.indicator or one.indicator == right.indicator
    return (
        indicator
        and subject_right(one.subject, right.subject)
        and unit_right(one.unit, right.unit)
        and one.cumulative == right.cumulative
    )


def _notices() -> Iterator[Case]:
    """Notices of cases with the indicators that full tables give, and without."""
    for path in sorted((SHARED / "bulletins" / "dxynews").glob("*_case_bulletin_*.txt")):
        raw, day = text_of(path), path.name[:10]
        for figure in read(raw, local_tables(), covers=dt.date.fromisoformat(day)).figures:
            right = _decided(figure)
            if right.indicator.startswith(("cases.", "contacts.")):
                said = sayings_of(raw, figure, PLACES)
                yield Case(day, said, right._replace(indicator=""), right)


def _bulletins() -> Iterator[Case]:
    folder = SHARED / "bulletins"
    gold = rows(folder / "labelled_figures.jsonl")
    with (folder / "labelled_files.csv").open(encoding="utf-8-sig", newline="") as file:
        names = [row["file"] for row in csv.DictReader(file)]
    for name in names:
        yield from _cases(folder / "dxynews" / name, name[:10], [row for row in gold if row["file"] == name])


def _seeds() -> Iterator[Case]:
    gold = rows(SHARED / "gold" / "figures.jsonl")
    for name, covers in SEEDS.items():
        mine = [row for row in gold if row["doc"] == name]
        yield from _cases(SHARED / "seeds" / name, covers.isoformat() if covers else "2020-02-19", mine)


def _cases(path: Path, day: str, gold: list[Row]) -> Iterator[Case]:
    raw = text_of(path)
    chronicle = path.parent.name == "seeds" and day == "2020-02-19"
    found = read(raw, local_tables(), covers=None if chronicle else dt.date.fromisoformat(day))
    for row in (row for row in gold if row["tier"] == "A"):
        figure = next((one for one in found.figures if one.start < row["end"] and row["start"] < one.end), None)
        if figure is not None:
            said = sayings_of(raw, figure, PLACES)
            yield Case(day, said, _decided(figure), _right(figure, row))


def _decided(figure: Figure) -> Decided:
    return Decided(figure.indicator or "", placeless(figure), figure.unit, figure.period, figure.cumulative)


def _right(figure: Figure, row: Row) -> Decided:
    """What a clerk would leave: the annotation, and of what it does not say what was read."""
    unit = figure.unit if unit_right(figure.unit, row["unit"]) else row["unit"]
    subject = placeless(figure) if subject_right(figure.subject, row["subject"]) else row["subject"]
    indicator = row["indicator"] or "" if "indicator" in row else figure.indicator or ""
    return Decided(indicator, subject, unit, figure.period, row["cumulative"])


if __name__ == "__main__":
    raise SystemExit(main())
