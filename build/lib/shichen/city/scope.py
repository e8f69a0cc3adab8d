"""What an account may see and do: grants turned into a condition over unit, area and event (可见范围)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from shichen.city.models import Account, Grant
from shichen.city.roles import INTERNAL, ROLES

User = Account | AnonymousUser


@dataclass(frozen=True)
class Sight:
    """The parts of the city that an action reaches: one (unit, area path, event) triple for each grant that permits it."""

    reaches: tuple[tuple[str | None, str, str | None], ...]

    def __bool__(self) -> bool:
        return bool(self.reaches)

    def q(self, *, unit: str = "unit_id", path: str = "area_path", event: str = "event_id") -> Q:
        """The reach as a condition over the three columns of a row; nothing granted, nothing seen."""
        condition = Q(pk__in=[])
        for unit_code, area_path, event_code in self.reaches:
            one = Q(**{f"{path}__startswith": area_path})
            if unit_code is not None:
                one &= Q(**{unit: unit_code})
            if event_code is not None:
                one &= Q(**{event: event_code})
            condition |= one
        return condition

    def covers(self, *, unit: str | None, path: str, event: str | None) -> bool:
        """Whether one row with these three values lies within reach."""
        return any(
            path.startswith(area_path)
            and (unit_code is None or unit_code == unit)
            and (event_code is None or event_code == event)
            for unit_code, area_path, event_code in self.reaches
        )


def grants_of(user: User, at: datetime) -> list[Grant]:
    """The grants that hold for a user at that time; none for strangers and for accounts that were closed."""
    if not isinstance(user, Account) or not user.is_active:
        return []
    return [grant for grant in _all_grants(user) if grant.holds(at)]


def sight(user: User, action: str, data_class: str = INTERNAL, *, at: datetime) -> Sight:
    """How far `action` on that class of data reaches for a user at that time."""
    return Sight(
        tuple(
            (
                None if ROLES[grant.role].everywhere or grant.unit_id is None else grant.unit_id,
                grant.area.path,
                grant.event_id,
            )
            for grant in grants_of(user, at)
            if ROLES[grant.role].allows(action, data_class)
        )
    )


def may(user: User, action: str, data_class: str = INTERNAL, *, at: datetime) -> bool:
    """Whether any grant of the user permits the action at all; which rows it reaches is `sight`'s answer."""
    return bool(sight(user, action, data_class, at=at))


def roles_of(user: User, at: datetime) -> set[str]:
    return {grant.role for grant in grants_of(user, at)}


def _all_grants(user: Account) -> Iterable[Grant]:
    cached: list[Grant] | None = user.__dict__.get("_grants")
    if cached is None:
        cached = list(user.grants.select_related("area"))
        user.__dict__["_grants"] = cached
    return cached
