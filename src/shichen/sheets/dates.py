"""Dates and times as people write them in forms and sheets: 2020.2.2 · 2月2日 · 20200202 · Excel serials of both epochs."""

from __future__ import annotations

import datetime as dt

import re2

from shichen.sheets.numbers import fold_digits
from shichen.sheets.unreadable import Unreadable
from shichen.watches import SHANGHAI, clock, hour12

EPOCH_1900, EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
YEARS = range(1800, 2101)  # old outbreaks are analysed too
_SERIALS = range(10_000, 80_000)  # 1927 to 2119: other numbers in a date column are no serials, but mistakes

_COMPACT_NUMBERS = range(19000101, 21001232)

_MARKS = str.maketrans("：／－—．。", ":/--..")
_FULL = re2.compile(r"^([0-9]{4})(?:[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})[日号]?)(.*)$")
_COMPACT = re2.compile(r"^([0-9]{4})([0-9]{2})([0-9]{2})(.*)$")
_SHORT = re2.compile(r"^([0-9]{1,2})(?:月([0-9]{1,2})[日号]?|[-/.]([0-9]{1,2}))(.*)$")
_TIME = re2.compile(
    r"^[T ]*([^0-9 ]{0,2}) *([0-9]{1,2})(?::([0-9]{1,2})(?::([0-9]{1,2})(?:\.[0-9]{1,6})?)?|[时点](?:([0-9]{1,2})分?)?)"
    r" *(Z|[+-][0-9]{2}:?[0-9]{2})?$"
)
_SERIAL = re2.compile(r"^[0-9]{5}(?:\.[0-9]+)?$")


def read_date(value: object, *, year: int | None = None, epoch_1904: bool = False) -> dt.date:
    """The civil date a cell or box holds. `year` completes 2月2日; `epoch_1904` is how that workbook counts days."""
    if isinstance(value, dt.datetime):
        return _known(value.date())
    if isinstance(value, dt.date):
        return _known(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_serial(value, epoch_1904).date()
    date, rest = _split(_text(value), year, epoch_1904)
    if rest and rest not in ("0:00", "00:00", "00:00:00", "0:00:00", "T00:00:00"):
        raise Unreadable(f"“{_cut(value)}”带有时刻；这里只填日期，如 2020-02-02。")
    return date


def read_datetime(
    value: object, *, year: int | None = None, epoch_1904: bool = False, zone: dt.tzinfo = SHANGHAI
) -> dt.datetime:
    """The instant a cell or box holds, by the wall clock of `zone` unless an offset is printed; whole seconds."""
    if isinstance(value, dt.datetime):
        whole = (value + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
        return whole if whole.tzinfo else whole.replace(tzinfo=zone)
    if isinstance(value, dt.date):
        raise Unreadable(f"“{value}”没有时刻；请写到分，如 {value} 08:30。")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_serial(value, epoch_1904).replace(tzinfo=zone)
    date, rest = _split(_text(value), year, epoch_1904)
    found = _TIME.search(rest)
    if found is None:
        raise Unreadable(f"“{_cut(value)}”没有写清时刻；请写到分，如 {date} 08:30。")
    return _at(date, found.groups(), _cut(value), zone)


def _split(text: str, year: int | None, epoch_1904: bool) -> tuple[dt.date, str]:
    """The date at the head of a text, and what stands behind it."""
    if len(text) == 10 and text.isascii() and text[4] == text[7] == "-" and (text[:4] + text[5:7] + text[8:]).isdigit():
        return _date(int(text[:4]), int(text[5:7]), int(text[8:]), text), ""  # as most large files have it
    if _SERIAL.search(text):
        moment = _from_serial(float(text), epoch_1904)
        return moment.date(), "" if moment.time() == dt.time() else f"{moment:%H:%M:%S}"
    if found := _FULL.search(text) or _COMPACT.search(text):
        y, *parts, rest = found.groups()
        month, day = (int(p) for p in parts if p is not None)
        return _date(int(y), month, day, text), _rest(rest, text)
    if found := _SHORT.search(text):
        rest = _rest(found.group(4), text)
        if year is None:
            raise Unreadable(f"“{_cut(text)}”没有年份；请写全，如 2020-02-02。")
        return _date(year, int(found.group(1)), int(found.group(2) or found.group(3)), text), rest
    raise Unreadable(f"“{_cut(text)}”不是日期；请写成 2020-02-02 这样。")


def _rest(rest: str, text: str) -> str:
    """What stands behind a date; more digits of the same sort (02/02/2020) make it no date of ours."""
    if rest[:1] in tuple("-/.0123456789") and not text.removesuffix(rest).endswith(("日", "号")):
        raise Unreadable(f"“{_cut(text)}”不是日期；请写成 2020-02-02 这样。")
    return rest.strip()


def _at(date: dt.date, parts: tuple[str | None, ...], shown: str, zone: dt.tzinfo) -> dt.datetime:
    word, hour, minute, second, minute_word, offset = parts
    try:
        h = hour12(word or "", int(hour or 0))
        if h is None:
            raise Unreadable(f"“{shown}”分不清是前半夜还是后半夜；请用 24 小时制写，如 01:00。")
        moment = clock(date, h, int(minute or minute_word or 0), int(second or 0), zone=_zone(offset, zone))
    except (ValueError, KeyError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"“{shown}”没有这个时刻；请用 24 小时制写，如 15:30。") from None
    return moment


def _zone(offset: str | None, zone: dt.tzinfo) -> dt.tzinfo:
    if not offset:
        return zone
    if offset == "Z":
        return dt.UTC
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    return dt.timezone((1 if offset[0] == "+" else -1) * dt.timedelta(hours=hours, minutes=minutes))


def _from_serial(value: float, epoch_1904: bool) -> dt.datetime:
    """Days since the workbook's epoch, with the time of day behind the point; 20200202 as a number is a date too."""
    if value in _COMPACT_NUMBERS and value == int(value):
        y, rest = divmod(int(value), 10_000)
        return dt.datetime.combine(_date(y, *divmod(rest, 100), str(value)), dt.time())
    days = value + (EPOCH_1904 - EPOCH_1900).days if epoch_1904 else value
    if not _SERIALS.start <= days < _SERIALS.stop:
        raise Unreadable(f"“{value:g}”不是日期；请写成 2020-02-02 这样。")
    moment = dt.datetime.combine(EPOCH_1900, dt.time()) + dt.timedelta(days=days, microseconds=500_000)
    return moment.replace(microsecond=0)


def _date(year: int, month: int, day: int, text: str) -> dt.date:
    try:
        return _known(dt.date(year, month, day))
    except Unreadable:
        raise
    except ValueError:
        raise Unreadable(f"日历上没有“{_cut(text)}”这一天；请核对后重填。") from None


def _known(date: dt.date) -> dt.date:
    if date.year not in YEARS or EPOCH_1900 <= date < dt.date(1900, 1, 1):  # a workbook's day nought is no date
        raise Unreadable(f"“{date}”的年份不对；请核对后重填。")
    return date


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Unreadable("这里要填日期，如 2020-02-02。")
    return fold_digits(value).translate(_MARKS).strip()


def _cut(value: object) -> str:
    text = str(value)
    return text if len(text) <= 24 else text[:24] + "…"
