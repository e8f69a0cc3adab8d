"""Files beside a job: who is at work on it, known by a lock that a process cannot take to its grave, and how far it is.

A transaction cannot say how far it is before it is over, and a row that says 进行中 says so still after its process was
killed. The lock of a file goes with the process, however that ends.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings


@contextmanager
def held(job: UUID) -> Iterator[bool]:
    """The lock of a job while the block runs; False where somebody else holds it."""
    path = _path(job, "lock")
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(descriptor)


def at_work(job: UUID) -> bool:
    """Whether a process holds the lock of a job."""
    path = _path(job, "lock")
    if not path.exists():
        return False
    with held(job) as free:
        return not free


def say(job: UUID, **said: Any) -> None:
    """How far a job is; the file appears whole or not at all."""
    path = _path(job, "json")
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    part.replace(path)


def said(job: UUID) -> dict[str, Any]:
    """How far a job is, as it said last; nothing where it said nothing."""
    try:
        found: dict[str, Any] = json.loads(_path(job, "json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found


def forget(job: UUID) -> None:
    """The job is over: its row says the rest."""
    for ending in ("json", "lock"):
        _path(job, ending).unlink(missing_ok=True)


def folder() -> Path:
    found: Path = settings.HOME.path / "jobs"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def _path(job: UUID, ending: str) -> Path:
    return folder() / f"{job}.{ending}"
