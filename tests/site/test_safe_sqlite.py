"""The house runs on a SQLite that keeps what it has acknowledged, or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen.site import safe_sqlite

SOURCE = Path(safe_sqlite.__file__).parents[2]


@pytest.mark.parametrize(
    "version",
    [(3, 51, 3), (3, 51, 9), (3, 50, 7), (3, 50, 8), (3, 44, 6), (3, 52, 1), (3, 53, 0), (3, 53, 4), (4, 0, 0)],
)
def test_versions_with_the_fix_are_safe(version: safe_sqlite.Version) -> None:
    assert safe_sqlite.is_safe(version)


@pytest.mark.parametrize(
    "version",
    [
        (3, 7, 0),
        (3, 40, 1),
        (3, 44, 5),
        (3, 45, 9),
        (3, 46, 1),
        (3, 49, 9),
        (3, 50, 6),
        (3, 51, 0),
        (3, 51, 2),
        (3, 52, 0),
    ],
)
def test_versions_that_lose_commits_are_not(version: safe_sqlite.Version) -> None:
    assert not safe_sqlite.is_safe(version)


@given(st.tuples(st.just(3), st.integers(7, 51), st.integers(0, 20)))
def test_before_the_fix_only_the_two_mended_branches_are_safe(version: safe_sqlite.Version) -> None:
    if version < safe_sqlite.FIXED:
        mended = version[:2] in safe_sqlite.BACK_PORTS and version[2] >= safe_sqlite.BACK_PORTS[version[:2]]
        assert safe_sqlite.is_safe(version) is mended


def in_a_fresh_python(code: str, *places: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(map(str, (*places, SOURCE)))
    surroundings = {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"}
    return subprocess.run([sys.executable, "-c", code], env=surroundings, capture_output=True, text=True, check=False)


def fake(folder: Path, name: str, version: str) -> None:
    """A module that answers like an SQLite of this version."""
    package = folder / name
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from .dbapi2 import *\n")
    (package / "dbapi2.py").write_text(
        "class connect:\n"
        "    def __init__(self, name): pass\n"
        "    def execute(self, sql): return self\n"
        f"    def fetchone(self): return ({version!r},)\n"
        "    def close(self): pass\n"
    )


def test_the_bundled_library_takes_the_place_of_the_systems() -> None:
    told = in_a_fresh_python(
        "from shichen.site import safe_sqlite; version = safe_sqlite.install()\n"
        "import sqlite3; from sqlite3 import dbapi2; import sqlite3.dbapi2 as again\n"
        "import sys; assert dbapi2 is again is sys.modules['sqlite3.dbapi2']\n"
        "assert '_sqlite3' not in sys.modules\n"
        "assert sqlite3.connect(':memory:').execute('select sqlite_version()').fetchone()[0] == safe_sqlite.text(version)\n"
        "assert dbapi2.sqlite_version_info == version and safe_sqlite.is_safe(version)\n"
        "assert safe_sqlite.install() == version\n"
        "print('in place')"
    )
    assert told.stdout == "in place\n", told.stderr


def test_django_opens_its_databases_with_it() -> None:
    told = in_a_fresh_python(
        "from shichen.site import safe_sqlite; version = safe_sqlite.install()\n"
        "from django.db.backends.sqlite3.base import Database\n"
        "assert Database.sqlite_version_info == version; print('django too')"
    )
    assert told.stdout == "django too\n", told.stderr


def test_no_start_on_a_library_that_loses_commits(tmp_path: Path) -> None:
    fake(tmp_path, "pysqlite3", "3.40.1")
    fake(tmp_path, "sqlite3", "3.51.2")
    told = in_a_fresh_python("from shichen.site import safe_sqlite; safe_sqlite.install(); print('started')", tmp_path)
    assert told.returncode != 0
    assert told.stdout == ""
    for word in ("WAL-reset bug", "pysqlite3 3.40.1", "sqlite3 3.51.2", "PostgreSQL", "不予启动", "Unsafe SQLite"):
        assert word in told.stderr


def test_what_answers_counts_and_not_the_name_of_the_package(tmp_path: Path) -> None:
    fake(tmp_path, "pysqlite3", "3.40.1")
    fake(tmp_path, "sqlite3", "3.51.3")
    told = in_a_fresh_python(
        "from shichen.site import safe_sqlite; print(safe_sqlite.install()); import sqlite3; print(sqlite3.__file__)",
        tmp_path,
    )
    assert told.stdout == f"(3, 51, 3)\n{tmp_path}/sqlite3/__init__.py\n", told.stderr


def test_a_machine_without_any_sqlite_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_sqlite, "LIBRARIES", ("no_such_sqlite",))
    with pytest.raises(safe_sqlite.UnsafeSQLite, match="none found") as refused:
        safe_sqlite.install()
    assert refused.value.exit_code == 3
