"""Acts on accounts at the door of pages: choose a password, come in, be turned away; each with a row in the trail."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from shichen.audit import services as audit
from shichen.city import guesses
from shichen.city.guesses import TooMany
from shichen.city.models import Account
from shichen.web import clock


@transaction.atomic
def choose_password(password: str, *, by: Account) -> None:
    """Give oneself a password; its strength was judged before. Unused one-time ways in stay as they are."""
    by.set_password(password)
    by.save(update_fields=["password"])
    audit.note("password", table="city.account", subject=by.pk, by=by)


@transaction.atomic
def came_in(way: str, *, by: Account) -> None:
    """Note in the trail that someone signed in, and by which way."""
    audit.note("signin", table="city.account", subject=by.pk, reason=way, by=by)


@transaction.atomic
def turned_away(refused: TooMany) -> None:
    """Note in the trail that guessing was stopped, once per name or address in a while: rows must not be for the asking."""
    limit = refused.limit
    if guesses.first_refused(limit, now=clock.running()):
        guessed_at = limit.account.pk if limit.account else ""
        reason = f"密码错误次数过多：{limit.what}"
        audit.note("signin", table="city.account", subject=guessed_at, reason=reason, result="refused", by=None)


def is_demo() -> bool:
    """Whether this post is a demonstration: its visitors come to look, and need no password of their own."""
    return bool(settings.CONFIG.values.get("board.moment", ""))
