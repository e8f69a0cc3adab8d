"""What the tests of this room write into the log."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.scope import Sight
from shichen.indicators import services as indicators
from shichen.indicators.models import Figure
from shichen.journal import services as journal
from shichen.journal.models import Entry, Mark
from shichen.journal.services import Said
from tests.made import DAY, NOON, body

EVERYWHERE = Sight(((None, "", None),))


def entry(text: str, *, on: date = DAY, at: datetime = NOON, unit: str = "office", **more: Any) -> Entry:
    """An entry of the log, marked for nothing."""
    said = Said(text=text, unit=body(unit), area=city.the_city(), event=city.the_event(), page_day=on, **more)
    return journal.write(said, by=accounts.system(), at=at)


def mark(one: Entry, detail: str, *, at: datetime = NOON, **more: Any) -> Mark:
    return journal.mark(one, Mark.Kind.SIGNIFICANT, detail=detail, at=at, by=accounts.system(), **more)


def printed(text: str = "有一事。", *, column: str = "指挥调度", slot: str = "午", **more: Any) -> Entry:
    """An entry that stands on the day page."""
    one = entry(text, column=column, slot=slot, **more)
    mark(one, "day_page", at=more.get("at", NOON))
    return one


def event(text: str, on: date, kind: str = "first", *, key: str = "", at: datetime = NOON, **more: Any) -> Entry:
    """An entry that stands in the chronicle."""
    one = entry(text, on=on, at=at, **more)
    mark(one, kind, key_phrase=key, at=at)
    return one


def bind(one: Entry, figure: Figure, words: str) -> None:
    start = one.text.index(words)
    indicators.bind(one, [(figure, start, start + len(words))])
