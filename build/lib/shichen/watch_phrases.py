"""Chinese date and time phrases (2月2日0时至2月9日24时, 正月十六, 即日起, 截至2月18日上午) and the time each one means."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

import re2

from shichen.watch_moments import Moment, Setting, next_moment, plain
from shichen.watches import PARTS, SHANGHAI, Period, clock, instant

_DAY = dt.timedelta(days=1)
_LONG = ("周", "月", "年")


class Kind(StrEnum):
    """What sort of time a phrase gives."""

    DAY = "day"  # a calendar day, or the week, month or year that `precision` names
    SPAN = "span"  # from one moment to another
    FROM = "from"  # open at the end (起)
    UNTIL = "until"  # open at the start (至, 止); the end is exclusive
    AS_OF = "as_of"  # a state counted up to that moment (截至)
    CLOCK = "clock"  # one moment
    NONE = "none"  # no time: vague (近日), a duration (24小时值班), or flagged


@dataclass(frozen=True)
class Resolved:
    """The time a phrase means. `flags` says what a person should look at; `precision` is the finest word printed."""

    kind: Kind
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    precision: str = ""
    flags: tuple[str, ...] = ()

    @property
    def period(self) -> Period | None:
        """The period, where both ends are known."""
        return Period(self.start, self.end) if self.start and self.end else None

    @property
    def date(self) -> dt.date | None:
        """The civil date, where the phrase names one single day."""
        return self.start.date() if self.start and self.kind is Kind.DAY and self.precision not in _LONG else None


def resolve(
    phrase: str,
    covers: dt.date,
    *,
    entry_date: dt.date | None = None,
    as_of: dt.datetime | None = None,
    watch: str | None = None,
    zone: dt.tzinfo = SHANGHAI,
) -> Resolved:
    """The time meant by a phrase of a bulletin that covers `covers`. Whatever the phrase, no error: doubt is a flag.

    Words such as 今日 and 即日 speak of the entry's date (`covers` unless given); 至今 ends at `as_of`. A bare D日 is the
    nearest one on or after `covers` within 15 days, else the nearest before; M月D日 and lunar days lie in the year nearest
    to `covers`. The watch an entry is printed under never moves a time: it only flags 当晚 under a day watch.
    """
    setting = Setting(covers, entry_date or covers, as_of, watch, zone)
    text = plain(phrase)
    found = _REMARK.search(text)
    text, remark = _REMARK.sub("", text), found.group(1) if found else ""
    first = next_moment(text, 0, setting)
    if first is None:
        return _without_moment(text, setting)
    flags = (*first.flags, *_lunar_check(remark, first, setting))
    head, tail = text[: first.at[0]], text[first.at[1] :]
    joined = _JOIN.search(tail)
    if joined:
        return _doubtful(_ranged(first, text, first.at[1] + joined.end(), setting, flags))
    return _doubtful(_single(first, head, tail, setting, flags))


_JOIN = re2.compile(r"^(?:起|开始)?,?(?:至|到|[-~]{1,2})")
_REMARK = re2.compile(r"\(([^()]{0,40})\)")
_AS_OF = ("截至", "截止")
_NOT_BEFORE, _NOT_AFTER = ("不早于", "不得早于", "不先于"), ("不晚于", "不迟于", "不得晚于", "不得迟于")
_FROM_HEADS, _FROM_TAILS = ("从", "自"), ("起", "开始", "以来", "之后", "后")
_UNTIL_HEADS, _UNTIL_TAILS = ("至", "到"), ("止", "之前", "前", "以前")
_NOW, _TODAY = ("今", "目前", "现在"), ("今日", "今天", "今晚")


def _begin(moment: Moment, setting: Setting) -> dt.datetime:
    hours = moment.time or (PARTS[moment.part].start if moment.part else 0, 0, 0)
    return clock(moment.day or setting.today, *hours, zone=setting.zone)


def _finish(moment: Moment, setting: Setting) -> dt.datetime:
    """The exclusive end: the moment itself where a clock is printed, else the end of the part or of the day."""
    if moment.time or moment.part:
        hours = moment.time or (PARTS[moment.part].end, 0, 0)
        return clock(moment.day or setting.today, *hours, zone=setting.zone)
    return clock(moment.until or setting.today + _DAY, 0, zone=setting.zone)


def _without_moment(text: str, setting: Setting) -> Resolved:
    if text.startswith(_AS_OF) and setting.as_of:
        return Resolved(Kind.AS_OF, end=setting.as_of, precision="截至")
    return Resolved(Kind.NONE)


def _ranged(first: Moment, text: str, at: int, setting: Setting, flags: tuple[str, ...]) -> Resolved:
    start = _begin(first, setting)
    if text.startswith(_NOW, at) and not text.startswith(_TODAY, at):
        if setting.as_of is None:
            return Resolved(Kind.FROM, start, None, first.precision, (*flags, "no_as_of"))
        return _span(start, setting.as_of, first.precision, flags)
    anchored = replace(setting, covers=first.day or setting.today)
    second = next_moment(text, at, anchored)
    if second is None:
        return Resolved(Kind.FROM, start, None, first.precision, (*flags, "no_end"))
    end = _finish(second, replace(anchored, today=anchored.covers))
    return _span(start, end, second.precision, (*flags, *second.flags))


def _span(start: dt.datetime, end: dt.datetime, precision: str, flags: tuple[str, ...]) -> Resolved:
    if instant(start) > instant(end):
        return Resolved(Kind.NONE, flags=(*flags, "ends_before_it_starts"))
    return Resolved(Kind.SPAN, start, end, precision, flags)


def _single(first: Moment, head: str, tail: str, setting: Setting, flags: tuple[str, ...]) -> Resolved:
    start, end, precision = _begin(first, setting), _finish(first, setting), first.precision
    if head.endswith(_AS_OF):
        return Resolved(Kind.AS_OF, None, end, precision, flags)
    if head.endswith(_NOT_BEFORE):
        return Resolved(Kind.FROM, start, None, precision, (*flags, "constraint"))
    if head.endswith(_NOT_AFTER):
        return Resolved(Kind.UNTIL, None, end, precision, (*flags, "constraint"))
    if tail.startswith(_FROM_TAILS) or head.endswith(_FROM_HEADS):
        return Resolved(Kind.FROM, start, None, precision, flags)
    if tail.startswith(_UNTIL_TAILS) or head.endswith(_UNTIL_HEADS):
        return Resolved(Kind.UNTIL, None, end, precision, flags)
    if first.time:
        return Resolved(Kind.CLOCK, start, None, precision, flags)
    whole = replace(first, part="")
    return Resolved(Kind.DAY, _begin(whole, setting), _finish(whole, setting), precision, flags)


_NO_VALUE = {"no_such_day", "no_near_day", "no_such_time", "ambiguous_hour"}


def _doubtful(resolved: Resolved) -> Resolved:
    """Where the calendar or the clock has no such time, there is no value: only the flag."""
    return Resolved(Kind.NONE, flags=resolved.flags) if _NO_VALUE & set(resolved.flags) else resolved


def _lunar_check(remark: str, first: Moment, setting: Setting) -> tuple[str, ...]:
    """A lunar day printed in brackets beside a solar one is checked against it."""
    if first.day is None or "月" not in remark:
        return ()
    lunar = next_moment(remark, 0, replace(setting, covers=first.day))
    if lunar is None or lunar.day is None:
        return ()
    return ("lunar_agrees",) if lunar.day == first.day else ("lunar_differs",)
