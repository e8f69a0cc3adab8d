"""The strip of twelve watches (十二时辰条) as every page shows it: each a link, past, at hand or to come, with what it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from shichen import watches
from shichen.watches import Day, instant
from shichen.web import words


@dataclass(frozen=True)
class Cell:
    """One watch; `count` None where how much it holds is not told."""

    name: str
    hours: str
    href: str
    now: bool
    future: bool
    count: int | None
    missing: int = 0
    headline: str = ""
    here: bool = False


def cells(
    on: date, at: datetime, counts: Mapping[str, int], href: Callable[[str], str], *, here: str = ""
) -> list[Cell]:
    """The watches of a page's day as seen at a moment; `here` is the one that the page at hand shows."""
    return [_cell(on, at, watch, counts.get(watch, 0), href(watch), watch == here) for watch in watches.WATCHES]


def _cell(on: date, at: datetime, watch: str, count: int, href: str, here: bool) -> Cell:
    period = watches.bounds(on, watch, Day.PAGE)
    start, end, moment = instant(period.start), instant(period.end), instant(at)
    future = moment < start and not count
    return Cell(words.watch(watch), words.hours_short(watch), href, start <= moment < end, future, count, here=here)
