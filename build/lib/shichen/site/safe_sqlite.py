"""The SQLite this house runs on: a bundled safe one in place of the system's, or no start at all."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import closing
from types import ModuleType

Version = tuple[int, int, int]

BUG = (
    "https://sqlite.org/wal.html#walresetbug"  # 3.7.0-3.51.2 can lose commits in WAL mode; the same page has the fixes
)
FIXED: Version = (3, 51, 3)
BACK_PORTS: dict[tuple[int, int], int] = {(3, 50): 7, (3, 44): 6}  # first fixed patch of an older branch
WITHDRAWN: frozenset[Version] = frozenset({(3, 52, 0)})
LIBRARIES = ("pysqlite3", "sqlite3")  # the bundled one first


class UnsafeSQLite(RuntimeError):
    """No SQLite on this machine keeps what it has acknowledged, so the house does not open on one."""

    exit_code = 3

    def __init__(self, found: dict[str, Version]) -> None:
        self.found = found
        seen = ", ".join(f"{name} {text(version)}" for name, version in found.items())
        super().__init__(
            f"SQLite 不安全（{seen or '没有找到'}）：3.7.0–3.51.2 在 WAL 模式下可能丢失已提交的数据（WAL-reset bug，{BUG}），不予启动。"
            "怎么办：运行 ./shichen doctor；x86-64 上重新安装 pysqlite3 的轮子（不要从源码编译），其他平台请改用 PostgreSQL。\n"
            f"Unsafe SQLite ({seen or 'none found'}): 3.7.0-3.51.2 can lose committed data in WAL mode (WAL-reset bug, {BUG}); "
            "not starting. Remedy: run ./shichen doctor; on x86-64 reinstall the pysqlite3 wheel (never its source), "
            "elsewhere use PostgreSQL."
        )


def text(version: Version) -> str:
    return ".".join(map(str, version))


def is_safe(version: Version) -> bool:
    """Whether a commit acknowledged in WAL mode by this version stays committed."""
    if version in WITHDRAWN:
        return False
    back_port = BACK_PORTS.get(version[:2])
    return version >= FIXED or (back_port is not None and version[2] >= back_port)


def running_version(library: ModuleType) -> Version:
    """The version that answers on a live connection, which is not always the one a package claims to carry."""
    with closing(library.connect(":memory:")) as connection:
        (answer,) = connection.execute("SELECT sqlite_version()").fetchone()
    major, minor, patch = map(int, answer.split(".")[:3])
    return major, minor, patch


def libraries() -> Iterator[tuple[str, ModuleType]]:
    """The SQLite modules of this machine, the bundled one first; each is loaded only when it is asked for."""
    for name in LIBRARIES:
        try:
            yield name, importlib.import_module(name)
        except ImportError:  # no wheel for this machine, or a Python built without SQLite
            continue


def best() -> tuple[ModuleType, Version]:
    """The first safe SQLite of this machine; raises UnsafeSQLite where there is none."""
    versions: dict[str, Version] = {}
    for name, library in libraries():
        versions[name] = running_version(library)
        if is_safe(versions[name]):
            return library, versions[name]
    raise UnsafeSQLite(versions)


def install() -> Version:
    """From here on `import sqlite3` gives the safe library; must run before anything loads a database backend."""
    library, version = best()
    sys.modules["sqlite3"] = library
    sys.modules["sqlite3.dbapi2"] = library.dbapi2
    return version
