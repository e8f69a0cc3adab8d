"""Whose badge is void (失效的通行牌): a mark in the home for each account that was closed or whose roles changed.

A badge opens a board without the database; so what says that it holds no longer is a file, one for each account, and
its time is that of the change. To look is one stat, for every process of the home.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

FOLDER = "voided"
KEPT = 24 * 3600  # seconds; no badge is believed as long as that


def void(account: UUID) -> None:
    """From the end of this transaction on, what was known of an account before is believed no longer."""
    transaction.on_commit(partial(_mark, account))


def since(account: UUID) -> float:
    """When the badges of an account were last made void; 0 when they never were."""
    try:
        return os.stat(f"{settings.HOME.path}/{FOLDER}/{account.hex}").st_mtime
    except FileNotFoundError:
        return 0.0


def _mark(account: UUID) -> None:
    folder, now = Path(settings.HOME.path) / FOLDER, time.time()
    folder.mkdir(mode=0o700, exist_ok=True)
    mark = folder / account.hex
    mark.touch(mode=0o600)
    os.utime(mark, (now, now))
    for one in folder.iterdir():
        with suppress(FileNotFoundError):  # another process tidies too
            if now - one.stat().st_mtime > KEPT:
                one.unlink()
