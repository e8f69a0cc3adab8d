"""What a process keeps in mind is looked at again before each request and job: whether another process changed it (再看一眼)."""

from __future__ import annotations

import time
from collections.abc import Callable

EVERY = 2.0  # seconds between two looks of a process

_looks: list[Callable[[], None]] = []
_looked_at = 0.0


def before_each(look: Callable[[], None]) -> Callable[[], None]:
    """Declare what looks again. It asks little, and leaves what is kept as it is where the database cannot answer."""
    _looks.append(look)
    return look


def look() -> None:
    """Look again, if that was a while ago."""
    global _looked_at
    at = time.monotonic()
    if at - _looked_at < EVERY:
        return
    _looked_at = at
    for one in _looks:
        one()
