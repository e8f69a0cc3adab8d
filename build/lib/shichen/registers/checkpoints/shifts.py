"""The shifts of a post (班次): hours declared once, by the network or the post itself; a night shift is of the day it begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import re2
from django.utils.translation import gettext as _

from shichen import watches
from shichen.refusal import Refusal
from shichen.sheets.numbers import fold_digits

THREE = "00:00-08:00 08:00-16:00 16:00-24:00"
MOST = 12  # of a day; a post that reports more often than each watch counts passings, not shifts
_BETWEEN = re2.compile(r"[\s,;，；、]+")
_HOURS = re2.compile(r"([0-9]{1,2})(?:[:：]([0-9]{2}))?(?:[-—–~～至]+)([0-9]{1,2})(?:[:：]([0-9]{2}))?时?")

Hours = tuple[int, int]
"""A declared shift in minutes from midnight; one that crosses midnight ends beyond 1440."""


@dataclass(frozen=True, order=True)
class Shift:
    """One shift of one day, from when to when."""

    start: datetime
    end: datetime

    @property
    def on(self) -> date:
        """The day it belongs to: the one it begins on, also where it ends on the next."""
        return watches.civil_day(self.start)

    def told_by(self, start: datetime, end: datetime) -> bool:
        """Whether a tally of those hours is this shift's: at least half of the shorter of the two lies in the other."""
        common = min(self.end, end) - max(self.start, start)
        return common * 2 >= min(self.end - self.start, end - start)


@lru_cache(maxsize=256)
def declared(text: str) -> tuple[Hours, ...]:
    """The shifts of a day as they are written: 0-8 8-16 16-24, or 08:00-20:00 20:00-08:00. Raises Refusal."""
    words = [word for word in _BETWEEN.split(fold_digits(text)) if word]
    found = sorted(_hours(word) for word in words)
    if len(found) > MOST:
        raise Refusal(f"一天最多 {MOST} 个班次；写了 {len(found)} 个。", field="shifts")
    for (_first, end), (start, _last) in zip(
        found, [*found[1:], *((a + 1440, b + 1440) for a, b in found[:1])], strict=True
    ):
        if start < end:
            raise Refusal("班次的时间不能重叠；请写成 0-8 8-16 16-24 这样。", field="shifts")
    return tuple(found)


@lru_cache(maxsize=256)
def begun(hours: tuple[Hours, ...], first: date, last: date) -> tuple[Shift, ...]:
    """The shifts that begin on those days, both included."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return tuple(
        Shift(watches.clock(day, 0) + timedelta(minutes=start), watches.clock(day, 0) + timedelta(minutes=end))
        for day in days
        for start, end in hours
    )


def spoken(start: datetime, end: datetime) -> str:
    """The hours of a shift in words: 8—16时, 20—次日8时, 8:30—16:30."""
    first, last = watches.local(start), watches.local(end)
    next_day = last.date() != first.date() and (last.hour or last.minute)
    if first.minute or last.minute:
        plain, overnight = _("%(first)s—%(last)s"), _("%(first)s—次日%(last)s")
        said = {"first": f"{first.hour}:{first:%M}", "last": f"{last.hour}:{last:%M}"}
    else:
        plain, overnight = _("%(first)s—%(last)s时"), _("%(first)s—次日%(last)s时")
        said = {"first": str(first.hour), "last": str(last.hour or 24)}
    return (overnight if next_day else plain) % said


def _hours(word: str) -> Hours:
    found = _HOURS.fullmatch(word)
    if found is None:
        raise Refusal(f"班次「{word[:20]}」读不懂；请写成 0-8 8-16 16-24，或 08:00-20:00 20:00-08:00。", field="shifts")
    from_hour, from_minute, to_hour, to_minute = (int(part or 0) for part in found.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if start >= 1440 or end > 1440 or from_minute > 59 or to_minute > 59:
        raise Refusal(f"班次「{word[:20]}」的钟点不对；请用 0 至 24 时。", field="shifts")
    return start, end if end > start else end + 1440
