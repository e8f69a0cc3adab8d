"""The families of checks over the ledger of figures that add or order: part and whole, sums, running totals, areas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial

from shichen.indicators.declare import known
from shichen.indicators.models import Figure
from shichen.indicators.telling import plain
from shichen.reconciliation.changes import Changes
from shichen.reconciliation.checks import Finding, Looked, check, check_changes
from shichen.reconciliation.compared import Ledger, about, name, said, value
from shichen.reconciliation.kinds import Rule
from shichen.reconciliation.pairs import Pairing, looked
from shichen.reconciliation.rulebook import rulebook

ONE_DAY = timedelta(days=1)
HERE = "reconciliation.families"


@check_changes
def parts(changes: Changes) -> Iterator[Looked]:
    """其中数不大于总数。"""
    pairings = [Pairing(rule["part"], rule["whole"], partial(_part, rule)) for rule in rulebook().of("part")]
    return looked(changes, f"{HERE}.parts", pairings)


def _part(rule: Rule, ledger: Ledger, part: Figure, whole: Figure) -> Finding:
    return Finding(
        "part",
        f"{rule['part']}≤{rule['whole']}",
        f"{name(part)}{said(part)}大于{name(whole)}{said(whole)}",
        (ledger.side(part), ledger.side(whole)),
        ok=value(part) <= value(whole),
        explained=rule.reason,
        owner=rule.owner,
        about=about(part),
    )


@check
def sums() -> Iterator[Finding]:
    """分项之和等于总数。"""
    ledger = Ledger()
    for rule in rulebook().of("sum"):
        groups = [ledger.by_time(key) for key in rule["parts"]]
        for time, whole in ledger.by_time(rule["whole"]).items():
            found = [group[time] for group in groups if time in group]
            if len(found) == len(groups):
                total = sum(map(value, found), Decimal(0))
                yield Finding(
                    "sum",
                    rule["whole"],
                    f"{name(whole)}{said(whole)}，分项之和{plain(total)}",
                    (ledger.side(whole), *map(ledger.side, found)),
                    ok=_near(total, value(whole), rule),
                    explained=rule.reason,
                    owner=rule.owner,
                    about=about(whole),
                )


@check_changes
def same_thing(changes: Changes) -> Iterator[Looked]:
    """两个指标说的是同一件事：数应相同。"""
    pairings = [Pairing(rule["left"], rule["right"], partial(_same, rule)) for rule in rulebook().of("same")]
    return looked(changes, f"{HERE}.same_thing", pairings)


def _same(rule: Rule, ledger: Ledger, left: Figure, right: Figure) -> Finding:
    return Finding(
        "same",
        f"{rule['left']}={rule['right']}",
        f"{name(left)}{said(left)}，而{name(right)}{said(right)}",
        (ledger.side(left), ledger.side(right)),
        ok=value(left) == value(right),
        explained=rule.reason,
        owner=rule.owner,
        about=about(left),
    )


@check
def running_totals() -> Iterator[Finding]:
    """累计等于各次之和；缺的是没有讲到的那几次。"""
    ledger = Ledger()
    for rule in rulebook().of("running"):
        flows = [one for key in rule["flows"] for one in ledger.of(key) if not one.cumulative]
        for total in (one for one in ledger.of(rule["cumulative"]) if one.cumulative):
            told = [one for one in flows if one.period_to and total.period_to and one.period_to <= total.period_to]
            added = sum(map(value, told), Decimal(0))
            gap = value(total) - added
            yield Finding(
                "running",
                rule["cumulative"],
                f"{name(total)}累计{said(total)}，已知各次合计{plain(added)}，相差{plain(gap)}",
                (ledger.side(total), *map(ledger.side, told)),
                ok=gap == 0,
                explained=rule.reason,
                owner=rule.owner,
                about=about(total),
            )


@check
def steps() -> Iterator[Finding]:
    """今日累计 = 昨日累计 + 当日新增 − 核减。"""
    ledger = Ledger()
    for rule in rulebook().of("step"):
        flows, downs = ledger.days(rule["flow"]), ledger.days(rule.given.get("down", ""))
        for place, days in ledger.days(rule["cumulative"]).items():
            for day, total in sorted(days.items()):
                before, new = days.get(day - ONE_DAY), flows.get(place, {}).get(day)
                if before is not None and new is not None:
                    yield _step(rule, ledger, (before, new, downs.get(place, {}).get(day), total))


def _step(rule: Rule, ledger: Ledger, four: tuple[Figure, Figure, Figure | None, Figure]) -> Finding:
    before, new, down, total = four
    wanted = value(before) + value(new) - (value(down) if down else 0)
    less = f"减核减{plain(value(down))}" if down else ""
    return Finding(
        "step",
        rule["cumulative"],
        f"{name(total)}{said(total)}，昨日{plain(value(before))}加新增{plain(value(new))}{less}为{plain(wanted)}",
        tuple(ledger.side(one) for one in (before, new, down, total) if one),
        ok=wanted == value(total),
        explained=rule.reason,
        owner=rule.owner,
        about=about(total),
    )


@check_changes
def flows_within_totals(changes: Changes) -> Iterator[Looked]:
    """当期数不大于累计数；两者之差是此前的累计。"""
    pairings = [
        Pairing(rule["flow"], rule.given.get("cumulative", rule["flow"]), partial(_flow, rule), totals=True)
        for rule in rulebook().of("flow")
    ]
    return looked(changes, f"{HERE}.flows_within_totals", pairings)


def _flow(rule: Rule, ledger: Ledger, flow: Figure, total: Figure) -> Finding:
    gap = plain(value(total) - value(flow))
    return Finding(
        "flow",
        rule["flow"],
        f"{name(flow)}当日{said(flow)}，累计{said(total)}，推知此前{gap}",
        (ledger.side(flow), ledger.side(total)),
        ok=value(flow) <= value(total),
        explained=rule.reason,
        owner=rule.owner,
        about=about(flow),
    )


@check
def areas() -> Iterator[Finding]:
    """各下级区域之和等于上级区域；计入别处的填报区只计一次。"""
    ledger = Ledger()
    for rule in rulebook().of("areas"):
        figures = {**ledger.by_time(rule["key"]), **ledger.totals(rule["key"])}
        groups: dict[tuple[object, ...], dict[str, Figure]] = defaultdict(dict)
        for (start, end, area, facets), figure in figures.items():
            groups[start, end, facets][area] = figure
        for group in groups.values():
            yield from _areas(rule, ledger, group)


def _areas(rule: Rule, ledger: Ledger, group: dict[str, Figure]) -> Iterator[Finding]:
    for whole in group.values():
        inner = [one for one in group.values() if one.area.parent_id == whole.area_id]
        once = [one for one in inner if one.area.counted_in_id not in {other.area_id for other in inner}]
        if len(inner) > 1:
            # An area that is at times counted within another is added, or it is in that one already.
            sums = [sum(map(value, part), Decimal(0)) for part in (inner, once)]
            total = next((one for one in sums if one == value(whole)), sums[0])
            label = known()[rule["key"]].name
            yield Finding(
                "areas",
                rule["key"],
                f"{whole.area}{label}{said(whole)}，{len(inner)}个下级区域合计{plain(total)}",
                (ledger.side(whole), *map(ledger.side, inner)),
                ok=total == value(whole),
                explained=rule.reason,
                owner=rule.owner,
                about=about(whole),
            )


def _near(one: Decimal, other: Decimal, rule: Rule) -> bool:
    return abs(one - other) <= (rule.number("tolerance", "0") or 0)
