"""The whole measurement: fills homes of several sizes, measures each, prints a table of each and leaves one of all in FOLDER.

    python -m benchmarks.pages.run FOLDER [--entries 10000 1000000 10000000] [--postgres URL] [--keep]

A home of ten million entries takes some 20 GB and ten minutes. Homes are deleted when they were measured, unless kept.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.pages import acts, measure
from benchmarks.pages.acts import Waited
from benchmarks.pages.measure import Answered
from benchmarks.trust.house import ROOT, SOURCE, House

PROFILE = ("profile.toml", "gazetteer.csv", "roster.csv", "bodies_extra.csv")
FIRST_VIEW = 30_000  # bytes
EVERY = 2.0  # seconds between two looks of an open board, as it is set


@dataclass
class Measured:
    """What was measured on a log of one length."""

    database: str
    entries: int
    gigabytes: float
    filled: float
    pages: list[Answered]
    waits: list[Waited]
    view: dict[str, int] = field(default_factory=dict)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--entries", type=int, nargs="+", default=[10_000, 1_000_000, 10_000_000])
    options.add_argument("--postgres", default="", help="a database of its own, emptied before")
    options.add_argument("--seconds", type=float, default=measure.SECONDS)
    options.add_argument("--keep", action="store_true")
    asked = options.parse_args()
    found = []
    for entries in asked.entries:
        home = asked.folder / f"pages-{entries}"
        found.append(measured(home, entries, asked.postgres, asked.seconds))
        for row in measure.table(found[-1].pages):
            print(row, flush=True)
        for wait in found[-1].waits:
            print(f"{wait.name:<60}{wait.seconds:>9.2f} s  {wait.note}", flush=True)
        if not asked.keep:
            shutil.rmtree(home)
    part = asked.folder / f"pages.{'postgresql' if asked.postgres else 'sqlite'}.md"
    part.write_text("\n".join(told(found)) + "\n", encoding="utf-8")
    print(part)


def measured(home: Path, entries: int, postgres: str, seconds: float) -> Measured:
    house = House(home, postgres)
    took = filled(house, entries) if not (home / "filled").exists() else float((home / "filled").read_text())
    checks = acts.checked(house)  # before anything runs: the first round of a log of that length is long
    with measure.running(house):
        samples = house.ask(measure.SAMPLES)
        cookies = measure.signed_in(samples["secret"])
        view = measure.first_view(cookies)
        answers = [measure.measured(page, cookies, seconds) for page in measure.pages(samples, cookies)]
        waits = acts.told(house, cookies, every=EVERY)
    waits += acts.frozen(house) + checks
    return Measured(
        (postgres and "PostgreSQL") or "SQLite", samples["entries"], _size(house), took, answers, waits, view
    )


def filled(house: House, entries: int) -> float:
    """A home with the demonstration's city and a log of that length; how long filling it took."""
    home, demo = house.home, SOURCE / "shichen" / "site" / "demo" / "zhuzhou"
    run = [sys.executable, "-X", "utf8", "-m"]
    subprocess.run([*run, "shichen", "demo", "--load-only", "--home", str(home)], env=house.environment, check=True)
    settings = home / "shichen.toml"
    lines = [line for line in settings.read_text(encoding="utf-8").splitlines() if not line.startswith("moment")]
    settings.write_text("\n".join(lines) + "\n", encoding="utf-8")  # the clock runs
    for name in PROFILE:
        shutil.copy(demo / name, home / "profile" / name)
    began = datetime.now(UTC)
    subprocess.run([*run, "benchmarks.pages.fill", str(entries)], env=house.environment, cwd=ROOT, check=True)
    took = (datetime.now(UTC) - began).total_seconds()
    (home / "filled").write_text(str(took))
    return took


def _size(house: House) -> float:
    if house.url:
        said = "from django.db import connection\nwith connection.cursor() as c:\n    c.execute('SELECT pg_database_size(current_database())'); print(c.fetchone()[0])"
        return int(house.run(said)) / 1e9
    return sum(path.stat().st_size for path in house.home.glob("shichen.sqlite3*")) / 1e9


def told(found: list[Measured]) -> Iterator[str]:
    """The results as a page."""
    yield f"## {found[0].database}, {datetime.now(UTC):%Y-%m-%d}"
    yield ""
    load = os.getloadavg()[1]
    yield (
        f"Two cores, shared with the load generator ({measure.READERS} readers who ask as soon as they are answered); "
        f"load average of the machine meanwhile {load:.1f}."
    )
    yield ""
    yield "| | " + " | ".join(f"{one.entries:,} entries" for one in found) + " |"
    yield "|---|" + "---|" * len(found)
    yield "| database, GB | " + " | ".join(f"{one.gigabytes:.2f}" for one in found) + " |"
    yield "| filled in, s | " + " | ".join(f"{one.filled:.0f}" for one in found) + " |"
    yield ""
    yield "p50 / p99 in milliseconds, requests a second, processor milliseconds of the server for one request, p99 as a share of its limit:"
    yield ""
    yield "| page | limit | " + " | ".join(f"{one.entries:,}" for one in found) + " |"
    yield "|---|---|" + "---|" * len(found)
    for rows in zip(*(one.pages for one in found), strict=True):
        cells = [
            f"{a.p50:.1f} / {a.p99:.1f} · {a.rate:.0f}/s · {a.cpu:.1f} ms · **{a.p99 / a.limit:.2f}**" for a in rows
        ]
        yield f"| {rows[0].name} | {rows[0].limit:.0f} | " + " | ".join(cells) + " |"
    yield ""
    yield "| what | limit, s | " + " | ".join(f"{one.entries:,}" for one in found) + " |"
    yield "|---|---|" + "---|" * len(found)
    for waits in zip(*(one.waits for one in found), strict=True):
        limit = f"{waits[0].limit:.0f}" if waits[0].limit else "–"
        cells = [f"{w.seconds:.2f}" + (f" · **{w.seconds / w.limit:.2f}**" if w.limit else "") for w in waits]
        yield f"| {waits[0].name} ({waits[0].note}) | {limit} | " + " | ".join(cells) + " |"
    yield ""
    view = found[0].view
    total = sum(view.values())
    yield f"First view of the board without a cache: {total:,} bytes over the wire, {total / FIRST_VIEW:.2f} of 30,000:"
    yield ", ".join(f"`{path}` {size:,}" for path, size in view.items()) + "."


if __name__ == "__main__":
    main()
