"""What runs on PostgreSQL again: everything that meets the database; and the longest files come first, whatever xdist thinks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.made import environment
from tests.plugins import order, twice

CHECKOUT = Path(__file__).parents[1]
TESTS = """
import pytest

def test_arithmetic(): pass

@pytest.mark.django_db
def test_marked(): pass

def test_by_a_fixture(db): pass

@pytest.fixture
def through(db): pass

def test_by_a_fixture_of_its_own(through): pass

@pytest.mark.twice
def test_in_a_process_of_its_own(): pass

@pytest.mark.once("only adds up")
def test_once(db): pass
"""
AGAIN = ["test_marked", "test_by_a_fixture", "test_by_a_fixture_of_its_own", "test_in_a_process_of_its_own"]


def collected(folder: Path, **more: str) -> list[str]:
    (folder / "test_some.py").write_text(TESTS, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = slow\n    browser\n", encoding="utf-8")
    plugins = ["-p", "pytest_django", "-p", "tests.plugins.twice"]
    line = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:randomly", *plugins, str(folder)]
    found = environment(folder, PYTHONPATH=f"{CHECKOUT}:{CHECKOUT / 'src'}", **more)
    told = subprocess.run(line, env=found, capture_output=True, text=True, cwd=folder, check=False).stdout
    return [row.partition("::")[2] for row in told.splitlines() if "::" in row]


def test_only_what_meets_the_database_runs_on_the_server_again(tmp_path: Path) -> None:
    assert collected(tmp_path, SHICHEN_TEST_DATABASE="postgres") == AGAIN
    assert len(collected(tmp_path)) == 6


def test_a_test_that_never_asked_for_the_database_cannot_reach_it() -> None:
    """What the rule rests on."""
    from django.db import connection

    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connection.cursor()


def test_files_of_the_measured_order_are_there_and_the_longest_stands_first() -> None:
    took = order.measured()
    assert list(took.values()) == sorted(took.values(), reverse=True)
    assert [name for name in took if not (CHECKOUT / name).is_file()] == []
    assert {"db", "postgres"} <= twice.DATABASE


def test_xdist_keeps_our_order(pytestconfig: pytest.Config) -> None:
    assert getattr(pytestconfig.option, "loadscopereorder", False) is False
