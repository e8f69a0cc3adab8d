"""What stands in words at the head of the two pages: the date as a newspaper prints it, what the curve shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from borax.calendars.lunardate import LunarDate
from django.utils.translation import gettext as _

from shichen.publications.chronicle.curve import Curve
from shichen.web import words

WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


@dataclass(frozen=True)
class Masthead:
    """A date: of the calendar, of the week, of the moon."""

    day: str
    weekday: str
    lunar: str


def masthead(on: date) -> Masthead:
    day = f"{on.day} {on:%B} {on.year}" if words.english() else f"{on.year}年{on.month}月{on.day}日"
    weekday = f"{on:%A}" if words.english() else WEEKDAYS[on.weekday()]
    try:
        moon = LunarDate.from_solar(on)
    except ValueError:  # before 1900 and after 2100 the lunar table ends
        return Masthead(day, weekday, "")
    return Masthead(day, weekday, f"{moon.gz_year}年{moon.cn_month}月{moon.cn_day}")


def weekdays() -> tuple[str, ...]:
    """The heads of a week, Monday first, as short as they come."""
    if words.english():
        return ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    return tuple(name[-1] for name in WEEKDAYS)


def decade(on: date) -> str:
    """The third of a month that a day is of (旬): 1月下旬; in English Late January."""
    third = min((on.day - 1) // 10, 2)
    if words.english():
        return f"{('Early', 'Mid', 'Late')[third]}{'-' if third == 1 else ' '}{on:%B}"
    return f"{on.month}月{'上中下'[third]}旬"


def finding(curve: Curve) -> str:
    """What is seen in a curve, from its own days: how many in all, the highest day, since when none."""
    told = [_("合计%(n)s例") % {"n": words.number(curve.total)}]
    highest = max((day for day in curve.days if day.new), key=lambda day: day.new or 0, default=None)
    if highest is not None:
        told.append(_("%(day)s最多(%(n)s例)") % {"day": words.day(highest.on), "n": words.number(highest.new)})
    if curve.streak:
        since = words.day(curve.streak[0])
        told.append(_("%(day)s起连续%(n)s天零新增") % {"day": since, "n": words.number(len(curve.streak))})
    if curve.unreported:
        told.append(_("%(n)s天未报") % {"n": words.number(len(curve.unreported))})
    return _("；").join(told)
