"""In whose name a command on the command line acts, once Django is set up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shichen.refusal import Refusal

if TYPE_CHECKING:
    from shichen.city.models import Account


def holds_a_city() -> bool:
    from django.db import DatabaseError

    from shichen.city.models import Event

    try:
        return Event.objects.exists()
    except DatabaseError:  # nothing was migrated here yet
        return False


def account(username: str | None) -> Account:
    from shichen.city import services
    from shichen.city.models import Account

    if username is None:
        return services.system()
    found = Account.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise Refusal(f"没有名为 {username} 的账号，或已停用。")
    return found


def standing(by: Account) -> Any:
    from shichen.audit.context import now
    from shichen.city import queries as city
    from shichen.intake import queries

    if by.kind == by.Kind.SYSTEM:
        return city.Standing(city.the_office(), city.the_city(), city.the_event())
    return queries.standing(by, now())
