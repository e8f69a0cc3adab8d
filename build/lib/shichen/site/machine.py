"""What this machine is: readings of its Python, disk, mounts, clock, fonts and browser, without judging them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shichen.site import safe_sqlite, stamp

CHECKOUT = Path(__file__).resolve().parents[3]
MOUNTS = Path("/proc/mounts")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Ground:
    """What stands under an environment before it is built."""

    python: tuple[int, int, int]
    bits: int
    system: str
    glibc: tuple[int, int] | None
    folder: Path
    free_bytes: int
    writable: bool
    noexec: bool
    now: datetime
    root: bool


@dataclass(frozen=True)
class Household:
    """What the running house needs besides; `mode` and `owned` are None while the home is not there yet."""

    home: Path | None
    mode: int | None
    owned: bool | None
    filesystem: str
    free_bytes: int
    written: bool
    sqlite: dict[str, safe_sqlite.Version]
    shanghai: timedelta | None
    port: int
    port_free: bool
    fonts: tuple[str, ...]
    browser: str | None
    stamped: bool


def ground(folder: Path) -> Ground:
    return Ground(
        python=sys.version_info[:3],
        bits=64 if sys.maxsize > 2**32 else 32,
        system=sys.platform,
        glibc=glibc(),
        folder=folder,
        free_bytes=shutil.disk_usage(standing(folder)).free,
        writable=os.access(standing(folder), os.W_OK | os.X_OK),
        noexec=bool(os.statvfs(standing(folder)).f_flag & getattr(os, "ST_NOEXEC", 0)),
        now=datetime.now(UTC),
        root=os.geteuid() == 0,
    )


def household(home: Path | None, port: int) -> Household:
    place = standing(home or CHECKOUT)
    there = home is not None and home.is_dir()
    facts = place.stat()
    return Household(
        home=home,
        mode=stat.S_IMODE(facts.st_mode) if there else None,
        owned=facts.st_uid == os.geteuid() if there else None,
        filesystem=filesystem(place, MOUNTS.read_text(encoding="utf-8") if MOUNTS.exists() else ""),
        free_bytes=shutil.disk_usage(place).free,
        written=home is None or can_keep(place),
        sqlite={name: safe_sqlite.running_version(library) for name, library in safe_sqlite.libraries()},
        shanghai=shanghai_offset(),
        port=port,
        port_free=port_is_free("127.0.0.1", port),
        fonts=chinese_fonts(),
        browser=browser(),
        stamped=not (CHECKOUT / stamp.LOCKS["run"]).exists() or stamp.is_ready(str(CHECKOUT), "run"),
    )


def standing(folder: Path) -> Path:
    """The folder itself, or its nearest ancestor that is there."""
    folder = folder.absolute()
    return next(place for place in (folder, *folder.parents) if place.is_dir())


def glibc() -> tuple[int, int] | None:
    """The version of the C library, None where it is another one than glibc."""
    try:
        name = os.confstr("CS_GNU_LIBC_VERSION")
    except (ValueError, OSError):
        return None
    words = (name or "").split()
    if len(words) != 2 or words[0] != "glibc":
        return None
    major, minor = words[1].split(".")[:2]
    return int(major), int(minor)


def filesystem(folder: Path, mounts: str) -> str:
    """The kind of filesystem a folder lies on, by the text of /proc/mounts: the longest mount point wins, the latest
    among equals; empty where the text does not say."""
    place, best, kind = folder.resolve(), -1, ""
    for line in mounts.splitlines():
        words = line.split()
        if len(words) < 3:
            continue
        point = Path(words[1].encode().decode("unicode_escape").encode("latin-1").decode("utf-8", "replace"))
        if place.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), words[2]
    return kind


def can_keep(folder: Path) -> bool:
    """Bytes written into this folder and flushed to the disk are read back the same."""
    token = os.urandom(32)
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".shichen-") as trial:
            trial.write(token)
            trial.flush()
            os.fsync(trial.fileno())
            return Path(trial.name).read_bytes() == token
    except OSError:
        return False


def shanghai_offset() -> timedelta | None:
    """What the machine's time zone data say of Zhuzhou at noon of 2 February 2020; None where it has no such data."""
    try:
        return datetime(2020, 2, 2, 12, tzinfo=ZoneInfo("Asia/Shanghai")).utcoffset()
    except ZoneInfoNotFoundError:
        return None


def port_is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does: a port in TIME_WAIT is free
        try:
            trial.bind((host, port))
        except OSError:
            return False
        return True


def chinese_fonts() -> tuple[str, ...]:
    """The families with Chinese glyphs that fontconfig knows, sorted; empty without fontconfig."""
    program = shutil.which("fc-list")
    if program is None:
        return ()
    answer = subprocess.run([program, ":lang=zh", "family"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
    return tuple(sorted({line.split(",")[0].strip() for line in answer.stdout.splitlines() if line.strip()}))


def browser() -> str | None:
    """The system's Chromium or Chrome, if there is one."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def java() -> str | None:
    """The Java that Spark would start: the one JAVA_HOME names, or the one on the path."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=os.path.join(home, "bin")) if home else shutil.which("java")


def review_no(home: Path) -> str | None:
    """The review number of the city's map (审图号), empty where it has none; None where there is no map."""
    try:
        found = json.loads((home / "map.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return str(found.get("review_no", "")) if isinstance(found, dict) else None
