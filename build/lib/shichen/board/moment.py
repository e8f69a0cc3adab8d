"""The moment that a board speaks of, and how far back it looks: every part of it is asked with the same one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shichen import watches
from shichen.city.models import Area, Event
from shichen.indicators.declare import Indicator, Scope
from shichen.watches import Day, Period
from shichen.web import clock

DAYS = 13  # of a sparkline: today and the twelve before
PUBLISHED = "published"


@dataclass(frozen=True)
class Moment:
    """Now, as a board knows it: what has happened by `at`, and of that what was recorded by `as_of` (None: ever)."""

    at: datetime
    area: Area
    event: Event
    as_of: datetime | None = None

    @property
    def today(self) -> date:
        return watches.civil_day(self.at)

    @property
    def page_day(self) -> date:
        return watches.page_day(self.at)

    def days(self) -> list[date]:
        return [self.today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]

    def scope(self, one: Indicator, area: Area | None = None) -> Scope:
        """Cases are dated by publication, since a board says what is known and not what will be."""
        facets = {"dated": PUBLISHED} if dated(one) else {}
        return Scope(area or self.area, facets, self.as_of)


def dated(one: Indicator) -> bool:
    return "dated" in one.facets


def whole(on: date) -> Period:
    return watches.whole(on, Day.CIVIL)


def live_href(one: Indicator, on: date, area: Area) -> str:
    """Where the figure of that day is traced to its records."""
    facet = f"&dated={PUBLISHED}" if dated(one) else ""
    return f"/figures/{one.key}/?from={on}&to={on}&area={area.pk}{facet}"


def default(now: datetime) -> datetime:
    """The moment of the live board: where the clock of a demonstration stands, else now."""
    return clock.stands_at() or now
