"""The date an entry stands under, from a date line and the covering date or year."""

from __future__ import annotations

import datetime as dt

import re2

_LINE = re2.compile("^(?:([0-9]{4})年)?([0-9]{1,2})月([0-9]{1,2})日")
_FULL = re2.compile("((?:19|20)[0-9]{2})年")


def year_of(raw: str) -> int | None:
    """The first year printed with four digits."""
    match = _FULL.search(raw)
    return int(match.group(1)) if match else None


def entry_date(text: str, covers: dt.date | None, year: int | None) -> dt.date | None:
    """The date of a line such as 1月21日: its printed year, else the one that brings it nearest to `covers`."""
    match = _LINE.match(text)
    if match is None:
        return None
    printed, month, day = match.groups()
    if printed:
        return _day(int(printed), int(month), int(day))
    if covers is not None:
        near = [_day(covers.year + step, int(month), int(day)) for step in (-1, 0, 1)]
        return min((one for one in near if one), key=lambda one: abs(one - covers), default=None)
    return _day(year, int(month), int(day)) if year else None


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
