"""What every page's shell shows: the city, the watch, the menu of what the user may open."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.utils.translation import get_language

from shichen import watches
from shichen.city import maps, queries
from shichen.refusal import Refusal
from shichen.web import clock, menu, past, replay
from shichen.web.menu import Item
from shichen.web.replay import Replay

THEMES = ("light", "dark")
THEME_COOKIE = "shichen_theme"


class Shell:
    """What stands around a page; each part is worked out when a template asks for it, so error pages need nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def city(self) -> str:
        badge = getattr(self.request, "badge", None)
        name, name_en = badge.city if badge is not None else names_of_city()
        return name_en or name if get_language() == "en" else name

    @cached_property
    def menu(self) -> list[Item]:
        return menu.items(self.request.user, self.request.path, clock.running())

    @cached_property
    def often(self) -> list[Item]:
        return [item for item in self.menu if item.href not in menu.SELDOM]

    @cached_property
    def seldom(self) -> list[Item]:
        return [item for item in self.menu if item.href in menu.SELDOM]

    @cached_property
    def folded(self) -> Item | None:
        """The page at hand, where the menu folds it away."""
        return next((item for item in self.seldom if item.current), None)

    @cached_property
    def bar(self) -> list[Item]:
        return [item for item in self.menu if item.href in menu.BAR]

    @cached_property
    def home(self) -> str:
        return self.menu[0].href if self.menu else "/"

    @cached_property
    def nearest(self) -> Item | None:
        return menu.nearest(self.menu, self.request.path)

    @cached_property
    def at(self) -> datetime:
        return clock.shown()

    @property
    def stands(self) -> bool:
        return clock.stands_at() is not None

    @cached_property
    def replay(self) -> Replay | None:
        return replay.current()

    @property
    def past(self) -> datetime | None:
        """The past moment of the page, where its address asks for one."""
        return past.asked(self.request)

    @property
    def to_now(self) -> str:
        """The same page, asked of the present."""
        given = self.request.GET.copy()
        given.pop(past.AS_OF, None)
        return f"{self.request.path}?{given.urlencode()}" if given else self.request.path

    @property
    def permalink(self) -> str:
        """The address under which the page says again what it says now, as it stands at the foot of a print."""
        return self.request.build_absolute_uri(self.lasting)

    @cached_property
    def lasting(self) -> str:
        """The same within the post: path and question."""
        given, match = self.request.GET.copy(), self.request.resolver_match
        if match is not None and past.past_of(match.func) is past.Past.THEN:
            given.setdefault(past.AS_OF, watches.local(self.at).isoformat(timespec="minutes"))
        said = f"?{given.urlencode(safe=':+')}" if given else ""
        return f"{self.request.path}{said}"

    @property
    def review_no(self) -> str:
        """The review number of the city's map (审图号), if it has one."""
        found = maps.load(settings.HOME.path)
        return found.review_no if found is not None else ""

    @property
    def next_page(self) -> bool:
        """From 23:00 what is written stands on tomorrow's page."""
        return watches.page_day(self.at) != watches.civil_day(self.at)

    @property
    def version(self) -> str:
        try:
            return version("shichen")
        except PackageNotFoundError:  # run from a checkout
            return "0.1.0"


def shell(request: HttpRequest) -> dict[str, Any]:
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "shell": Shell(request),
        "theme": theme if theme in THEMES else "",
        "refresh_seconds": settings.CONFIG["board.refresh_seconds"],
    }


def names_of_city() -> tuple[str, str]:
    """What the city is called, in Chinese and in English; nothing before it has a profile or while the database is away."""
    try:
        area = queries.the_city()
    except (Refusal, DatabaseError, InterfaceError):  # the pages still open
        return "", ""
    return area.name, area.name_en
