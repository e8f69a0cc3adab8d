"""How much waits behind a page of the menu (待办数): each room says it of its own, asked at most every few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError, InterfaceError

from shichen.audit.context import known
from shichen.city.models import Account
from shichen.city.scope import User
from shichen.web import outage

Count = Callable[[Account, datetime], int]
FRESH = 5.0  # seconds
MOST = 500
_COUNTS: dict[str, Count] = {}
_held: dict[tuple[str, object], tuple[float, int]] = {}


def waiting(href: str) -> Callable[[Count], Count]:
    """Declare what waits behind an address of the menu, for a person at a moment."""

    def declare(count: Count) -> Count:
        _COUNTS[href] = count
        return count

    return declare


def of(user: User, href: str, at: datetime) -> int:
    """How much waits there for the user; nothing on a page of the past, for a stranger, or while the database is away."""
    count = _COUNTS.get(href)
    if count is None or known() is not None or not isinstance(user, Account) or outage.vain():
        return 0
    key, moment = (href, user.pk), time.monotonic()
    then, number = _held.get(key, (float("-inf"), 0))
    if moment - then < FRESH:
        return number
    try:
        number = count(user, at)
    except (DatabaseError, InterfaceError):  # the page does without
        return 0
    if len(_held) >= MOST:
        _held.clear()
    _held[key] = (moment, number)
    return number


def forget() -> None:
    """For tests: nothing is held."""
    _held.clear()
