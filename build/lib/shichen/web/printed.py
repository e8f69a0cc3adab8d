"""Printed files, kept by what they say: a second request for the same content is answered from the disk."""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from shichen.documents import typesetting
from shichen.documents.typesetting import Job
from shichen.refusal import Refusal

FOLDER = "printed"
MOST_FILES, MOST_BYTES = 300, 200_000_000
PATIENCE = 20.0
"""Seconds that a request waits for its turn; one process sets type at a time, for each takes 200 MB while it does."""


def file(job: Job) -> bytes:
    """The file of a job: as it lies there, or set now. Raises Refusal."""
    return kept(typesetting.as_asked(job), job.form, lambda: typesetting.typeset(job))


def unkept(job: Job) -> bytes:
    """The file of a job that names somebody: set in its turn, and left nowhere. Raises Refusal."""
    with _turn():
        return typesetting.typeset(job)


def kept(said: bytes, ending: str, make: Callable[[], bytes]) -> bytes:
    """What `make` gives for this content, made once by one version of the house."""
    path = folder() / f"{hashlib.sha256(_makers() + said).hexdigest()}.{ending}"
    found = _read(path)
    if found is not None:
        return found
    with _turn():
        found = _read(path)
        if found is None:
            found = make()
            _write(path, found)
            _prune()
    return found


def folder() -> Path:
    """Beside the other snapshots, for the owner of the home alone."""
    path = Path(settings.HOME.snapshots) / FOLDER
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def makers() -> list[Path]:
    """The templates, and the code that sets type."""
    return sorted((*typesetting.TEMPLATES.glob("*.typ"), *Path(typesetting.__file__).parent.rglob("*.py")))


@functools.cache
def _makers() -> bytes:
    """The fingerprint of what makes a file: another template or program, another file."""
    made = hashlib.sha256()
    for path in makers():
        made.update(path.read_bytes())
    return made.digest()


def _read(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
        os.utime(path)  # read just now: the last to be cleared away
    except FileNotFoundError:
        return None
    return data


def _write(path: Path, data: bytes) -> None:
    """The file appears whole or not at all."""
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    unfinished.write_bytes(data)
    os.replace(unfinished, path)


@contextmanager
def _turn() -> Iterator[None]:
    """One at a time over all processes of the post. Raises Refusal when it takes too long."""
    descriptor = os.open(folder() / "turn", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + PATIENCE
        while not _taken(descriptor):
            if time.monotonic() > until:
                raise Refusal(_("正在排版的文件太多，还没有轮到这一份；请过一会儿再试。"))
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _prune() -> None:
    """The files read least lately go where there are too many."""
    held = sorted(((one.stat(), one) for one in folder().glob("*.*")), key=lambda pair: -pair[0].st_mtime)
    total = 0
    for place, (facts, path) in enumerate(held):
        total += facts.st_size
        if place >= MOST_FILES or total > MOST_BYTES:
            path.unlink(missing_ok=True)
