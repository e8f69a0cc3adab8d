"""Probes (健康检查): is the process there, and can the post take reports?"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shichen.audit import sealing
from shichen.web.policy import open_to_all

LEAST_FREE = 0.10
LARGEST_WAL = 64 * 1024 * 1024


@open_to_all
@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@open_to_all
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """The post can take reports: the database writes, the disk has room, the log of writes is short. Else numbers alone."""
    faults = sorted(name for name, check in CHECKS.items() if not check())
    said = {"ready": not faults, "failing": faults, **_lags()}
    return JsonResponse(said, status=503 if faults else 200)


def told_by(**rooms: Callable[[], int]) -> None:
    """How much waits in rooms above this one, each by its name; they say so at start."""
    _WAITING.update(rooms)


def _lags() -> dict[str, Any]:
    """How far behind the post is: links of the chain to make, work that waits, seconds since the clock ticked and was saved.

    None where it is not known: the database away, no clock, no backup.
    """
    try:
        waiting: dict[str, Any] = {name: count() for name, count in sorted(_WAITING.items())}
        unsealed: int | None = sealing.waiting()
    except (DatabaseError, sqlite3.Error):
        waiting, unsealed = dict.fromkeys(sorted(_WAITING)), None
    home: Path = settings.HOME.path
    backups = [path.stat().st_mtime for path in (home / "backups").glob("*")]
    ticked = home / "jobs" / "clock.json"
    return {
        "waiting": waiting,
        "unsealed": unsealed,
        "clock_age": _age(ticked.stat().st_mtime) if ticked.exists() else None,
        "backup_age": _age(max(backups)) if backups else None,
    }


def _age(moment: float) -> int:
    return max(int(time.time() - moment), 0)


def _writes() -> bool:
    """A write begins and is taken back: rights, locks and disk are there, and nothing is left behind."""
    if (settings.HOME.path / "READONLY").exists():
        return False
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("UPDATE django_session SET session_data = session_data WHERE 1 = 0")
            transaction.set_rollback(True)
        return _home_takes_a_file()
    except (DatabaseError, sqlite3.Error, OSError):
        return False


def _home_takes_a_file() -> bool:
    probe: Path = settings.HOME.path / f".probe-{os.getpid()}"
    with probe.open("wb") as file:
        file.write(b"\0" * 4096)
        file.flush()
        os.fsync(file.fileno())
    probe.unlink()
    return True


def _disk() -> bool:
    usage = shutil.disk_usage(settings.HOME.path)
    return usage.free / usage.total > LEAST_FREE


def _wal() -> bool:
    if connection.vendor != "sqlite":
        return True
    log = Path(f"{settings.HOME.database}-wal")
    return not log.exists() or log.stat().st_size < LARGEST_WAL


_WAITING: dict[str, Callable[[], int]] = {}
CHECKS: dict[str, Callable[[], bool]] = {"write": _writes, "disk": _disk, "wal": _wal}
