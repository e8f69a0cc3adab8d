"""The parts a machine may lack (Chromium, PostgreSQL, a Chinese font, Spark, ../shared): said before the tests, skipped plainly,
and in CI a failure.

Loaded by `./shichen test`. A test asks for a part by its marker (`browser`, `postgres`, `spark`, `seeds`) or by a decorator from here
(`@need_chromium()`); inside a test, `skip_without("postgres")` does the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import TypeVar

import pytest

from shichen.site import machine

CHECKOUT = Path(__file__).resolve().parents[2]
PREFIX = "missing part:"

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@dataclass(frozen=True)
class Part:
    """Something outside the environment that some tests need; `remedy` is what a person can do about it."""

    name: str
    there: Callable[[], bool]
    remedy: str

    @property
    def reason(self) -> str:
        return f"{PREFIX} {self.name} ({self.remedy})"


PARTS = {
    "browser": Part("Chromium", lambda: machine.browser() is not None, "apt-get install chromium"),
    "postgres": Part(
        "PostgreSQL", lambda: bool(os.environ.get("SHICHEN_TEST_POSTGRES")), "SHICHEN_TEST_POSTGRES=postgresql://..."
    ),
    "fonts": Part("Chinese font", lambda: bool(machine.chinese_fonts()), "apt-get install fonts-noto-cjk"),
    "spark": Part(
        "PySpark and Java",
        lambda: machine.java() is not None and find_spec("pyspark") is not None,
        "./shichen --ensure spark; apt-get install openjdk-17-jre-headless",
    ),
    "strace": Part("strace", lambda: which("strace") is not None, "apt-get install strace"),
    "seeds": Part("../shared", lambda: (CHECKOUT.parent / "shared" / "seeds").is_dir(), "beside the checkout"),
}


@cache
def is_there(key: str) -> bool:
    return PARTS[key].there()


def need(key: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not is_there(key), reason=PARTS[key].reason)


def need_chromium() -> pytest.MarkDecorator:
    return need("browser")


def need_postgres() -> pytest.MarkDecorator:
    return need("postgres")


def need_fonts() -> pytest.MarkDecorator:
    return need("fonts")


def need_spark() -> pytest.MarkDecorator:
    return need("spark")


def need_shared() -> pytest.MarkDecorator:
    return need("seeds")


def skip_without(key: str) -> None:
    if not is_there(key):
        pytest.skip(PARTS[key].reason)


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("true", "1")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fonts: needs a Chinese font on the machine")


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """What this run will leave out, before it starts; even under -q."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None or hasattr(session.config, "workerinput"):
        return
    for key, part in PARTS.items():
        if not is_there(key):
            told = "CI 中算失败 · a failure in CI" if in_ci() else "相关测试跳过 · its tests are skipped"
            terminal.write_line(f"缺少 · missing: {part.name}（{part.remedy}）：{told}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for key in PARTS:
            if item.get_closest_marker(key) and not is_there(key):
                item.add_marker(pytest.mark.skip(reason=PARTS[key].reason))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return judged((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return judged((yield))


def judged(report: Report) -> Report:
    """In CI a test that was left out for a missing part has failed: a green run must have run everything."""
    told = report.longrepr
    if in_ci() and report.skipped and isinstance(told, tuple) and str(told[2]).startswith(f"Skipped: {PREFIX}"):
        report.outcome = "failed"
        report.longrepr = f"{told[0]}:{told[1]}: {str(told[2]).removeprefix('Skipped: ')}; in CI this is a failure"
    return report
