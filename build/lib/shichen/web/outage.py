"""Whether the database answers, as this process and the clock last found it (数据库可用否); asking that asks no database."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError

HOLD = 2.0  # seconds for which a process that was not answered does not ask again where it can do without
MARK = "outage"
_lost_at = float("-inf")


def is_outage(error: BaseException) -> bool:
    """Whether an error says that the database is away, locked or unreadable, and not that a question was wrong."""
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError


def lost() -> None:
    """This process asked and was not answered."""
    global _lost_at
    _lost_at = time.monotonic()


def vain() -> bool:
    """Whether asking just now would be in vain: this process was not answered a moment ago, or the clock was not."""
    return time.monotonic() - _lost_at < HOLD or since() is not None


def since() -> datetime | None:
    """When the clock found the database away; None while it answers."""
    try:
        return datetime.fromtimestamp(_mark().stat().st_mtime, UTC)
    except OSError:
        return None


def tell() -> None:
    """For the clock: the database does not answer; the first moment stays."""
    with suppress(OSError):
        os.close(os.open(_mark(), os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600))


def over() -> None:
    """For the clock: the database answers."""
    _mark().unlink(missing_ok=True)


def _mark() -> Path:
    return Path(settings.HOME.snapshots) / MARK
