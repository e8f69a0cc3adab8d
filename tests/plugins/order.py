"""The order of the files: those that take long first, so that processes that share them end together.

`seconds.csv` holds what files took when CI last told it (`SHICHEN_TEST_SECONDS=FILE ./shichen test ...` writes one): only those of ten seconds or more. It
decides nothing but the order; a file that it does not know is taken for a middling one if it is marked slow, else for a quick one.
"""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from pathlib import Path

import pytest

MEASURED = Path(__file__).with_name("seconds.csv")
CHECKOUT = Path(__file__).parents[2]
LEAST = 10
UNKNOWN_SLOW = 30.0


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """xdist would give files out by how many tests they hold, and the one test that walks all pages for minutes would come last."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file goes whole to whichever process is free (`--dist loadfile`); a long one that comes last keeps all waiting."""
    took = measured()
    slow = {item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("browser")}
    items.sort(key=lambda item: -took.get(_name(item.path), UNKNOWN_SLOW if item.path in slow else 0))


def measured() -> dict[str, float]:
    """Seconds by file, as they were last measured."""
    with MEASURED.open(encoding="utf-8", newline="") as file:
        return {row["file"]: float(row["seconds"]) for row in csv.DictReader(file)}


def _name(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix() if path.is_relative_to(CHECKOUT) else path.name


class Clock:
    """Adds up what each file takes, setting up and taking down included."""

    def __init__(self, to: Path) -> None:
        self.to, self.seconds = to, defaultdict[str, float](float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid.partition("::")[0]] += report.duration

    def pytest_sessionfinish(self) -> None:
        long = sorted((-took, name) for name, took in self.seconds.items() if took >= LEAST)
        self.to.parent.mkdir(parents=True, exist_ok=True)
        with self.to.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("file", "seconds"))
            writer.writerows((name, round(-took)) for took, name in long)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Only where the tests are told of, which with xdist is not where they run."""
    to = os.environ.get("SHICHEN_TEST_SECONDS")
    if to and not hasattr(session.config, "workerinput"):
        session.config.pluginmanager.register(Clock(Path(to)), "seconds")
