"""Files that outlive a power cut (落盘): written aside, synced, named by what is in them, and only then known to anybody.

No writer of Parquet syncs by itself. The order is: the file's bytes, its name, the folder that holds the name; the manifest's row
comes after all three, so that a row never stands for a file that a power cut may take back.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shichen.refusal import Refusal

BLOCK = 1 << 20


@dataclass(frozen=True)
class Written:
    """A file that lies where it belongs: its path within the lake, its size in bytes and its SHA-256."""

    path: str
    size: int
    sha256: str


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def publish(lake: Path, parts: Iterable[tuple[Path, str]]) -> list[Written]:
    """Give files their names: `folder/<sha256>.parquet` within the lake, for each (part, folder). All or, after a crash, orphans."""
    sealed = []
    for part, folder in parts:
        sync(part)
        sealed.append((part, Written(f"{folder}/{digest(part)}{part.suffix}", part.stat().st_size, "")))
    written: list[Written] = []
    folders: set[Path] = set()
    for part, named in sealed:
        target = lake / named.path
        folders |= made(target.parent)
        part.replace(target)
        folders.add(target.parent)
        written.append(Written(named.path, named.size, target.stem))
    for place in sorted(folders, key=lambda one: len(one.parts), reverse=True):
        sync(place)
    return written


def sync(path: Path) -> None:
    """The bytes of a file, or the names in a folder, are on the disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def made(folder: Path) -> set[Path]:
    """Make a folder with all above it; the folders that hold a new name and are to be synced."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return {one.parent for one in missing}


def removed(paths: Iterable[Path]) -> int:
    """Take files away for good; how many were there."""
    folders, count = set(), 0
    for path in paths:
        try:
            path.unlink()
        except FileNotFoundError:
            continue
        folders.add(path.parent)
        count += 1
    for folder in folders:
        sync(folder)
    return count


@contextmanager
def no_room_said() -> Iterator[None]:
    """A full disk is a sentence to the person, and nothing is half done. Raises Refusal."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise no_room() from None


def no_room() -> Refusal:
    """What is said where the disk is full."""
    return Refusal("磁盘已满，没有写入；请腾出空间后再办，已收下的都在。", rule="磁盘")
