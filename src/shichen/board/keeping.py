"""The file that holds the board: written whole or not at all, and read again by a process only when it is another."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

FILE = "board.json"
SHAPE = 9  # of the file; another shape is never read
HEAD = 96  # bytes of the file that tell which board it holds

Board = dict[str, Any]
_known: tuple[bytes, Board] = (b"", {})


def load() -> Board | None:
    """The snapshot in the file with the time it was last found true; None where there is none, or one of another shape."""
    global _known
    try:
        with _path().open("rb") as file:
            head = file.read(HEAD)
            if head != _known[0]:
                _known = (head, json.loads(head + file.read()))
            confirmed = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    except (FileNotFoundError, ValueError):
        return None
    board = _known[1]
    return {**board, "confirmed_at": confirmed.isoformat()} if board.get("shape") == SHAPE else None


def store(board: Board) -> None:
    """The file appears whole or not at all; its digest stands in its head."""
    path = _path()
    path.parent.mkdir(mode=0o700, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    unfinished.write_text(_text({"digest": digest(board), "shape": SHAPE, **board}), encoding="utf-8")
    os.replace(unfinished, path)


def confirm() -> None:
    """Looked at and still true: readers are told when nobody looks any more."""
    os.utime(_path())


def confirmed_at() -> datetime | None:
    """When the snapshot was last found true; None where there is none."""
    held = load()
    return datetime.fromisoformat(held["confirmed_at"]) if held is not None else None


def digest(board: Board) -> str:
    return hashlib.sha256(_text(board).encode()).hexdigest()


def _text(board: Board) -> str:
    return json.dumps(board, ensure_ascii=False, separators=(",", ":"))


def _path() -> Path:
    return Path(settings.HOME.snapshots) / FILE
