"""The places of an edition: the cells of a day page, the dates of a chronicle, in reading order."""

from __future__ import annotations

from datetime import date, timedelta

from shichen import watches
from shichen.publications.models import Edition
from shichen.publications.rules import rules

SEPARATOR = "/"


def cell(watch: str, column: str) -> str:
    """What a cell of the day page is called: 午/指挥调度."""
    return f"{watch}{SEPARATOR}{column}"


def split(place: str) -> tuple[str, str]:
    """The watch and the column of a cell."""
    watch, _, column = place.partition(SEPARATOR)
    return watch, column


def of(kind: str, first: date, last: date) -> list[str]:
    """Every place of an edition, the blank ones too, in the order in which a page is read."""
    if kind == Edition.Kind.DAY:
        return [cell(watch, column) for watch in watches.WATCHES for column in rules().day.columns]
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def named(place: str) -> str:
    """A place in words: 午时 指挥调度; 2月9日."""
    if SEPARATOR in place:
        watch, column = split(place)
        return f"{watch}时 {column}"
    on = date.fromisoformat(place)
    return f"{on.month}月{on.day}日"
