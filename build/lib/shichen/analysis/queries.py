"""Questions over traces: which somebody may know of, what stands on a list as pages show it, which tasks are a unit's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from typing import Any

from django.db.models import QuerySet

from shichen import watches
from shichen.analysis import rules
from shichen.analysis.models import HandOver, Near, Trace
from shichen.city.scope import Sight
from shichen.jobs import queries as jobs
from shichen.jobs.queries import Standing
from shichen.registers.loads import services as loads


@dataclass(frozen=True)
class Met:
    """One meeting as evidence: where, when each of the two was there, how many seconds and how they were counted, of which case."""

    where: str
    at: datetime
    other: datetime
    seconds: int
    same: bool
    stay: bool
    case: str
    how: str


@dataclass(frozen=True)
class Line:
    """A person of a list as a page shows it: by a short code, never by the pseudonym itself."""

    near: Near
    code: str
    exposure: str
    met: list[Met]
    above: str
    """Why this person stands above the next."""

    @property
    def whole(self) -> bool:
        """Whether all meetings stand here, so that their seconds are the exposure."""
        return sum(one.seconds for one in self.met) == self.near.seconds


def traces(reach: Sight) -> QuerySet[Trace]:
    """The traces of the units and areas that somebody sees, the latest first."""
    return Trace.objects.filter(reach.q()).select_related("unit", "area", "asked_by", "decided_by", "of")


def lines(trace: Trace, limit: int = 200) -> list[Line]:
    """The list, its first persons, with their evidence in words."""
    names, periods = loads.names_of_places(), _periods(trace)
    rows = list(trace.persons.select_related("assignee", "trace")[: limit + 1])
    return [
        Line(
            one,
            _code(trace, one, periods),
            rules.lasting(one.seconds),
            [_met(row, names, trace.rules) for row in one.evidence],
            rules.above(one, following),
        )
        for one, following in zip_longest(rows, rows[1:])
    ][:limit]


def handed(trace: Trace, at: datetime) -> list[tuple[HandOver, Standing | None]]:
    """What was handed over, the latest first; of what is not done, how its job stands."""
    waiting = HandOver.State.WAITING
    found = list(trace.handed.select_related("unit", "asked_by"))
    return [
        (one, jobs.standing(job, at) if one.state == waiting and (job := jobs.of(one.pk)) is not None else None)
        for one in found
    ]


def tasks(reach: Sight) -> list[Near]:
    """What was handed over to the units that somebody works for and is not closed."""
    units = [unit for unit, *rest in reach.reaches if unit is not None]
    open_ = Near.objects.filter(task__in=(Near.Task.OPEN, Near.Task.UNKNOWN)).select_related("trace", "assignee")
    everywhere = any(unit is None for unit, *rest in reach.reaches)
    return list((open_ if everywhere else open_.filter(assignee__in=units)).order_by("trace__number", "period", "rank"))


def code_of(near: Near) -> str:
    """By what a person of a list is spoken of: 12-003 is the third of trace 12."""
    return _code(near.trace, near, _periods(near.trace))


def _periods(trace: Trace) -> list[int]:
    return sorted(set(trace.persons.order_by().values_list("period", flat=True).distinct()))


def codes(trace: Trace) -> dict[tuple[int, int], str]:
    """By period and pseudonym, by what each person of a list is spoken of."""
    rows = list(trace.persons.all())
    periods = sorted({one.period for one in rows})
    return {(one.period, one.person): _code(trace, one, periods) for one in rows}


def _code(trace: Trace, near: Near, periods: list[int]) -> str:
    mark = chr(ord("A") + periods.index(near.period)) if len(periods) > 1 else ""
    return f"{trace.number}-{mark}{near.rank:03}"


def _met(row: dict[str, Any], names: dict[int, str], kept: dict[str, Any]) -> Met:
    stay, seconds = row["kind"] == "stay", int(row["s"])
    here, there = (_local(one) for one in ((row["t"], row["a"]) if stay else (row["t"], row["it"])))
    where = names.get(int(row["place"]), str(row["place"]))
    begun = max(here, there)
    how = rules.shared(begun, begun + timedelta(seconds=seconds)) if stay else rules.apart(here, there, kept, seconds)
    return Met(where, here, there, seconds, bool(row.get("same")), stay, str(row["case"]), how)


def _local(second: int) -> datetime:
    return watches.local(datetime.fromtimestamp(int(second), UTC))
