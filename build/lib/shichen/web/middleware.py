"""What happens around every request: a number for it, the circumstances of its acts, and the policy of its address."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from shichen.audit.context import acting
from shichen.city.callers import caller_of
from shichen.city.models import Account
from shichen.city.roles import ACTIONS, ROLES
from shichen.city.scope import may
from shichen.refusal import Refusal
from shichen.web import away, badges, clock, looking, outage, past
from shichen.web.badges import Badge
from shichen.web.context import names_of_city
from shichen.web.policy import OPEN_TO_ALL, SIGNED_IN, Policy, policy_of
from shichen.web.words import english

GetResponse = Callable[[HttpRequest], HttpResponseBase]
API = "/api/"


class RequestIdMiddleware:
    """Every request has a number; acts done within it are done under its circumstances."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        number = str(uuid.uuid4())
        request.number = number  # type: ignore[attr-defined]
        door = "api" if request.path.startswith(API) else "web"
        address = str(caller_of(request) or "")
        with acting(door, address=address, request=number, moment=clock.stands_at()):
            response = self.get_response(request)
        response["X-Request-Id"] = number
        return response


class PolicyMiddleware:
    """Asks, before a view is called, whether this user may do what the address does. The API guards its own door."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        came_at = time.time()
        response = self.get_response(request)
        past.keep(request, response)
        if getattr(request, "badge", None) is not None:
            response.setdefault("Cache-Control", "no-store, private")
        elif not outage.vain():
            _seen_out(request, response, came_at)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if request.path.startswith(API):
            looking.look()
            return None
        asked = policy_of(view)
        if asked is None:
            raise ImproperlyConfigured(f"{request.path} declares no policy")
        if asked is OPEN_TO_ALL:
            return None
        return self._let_in(request, view, asked) or self._turned_to(request, view)

    def _let_in(self, request: HttpRequest, view: Callable[..., Any], asked: Policy) -> HttpResponseBase | None:
        badge = _badge(request) if getattr(view, "from_snapshot", False) else None
        if badge is not None and (badge.fresh(clicked=_clicked(request)) or outage.vain()):
            return _admitted(_bearing(request, badge), asked)
        try:
            return _admitted(request, asked)
        except (DatabaseError, InterfaceError) as error:
            if not outage.is_outage(error):
                raise
            outage.lost()
            return _admitted(_bearing(request, badge), asked) if badge is not None else away.answer(request)

    def _turned_to(self, request: HttpRequest, view: Callable[..., Any]) -> HttpResponseBase | None:
        """Turn to the moment that the address asks for; a moment that will not do is answered here."""
        looking.look()
        try:
            past.look_back(request, view)
        except Refusal as refusal:
            return self.process_exception(request, refusal)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """A Refusal that no view answered itself: its sentence, and nothing was done; 503 where the database gives way.

        A page whose address asks for something that cannot be asked is 400; what the state of things does not allow, 409.
        """
        if request.path.startswith(API):
            return None
        if outage.is_outage(exception):  # full disk, database away: nothing was kept, it may be tried again
            outage.lost()
            return away.answer(request)
        if not isinstance(exception, Refusal):
            return None
        said = {"sentence": exception.sentence, "rule": exception.rule, "links": getattr(exception, "links", ())}
        asked_wrongly = bool(exception.field) and request.method in ("GET", "HEAD")
        return render(request, "web/refused.html", said, status=400 if asked_wrongly else 409)


def _admitted(request: HttpRequest, asked: Policy) -> HttpResponseBase | None:
    """What stands in the way of this user at an address with that policy, if anything does."""
    if not request.user.is_authenticated:
        return _ask_to_sign_in(request)
    if asked is SIGNED_IN and request.user.kind == Account.Kind.DEVICE:
        return render(request, "web/refused.html", {"sentence": _("这是一台设备，没有自己的账号页。")}, status=403)
    if asked is SIGNED_IN or may(request.user, asked.action or "", asked.data_class, at=timezone.now()):
        return None
    roles = [role.en if english() else role.zh for role in ROLES.values() if asked.permits(role.key)]
    act = ACTIONS[asked.action or "view"][1 if english() else 0]
    said = {"act": act, "roles": _("、").join(roles)}
    sentence = _("您的角色不能%(act)s此页；可以的角色：%(roles)s。") % said
    return render(request, "web/refused.html", {"sentence": sentence}, status=403)


def _badge(request: HttpRequest) -> Badge | None:
    """The badge of a reader who asks for the present; a past moment is worked out of the database."""
    return None if request.GET.get("as_of") else badges.read(request)


def _bearing(request: HttpRequest, badge: Badge) -> HttpRequest:
    """The request as that of the badge's bearer: from here on nothing about them is asked of the database."""
    request.user = badge.account
    request.badge = badge  # type: ignore[attr-defined]
    return request


def _seen_out(request: HttpRequest, response: HttpResponseBase, came_at: float) -> None:
    """What a signed-in reader takes along: a session that goes on, a badge; whoever is not signed in leaves theirs."""
    try:
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            _stay(request)
            response.setdefault("Cache-Control", "no-store, private")
            badges.give(request, response, names_of_city, asked_at=came_at)
        elif badges.COOKIE in request.COOKIES:
            badges.take(response)
    except (DatabaseError, InterfaceError) as error:
        if not outage.is_outage(error):
            raise
        outage.lost()


def _clicked(request: HttpRequest) -> bool:
    """Whether a person asked, and not a board that looks by itself."""
    return not request.headers.get("HX-Request")


def _stay(request: HttpRequest) -> None:
    """A click prolongs the session, noted at most once a minute; a board that looks by itself does not."""
    seen = time.time()
    if _clicked(request) and seen - request.session.get("seen", 0) > 60:
        request.session["seen"] = seen


def _ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = redirect_to_login(request.get_full_path()).url
        return response
    return redirect_to_login(request.get_full_path())
