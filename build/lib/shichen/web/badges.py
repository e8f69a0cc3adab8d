"""The badge (通行牌): what a signed-in reader may see, signed and kept in a cookie, so that a board needs no database.

It is believed for two minutes, then the database is asked again; only while that does not answer is an older one believed.
When its bearer's account is closed or a role of theirs changes it is void at once (`city.voided`), without the database.
It opens pages that are read from snapshots and nothing else, and only together with the session it was given for.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from shichen.city import voided
from shichen.city.models import Account, Area, Grant
from shichen.city.scope import grants_of

COOKIE = "shichen_badge"
TRUSTED = 120  # seconds that a badge is believed without asking
RENEWED = 60  # seconds after which a page that asked the database anyway gives a new one
LASTS = 4 * 3600  # seconds that a badge is believed while the database is away
LONGEST = 3500  # characters that a browser keeps for certain
SALT = "shichen.web.badge"
SHAPE = 1


@dataclass(frozen=True)
class Badge:
    """Who looks, how far their grants reach, the name of the city, when the database said so, when the reader last clicked."""

    account: Account
    city: tuple[str, str]
    given_at: float
    clicked_at: float

    def fresh(self, *, clicked: bool) -> bool:
        """Whether it may be believed without asking; a click must reach the session now and then, to prolong it."""
        now = time.time()
        return _within(TRUSTED, self.given_at, now) and (not clicked or _within(TRUSTED, self.clicked_at, now))


def read(request: HttpRequest) -> Badge | None:
    """The badge that a request shows, if it is ours, not too old, and belongs to its session."""
    shown, session = request.COOKIES.get(COOKIE, ""), request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not shown or not session:
        return None
    try:
        said = signing.loads(shown, salt=SALT, max_age=LASTS)
    except signing.BadSignature:  # altered, or too old
        return None
    if said.get("v") != SHAPE or not hmac.compare_digest(said["s"], _digest(session)):
        return None
    if said["t"] <= voided.since(UUID(hex=said["a"])):
        return None
    return Badge(_account(said), tuple(said["c"]), said["t"], said["k"])


def give(
    request: HttpRequest, response: HttpResponseBase, city: Callable[[], tuple[str, str]], *, asked_at: float
) -> None:
    """Hand a badge to the reader of a page for which the database was asked, as of when the request came.

    What changed since makes it void. A reader with very many grants gets none.
    """
    user, session = request.user, request.session.session_key
    if session is None or not isinstance(user, Account):
        return
    clicked_at = request.session.get("seen", 0)
    if _will_do(read(request), user, clicked_at):
        return
    said = {
        "v": SHAPE,
        "s": _digest(session),
        "t": int(asked_at),
        "k": int(clicked_at),
        "a": user.pk.hex,
        "n": user.display_name,
        "g": _grants(user),
        "c": list(city()),
    }
    text = signing.dumps(said, salt=SALT, compress=True)
    if len(text) <= LONGEST:
        response.set_cookie(
            COOKIE, text, max_age=LASTS, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
        )


def take(response: HttpResponseBase) -> None:
    """Take the badge away: its bearer is signed out."""
    response.delete_cookie(COOKIE, samesite="Lax")  # type: ignore[attr-defined,unused-ignore]


def _will_do(held: Badge | None, user: Account, clicked_at: float) -> bool:
    """Whether the badge shown is young enough and says of its bearer what holds."""
    if held is None or not _within(RENEWED, held.given_at, time.time()) or clicked_at - held.clicked_at > RENEWED:
        return False
    return held.account.pk == user.pk and _grants(held.account) == _grants(user)


def _within(seconds: float, moment: float, now: float) -> bool:
    return -1 <= now - moment < seconds


def _account(said: dict[str, Any]) -> Account:
    """The bearer, made of what the badge says; nothing of it is asked of the database."""
    account = Account(id=UUID(hex=said["a"]), display_name=said["n"])
    account.__dict__["_grants"] = [
        Grant(
            account=account,
            role=role,
            unit_id=unit,
            area=Area(path=path),
            event_id=event,
            starts_at=datetime.fromtimestamp(starts, UTC),
            ends_at=None if ends is None else datetime.fromtimestamp(ends, UTC),
        )
        for role, unit, path, event, starts, ends in said["g"]
    ]
    return account


def _grants(user: Any) -> list[list[Any]]:
    """The grants that hold now, as plain data."""
    return [
        [
            grant.role,
            grant.unit_id,
            grant.area.path,
            grant.event_id,
            int(grant.starts_at.timestamp()),
            None if grant.ends_at is None else int(grant.ends_at.timestamp()),
        ]
        for grant in grants_of(user, datetime.now(UTC))
    ]


def _digest(session: str) -> str:
    return hashlib.sha256(f"{SALT}:{session}".encode()).hexdigest()[:32]
