"""What a figure says as a fact: how many persons, of what measure, where, from when to when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from shichen import watches
from shichen.disclosure.policy import Policy
from shichen.indicators.declare import Sort, known
from shichen.indicators.models import Figure

DATED = "dated"
NOT_DIMENSIONS = (DATED, "series", "n")  # they say where a number comes from, not of whom it speaks
INSTANT = "@"


@dataclass(frozen=True, order=True)
class Region:
    """A part of the city and of time, for one measure; without `since` it reaches back to the beginning."""

    measure: str
    area: str
    since: datetime | None
    until: datetime

    def holds(self, other: Region) -> bool:
        """Whether another region lies within this one."""
        begins = self.since is None or (other.since is not None and self.since <= other.since)
        return (
            self.measure == other.measure and other.area.startswith(self.area) and begins and other.until <= self.until
        )

    def said(self) -> list[str]:
        """As it is kept: four strings, the third empty for the beginning."""
        return [self.measure, self.area, self.since.isoformat() if self.since else "", self.until.isoformat()]

    @classmethod
    def read(cls, said: Iterable[str]) -> Region:
        measure, area, since, until = said
        return cls(measure, area, datetime.fromisoformat(since) if since else None, datetime.fromisoformat(until))


@dataclass(frozen=True)
class Fact:
    """A number of persons that is told, or about to be: in a figure, or in a cell of a table."""

    region: Region
    value: int
    place: str
    name: str
    figure: Figure | None = None

    @property
    def label(self) -> str:
        return f"{self.place} {self.name} {spoken(self.region)}"


def facts_of(figures: Iterable[Figure], policy: Policy) -> list[Fact]:
    """The facts that figures tell; hedged ones (约、不少于) and those without a measure or a time are none."""
    found = ((figure, region_of(figure, policy)) for figure in figures)
    return [
        Fact(region, int(figure.value), figure.area.name, name_of(figure), figure)
        for figure, region in found
        if region is not None and figure.value is not None and _exact(figure)
    ]


def region_of(figure: Figure, policy: Policy) -> Region | None:
    """Of whom, where and when a figure speaks; None where it does not say."""
    if not figure.key or figure.period_to is None or not policy.counts_persons(figure):
        return None
    lag = timedelta(days=policy.lag if figure.facets.get(DATED) == "published" else 0)
    sort = known()[figure.key].sort if figure.key in known() else Sort.FLOW
    until = figure.period_to - lag
    since = figure.period_from - lag if figure.period_from is not None else None
    if figure.cumulative or sort == Sort.CUMULATIVE:
        since = None
    measure = _measure(policy.flow_of(figure.key), figure.facets)
    if sort not in (Sort.FLOW, Sort.CUMULATIVE):
        measure, since = instant(measure, until), None
    return Region(measure, figure.area_path, since, until)


def instant(measure: str, at: datetime) -> str:
    """A measure of what there is at one moment: it does not add up over time."""
    return f"{measure}{INSTANT}{at.isoformat()}"


def name_of(figure: Figure) -> str:
    one = known().get(figure.key)
    if one is not None:
        return one.name
    return (figure.statement.subject if figure.statement else "") or "未归指标"


def named(region: Region, policy: Policy) -> str:
    """What a region counts, by the name of its indicator: new cases, or from the beginning their running total."""
    key = region.measure.split(INSTANT)[0].split("[")[0]
    if region.since is None:
        key = next((total for total, new in policy.running if new == key), key)
    return known()[key].name if key in known() else key


def spoken(region: Region) -> str:
    """The time of a region in words: 2月2日; 2月1日—2月7日; 截至2月2日24时; 2月2日0时—5时."""
    end = watches.local(region.until)
    if region.since is None:
        return f"截至{_until(end)}"
    start = watches.local(region.since)
    if start.time() == end.time() == time.min:
        first, last = start.date(), end.date() - timedelta(days=1)
        return _day(first) if first == last else f"{_day(first)}—{_day(last)}"
    same = start.date() == (end - timedelta(seconds=1)).date()
    return f"{_day(start.date())}{_hour(start)}—{_hour(end) if same and end.time() != time.min else _until(end)}"


def _until(at: datetime) -> str:
    if at.time() == time.min:
        return f"{_day(at.date() - timedelta(days=1))}24时"
    return f"{_day(at.date())}{_hour(at)}"


def _day(on: date) -> str:
    return f"{on.month}月{on.day}日"


def _hour(at: datetime) -> str:
    return f"{at.hour}时{at.minute}分" if at.minute else f"{at.hour}时"


def _measure(key: str, facets: dict[str, Any]) -> str:
    kept = [f"{name}={value}" for name, value in sorted(facets.items()) if name not in NOT_DIMENSIONS]
    return f"{key}[{','.join(kept)}]" if kept else key


def _exact(figure: Figure) -> bool:
    hedged = figure.at_least or figure.at_most or figure.about
    return not hedged and figure.value is not None and figure.value == figure.value.to_integral_value()
