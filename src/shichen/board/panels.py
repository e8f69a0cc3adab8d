"""The panels of the board, drawn once for all readers who see the same, until the board or the minute is another.

A page of the board is then little more than its frame. What differs from reader to reader inside the panels is only the token
of their forms; it is put in at the end.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import get_language

from shichen.board import showing
from shichen.board.keeping import Board
from shichen.board.reader import Reader
from shichen.city.scope import may
from shichen.web import outage

MOST = 64  # drawn boards that a process keeps
_TOKEN = f"token-of-the-reader-{secrets.token_hex(16)}"
_drawn: OrderedDict[tuple[Any, ...], dict[str, Any]] = OrderedDict()
_lock = Lock()


def edition(held: Board, reader: Reader) -> str:
    """Which board a reader has: its version, and a letter while the database is away or nobody looks after the board."""
    state = "a" if outage.vain() else "i" if showing.idle(held, reader.now) else ""
    return f"{held.get('version', 0)}{state}"


def context(request: HttpRequest, held: Board, reader: Reader) -> dict[str, Any]:
    """What the templates of the board say to this reader, with the panels as they are printed."""
    away = outage.vain() and not held["as_of"]
    may_note = may(request.user, "note", at=reader.now) and not held["as_of"] and not away
    version = edition(held, reader)

    def made() -> dict[str, Any]:
        shown = {**showing.shown(held, reader), "version": version, "away": away}
        said = {"board": shown, "may_note": may_note, "lacking": showing.lacking(shown["missing"])}
        said |= {"boards": showing.boards(held, reader), "query": _query(held)}
        shown["confirmed_at"] = showing.when(held.get("confirmed_at"))
        panels = render_to_string("board/panels.html", {**said, "csrf_token": _TOKEN}, request)
        return {
            **said,
            "panels": panels,
            "polled": render_to_string("board/polled.html", {**said, "panels": panels}, request),
        }

    if held["as_of"] or "digest" not in held:
        return made()
    asked = {name: value for name, value in request.GET.items() if name != "v"}
    return _once(
        (
            held["digest"],
            version,
            reader.sight,
            reader.look,
            may_note,
            get_language(),
            _minute(reader),
            *sorted(asked.items()),
        ),
        made,
    )


def _query(held: Board) -> str:
    """The moment and the group that a board was asked for, as the siblings of its page are asked for the same."""
    asked = {"as_of": held["as_of"], "group": held.get("group", {}).get("code")}
    said = urlencode({name: value for name, value in asked.items() if value})
    return f"?{said}" if said else ""


def answered(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The page with the token of this reader's forms."""
    response.content = response.content.replace(_TOKEN.encode(), get_token(request).encode())
    return response


def forgotten() -> None:
    """No board is kept drawn. For tests."""
    with _lock:
        _drawn.clear()


def _once(key: tuple[Any, ...], made: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    with _lock:
        if key in _drawn:
            _drawn.move_to_end(key)
            return _drawn[key]
    found = made()
    with _lock:
        _drawn[key] = found
        while len(_drawn) > MOST:
            _drawn.popitem(last=False)
    return found


def _minute(reader: Reader) -> tuple[datetime, datetime]:
    """The finest time that a board puts into words."""
    return reader.at.replace(second=0, microsecond=0), reader.now.replace(second=0, microsecond=0)
