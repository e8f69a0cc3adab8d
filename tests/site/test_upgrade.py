"""A home made by an earlier house is brought up with its rows: each app that moves, from its first migration to the newest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from benchmarks.trust.house import database

from shichen.site.home import Home
from tests.made import environment
from tests.site import upgraded

pytestmark = [pytest.mark.slow, pytest.mark.twice]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What stood in the old home and what stands in it now; on the server too, where the suite runs on it."""
    server = os.environ["SHICHEN_TEST_POSTGRES"] if os.environ.get("SHICHEN_TEST_DATABASE") == "postgres" else ""
    home = tmp_path_factory.mktemp("old") / "home"
    Home(home).create()
    with database(server) as url:
        found = environment(home, **({"SHICHEN_DATABASE__URL": url} if url else {}))
        program = [sys.executable, "-X", "utf8", str(Path(upgraded.__file__))]
        done = subprocess.run(program, env=found, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        yield json.loads(done.stdout)


def test_each_app_begins_at_its_first_migration_with_a_row_in_every_table(said: dict[str, Any]) -> None:
    for app in upgraded.APPS:
        assert said["began"][app].startswith("0001"), app
    assert set(said["filled"]) == set(upgraded.APPS)
    for app, tables in said["filled"].items():
        assert tables, app


def test_every_row_stands_with_what_it_said(said: dict[str, Any]) -> None:
    assert len(said["rows"]) > 25
    for table, (before, after) in said["rows"].items():
        assert after is not None, f"{table} lost its row"
        both = before.keys() & after.keys()
        assert len(both) >= len(before) / 2, table
        assert {name: after[name] for name in both} == {name: before[name] for name in both}, table


def test_the_newest_schema_is_that_of_the_models_and_nothing_hangs(said: dict[str, Any]) -> None:
    assert said["missing"] == ""
    assert said["dangling"] == []


def test_a_file_of_before_speaks_until_its_last_second(said: dict[str, Any]) -> None:
    """0003_until: files written before stays were taken hold passings, which speak of no second later than their last."""
    assert sorted(said["until"]) == [[upgraded.LATEST, upgraded.LATEST], [upgraded.LATEST + 60, upgraded.LATEST + 60]]


def test_tables_that_only_grow_refuse_changes_again(said: dict[str, Any]) -> None:
    """The trigger was lifted for the one column, and stands again afterwards; state may still change."""
    assert said["refused"] == {"until": True, "latest": True, "delete": True, "state": False}
