"""The answer while the database is away: since when, of what moment the board is, nothing was kept; who signs out is out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from shichen.web import badges, outage

RETRY_AFTER = 5  # seconds
_SNAPSHOT: dict[str, Callable[[], datetime | None]] = {}


def answer(request: HttpRequest) -> HttpResponseBase:
    """503 with the sentence; a sign-out takes session and badge from the browser all the same."""
    if request.method == "POST" and request.path == reverse("signout"):
        return _signed_out()
    said = {"number": getattr(request, "number", ""), "since": outage.since(), "shown": _shown_at()}
    response: HttpResponse = render(request, "web/away.html", said, status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store, private"
    return response


def shown_by(snapshot: Callable[[], datetime | None]) -> None:
    """Of what moment the snapshot is that is still shown; a room above this one says so at start."""
    _SNAPSHOT["board"] = snapshot


def _shown_at() -> datetime | None:
    return _SNAPSHOT["board"]() if _SNAPSHOT else None


def _signed_out() -> HttpResponseBase:
    response = HttpResponseRedirect(reverse(settings.LOGOUT_REDIRECT_URL))
    response.delete_cookie(settings.SESSION_COOKIE_NAME, samesite="Lax")
    badges.take(response)
    return response
