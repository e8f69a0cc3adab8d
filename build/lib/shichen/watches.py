"""The twelve watches (时辰): page days, civil days, half-open periods, wall clocks, headings; aware instants only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

import re2

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The zone where a city sets no other; no solar time."""

WATCHES = ("子", "丑", "寅", "卯", "辰", "巳", "午", "未", "申", "酉", "戌", "亥")
EARLY_ZI, LATE_ZI = "早子", "夜子"
CIVIL_SLOTS = (EARLY_ZI, *WATCHES[1:], LATE_ZI)
NIGHT_WATCHES = {"戌": 1, "亥": 2, "子": 3, "丑": 4, "寅": 5}
"""更: the five divisions of the night, by watch."""

_ONE_DAY = dt.timedelta(days=1)


class Day(StrEnum):
    """Which day is meant. The page's day (日版) runs 23:00 to 23:00, 子 first; the civil day runs 0 to 24 时."""

    PAGE = "page"
    CIVIL = "civil"


PAGE, CIVIL = Day.PAGE, Day.CIVIL


class Slot(NamedTuple):
    """One cell of a day: its date, its place in the day (0 first) and its name."""

    date: dt.date
    ordinal: int
    label: str


class Sub(NamedTuple):
    """The half of a watch (子初, 子正) and the quarter of an hour (刻, 0 to 3) within that half."""

    label: str
    quarter: int


