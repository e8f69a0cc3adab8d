"""The folder of the portal: files that appear whole or not at all, written anew only where they changed."""

from __future__ import annotations

import json
import os
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Max

from shichen.disclosure.models import Clearance, Decision, OpenTable
from shichen.disclosure.policy import policy
from shichen.indicators.models import Correction
from shichen.publications.models import Edition
from shichen.publications.portal import levels, site

NAME, STATE = "open", "open.json"


def folder() -> Path:
    """Where the portal of this post lies."""
    return Path(settings.HOME.snapshots) / NAME


def refresh(at: datetime) -> bool:
    """Write the portal anew if anything it says has changed; whether it was written. For the clock, every 2 s."""
    stamp, state = f"{stamp_of()}|{levels.lapsing(at)}", folder().with_name(STATE)
    held = _held(state)
    if held.get("stamp") == stamp and folder().is_dir():
        return False
    made = site.build(partial(_lying, folder(), held.get("editions", {})))
    _write(folder(), made.files, 0o600)
    _put(state, json.dumps({"stamp": stamp, "editions": _shelved(made)}).encode(), 0o600)
    return True


def write(at: Path, *, mode: int = 0o600) -> list[str]:
    """Write every file of the portal into a folder and take away what is no longer told; which paths changed."""
    return _write(at, site.build().files, mode)


def stamp_of() -> str:
    """What changes whenever the portal may: releases, withdrawals, corrections, decisions, tables, and the rules."""
    gone = [Edition.State.RELEASED, Edition.State.WITHDRAWN]
    public = Edition.objects.filter(audience=Edition.Audience.PUBLIC, state__in=gone)
    parts: list[object] = [
        site.shape(),
        policy().digest,
        public.aggregate(n=Count("pk"), out=Max("released_at"), back=Max("withdrawn_at")),
        Clearance.objects.count(),
        Correction.objects.aggregate(last=Max("number")),
        Decision.objects.aggregate(n=Count("pk"), on=Max("decided_at"), off=Max("withdrawn_at")),
        OpenTable.objects.aggregate(n=Count("pk"), on=Max("decided_at"), off=Max("withdrawn_at")),
    ]
    return "|".join(map(str, parts))


def _write(at: Path, files: site.Files, mode: int) -> list[str]:
    gone = _others(at, files)
    changed = [path for path, body in files.items() if _put(at / path, body, mode)]
    for old in gone:
        old.unlink()
    return [*changed, *(old.relative_to(at).as_posix() for old in gone)]


def _held(state: Path) -> dict[str, Any]:
    try:
        held: dict[str, Any] = json.loads(state.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def _shelved(made: site.Site) -> dict[str, Any]:
    """For each edition what its files were made of, and their digests."""
    return {
        path: {
            "key": key,
            "files": {
                name: site.sha256(body)
                for name, body in made.files.items()
                if name.removeprefix("en/").startswith(path)
            },
        }
        for path, key in made.keys.items()
    }


def _lying(at: Path, editions: dict[str, Any], path: str, key: str) -> site.Files | None:
    """The files of an edition as they lie there, if they were made of the same and are whole."""
    known = editions.get(path, {})
    if known.get("key") != key:
        return None
    try:
        files = {name: (at / name).read_bytes() for name in known["files"]}
    except OSError:
        return None
    return files if all(site.sha256(body) == known["files"][name] for name, body in files.items()) else None


def _others(at: Path, files: site.Files) -> list[Path]:
    """What an earlier writing left: in our own folder everything else, in another only what that writing listed as its own."""
    if at == folder():
        found = [one for one in at.rglob("*") if one.is_file()]
    else:
        found = [at / path for path in _listed(at / site.SUMS)]
    return [one for one in found if one.is_file() and one.relative_to(at).as_posix() not in files]


def _listed(sums: Path) -> list[str]:
    try:
        lines = sums.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return [path for _, _, path in (line.partition("  ") for line in lines) if path and ".." not in path.split("/")]


def _put(path: Path, body: bytes, mode: int) -> bool:
    if path.is_file() and path.read_bytes() == body:
        return False
    _make(path.parent, 0o755 if mode & 0o044 else 0o700)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    unfinished.write_bytes(body)
    unfinished.chmod(mode)
    os.replace(unfinished, path)
    return True


def _make(at: Path, mode: int) -> None:
    """A folder and those above it that are not there yet, with these rights whatever the process usually gives."""
    if not at.is_dir():
        _make(at.parent, mode)
        at.mkdir(exist_ok=True)
        at.chmod(mode)
