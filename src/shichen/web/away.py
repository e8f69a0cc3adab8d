"""The answer while the database is away: nothing was kept, try again; who signs out is signed out on this browser."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from shichen.web import badges

RETRY_AFTER = 5  # seconds


def answer(request: HttpRequest) -> HttpResponseBase:
    """503 with the sentence; a sign-out takes session and badge from the browser all the same."""
    if request.method == "POST" and request.path == reverse("signout"):
        return _signed_out()
    response: HttpResponse = render(request, "web/away.html", {"number": getattr(request, "number", "")}, status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store, private"
    return response


def _signed_out() -> HttpResponseBase:
    response = HttpResponseRedirect(reverse(settings.LOGOUT_REDIRECT_URL))
    response.delete_cookie(settings.SESSION_COOKIE_NAME, samesite="Lax")
    badges.take(response)
    return response
