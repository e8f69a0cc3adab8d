"""What a service is doing (运行、停运、部分恢复), from measures alone: which held where, from when to when, as known at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shichen.city.models import Area
from shichen.registers.measures import queries as measures
from shichen.registers.measures.queries import Held
from shichen.registers.transport.choices import IN_PART, PARTIAL, RAIL, RUNNING, STOPPED_BY, SUSPENDED
from shichen.watches import Period

if TYPE_CHECKING:
    from shichen.registers.measures.models import Measure

WORST = (SUSPENDED, IN_PART, PARTIAL, RUNNING)


@dataclass(frozen=True)
class Interval:
    """A time in which a measure made a service other than running; `end` is None while none is known."""

    start: datetime
    end: datetime | None
    state: str
    measure: Measure


@dataclass(frozen=True)
class Known:
    """The measures that bear on transport in a period, each with the areas it holds in, asked of the register once."""

    rows: tuple[tuple[Held, tuple[Area, ...]], ...]

    def of(self, mode: str, area: Area) -> list[Interval]:
        """The intervals of one sort of service in one area, by their beginning: a measure of a wider area holds there too."""
        found = [
            Interval(held.start, held.end, state_of(held.measure, mode), held.measure)
            for held, areas in self.rows
            if held.measure.kind == STOPPED_BY[mode] and any(one.contains(area) for one in areas)
        ]
        return sorted(found, key=lambda one: one.start)


def known(period: Period, *, as_of: datetime | None = None) -> Known:
    """The measures on transport that held at some moment of a period."""
    kinds = set(STOPPED_BY.values())
    held = [one for one in measures.held(period, as_of=as_of) if one.measure.kind in kinds]
    return Known(tuple((one, tuple(measures.areas_of(one.measure))) for one in held))


def at(intervals: Iterable[Interval], moment: datetime) -> tuple[str, Measure | None]:
    """What a service does at a moment, and the measure that says so; of several the one that stops most."""
    now = [one for one in intervals if one.start <= moment and (one.end is None or moment < one.end)]
    worst = min(now, key=lambda one: WORST.index(one.state), default=None)
    return (RUNNING, None) if worst is None else (worst.state, worst.measure)


def moment_known(moment: datetime, *, as_of: datetime | None = None) -> Known:
    return known(Period(moment, moment + timedelta(seconds=1)), as_of=as_of)


def state_of(measure: Measure, mode: str) -> str:
    """A measure that eases an earlier one lets services run in part again; the class of trains stops some of them only."""
    return PARTIAL if measure.partial else IN_PART if mode == RAIL else SUSPENDED


def suspended_before(mode: str, area: Area, moment: datetime) -> bool:
    """Whether a suspension of that service, there or in a part of it, began before a moment."""
    begun = measures.begun(STOPPED_BY[mode], before=moment)
    return any(one.contains(area) or area.contains(one) for measure in begun for one in measures.areas_of(measure))


def stopped_within(mode: str, period: Period, *, whole: Area, as_of: datetime | None = None) -> set[str]:
    """The codes of areas inside `whole` whose services a measure of their own stopped within a period; an area counts once."""
    begun = measures.begun(STOPPED_BY[mode], since=period.start, before=period.end, as_of=as_of)
    return {
        area.pk
        for measure in begun
        for area in measures.areas_of(measure)
        if whole.contains(area) and area.pk != whole.pk
    }
