"""Probes (健康检查): is the process there, and can the post take reports?"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

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
    """The post can take reports: the database writes, the disk has room, the log of writes is short. Says no more."""
    faults = sorted(name for name, check in CHECKS.items() if not check())
    return JsonResponse({"ready": not faults, "failing": faults}, status=503 if faults else 200)


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


CHECKS: dict[str, Callable[[], bool]] = {"write": _writes, "disk": _disk, "wal": _wal}
