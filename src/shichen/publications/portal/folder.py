"""The folder of the portal: files that appear whole or not at all, written anew only where they changed."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max

from shichen.disclosure.models import Clearance, Decision, OpenTable
from shichen.disclosure.policy import policy
from shichen.indicators.models import Correction
from shichen.publications.models import Edition
from shichen.publications.portal import site

SHAPE = 1  # of the pages; another shape is written anew
NAME, STATE = "open", "open.json"
KINDS = {".html", ".css", ".json", ".csv", ".txt"}


def folder() -> Path:
    """Where the portal of this post lies."""
    return Path(settings.HOME.snapshots) / NAME


def refresh(at: datetime) -> bool:
    """Write the portal anew if anything it says has changed; whether it was written. For the clock, every 2 s."""
    stamp, state = stamp_of(), folder().with_name(STATE)
    if _held(state) == stamp and folder().is_dir():
        return False
    write(folder())
    _put(state, json.dumps({"stamp": stamp}).encode(), 0o600)
    return True


def write(at: Path, *, mode: int = 0o600) -> list[str]:
    """Write every file of the portal into a folder and take away what is no longer told; which paths changed."""
    files = site.build()
    changed = [path for path, body in files.items() if _put(at / path, body, mode)]
    for old in _others(at, files):
        old.unlink()
        changed.append(str(old.relative_to(at)))
    return changed


def stamp_of() -> str:
    """What changes whenever the portal may: releases, withdrawals, corrections, decisions, tables, and the rules."""
    gone = [Edition.State.RELEASED, Edition.State.WITHDRAWN]
    public = Edition.objects.filter(audience=Edition.Audience.PUBLIC, state__in=gone)
    parts: list[object] = [
        SHAPE,
        site.STYLE.stat().st_mtime_ns,
        policy().digest,
        public.aggregate(n=Count("pk"), out=Max("released_at"), back=Max("withdrawn_at")),
        Clearance.objects.count(),
        Correction.objects.aggregate(last=Max("number")),
        Decision.objects.aggregate(n=Count("pk"), on=Max("decided_at"), off=Max("withdrawn_at")),
        OpenTable.objects.aggregate(n=Count("pk"), on=Max("decided_at"), off=Max("withdrawn_at")),
    ]
    return "|".join(map(str, parts))


def _held(state: Path) -> str | None:
    try:
        return str(json.loads(state.read_text(encoding="utf-8"))["stamp"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _others(at: Path, files: site.Files) -> list[Path]:
    """What an earlier writing left in the folder: of the portal's own kinds of file only."""
    found = [one for one in at.rglob("*") if one.is_file() and one.suffix in KINDS]
    return [one for one in found if one.relative_to(at).as_posix() not in files]


def _put(path: Path, body: bytes, mode: int) -> bool:
    if path.is_file() and path.read_bytes() == body:
        return False
    folder_mode = 0o755 if mode & 0o044 else 0o700
    path.parent.mkdir(mode=folder_mode, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    unfinished.write_bytes(body)
    unfinished.chmod(mode)
    os.replace(unfinished, path)
    return True
