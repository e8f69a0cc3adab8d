"""Questions over traces: which somebody may know of, what stands on a list as pages show it, which tasks are a unit's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shichen import watches
from shichen.analysis.models import HandOver, Near, Trace
from shichen.city.scope import Sight
from shichen.jobs import queries as jobs
from shichen.jobs.queries import Standing
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
    return Trace.objects.filter(reach.q()).select_related("unit", "area", "asked_by", "decided_by", "of")


def lines(trace: Trace, limit: int = 200) -> list[Line]:
    """The list, its first persons, with their evidence in words."""
    names = loads.names_of_places()
    rows = trace.persons.select_related("assignee", "trace")[:limit]
    return [Line(one, code_of(one), one.seconds / 60, [_met(row, names) for row in one.evidence]) for one in rows]


@dataclass(frozen=True)
class Rule:
    """A number that a trace went by: what it is, and where it comes from."""

    name: str
    value: str
    source: str


def rules(trace: Trace) -> list[Rule]:
    """The numbers of nearness that a list rests on, each with its source; those of the second degree where it is one."""
    said, sources = trace.rules, trace.rules.get("sources", {})
    shown = ["reach", "least", *(["close", "latent"] if trace.of_id else [])]
    words = {
        "reach": _("同一卡点前后 %s 秒内"),
        "least": _("同处至少 %s 秒"),
        "close": _("暴露满 %s 秒、同车或同处，才算密接而再追一级"),
        "latent": _("从首次暴露起 %s 天后开始追"),
    }
    return [Rule(name, words[name] % said[name], sources.get(name, "")) for name in shown if name in said]


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
    periods = sorted(set(near.trace.persons.values_list("period", flat=True))) if near.trace_id else []
    return _code(near.trace, near, periods)


def codes(trace: Trace) -> dict[tuple[int, int], str]:
    """By period and pseudonym, by what each person of a list is spoken of."""
    rows = list(trace.persons.all())
    periods = sorted({one.period for one in rows})
    return {(one.period, one.person): _code(trace, one, periods) for one in rows}


def _code(trace: Trace, near: Near, periods: list[int]) -> str:
    mark = chr(ord("A") + periods.index(near.period)) if len(periods) > 1 else ""
    return f"{trace.number}-{mark}{near.rank:03}"


def _met(row: dict[str, Any], names: dict[int, str]) -> Met:
    stay = row["kind"] == "stay"
    at, other = (row["t"], row["a"]) if stay else (row["t"], row["it"])
    here, there = (watches.local(datetime.fromtimestamp(int(one), UTC)) for one in (at, other))
    where = names.get(int(row["place"]), str(row["place"]))
    return Met(where, here, there, int(row["s"]), bool(row.get("same")), stay, str(row["case"]))
