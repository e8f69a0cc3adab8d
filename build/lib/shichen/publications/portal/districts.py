"""Making the table of cases by district: counts as reported, suppressed beside everything that was told, then released."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.db import transaction
from django.urls import reverse

from shichen import watches
from shichen.city import queries as city
from shichen.city.models import Account, Area
from shichen.disclosure import clearing, queries, services
from shichen.disclosure.audit import Told
from shichen.disclosure.facts import Region
from shichen.disclosure.models import OpenTable
from shichen.disclosure.policy import policy
from shichen.disclosure.suppression import suppress
from shichen.disclosure.tables import Key, Table, running
from shichen.indicators.declare import Scope
from shichen.indicators.releasing import Document
from shichen.publications.portal.tables import NAME, NEW, TOTAL, Content
from shichen.refusal import Refusal
from shichen.registers.cases import queries as cases
from shichen.watches import Period
from shichen.web import clock

RULE = "公开表"
FEWEST = 2  # districts: of one alone nothing can be hidden beside the city
Counts = dict[date, int]


@dataclass(frozen=True)
class Cell:
    """One printed count: whose, of which day, from when on, and where it stands in the table of sums."""

    key: Key
    area: Area
    measure: str
    since: date | None
    day: date

    @property
    def region(self) -> Region:
        start = watches.clock(self.since, 0) if self.since is not None else None
        return Region(NEW, self.area.path, start, watches.clock(self.day, 24))


def draft(until: date) -> Content:
    """The table up to a day as it may be printed beside everything told before. Raises Refusal."""
    whole, districts, counts = _reported(until)
    columns = _columns(whole, districts, counts)
    days = sorted(counts[whole.pk])
    table, cells = _table(whole, districts, columns, days, counts)
    values, told = table.values, _told(cells, table)
    made = suppress(table, policy().k, told)
    if made.findings:
        raise Refusal(
            f"各区病例表截至{until}有 {len(made.findings)} 处能由已公开的数推出少于 {policy().k} 的人数，不能公开。",
            rule=RULE,
        )
    return {
        "name": NAME,
        "until": until.isoformat(),
        "k": policy().k,
        "columns": [on.isoformat() for on in columns],
        "areas": [{"code": one.pk, "name": one.name} for one in (*districts, whole)],
        "cells": [_said(cell, values[cell.key], str(made.marks.get(cell.key, ""))) for cell in cells],
    }


@transaction.atomic
def propose(until: date, *, by: Account) -> OpenTable:
    """Put the table up for release. Raises Refusal."""
    if until > watches.civil_day(clock.running()):
        raise Refusal(f"{until}还没有到；请写今天或以前的一天。", rule=RULE, field="until")
    return services.propose_table(NAME, until, draft(until), by=by)


@transaction.atomic
def release(table: OpenTable, *, by: Account) -> OpenTable:
    """Let the table go out: looked at once more beside everything told by now, in the same transaction. Raises Refusal."""
    return services.release_table(table, lambda held: _checked(held, by), by=by)


def _checked(table: OpenTable, by: Account) -> None:
    if services.digest(draft(table.until)) != table.digest:
        raise Refusal("提出之后记录或已公开的数又变了；请不予签，重新提出。", rule=RULE)
    document = Document(table.pk, f"各区病例 截至{table.until}", reverse("open-table", args=[table.pk]))
    clearing.clear(document, [], beside=queries.table_facts(table), by=by)


def _reported(until: date) -> tuple[Area, list[Area], dict[str, Counts]]:
    """The running totals that the city and its districts reported up to a day."""
    whole = city.the_city()
    period = Period(watches.clock(cases.EPOCH, 0), watches.clock(until, 24))
    counts: dict[str, Counts] = defaultdict(dict)
    areas = {whole.pk: whole}
    for row in cases.with_value("confirmed_cum", period, Scope()).queryset.filter(area__path__startswith=whole.path):
        if row.area_id == whole.pk or row.area.parent_id == whole.pk:
            areas[row.area_id] = row.area
            counts[row.area_id][row.as_of] = row.confirmed_cum
    districts = sorted((one for one in areas.values() if one.pk != whole.pk), key=lambda one: one.path)
    if len(districts) < FEWEST:
        raise Refusal(f"截至{until}没有{FEWEST}个以上的区报过累计确诊，做不成各区病例表。", rule=RULE)
    return whole, districts, counts


def _columns(whole: Area, districts: Sequence[Area], counts: dict[str, Counts]) -> list[date]:
    """The days on which the city and every district reported."""
    common = set(counts[whole.pk]).intersection(*(set(counts[one.pk]) for one in districts))
    if not common:
        raise Refusal("没有一天是全市与各区都报了累计确诊的，做不成各区病例表。", rule=RULE)
    return sorted(common)


def _table(
    whole: Area, districts: Sequence[Area], columns: list[date], days: list[date], counts: dict[str, Counts]
) -> tuple[Table, list[Cell]]:
    """The counts with all their sums; what the districts did not report, and what is left of the city, is never printed."""
    later = [on for on in days if on > columns[-1]]
    rows = [_steps(one, [0, *(counts[one.pk][on] for on in columns)]) for one in districts]
    city_steps = dict(zip(days, _steps(whole, [0, *(counts[whole.pk][on] for on in days)]), strict=True))
    at = [_within(days, before, on) for before, on in zip([None, *columns], columns, strict=False)]
    times = [[city_steps[on] for on in one] for one in (*at, *([later] if later else []))]
    rows = [[*row, *([0] if later else [])] for row in rows]
    rest = [sum(steps) - sum(row[time] for row in rows) for time, steps in enumerate(times)]
    if any(count < 0 for count in rest):
        raise Refusal("各区新增之和大于全市新增；请先核对病例日报。", rule=RULE)
    cells = [*_of_districts(districts, columns), *_of_whole(whole, days)]
    table = running([*rows, rest], whole=times)
    silent = frozenset(table.values) - {cell.key for cell in cells}
    return Table(table.cells, table.chains, silent), cells


def _steps(area: Area, totals: list[int]) -> list[int]:
    steps = [after - before for before, after in pairwise(totals)]
    if any(step < 0 for step in steps):
        raise Refusal(f"{area}的累计确诊有下降；先更正病例日报，再公开。", rule=RULE)
    return steps


def _within(days: Sequence[date], before: date | None, on: date) -> list[date]:
    return [day for day in days if (before is None or day > before) and day <= on]


def _of_districts(districts: Sequence[Area], columns: list[date]) -> Iterator[Cell]:
    for place, area in enumerate(districts):
        for time, on in enumerate(columns, start=1):
            if time > 1:
                since = columns[time - 2] + timedelta(days=1)
                yield Cell(("new", place, time), area, NEW, since, on)
            yield Cell(("sum", place, time), area, TOTAL, None, on)


def _of_whole(whole: Area, days: list[date]) -> Iterator[Cell]:
    for step, on in enumerate(days, start=1):
        if step > 1:
            yield Cell(("new", -1, step), whole, NEW, days[step - 2] + timedelta(days=1), on)
        yield Cell(("sum", -1, step), whole, TOTAL, None, on)


def _told(cells: Sequence[Cell], table: Table) -> Told:
    """What readers know of the table's own cells from earlier pages and tables; numbers that changed since are not it."""
    values, rules = table.values, policy()
    known = {fact.region: fact.value for fact in queries.told_facts(rules)}
    few = {
        Region.read(cell["region"])
        for earlier in queries.released_tables(NAME)
        for cell in earlier.content["cells"]
        if cell["mark"] == "few"
    }
    exactly = frozenset(cell.key for cell in cells if known.get(cell.region) == values[cell.key])
    small = frozenset(cell.key for cell in cells if cell.region in few and 0 < values[cell.key] < rules.k)
    return Told(exactly, small - exactly)


def _said(cell: Cell, value: int, mark: str) -> dict[str, object]:
    """A cell as it is kept and printed: the value of one that is left out is not even kept. A small one never prints."""
    mark = mark or ("few" if 0 < value < policy().k else "")
    return {
        "code": cell.area.pk,
        "area": cell.area.name,
        "measure": cell.measure,
        "since": cell.since.isoformat() if cell.since else None,
        "day": cell.day.isoformat(),
        "value": None if mark else value,
        "mark": mark,
        "region": cell.region.said(),
    }
