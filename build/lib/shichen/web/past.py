"""Which pages can be seen as of a past moment (?as_of=), and how such a page keeps its moment in everything it leads to."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import quote

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from shichen.audit import context
from shichen.refusal import Refusal
from shichen.web import clock

View = TypeVar("View", bound=Callable[..., Any])
AS_OF = "as_of"
_MAIN = re.compile(r"<main\b.*</footer>|<main\b.*</main>", re.DOTALL)
_LINK = re.compile(r'(<a\b[^>]*?\bhref=")((?:/(?!/)|\?)[^"#]*)(#[^"]*)?(")')
_FORM = re.compile(r'(<form\b(?=[^>]*\bmethod="get")[^>]*>)(.*?)(?=</form>)', re.DOTALL)
_ACTION = re.compile(r'\baction="([^"?]*)')
_NOW = " data-now"  # a link that leads out of the past on purpose


class Past(StrEnum):
    """What an address has to do with the past: it can be seen as of a moment, it always says the same, or only the present."""

    THEN = "then"
    FIXED = "fixed"
    NOW = "now"


def known_then(view: View) -> View:
    """Declare a view that shows what was known at `?as_of=`, and in a replay what was known by its moment."""
    return _declare(view, Past.THEN)


def says_always(view: View) -> View:
    """Declare a view that says the same for ever: what was released, what came in, what was signed."""
    return _declare(view, Past.FIXED)


def only_now(view: View) -> View:
    """Declare a view of work at hand, which has a present only."""
    return _declare(view, Past.NOW)


def past_of(view: Any) -> Past | None:
    """What a view declared of the past; one that is an act declares nothing."""
    found = getattr(view, "past", None)
    return found if isinstance(found, Past) else None


def look_back(request: HttpRequest, view: Any) -> None:
    """From here on this request knows what was known at the moment it asks for. Raises Refusal."""
    if request.method not in ("GET", "HEAD"):
        return
    text, declared = str(request.GET.get(AS_OF, "")).strip(), past_of(view)
    if text and declared in (None, Past.NOW):
        raise Refusal(_("这一页只有现在的样子，不能照过去的时刻看。"), field=AS_OF)
    moment = clock.as_of(text) if declared is Past.THEN else clock.known_by()
    context.look_back(moment)
    request.past = moment if text and declared is Past.THEN else None  # type: ignore[attr-defined]


def asked(request: HttpRequest) -> datetime | None:
    """The past moment that an address asked for and its page shows."""
    return getattr(request, "past", None)


def only_the_present(request: HttpRequest) -> None:
    """This reader gets the present, whatever moment the address names; the page does not call it a past."""
    request.past = None  # type: ignore[attr-defined]


def keep(request: HttpRequest, response: HttpResponseBase) -> None:
    """Every link and every search of a page of the past leads to the same moment, wherever there is one."""
    html = response.get("Content-Type", "").startswith("text/html") and hasattr(response, "content")
    if asked(request) is None or not html:
        return
    moment = str(request.GET[AS_OF]).strip()
    text = _MAIN.sub(lambda found: kept(found[0], moment, request.path), response.content.decode())  # type: ignore[attr-defined]
    response.content = text.encode()  # type: ignore[attr-defined]
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))  # type: ignore[attr-defined]


def kept(text: str, moment: str, here: str) -> str:
    """A piece of a page whose links and searches keep the moment."""
    said = f"{AS_OF}={quote(moment, safe='')}"

    def link(found: re.Match[str]) -> str:
        opening, address, mark, closing = found[1], found[2], found[3] or "", found[4]
        path, _stroke, query = address.partition("?")
        if _NOW in opening or f"{AS_OF}=" in query or not _has_past(path or here):
            return found[0]
        return f"{opening}{path}?{query}{'&amp;' if query else ''}{said}{mark}{closing}"

    def form(found: re.Match[str]) -> str:
        action = _ACTION.search(found[1])
        path = action[1] if action and action[1] else here
        if f'name="{AS_OF}"' in found[2] or not _has_past(path):
            return found[0]
        value = moment.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        return f'{found[1]}<input type="hidden" name="{AS_OF}" value="{value}">{found[2]}'

    return _FORM.sub(form, _LINK.sub(link, text))


def _has_past(path: str) -> bool:
    try:
        return past_of(resolve(path).func) is Past.THEN
    except Resolver404:
        return False


def _declare(view: View, one: Past) -> View:
    view.past = one  # type: ignore[attr-defined]
    return view
