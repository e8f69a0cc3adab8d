"""The circumstances of the act at hand: by which door it came, from which address, in which request, at what moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone


@dataclass(frozen=True)
class Circumstances:
    """Where an act comes from: web, api, sheet, bulletin, job, cli or demo; `moment` is set when a past is replayed.

    `known` is set where somebody looks back: what came after that moment is not known to them.
    """

    door: str = "job"
    address: str = ""
    request: str = ""
    moment: datetime | None = None
    known: datetime | None = None


_USUAL = Circumstances()
_CURRENT: ContextVar[Circumstances | None] = ContextVar("circumstances", default=None)


def current() -> Circumstances:
    return _CURRENT.get() or _USUAL


def now() -> datetime:
    """The moment of the act: the clock's, or the one that a replay has set."""
    return current().moment or timezone.now()


def known() -> datetime | None:
    """The moment after which nothing is known to whoever looks; None where all that was recorded is."""
    return current().known


def look_back(moment: datetime | None) -> None:
    """From here to the end of the circumstances at hand, what came after that moment is not known."""
    _CURRENT.set(replace(current(), known=moment))


@contextmanager
def acting(door: str, *, address: str = "", request: str = "", moment: datetime | None = None) -> Iterator[None]:
    """Everything done inside is done under these circumstances."""
    token = _CURRENT.set(Circumstances(door, address, request, moment))
    try:
        yield
    finally:
        _CURRENT.reset(token)
