"""The menu of the house: each address with its name, shown to those whose roles open it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shichen.city.scope import User, may
from shichen.web import counters
from shichen.web.policy import OPEN_TO_ALL, SIGNED_IN, Policy, policy_of

PAGES: tuple[tuple[str, str | Promise], ...] = (
    ("/", _("指挥板")),
    ("/log/", _("值班日志")),
    ("/days/", _("日版")),
    ("/chronicle/", _("大事记")),
    ("/releases/", pgettext_lazy("菜单", "发布")),
    ("/drafts/", pgettext_lazy("菜单", "起草")),
    ("/papers/", _("公文")),
    ("/registers/", _("登记册")),
    ("/alarms/", _("卡点警情")),
    ("/report/", _("报送")),
    ("/bulletins/", _("来稿复核")),
    ("/disagreements/", _("数不符")),
    ("/analysis/", pgettext_lazy("菜单", "分析")),
    ("/traces/", _("追踪")),
    ("/import/", _("导入")),
    ("/decisions/", _("公布决定")),
    ("/corrections/", pgettext_lazy("菜单", "更正")),
    ("/figures/", _("数字台账")),
    ("/envelopes/", _("来件")),
    ("/jobs/", _("后台任务")),
)
RAISED = ("/alarms/",)
"""What stands in the menu only while something waits there, or it is the page at hand."""
BAR = ("/", "/log/", "/report/", "/bulletins/")
SELDOM = (
    "/drafts/",
    "/papers/",
    "/analysis/",
    "/traces/",
    "/import/",
    "/decisions/",
    "/corrections/",
    "/figures/",
    "/envelopes/",
    "/jobs/",
)
"""What is folded away at the head of a wide page, so that the rest stands in one line in either language."""


@dataclass(frozen=True)
class Item:
    """One line of the menu."""

    href: str
    label: str | Promise
    current: bool = False
    waiting: int = 0


def items(user: User, path: str, at: datetime) -> list[Item]:
    """The pages that the user may open, in the order of the menu; the one at hand is current."""
    here = _page_of(path)
    found = [
        Item(href, label, href == here, counters.of(user, href, at)) for href, label in PAGES if opens(user, href, at)
    ]
    return [one for one in found if one.href not in RAISED or one.waiting or one.current]


def opens(user: User, href: str, at: datetime) -> bool:
    """Whether the address exists and its policy lets this user in."""
    asked = _policy_at(href)
    if asked is None or asked is OPEN_TO_ALL:
        return asked is not None
    return user.is_authenticated if asked is SIGNED_IN else may(user, asked.action or "", asked.data_class, at=at)


def nearest(found: Iterable[Item], path: str) -> Item | None:
    """The page whose address begins like one that does not exist."""
    here = _page_of(path)
    return next((item for item in found if item.href == here and here != "/"), None)


def _page_of(path: str) -> str:
    head = "/" + path.lstrip("/").split("/", 1)[0]
    return head if head == "/" else head + "/"


@cache
def _policy_at(href: str) -> Policy | None:
    try:
        return policy_of(resolve(href).func)
    except Resolver404:
        return None
