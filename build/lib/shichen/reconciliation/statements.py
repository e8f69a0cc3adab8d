"""The families of checks over what reports state: measure words, repeats, two networks, stated against computed, two dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from shichen import watches
from shichen.indicators.apart import Apart, declared
from shichen.indicators.declare import Scope, known
from shichen.indicators.models import Figure
from shichen.indicators.queries import compute
from shichen.indicators.telling import plain
from shichen.prose.tables import Tables
from shichen.reconciliation.changes import Changes
from shichen.reconciliation.checks import Finding, Looked, Side, check, check_changes
from shichen.reconciliation.compared import Ledger, about, name, said, value
from shichen.reconciliation.pairs import Pairing, looked
from shichen.reconciliation.rulebook import rulebook
from shichen.watches import Period

STATED = Figure.Basis.STATED
HERE = "reconciliation.statements.stated_and_computed"


@check_changes
def measures(changes: Changes) -> Iterator[Looked]:
    """量词要配所计之物：护目镜不以瓶计。"""
    tables, ledger = Tables.default(), Ledger()
    things = {word for word, measure in tables.measure.items() if measure.dimension in {"count", "person"}}
    stated = changes.new_figures(STATED).filter(unit__in=things, value__isnull=False)
    again = changes.once_more("reconciliation.statements.measures")
    for figure in (*stated.select_related("area", "statement"), *again):
        yield Looked(str(figure.pk), tuple(_measure(figure, tables, ledger)))


def _measure(figure: Figure, tables: Tables, ledger: Ledger) -> Iterator[Finding]:
    counted = name(figure) + (figure.statement.subject if figure.statement else "")
    for item, words in tables.goods:
        if item in counted:
            title = f"{name(figure)}{said(figure)}：{item}通常以{'、'.join(words[:3])}计"
            sides = (ledger.side(figure), Side(f"{item}的量词", "、".join(words)))
            yield Finding("measure", figure.key or item, title, sides, ok=figure.unit in words)
            return


@check
def repeats() -> Iterator[Finding]:
    """同一件事落在两个日期：并非两次，不得相加。"""
    ledger = Ledger()
    for rule in rulebook().of("repeat"):
        by_value: dict[tuple[Decimal, str], list[Figure]] = defaultdict(list)
        for figure in ledger.of(rule["key"]):
            by_value[value(figure), figure.area_id].append(figure)
        for alike in by_value.values():
            if len({figure.period_from for figure in alike}) > 1:
                yield Finding(
                    "repeat",
                    rule["key"],
                    f"{name(alike[0])}{said(alike[0])}见于{len(alike)}个日期，应为一事，不相加",
                    tuple(map(ledger.side, alike)),
                    explained=rule.reason,
                    owner=rule.owner,
                )


@check_changes
def overlaps(changes: Changes) -> Iterator[Looked]:
    """两个网络的数并列而不相加。"""
    pairings = [Pairing(pair.left, pair.right, partial(_overlap, pair)) for pair in declared()]
    return looked(changes, "reconciliation.statements.overlaps", pairings)


def _overlap(pair: Apart, ledger: Ledger, left: Figure, right: Figure) -> Finding:
    return Finding(
        "overlap",
        f"{pair.left}|{pair.right}",
        f"{name(left)}{said(left)}与{name(right)}{said(right)}口径不同，不可相加",
        (ledger.side(left), ledger.side(right)),
        explained=pair.reason,
        about=about(left),
    )


@check
def dated_by_publication() -> Iterator[Finding]:
    """以发布日立条的数，数据日另有其日：两个日期都写明。"""
    ledger = Ledger()
    dated = Figure.objects.filter(facets__dated="published", successor=None, value__isnull=False)
    for figure in dated.select_related("area", "statement"):
        if figure.period_from is None:
            continue
        day = watches.civil_day(figure.period_from)
        yield Finding(
            "two_dates",
            figure.key,
            f"{name(figure)}{said(figure)}以发布日立条",
            (ledger.side(figure),),
            explained=f"按发布日{day.month}月{day.day}日计；所指数据截至前一日24时。两个日期都在溯源页写明。",
            about=about(figure),
        )


@check_changes
def stated_and_computed(changes: Changes) -> Iterator[Looked]:
    """报称与实算同题同时段应相符；一地的报称不应大于全市的实算。"""
    ledger = Ledger()
    asked = [*changes.new_figures(STATED).exclude(key=""), *changes.figures(STATED), *changes.once_more(HERE)]
    for pk, one in {figure.pk: figure for figure in asked}.items():
        yield Looked(str(pk), tuple(_against_records(one, ledger)))


def _against_records(one: Figure, ledger: Ledger) -> Iterator[Finding]:
    """A stated figure beside what the registers give for the same time and place."""
    declared_ = known().get(one.key)
    if declared_ is None or not declared_.computed or one.cumulative or one.value is None:
        return
    if one.period_from is None or one.period_to is None:
        return
    period = Period(one.period_from, one.period_to)
    here = compute(one.key, period, Scope(one.area)).value
    whole = compute(one.key, period, Scope(ledger.city)).value if declared_.sort == "flow" else None
    if here is not None:
        yield Finding(
            "stated_computed",
            one.key,
            f"{name(one)}报称{said(one)}，登记册实算{plain(here)}",
            (ledger.side(one), ledger.live(one, one.area, here)),
            ok=value(one) == here,
            about=f"{about(one)} {one.pk}",
        )
    elif whole is not None:
        yield Finding(
            "stated_computed",
            one.key,
            f"{one.area}{name(one)}报称{said(one)}，而全市实算{plain(whole)}",
            (ledger.side(one), ledger.live(one, ledger.city, whole)),
            ok=value(one) <= whole,
            about=f"{about(one)} {one.pk}",
        )
