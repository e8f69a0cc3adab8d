"""What must hold before a post serves anyone: a safe database with its settings in force, a home of its own on a local disk."""

from __future__ import annotations

import stat
from pathlib import Path

from django.conf import settings
from django.db import connection

from shichen.refusal import Refusal
from shichen.site import doctor, machine, safe_sqlite
from shichen.site.home import Home

# Pragma → the value that a live connection must answer.
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "recursive_triggers": 1, "foreign_keys": 1}


def serving(threads: int) -> None:
    """For a process that serves: the database is there and stays what it is, and readers find a thread."""
    must_be_safe()
    # only now: read earlier it would take hold of the machine's own SQLite, before the settings put the safe one in place
    from shichen.site.sqlite_turn.base import DatabaseWrapper

    if connection.vendor == "sqlite":
        DatabaseWrapper.serve(threads)


def must_be_safe() -> None:
    """Refuse to start rather than run unsafe; the sentence names the cause and the remedy. Raises Refusal."""
    home: Home = settings.HOME
    _must_be_ones_own(home)
    if connection.vendor == "sqlite":
        _must_be_local(home.path)
        _must_be_set()


def _must_be_ones_own(home: Home) -> None:
    for path, wanted in ((home.path, 0o700), (home.keyring.parent, 0o700), (home.keyring, 0o600)):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & ~wanted:
            raise Refusal(f"{path} 的权限是 {mode:o}，他人可读；请改为 {wanted:o}：chmod {wanted:o} {path}")
    for path in home.path.glob("shichen.sqlite3*"):
        path.chmod(0o600)


def _must_be_local(folder: Path) -> None:
    found = doctor.local(machine.household(folder, 0), embedded=True)
    if not found.ok:
        raise Refusal(f"{found.sentence_zh}。{found.remedy_zh}。")


def _must_be_set() -> None:
    with connection.cursor() as cursor:
        for name, wanted in PRAGMAS.items():
            answer = cursor.execute(f"PRAGMA {name}").fetchone()[0]
            if answer != wanted:
                raise Refusal(f"数据库设置 {name} 应为 {wanted}，现为 {answer}；不予启动。请用本软件自带的设置。")
        major, minor, patch = map(int, cursor.execute("SELECT sqlite_version()").fetchone()[0].split("."))
    if not safe_sqlite.is_safe((major, minor, patch)):
        raise Refusal(f"SQLite {major}.{minor}.{patch} 可能丢失已提交的数据；不予启动。请运行 shichen doctor。")
    if settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] != "IMMEDIATE":
        raise Refusal("数据库的事务方式应为 IMMEDIATE；不予启动。")
