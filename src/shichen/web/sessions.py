"""Sessions that a locked database does not hold up: what only prolongs one waits for a moment at most."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from django.contrib.sessions.middleware import SessionMiddleware as Usual
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponseBase

from shichen.web import away, outage

PATIENCE = 0.3  # seconds
SAFE = ("GET", "HEAD")


class SessionMiddleware(Usual):
    """Django's; a page that was answered is not lost because its session could not be noted."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:  # type: ignore[override]
        looks = request.method in SAFE
        try:
            with _impatient() if looks and request.session.modified else nullcontext():
                return super().process_response(request, response)  # type: ignore[arg-type]
        except (DatabaseError, InterfaceError) as error:
            if not outage.is_outage(error):
                raise
            outage.lost()
            return response if looks else away.answer(request)


def _impatient() -> AbstractContextManager[None]:
    """A short wait for the write lock, where the database knows such a thing."""
    made = getattr(connection, "impatient", None)
    return made(PATIENCE) if made else nullcontext()
