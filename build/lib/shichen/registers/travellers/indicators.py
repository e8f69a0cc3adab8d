"""The figures that the register of travellers answers for; people are counted once, lines of lists stand beside them."""

from __future__ import annotations

from shichen.indicators.apart import apart
from shichen.indicators.declare import Scope, Sort, indicator
from shichen.records.keeper import RowRecords
from shichen.records.reductions import COUNT, distinct
from shichen.registers.travellers import queries
from shichen.registers.travellers.choices import CONTROLLED, GOING_ON, UNRESOLVED, VERIFIED
from shichen.watches import Period

apart("travellers.rows", "travellers.persons", "名单行数按行计，一人可在多份名单上；人数去重到人。两数并列，不相加。")


@indicator(
    "travellers.rows", "重点人员名单行数", en="Lines of lists of travellers", unit="行", facets=("sender",), during=True
)
def rows(period: Period, scope: Scope) -> RowRecords:
    """各来源报来的重点人员名单行数，按行计：一人在三份名单上计三行。

    Lines of the lists that senders brought; somebody on three lists counts three times.
    """
    return queries.rows(period, scope)


@indicator(
    "travellers.persons",
    "名单涉及人数",
    en="People on the lists",
    unit="人",
    reduction=distinct("person"),
    facets=("sender",),
    during=True,
)
def persons(period: Period, scope: Scope) -> RowRecords:
    """各来源名单涉及的人数，去重到人：同一证件只计一人。

    People whom the lists named, each counted once: the same document is one person.
    """
    return queries.rows(period, scope)


@indicator(
    "travellers.wrong_numbers",
    "错号与查无此人",
    en="Lines that reached nobody",
    unit="行",
    reduction=COUNT,
    facets=("sender",),
    follows=("travellers.traveller",),
)
def wrong_numbers(period: Period, scope: Scope) -> RowRecords:
    """当期名单行中，核查结果为错号或查无此人的。

    Of the lines of the period, those whose person could not be reached by what they said.
    """
    return queries.wrong(period, scope)


@indicator("travellers.open", "在册重点人员", en="Open cards of travellers", unit="人", sort=Sort.STOCK)
def open_cards(period: Period, scope: Scope) -> RowRecords:
    """期末尚未办结的重点人员：待核、分派、核实、管控之和。

    People whose card is open at the end of the period: listed, assigned, verified or controlled.
    """
    return queries.cards(period, scope, *GOING_ON)


@indicator("travellers.unresolved", "待核查", en="Still to be verified", unit="人", sort=Sort.STOCK)
def unresolved(period: Period, scope: Scope) -> RowRecords:
    """期末待核与已分派未核实的重点人员(其中数)。

    Of the open cards, those that nobody has verified yet.
    """
    return queries.cards(period, scope, *UNRESOLVED)


@indicator("travellers.verified", "已核实未管控", en="Verified, not under control", unit="人", sort=Sort.STOCK)
def verified(period: Period, scope: Scope) -> RowRecords:
    """期末已核实、未管控的重点人员(其中数)。

    Of the open cards, those verified and not under control.
    """
    return queries.cards(period, scope, VERIFIED)


@indicator("travellers.in_control", "管控卡片", en="Cards under control", unit="人", sort=Sort.STOCK)
def in_control(period: Period, scope: Scope) -> RowRecords:
    """期末状态为管控的重点人员(其中数)，含管控期已过、尚未转为期满的。

    Of the open cards, those in the state of control, its end past or not.
    """
    return queries.cards(period, scope, CONTROLLED)


@indicator("travellers.under_control", "管控中", en="Under control", unit="人", sort=Sort.STOCK)
def under_control(period: Period, scope: Scope) -> RowRecords:
    """期末管控有效的重点人员：有依据，经两个单位两人确认，未过止期；过期即失效。

    People under control that holds: on a basis, confirmed by two persons of two units, not past its end.
    """
    return queries.controlled(period, scope)
