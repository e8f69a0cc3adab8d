"""Sessions that a locked database does not hold up: what only prolongs one waits for a moment at most."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware as Usual
from django.db import DatabaseError, InterfaceError, OperationalError, connection
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
        except SessionInterrupted as error:  # what Django makes of a session that could not be written for any reason
            if not _locked_out(error):
                raise
        except (DatabaseError, InterfaceError) as error:
            if not outage.is_outage(error):
                raise
        outage.lost()
        return response if looks else away.answer(request)


def _locked_out(error: BaseException) -> bool:
    """Whether the database was away or locked: not that the session was ended meanwhile."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, (OperationalError, InterfaceError)):
            return True
        found = found.__context__
    return False


def _impatient() -> AbstractContextManager[None]:
    """A short wait for the write lock, where the database knows such a thing."""
    made = getattr(connection, "impatient", None)
    return made(PATIENCE) if made else nullcontext()
