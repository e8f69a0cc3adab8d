"""Numbers, days, watches and ages in words, in the language of the page."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from shichen import watches
from shichen.watches import instant, local
from shichen.web.measures import ENGLISH as MEASURES

DASH = "—"
ENGLISH = dict(
    zip(
        watches.WATCHES,
        ("Zi", "Chou", "Yin", "Mao", "Chen", "Si", "Wu", "Wei", "Shen", "You", "Xu", "Hai"),
        strict=True,
    )
)
ZH = "zh-Hans"
SYSTEM = "系统"  # what the account is called in whose name the house itself acts
CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_LABEL = re.compile(rf"([{''.join(watches.WATCHES)}])时-([0-9]+)")
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def number(value: Decimal | int | float | str | None) -> str:
    """Digits in threes, without noughts that say nothing; None is a dash, never 0."""
    if value is None or value == "":
        return DASH
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return f"{exact.normalize():,f}" if exact else "0"


def signed(value: Decimal | int) -> str:
    """A change with its sign, also when it is a rise: +1,204."""
    return f"+{number(value)}" if value > 0 else number(value).replace("-", "−")


def english() -> bool:
    return (get_language() or "").startswith("en")


def chinese(text: str) -> bool:
    """Whether there is Chinese in a text that stands on a page in another language."""
    return english() and CHINESE.search(text) is not None


def called(thing: Any) -> str:
    """What a place, a body, a figure or an account is called in the language of the page, where it has a name in it."""
    name = str((getattr(thing, "name_en", "") if english() else "") or getattr(thing, "name", thing))
    return _("系统") if name == SYSTEM else name


def measure(unit: str) -> str:
    """A measure word (量词) in the language of the page; one without English stays as it is."""
    return MEASURES.get(unit, unit) if english() else unit


def counted(value: Decimal | int | float | str | None, unit: str) -> str:
    """A number with its measure: 149,461台次; in English 149,461 vehicle-times."""
    apart = " " if english() and unit != "%" else ""
    return f"{number(value)}{apart}{measure(unit)}".rstrip()


def label(text: str) -> str:
    """What a log entry is called in the room: 申时-007; in English Shen-007."""
    found = _LABEL.fullmatch(text) if english() else None
    return f"{ENGLISH[found[1]]}-{found[2]}" if found else text


def day(on: date) -> str:
    return f"{on.day} {on:%B}" if english() else f"{on.month}月{on.day}日"


def moment(at: datetime) -> str:
    wall = local(at)
    return f"{day(wall.date())} {wall:%H:%M}"


def until(at: datetime) -> str:
    """Up to when something is counted: midnight is 24时 of the day that ends, as reports write it."""
    wall = local(at)
    if wall.hour or wall.minute:
        return moment(at)
    eve = day(wall.date() - _DAY)
    return f"{eve} 24:00" if english() else f"{eve}24时"


def hours(character: str) -> str:
    start = (2 * watches.WATCHES.index(character) - 1) % 24
    return f"{start:02}:00–{(start + 2) % 24:02}:00"


def hours_short(character: str) -> str:
    """23–1点: the hours of a watch where there is little room."""
    start = (2 * watches.WATCHES.index(character) - 1) % 24
    return f"{start}–{(start + 2) % 24}h" if english() else f"{start}–{(start + 2) % 24}点"


def watch(character: str) -> str:
    return ENGLISH[character] if english() else character


def watch_and_hours(character: str) -> str:
    return f"{watch(character)} ({hours(character)})" if english() else watches.heading(character)


def span(length: timedelta) -> str:
    """38分钟, 3小时, 2天: how long, in the largest unit that fits."""
    if length < _HOUR:
        count = max(int(length / _MINUTE), 1)
        return ngettext("%(n)d分钟", "%(n)d分钟", count) % {"n": count}
    if length < 2 * _DAY:
        count = int(length / _HOUR)
        return ngettext("%(n)d小时", "%(n)d小时", count) % {"n": count}
    count = int(length / _DAY)
    return ngettext("%(n)d天", "%(n)d天", count) % {"n": count}


def age(then: datetime, at: datetime) -> str:
    """刚刚, 6分钟前, 3小时前; after a day, and for what lies ahead, the date and clock."""
    passed = instant(at) - instant(then)
    if passed < timedelta(0) or passed >= _DAY:
        return moment(then)
    return _("刚刚") if passed < _MINUTE else _("%(span)s前") % {"span": span(passed)}
