"""How long the demonstration's pages take to be printed and how much memory that needs, and how both grow.

    python benchmarks/print.py [--home DIR] [--times 5]

Without --home the demonstration is loaded into a temporary one. Times are those of a request that finds nothing on the disk:
building the page from the records, and setting it in a process of its own. The memory is the highest of that process, and
what the asking process grew by.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src"
DAY, FIRST, LAST = date(2020, 2, 2), date(2020, 1, 21), date(2020, 2, 19)
LIMIT = 3.0  # seconds for the day page: issue 3
sys.path.insert(0, str(SOURCE))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--home", type=Path, help="a home with the demonstration in it")
    options.add_argument("--times", type=int, default=5)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="shichen-print-") as folder:
        home = asked.home or loaded(Path(folder) / "home")
        os.environ |= {"SHICHEN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "shichen.site.settings"}
        import django

        django.setup()
        report(asked.times)


def loaded(home: Path) -> Path:
    command = [sys.executable, "-X", "utf8", "-m", "shichen", "demo", "--load-only", "--home", str(home)]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return home


def report(times: int) -> None:
    print(f"{'what':<44}{'median s':>10}{'slowest':>9}{'kB':>8}")
    before = grown()
    for name, make in (*pages(), *larger()):
        taken, size = [], 0
        for _ in range(times):
            began = time.perf_counter()
            size = len(make())
            taken.append(time.perf_counter() - began)
        holds = (
            ""
            if not name.startswith("day page A3 ")
            else f"  limit {LIMIT:g} s " + ("holds" if max(taken) <= LIMIT else "FALLS SHORT")
        )
        print(f"{name:<44}{statistics.median(taken):>10.2f}{max(taken):>9.2f}{size / 1000:>8.0f}{holds}")
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"highest memory of the process that sets type, MB: {child:.0f}")
    print(f"what the asking process grew by, MB: {grown() - before:.0f}")


def pages() -> list[tuple[str, Callable[[], bytes]]]:
    from shichen.city import queries as city
    from shichen.city.scope import Sight
    from shichen.documents.typesetting import typeset
    from shichen.documents.word import chronicle_docx
    from shichen.publications import amending
    from shichen.publications.chronicle import curve
    from shichen.publications.chronicle import telling as chronicle
    from shichen.publications.day import page as daypage
    from shichen.publications.printing import chronicle as print_chronicle
    from shichen.publications.printing import day as print_day
    from shichen.publications.printing import sheets as siblings
    from shichen.publications.printing.shared import Imprint
    from shichen.web import printed

    everywhere, imprint = Sight(((None, "", None),)), Imprint(None, "http://127.0.0.1:8712/days/2020-02-02/")

    def day(size: str) -> bytes:
        return typeset(print_day.job(daypage.build(DAY, everywhere), imprint, size=size))

    def told() -> print_chronicle.Told:
        found = chronicle.build(FIRST, LAST, everywhere)
        return print_chronicle.Told(found, curve.drawn(found, city.the_city(), everywhere), imprint)

    def word() -> bytes:
        whole = told()
        sheet = print_chronicle.sheet(whole, amending.of(whole.chronicle.items))
        return chronicle_docx(sheet, typeset(print_chronicle.picture_job(sheet.curve.svg)))

    kept = print_day.job(daypage.build(DAY, everywhere), imprint)
    printed.file(kept)
    return [
        ("day page A3 (79 entries, 87 figures)", lambda: day("a3")),
        ("day page A4", lambda: day("a4")),
        ("day page A2", lambda: day("a2")),
        ("chronicle PDF (75 events)", lambda: typeset(print_chronicle.job(told()))),
        ("chronicle DOCX", word),
        (
            "curve PNG",
            lambda: typeset(print_chronicle.picture_job(print_chronicle.sheet(told(), amending.of([])).curve.svg)),
        ),
        ("day page A3, found on the disk", lambda: printed.file(kept)),
        ("day page XLSX", lambda: siblings.as_xlsx(siblings.of_day(daypage.build(DAY, everywhere)), "day")),
    ]


def larger() -> list[tuple[str, Callable[[], bytes]]]:
    """Pages made up of numbered sentences: a day ten times as full, a chronicle of 400 days."""
    from shichen.documents.pages import chronicle_job, day_job
    from shichen.documents.paper import ChronicleSheet, Curve, Date, DaySheet, Foot, Head, Passage, Row, Run
    from shichen.documents.typesetting import typeset
    from shichen.publications.printing.shared import around
    from shichen.watches import WATCHES

    head = Head("试版", "某市", "某市", "2", "2020年2月2日", "星期日", "", "", ())
    foot = Foot((), "第1版", ())
    words = around(file_title="试版")

    def said(n: int) -> Passage:
        return Passage(
            (
                Run(f"第{n}个单位当天检查车辆"),
                Run(f"{n + 1000}台次", figure=True),
                Run("，劝返若干，另有情况随后报告。"),
            )
        )

    def cell(n: int) -> tuple[Passage, ...]:
        return tuple(said(n * 17 + k) for k in range(17))

    rows = tuple(Row(sign, "1–3点", tuple(cell(4 * n + c) for c in range(4))) for n, sign in enumerate(WATCHES))
    full = DaySheet("zh", head, tuple((name, "") for name in "甲乙丙丁"), rows, (), (), foot, dict(words))
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 10"><rect class="s1" width="9" height="9"/></svg>'
    dates = tuple(Date(str(n), "2月", "", "", tuple(said(3 * n + k) for k in range(3))) for n in range(400))
    long = ChronicleSheet("zh", head, Curve(svg, "图", "图", (), (), ()), dates, (), (), foot, dict(words))
    return [
        ("day page A3, 816 entries", lambda: typeset(day_job(full))),
        ("chronicle PDF, 400 days, 1,200 events", lambda: typeset(chronicle_job(long))),
    ]


def grown() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
