"""Acts on one's own account at the door of pages: choose a password, with a row in the trail."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from shichen.audit import services as audit
from shichen.city.models import Account


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


def is_demo() -> bool:
    """Whether this post is a demonstration: its visitors come to look, and need no password of their own."""
    return bool(settings.CONFIG.values.get("board.moment", ""))