@dataclass(frozen=True, eq=False)
class Period:
    """Time from `start` up to but not including `end`; compared as instants, whatever zone each end is written in."""

    start: dt.datetime
    end: dt.datetime

    def __post_init__(self) -> None:
        if instant(self.start) > instant(self.end):
            raise ValueError(f"a period ends before it starts: {self.start} > {self.end}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Period):
            return NotImplemented
        return self._instants == other._instants

    def __hash__(self) -> int:
        return hash(self._instants)

    def __contains__(self, t: dt.datetime) -> bool:
        return instant(self.start) <= instant(t) < instant(self.end)

    @property
    def length(self) -> dt.timedelta:
        """Time that really passes: a watch lasts one or three hours when the clocks change."""
        return instant(self.end) - instant(self.start)

    def overlaps(self, other: Period) -> bool:
        """Whether some instant lies in both; an empty period overlaps nothing."""
        return max(self._instants[0], other._instants[0]) < min(self._instants[1], other._instants[1])

    @property
    def _instants(self) -> tuple[dt.datetime, dt.datetime]:
        return instant(self.start), instant(self.end)


# -- instants and wall clocks ------------------------------------------------------------------------------------------


def instant(t: dt.datetime) -> dt.datetime:
    """The same instant in UTC. Python compares wall fields within one zone, so order and length are taken here."""
    return _aware(t).astimezone(dt.UTC)


def local(t: dt.datetime, zone: dt.tzinfo = SHANGHAI) -> dt.datetime:
    """The wall clock of `zone` at that instant."""
    return _aware(t).astimezone(zone)


def clock(date: dt.date, h: int, m: int = 0, s: int = 0, *, zone: dt.tzinfo = SHANGHAI) -> dt.datetime:
    """H时M分S秒 of a civil day. 24时 is the next day's 0时, and nothing comes after 24时 sharp."""
    if not (0 <= h <= 24 and 0 <= m <= 59 and 0 <= s <= 59) or (h == 24 and (m or s)):
        raise ValueError(f"no such time of day: {h}:{m:02}:{s:02}")
    if h == 24:
        date, h = date + _ONE_DAY, 0
    return dt.datetime.combine(date, dt.time(h, m, s), tzinfo=zone)


def _aware(t: dt.datetime) -> dt.datetime:
    if t.utcoffset() is None:
        raise ValueError(f"a time without a zone: {t!r}")
    return t


# -- from an instant to its watch and day ------------------------------------------------------------------------------


def index(t: dt.datetime, *, zone: dt.tzinfo = SHANGHAI) -> int:
    """Which of the twelve watches: 子 is 0 and begins at 23:00."""
    return (local(t, zone).hour + 1) // 2 % 12


def name(t: dt.datetime, *, zone: dt.tzinfo = SHANGHAI) -> str:
    """The watch's one character."""
    return WATCHES[index(t, zone=zone)]


def page_day(t: dt.datetime, *, zone: dt.tzinfo = SHANGHAI) -> dt.date:
    """The page an instant stands on: from 23:00 it is tomorrow's."""
    wall = local(t, zone)
    return wall.date() + _ONE_DAY if wall.hour == 23 else wall.date()


def civil_day(t: dt.datetime, *, zone: dt.tzinfo = SHANGHAI) -> dt.date:
    """The day of statistics and orders, 0 to 24 时."""
    return local(t, zone).date()


def slot(t: dt.datetime, day: Day, *, zone: dt.tzinfo = SHANGHAI) -> Slot:
    """The cell an instant belongs to: one of 12 on a page, one of 13 in a civil day, where 子 is cut at midnight."""
    if day is PAGE:
        ordinal = index(t, zone=zone)
        return Slot(page_day(t, zone=zone), ordinal, WATCHES[ordinal])
    wall = local(t, zone)
    ordinal = (wall.hour + 1) // 2
    return Slot(wall.date(), ordinal, CIVIL_SLOTS[ordinal])


def sub(t: dt.datetime, *, zone: dt.tzinfo = SHANGHAI) -> Sub:
    """初 is a watch's odd first hour, 正 its even second one; each has four quarters (刻)."""
    wall = local(t, zone)
    return Sub(name(t, zone=zone) + ("初" if wall.hour % 2 else "正"), wall.minute // 15)


# -- from a watch or day to its period ---------------------------------------------------------------------------------


def bounds(date: dt.date, watch: str, day: Day, *, zone: dt.tzinfo = SHANGHAI) -> Period:
    """The period of one watch of one day. Plain 子 has no bounds in a civil day, its halves have none on a page."""
    names = WATCHES if day is PAGE else CIVIL_SLOTS
    if watch not in names:
        raise ValueError(f"{day} days have no watch {watch!r}")
    first, last = _wall_hours(names.index(watch), day)
    eve = date - _ONE_DAY
    start = clock(eve, 23, zone=zone) if first < 0 else clock(date, first, zone=zone)
    return Period(start, clock(date, last, zone=zone))


def whole(date: dt.date, day: Day, *, zone: dt.tzinfo = SHANGHAI) -> Period:
    """The whole day (全天) of a page or of the calendar."""
    if day is PAGE:
        return Period(clock(date - _ONE_DAY, 23, zone=zone), clock(date, 23, zone=zone))
    return Period(clock(date, 0, zone=zone), clock(date, 24, zone=zone))


def overlaps(a: dt.datetime, b: dt.datetime, day: Day = PAGE, *, zone: dt.tzinfo = SHANGHAI) -> tuple[Slot, ...]:
    """The slots that the interval from `a` up to but not including `b` touches, in order."""
    rest = Period(a, b)
    met: list[Slot] = []
    while rest.length:
        met.append(slot(rest.start, day, zone=zone))
        end = bounds(met[-1].date, met[-1].label, day, zone=zone).end
        rest = Period(min(end, b, key=instant), b)
    return tuple(met)


def _wall_hours(ordinal: int, day: Day) -> tuple[int, int]:
    """Wall hours of a slot; −1 is 23:00 of the evening before."""
    first, last = 2 * ordinal - 1, 2 * ordinal + 1
    return (first, last) if day is PAGE else (max(first, 0), min(last, 24))


# -- headings ----------------------------------------------------------------------------------------------------------

_HEADING = re2.compile(
    r"^([子丑寅卯辰巳午未申酉戌亥])[时時]? *"
    r"(?:\(? *([0-9]{1,2})(?::([0-9]{2}))? *[时時点點]? *[~\-—–至到]{1,2} *"
    r"([0-9]{1,2})(?::([0-9]{2}))? *[时時点點]? *\)?)?:?$"
)
_HALF_WIDTH = str.maketrans("０１２３４５６７８９（）～：－\u3000\u00a0", "0123456789()~:-  ")


def heading(watch: str, *, full: bool = False) -> str:
    """子时(23~1点), as the newspaper page prints it; with full-width marks where `full`."""
    start, end = _printed_hours(watch)
    left, dash, right = "（～）" if full else "(~)"
    return f"{watch}时{left}{start}{dash}{end}点{right}"


def parse_heading(text: str) -> tuple[str, bool] | None:
    """The watch a heading names, and whether the hours printed beside it are the watch's own; None for no heading."""
    found = _HEADING.search(text.replace("*", "").translate(_HALF_WIDTH).strip())
    if found is None:
        return None
    watch, start, start_minute, end, end_minute = found.groups()
    if start is None:
        return watch, True
    sharp = {start_minute or "00", end_minute or "00"} == {"00"}
    return watch, sharp and (int(start), int(end)) == _printed_hours(watch)


def _printed_hours(watch: str) -> tuple[int, int]:
    start = (2 * WATCHES.index(watch) - 1) % 24
    return start, (start + 2) % 24


# -- parts of the day (凌晨 … 深夜) ---------------------------------------------------------------------------------------


class Part(NamedTuple):
    """A word for a part of the day: its wall hours, the hours it takes as they stand, those it moves into the
    afternoon, and those that leave open which night is meant."""

    start: int
    end: int
    plain: range
    moved: range
    doubtful: range


_NONE = range(0)
_DAWN = Part(0, 6, range(7), _NONE, _NONE)
_MORNING = Part(6, 9, range(4, 12), _NONE, _NONE)
_FORENOON = Part(6, 12, range(5, 13), _NONE, _NONE)
_NOON = Part(11, 14, range(11, 15), range(1, 3), _NONE)
_AFTERNOON = Part(12, 18, range(12, 20), range(1, 8), _NONE)
_DUSK = Part(17, 20, range(16, 21), range(4, 9), _NONE)
_EVENING = Part(18, 24, range(17, 25), range(5, 13), range(5))
_NIGHT = Part(21, 24, range(21, 25), range(9, 13), range(6))
PARTS = {
    **dict.fromkeys(("凌晨",), _DAWN),
    **dict.fromkeys(("早上", "早晨", "清晨", "早"), _MORNING),
    **dict.fromkeys(("上午",), _FORENOON),
    **dict.fromkeys(("中午", "正午", "午间"), _NOON),
    **dict.fromkeys(("下午", "午后"), _AFTERNOON),
    **dict.fromkeys(("傍晚",), _DUSK),
    **dict.fromkeys(("晚上", "晚间", "夜间", "夜晚", "夜里", "晚"), _EVENING),
    **dict.fromkeys(("深夜", "半夜", "午夜"), _NIGHT),
}


def hour12(word: str, h: int) -> int | None:
    """The wall hour that 下午3时 or 晚上12时 means; None where it may be either night (晚上1时), for a person to say."""
    if not 0 <= h <= 24:
        raise ValueError(f"no such hour: {h}")
    if not word:
        return h
    part = PARTS[word]
    if part is _DAWN and h == 12:
        return 0
    if h in part.plain:
        return h
    if h in part.moved:
        return h + 12
    if h in part.doubtful:
        return None
    raise ValueError(f"{word} has no hour {h}")
