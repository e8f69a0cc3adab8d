"""Moments in Chinese text: a date (2月2日, 正月十六, 次日, 本周), a time of day (下午3时, 15:30), or both together."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, replace

import re2

from shichen.watches import PARTS, clock, hour12

NEAR = 15
"""A bare day of the month (17日) is looked for at most this many days from the covering date (design value)."""

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Setting:
    """What the phrase stands in: the bulletin's covering date (所涵日期), the entry's date and watch, the zone."""

    covers: dt.date
    today: dt.date
    as_of: dt.datetime | None
    watch: str | None
    zone: dt.tzinfo


@dataclass(frozen=True)
class Moment:
    """A date, a time of day or both, found at `at[0]:at[1]` of the phrase; `until` is the day after the date."""

    at: tuple[int, int]
    day: dt.date | None = None
    until: dt.date | None = None
    unit: str = ""
    part: str = ""
    time: tuple[int, int, int] | None = None
    flags: tuple[str, ...] = ()

    @property
    def precision(self) -> str:
        if self.time:
            return "分" if self.time[1] or self.time[2] else "时"
        return self.part or self.unit


def lunar_day(year: int, month: int, day: int, *, leap: bool = False) -> dt.date:
    """The solar date of a lunar one (农历), 1900–2100; ValueError where the calendar has no such day or leap month."""
    # borax takes 25 ms to load: only bulletins with a lunar date pay for it
    from borax.calendars.lunardate import InvalidLunarDateError, LunarDate

    try:
        solar: dt.date = LunarDate(year, month, day, int(leap)).to_solar_date()
    except InvalidLunarDateError as error:
        raise ValueError(f"no such lunar day: {year}-{month}-{day}") from error
    return solar


# -- the words -------------------------------------------------------------------------------------------------------

_FOLD = str.maketrans("０１２３４５６７８９（）～：－—–／．點時号", "0123456789()~:---/.点时日")
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "正": 1, "冬": 11, "腊": 12}
_OFFSETS = {
    **dict.fromkeys(("今日", "今天", "当日", "当天", "同日", "即日", "今", "当"), 0),
    **dict.fromkeys(("次日", "明日", "明天", "翌日", "次", "明"), 1),
    **dict.fromkeys(("昨日", "昨天", "昨"), -1),
}
_WEEKS = {"本": 0, "这": 0, "上": -1, "下": 1}
_WEEKDAYS = "一二三四五六日"
_EVENING = ("晚", "晚上", "晚间", "夜间", "夜晚", "夜里", "深夜")
_EVENING_WATCHES = ("酉", "戌", "亥")

_N = "[0-9]{1,2}|[零〇一二三四五六七八九十两]{1,3}"
_Y = "[0-9]{4}|[零〇一二三四五六七八九]{4}"
_PART = "|".join(sorted(PARTS, key=len, reverse=True))
_LUNAR_DAY = "初[一二三四五六七八九十]|[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]"
_DATE = (
    rf"(?:(?:(?P<ly>{_Y})年)?(?P<old>农历|闰)?(?P<lm>[正冬腊一二三四五六七八九十]|十[一二])月(?P<ld>{_LUNAR_DAY})日?"
    rf"|(?:(?P<y>{_Y})年)?(?P<m>{_N})月(?:份|(?P<d>{_N})日)?"
    rf"|(?P<dd>{_N})日"
    rf"|(?P<yy>{_Y})年"
    r"|(?P<week>[本这上下])周(?P<weekday>[一二三四五六日])?"
    r"|(?P<rel>今日|今天|当日|当天|同日|即日|次日|明日|明天|翌日|昨日|昨天)"
    rf"|(?P<short>[今当次明昨])(?P<part0>{_PART}))"
)
_TIME = (
    rf"(?:(?P<h>{_N})[时点](?:(?P<mi>{_N})分|(?P<half>半)|整|钟)?"
    r"|(?P<h_>[0-9]{1,2}):(?P<mi_>[0-9]{2})(?::(?P<s>[0-9]{2}))?)"
)
_MOMENT = re2.compile(rf"{_DATE}(?P<part1>{_PART})?{_TIME}?|(?P<part2>{_PART})?{_TIME.replace('?P<', '?P<t_')}")
_ISO = re2.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})日?")
_SHARED = re2.compile(r"(^|[^0-9:])([0-9]{1,2})([-~至到])([0-9]{1,2})([日时点])")
_DURATION = re2.compile(r"[0-9零一二三四五六七八九十百两]+(?:小时|分钟|秒|天|周|个月|个小时)")


def plain(phrase: str) -> str:
    """The phrase without blanks, in half-width marks, with one spelling of dates (年月日) and of shared units (2日至9日)."""
    text = phrase.translate(_FOLD).replace(" ", "").replace("\u3000", "")
    # a function, because google-re2 garbles a replacement string that is not ASCII
    text = _ISO.sub(lambda m: f"{m.group(1)}年{m.group(2)}月{m.group(3)}日", text)
    return str(_SHARED.sub(r"\1\2\5\3\4\5", text))


def _number(numeral: str) -> int:
    """A numeral of at most four digits; Chinese ones with 十 up to 99, without it digit by digit (二〇二〇)."""
    numeral = numeral.replace("廿", "二十").removeprefix("初")
    if numeral.isascii():
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    if ten:
        return _DIGITS.get(tens[-1:], 1) * 10 + _DIGITS.get(ones[-1:], 0)
    return int("".join(str(_DIGITS[c]) for c in numeral))


# -- one moment ------------------------------------------------------------------------------------------------------


def next_moment(text: str, start: int, setting: Setting) -> Moment | None:
    masked = _DURATION.sub(lambda m: "□" * len(m.group(0)), text)
    found = _MOMENT.search(masked, start)
    if found is None:
        return None
    groups = {key.removeprefix("t_").rstrip("_"): value for key, value in found.groupdict().items() if value}
    part = groups.get("part0") or groups.get("part1") or groups.get("part2") or ""
    moment = Moment(found.span(), part=part, flags=_odd_evening(groups, part, setting))
    return _with_time(groups, _with_days(_solar_if_unmarked(groups), moment, setting))


def _solar_if_unmarked(g: dict[str, str]) -> dict[str, str]:
    """二月十日 is a solar day written out; a lunar one says 正 冬 腊 闰 农历 or counts its day 初 or 廿."""
    if "lm" not in g or "old" in g or g["lm"] in "正冬腊" or g["ld"][0] in "初廿":
        return g
    return {**g, "m": g["lm"], "d": g["ld"]} | ({"y": g["ly"]} if "ly" in g else {})


def _odd_evening(g: dict[str, str], part: str, setting: Setting) -> tuple[str, ...]:
    """当晚 under a watch that is over before the evening: whose evening, a person must say."""
    spoken = "当" in (g.get("short") or g.get("rel") or "") and part in _EVENING
    odd = spoken and setting.watch is not None and setting.watch not in _EVENING_WATCHES
    return ("evening_under_day_watch",) if odd else ()


def _with_days(g: dict[str, str], moment: Moment, setting: Setting) -> Moment:
    try:
        day, until, unit = _named_days(g, setting)
    except (ValueError, OverflowError):  # the calendar has no such day
        return replace(moment, flags=(*moment.flags, "no_such_day"))
    if "dd" in g and day is None:
        return replace(moment, flags=(*moment.flags, "no_near_day"))
    return replace(moment, day=day, until=until, unit=unit)


def _with_time(g: dict[str, str], moment: Moment) -> Moment:
    if "h" not in g:
        return moment
    minute = 30 if "half" in g else _number(g.get("mi", "0"))
    try:
        hour = hour12(moment.part, _number(g["h"]))
        time = (hour or 0, minute, _number(g.get("s", "0")))
        clock(dt.date(2000, 1, 1), *time)
    except ValueError:  # the clock has no such hour
        return replace(moment, flags=(*moment.flags, "no_such_time"))
    if hour is None:
        return replace(moment, flags=(*moment.flags, "ambiguous_hour"))
    return replace(moment, time=time)


def _named_days(g: dict[str, str], setting: Setting) -> tuple[dt.date | None, dt.date | None, str]:
    """The first day named, the day after the last one, and the unit; ValueError where the calendar has no such day."""
    if "week" in g:
        return _week(g, setting.today)
    if "yy" in g:
        year = _year(g["yy"])
        return dt.date(year, 1, 1), dt.date(year + 1, 1, 1), "年"
    if "m" in g and "d" not in g:
        return *_month(g, setting.covers), "月"
    day = _named_day(g, setting)
    return (day, day + _DAY, "日") if day else (None, None, "")


def _week(g: dict[str, str], today: dt.date) -> tuple[dt.date, dt.date, str]:
    """Weeks begin on Monday."""
    monday = today + (7 * _WEEKS[g["week"]] - today.weekday()) * _DAY
    if "weekday" in g:
        day = monday + _WEEKDAYS.index(g["weekday"]) * _DAY
        return day, day + _DAY, "日"
    return monday, monday + 7 * _DAY, "周"


def _named_day(g: dict[str, str], setting: Setting) -> dt.date | None:
    if word := g.get("rel") or g.get("short"):
        return setting.today + _OFFSETS[word] * _DAY
    if "dd" in g:
        return _near_day(_number(g["dd"]), setting.covers)
    if "m" in g:
        return _solar(g, setting.covers)
    return _lunar(g, setting.covers) if "lm" in g else None


def _near_day(day: int, covers: dt.date) -> dt.date | None:
    ahead = [covers + n * _DAY for n in range(NEAR + 1)]
    behind = [covers - n * _DAY for n in range(1, NEAR + 1)]
    return next((d for d in ahead + behind if d.day == day), None)


def _years(printed: str | None, covers: dt.date) -> tuple[int, ...]:
    return (_year(printed),) if printed else (covers.year - 1, covers.year, covers.year + 1)


def _year(printed: str) -> int:
    year = _number(printed)
    if not 1900 <= year <= 2100:
        raise ValueError(f"no bulletin speaks of the year {year}")
    return year


def _month(g: dict[str, str], covers: dt.date) -> tuple[dt.date, dt.date]:
    firsts = (dt.date(y, _number(g["m"]), 1) for y in _years(g.get("y"), covers))
    first = min(firsts, key=lambda d: abs(d + 14 * _DAY - covers))
    return first, first + calendar.monthrange(first.year, first.month)[1] * _DAY


def _solar(g: dict[str, str], covers: dt.date) -> dt.date:
    month, day = _number(g["m"]), _number(g["d"])
    # the year first, the day after: 2月29日 of a common year is a mistake to show, not a day of the leap year before
    firsts = (dt.date(y, month, 1) for y in _years(g.get("y"), covers))
    return min(firsts, key=lambda d: abs(d + (day - 1) * _DAY - covers)).replace(day=day)


def _lunar(g: dict[str, str], covers: dt.date) -> dt.date:
    month, day, leap = _number(g["lm"]), _number(g["ld"]), g.get("old") == "闰"
    starts = {y: start for y in _years(g.get("ly"), covers) if (start := _lunar_month(y, month, leap))}
    if not starts:
        raise ValueError(f"no such leap month near {covers}")
    nearest = min(starts, key=lambda y: abs(starts[y] + (day - 1) * _DAY - covers))
    return lunar_day(nearest, month, day, leap=leap)


def _lunar_month(year: int, month: int, leap: bool) -> dt.date | None:
    try:
        return lunar_day(year, month, 1, leap=leap)
    except ValueError:  # that year has no such leap month
        return None
