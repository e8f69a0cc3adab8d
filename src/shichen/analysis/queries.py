"""Questions over traces: which somebody may know of, what stands on a list as pages show it, which tasks are a unit's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from shichen import watches
from shichen.analysis.models import Near, Trace
from shichen.city.scope import Sight
from shichen.registers.loads import services as loads


@dataclass(frozen=True)
class Met:
    """One meeting as evidence: where, when each of the two was there, how many seconds, of which case."""

    where: str
    at: datetime
    other: datetime
    seconds: int
    same: bool
    stay: bool
    case: str


@dataclass(frozen=True)
class Line:
    """A person of a list as a page shows it: by a short code, never by the pseudonym itself."""

    near: Near
    code: str
    minutes: float
    met: list[Met]


def traces(reach: Sight) -> QuerySet[Trace]:
    """The traces of the units and areas that somebody sees, the latest first."""
    return Trace.objects.filter(reach.q()).select_related("unit", "area", "asked_by", "decided_by")


def lines(trace: Trace, limit: int = 200) -> list[Line]:
    """The list, its first persons, with their evidence in words."""
    names = loads.names_of_places()
    rows = trace.persons.select_related("assignee", "trace")[:limit]
    return [Line(one, code_of(one), one.seconds / 60, [_met(row, names) for row in one.evidence]) for one in rows]


def tasks(reach: Sight) -> list[Near]:
    """What was handed over to the units that somebody works for and is not closed."""
    units = [unit for unit, _, _ in reach.reaches if unit is not None]
    open_ = Near.objects.filter(task__in=(Near.Task.OPEN, Near.Task.UNKNOWN)).select_related("trace", "assignee")
    everywhere = any(unit is None for unit, _, _ in reach.reaches)
    return list((open_ if everywhere else open_.filter(assignee__in=units)).order_by("trace__number", "period", "rank"))


def code_of(near: Near) -> str:
    """By what a person of a list is spoken of: 12-003 is the third of trace 12."""
    periods = sorted(set(near.trace.persons.values_list("period", flat=True))) if near.trace_id else []
    mark = chr(ord("A") + periods.index(near.period)) if len(periods) > 1 else ""
    return f"{near.trace.number}-{mark}{near.rank:03}"


def _met(row: dict[str, Any], names: dict[int, str]) -> Met:
    stay = row["kind"] == "stay"
    at, other = (row["t"], row["a"]) if stay else (row["t"], row["it"])
    here, there = (watches.local(datetime.fromtimestamp(int(one), UTC)) for one in (at, other))
    where = names.get(int(row["place"]), str(row["place"]))
    return Met(where, here, there, int(row["s"]), bool(row.get("same")), stay, str(row["case"]))
