"""The settings in force: safe by default, closed to the outside, and read back from a live connection, not from a file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from shichen.site import safe_sqlite
from shichen.site.home import Home
from shichen.site.settings import _postgres
from tests.made import SOURCE, environment

SQLITE_ONLY = pytest.mark.skipif(connection.vendor != "sqlite", reason="settings of the embedded database")
POSTGRES_ONLY = pytest.mark.skipif(connection.vendor != "postgresql", reason="settings of PostgreSQL")


def pragma(name: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]


@SQLITE_ONLY
@pytest.mark.django_db
class TestSQLite:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("secure_delete", 1),
            ("recursive_triggers", 1),
            ("foreign_keys", 1),
            ("journal_size_limit", 67_108_864),
        ],
    )
    def test_the_live_connection_keeps_what_it_acknowledged(self, name: str, value: object) -> None:
        assert pragma(name) == value

    def test_the_library_is_a_safe_one(self) -> None:
        import sqlite3

        assert safe_sqlite.is_safe(safe_sqlite.running_version(sqlite3))

    def test_every_transaction_begins_as_a_writer(self) -> None:
        assert connection.transaction_mode == "IMMEDIATE"


@POSTGRES_ONLY
@pytest.mark.django_db
def test_postgres_acknowledges_what_is_on_the_disk() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone()[0] == "on"


def test_a_postgres_url_becomes_settings() -> None:
    found = _postgres("postgresql://us%40er:p%3Aw@127.0.0.1:5433/city")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "us@er",
        "p:w",
        "127.0.0.1",
        "5433",
        "city",
    )
    assert found["CONN_HEALTH_CHECKS"] is True


class TestPages:
    def test_nothing_is_loaded_from_outside_or_inline(self) -> None:
        directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        assert directives["default-src"] == ["'none'"]
        for name, sources in directives.items():
            assert set(sources) <= {"'self'", "'none'", "data:"}, name
        assert directives["script-src"] == ["'self'"]

    def test_traces_are_never_shown(self) -> None:
        assert settings.DEBUG is False

    def test_only_persons_who_sign_in_hold_a_session(self) -> None:
        assert settings.SESSION_COOKIE_HTTPONLY
        assert settings.AUTHENTICATION_BACKENDS == ["shichen.city.signin.AccountBackend"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "post")
    made.create()
    return made


def run(home: Home, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "django", *arguments],
        env=environment(home.path, **more),
        capture_output=True,
        text=True,
        check=False,
    )


class TestStarting:
    def test_served_over_https_the_deployment_check_is_clean(self, home: Home) -> None:
        done = run(
            home, "check", "--deploy", "--fail-level", "WARNING", SHICHEN_SERVER__HTTPS="true", PYTHONWARNINGS="ignore"
        )
        assert done.returncode == 0, done.stderr

    def test_migrations_say_all_that_the_models_say(self, home: Home) -> None:
        done = run(home, "makemigrations", "--check", "--dry-run")
        assert done.returncode == 0, done.stdout + done.stderr

    def test_on_an_unsafe_library_it_does_not_start(self, home: Home, tmp_path: Path) -> None:
        (tmp_path / "sitecustomize.py").write_text(
            "from shichen.site import safe_sqlite\nsafe_sqlite.running_version = lambda library: (3, 40, 1)\n"
        )
        done = run(home, "check", PYTHONPATH=f"{SOURCE}:{tmp_path}")
        assert done.returncode != 0
        assert "WAL-reset" in done.stderr

    def test_without_a_home_there_is_no_default_secret(self, tmp_path: Path) -> None:
        ask = ("shell", "-v", "0", "-c", "from django.conf import settings; print(settings.SECRET_KEY)")
        secrets = {run(Home(tmp_path / "none"), *ask).stdout.strip() for _ in range(2)}
        assert len(secrets) == 2
        assert all(len(secret) == 64 for secret in secrets)
