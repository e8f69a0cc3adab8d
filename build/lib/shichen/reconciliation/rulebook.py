"""The rules of what should agree (核对规则), as data: those of the house, and those that a post writes in its own home."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

from shichen.indicators import apart
from shichen.reconciliation.reading import Rulebook, read

OURS = Path(__file__).with_name("rules.toml")
THEIRS = "reconciliation.toml"


def rulebook() -> Rulebook:
    """The rules of the house and the right ones of the post. A wrong one is told, never a reason not to follow the others."""
    ours = _read(OURS, OURS.stat().st_mtime_ns, house=True)
    own = settings.HOME.path / THEIRS
    theirs = _read(own, own.stat().st_mtime_ns, house=False) if own.exists() else Rulebook((), ())
    return Rulebook(ours.rules + theirs.rules, ours.faults + theirs.faults)


@apart.source
def never_added() -> Iterator[apart.Apart]:
    """The pairs that rules say are never added."""
    for rule in rulebook().of("overlap"):
        yield apart.Apart(rule["left"], rule["right"], rule["reason"])


@cache
def _read(path: Path, changed: int, *, house: bool) -> Rulebook:
    return read(path.read_bytes(), path.name, house=house)
