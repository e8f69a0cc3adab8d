"""Who asks, and what they may see: what every door of the house wants to know of a request (来者)."""

from __future__ import annotations

from django.http import HttpRequest

from shichen.audit import context
from shichen.city.models import Account
from shichen.city.roles import INTERNAL
from shichen.city.scope import Sight, may, sight
from shichen.web import clock


def person(request: HttpRequest) -> Account:
    """The account behind a request; an address with a policy is reached by nobody without one."""
    if not isinstance(request.user, Account):
        raise AssertionError("the policy lets nobody in without an account")
    return request.user


def reach(request: HttpRequest, action: str = "view", data_class: str = INTERNAL) -> Sight:
    """How far the user's grants for an action go; by the clock on the wall, also where a demonstration's clock stands."""
    return sight(request.user, action, data_class, at=clock.running())


def may_act(request: HttpRequest, action: str) -> bool:
    """Whether a page may offer an act: to those who may do it, and never on a page of the past."""
    return context.known() is None and may(request.user, action, at=context.now())
