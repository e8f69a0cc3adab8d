"""The families of checks over the ledger of figures: part and whole, sums, running totals, changes, rates, repeats."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from shichen import watches
from shichen.city.models import Area
from shichen.city.queries import the_city
from shichen.indicators.checks import Finding, Side, check
from shichen.indicators.declare import Scope, known
from shichen.indicators.models import Figure
from shichen.indicators.queries import compute
from shichen.indicators.telling import plain, quantity
from shichen.prose.tables import Tables
from shichen.watches import Period

RULES = Path(__file__).with_name("rules.toml")
PRICE_TOLERANCE = Decimal("0.01")  # in percentage points, as printed


@cache
def rules() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(RULES.read_text(encoding="utf-8"))


def of_key(key: str) -> list[Figure]:
    """The figures of a key that stand, oldest first."""
    return list(
        Figure.objects.filter(key=key, successor=None, value__isnull=False)
        .select_related("area", "statement")
        .order_by("period_to", "frozen_at")
    )


@check
def parts() -> Iterator[Finding]:
    """其中数不大于总数。"""
    for rule in rules()["part"]:
        for part, whole in _same_time(rule["part"], rule["whole"]):
            title = f"{_name(part)}{_said(part)}大于{_name(whole)}{_said(whole)}"
            yield Finding(
                "part", f"{rule['part']}≤{rule['whole']}", title, (_side(part), _side(whole)), ok=_v(part) <= _v(whole)
            )


@check
def sums() -> Iterator[Finding]:
    """分项之和等于总数。"""
    for rule in rules()["sum"]:
        groups = [dict(_by_time(key)) for key in rule["parts"]]
        for time, whole in _by_time(rule["whole"]):
            found = [group[time] for group in groups if time in group]
            if len(found) == len(groups):
                total = sum((_v(one) for one in found), Decimal(0))
                title = f"{_name(whole)}{_said(whole)}，分项之和{plain(total)}"
                yield Finding("sum", rule["whole"], title, (_side(whole), *map(_side, found)), ok=total == _v(whole))


@check
def running_totals() -> Iterator[Finding]:
    """累计等于各次之和；缺的是没有讲到的那几次。"""
    for rule in rules()["running"]:
        flows = [one for key in rule["flows"] for one in of_key(key) if not one.cumulative]
        for total in (one for one in of_key(rule["cumulative"]) if one.cumulative):
            told = [one for one in flows if one.period_to and total.period_to and one.period_to <= total.period_to]
            added = sum((_v(one) for one in told), Decimal(0))
            gap = _v(total) - added
            title = f"{_name(total)}累计{_said(total)}，已知各次合计{plain(added)}，相差{plain(gap)}"
            yield Finding("running", rule["cumulative"], title, (_side(total), *map(_side, told)), ok=gap == 0)


@check
def flows_within_totals() -> Iterator[Finding]:
    """当期数不大于累计数；两者之差是此前的累计。"""
    for rule in rules()["flow"]:
        figures = of_key(rule["flow"])
        for total in (one for one in figures if one.cumulative):
            for flow in (one for one in figures if not one.cumulative and one.period_to == total.period_to):
                title = f"{_name(flow)}当日{_said(flow)}，累计{_said(total)}，推知此前{plain(_v(total) - _v(flow))}"
                yield Finding("flow", rule["flow"], title, (_side(flow), _side(total)), ok=_v(flow) <= _v(total))


@check
def changes() -> Iterator[Finding]:
    """由今日价与环比推出前一日价，与台账所存相比。"""
    for rule in rules()["change"]:
        levels = of_key(rule["level"])
        for level, change in _same_time(rule["level"], rule["change"]):
            implied = (_v(level) / (1 + _v(change) / 100)).quantize(Decimal("0.01"), ROUND_HALF_UP)
            before = [
                one
                for one in levels
                if one.period_from and level.period_from and one.period_from == level.period_from - timedelta(days=1)
            ]
            computed = [((_v(level) / _v(one) - 1) * 100, one) for one in before if _v(one)]
            ok = all(abs(change_now - _v(change)) <= PRICE_TOLERANCE for change_now, _ in computed)
            title = f"{_name(level)}{_said(level)}、环比{plain(_v(change))}%，推知前一日{plain(implied)}"
            sides = (_side(level), _side(change), *(_side(one) for _, one in computed))
            unknown = "" if computed else "前一日价未入册，由今日价与环比推得；入册后自动相比，容差0.01个百分点。"
            yield Finding("change", rule["level"], title, sides, ok=ok and bool(computed), explained=unknown)


@check
def rates() -> Iterator[Finding]:
    """印出的率有其最小样本数：99.43% 至少抽检 174 批。"""
    for rule in rules()["rate"]:
        for rate in of_key(rule["rate"]):
            least = smallest_sample(_v(rate), rule["decimals"])
            count = rate.facets.get("n")
            title = f"{_name(rate)}{_said(rate)}，样本数至少{least}"
            side = Side("所报样本数", str(count)) if count else Side("所报样本数", "未报")
            unknown = "" if count else f"未报样本数；这个率在印出的位数上至少要{least}个样本，报来的数少于此即不收。"
            enough = count is not None and int(count) >= least
            yield Finding("rate", rule["rate"], title, (_side(rate), side), ok=enough, explained=unknown)


@check
def measures() -> Iterator[Finding]:
    """量词要配所计之物：护目镜不以瓶计。"""
    tables = Tables.default()
    things = {word for word, measure in tables.measure.items() if measure.dimension in {"count", "person"}}
    stated = Figure.objects.filter(basis=Figure.Basis.STATED, successor=None, unit__in=things)
    for figure in stated.select_related("area", "statement"):
        counted = _name(figure) + (figure.statement.subject if figure.statement else "")
        for item, words in tables.goods:
            if item in counted:
                title = f"{_name(figure)}{_said(figure)}：{item}通常以{'、'.join(words[:3])}计"
                sides = (_side(figure), Side(f"{item}的量词", "、".join(words)))
                yield Finding("measure", figure.key or item, title, sides, ok=figure.unit in words)
                break


@check
def repeats() -> Iterator[Finding]:
    """同一件事落在两个日期：并非两次，不得相加。"""
    for rule in rules()["repeat"]:
        by_value: dict[Decimal, list[Figure]] = defaultdict(list)
        for figure in of_key(rule["key"]):
            by_value[_v(figure)].append(figure)
        for same in by_value.values():
            if len({figure.period_from for figure in same}) > 1:
                title = f"{_name(same[0])}{_said(same[0])}见于{len(same)}个日期，应为一事，不相加"
                yield Finding("repeat", rule["key"], title, tuple(map(_side, same)))


@check
def overlaps() -> Iterator[Finding]:
    """两个网络的数并列而不相加。"""
    for rule in rules()["overlap"]:
        for left, right in _same_time(rule["left"], rule["right"]):
            title = f"{_name(left)}{_said(left)}与{_name(right)}{_said(right)}口径不同，不可相加"
            yield Finding(
                "overlap",
                f"{rule['left']}|{rule['right']}",
                title,
                (_side(left), _side(right)),
                explained=rule["reason"],
            )


@check
def stated_and_computed() -> Iterator[Finding]:
    """报称与实算同题同时段应相符；一地的报称不应大于全市的实算。"""
    city = the_city()
    stated = Figure.objects.filter(basis=Figure.Basis.STATED, successor=None, cumulative=False).exclude(key="")
    for one in stated.select_related("area", "statement"):
        declared = known().get(one.key)
        if declared is None or not declared.computed or one.period_from is None or one.period_to is None:
            continue
        period = Period(one.period_from, one.period_to)
        here = compute(one.key, period, Scope(one.area)).value
        whole = compute(one.key, period, Scope(city)).value if declared.sort == "flow" else None
        if here is not None:
            title = f"{_name(one)}报称{_said(one)}，登记册实算{plain(here)}"
            yield Finding(
                "stated_computed", one.key, title, (_side(one), _live(one, one.area, here)), ok=_v(one) == here
            )
        elif whole is not None:
            title = f"{one.area}{_name(one)}报称{_said(one)}，而全市实算{plain(whole)}"
            yield Finding("stated_computed", one.key, title, (_side(one), _live(one, city, whole)), ok=_v(one) <= whole)


@check
def dated_by_publication() -> Iterator[Finding]:
    """以发布日立条的数，数据日另有其日：两个日期都写明。"""
    for figure in Figure.objects.filter(facets__dated="published", successor=None).select_related("area"):
        if figure.period_from is None:
            continue
        day = watches.civil_day(figure.period_from)
        reason = f"按发布日{day.month}月{day.day}日计；所指数据截至前一日24时。两个日期都在溯源页写明。"
        yield Finding(
            "two_dates", figure.key, f"{_name(figure)}{_said(figure)}以发布日立条", (_side(figure),), explained=reason
        )


@check
def covers() -> Iterator[Finding]:
    """现有量按每日目标可供几天：按目标量计，不是按实际消耗计。"""
    for rule in rules()["cover"]:
        targets = of_key(rule["daily"])
        for stock in of_key(rule["stock"]) if targets else []:
            days = plain((_v(stock) / _v(targets[0])).quantize(Decimal("0.1"), ROUND_HALF_UP))
            title = f"{_name(stock)}{_said(stock)}，按每日{_said(targets[0])}可供{days}天"
            reason = "按目标量推算，不是按实际消耗；实际投放报来后另算。"
            yield Finding("cover", rule["stock"], title, (_side(stock), _side(targets[0])), explained=reason)


def smallest_sample(rate: Decimal, decimals: int) -> int:
    """The smallest n for which some k/n prints as this percentage with so many decimals (99.43 % needs 174)."""
    step = Decimal(1).scaleb(-decimals)
    for n in range(1, 100_001):
        k = (rate * n / 100).to_integral_value(ROUND_HALF_UP)
        if any(
            0 <= near <= n and (Decimal(near) * 100 / n).quantize(step, ROUND_HALF_UP) == rate.quantize(step)
            for near in (k - 1, k, k + 1)
        ):
            return n
    return 100_001


def _live(figure: Figure, area: Area, value: Decimal) -> Side:
    """What the registers give now for the time that a statement speaks of."""
    if figure.period_from is None or figure.period_to is None:
        raise AssertionError("only figures with a period are computed")
    times = urlencode({"from": figure.period_from.isoformat(), "to": figure.period_to.isoformat(), "area": area.pk})
    return Side(f"{area} {_name(figure)} 实算", quantity(value, figure.unit), f"/figures/{figure.key}/?{times}")


def _v(figure: Figure) -> Decimal:
    if figure.value is None:
        raise AssertionError("only figures with a value are compared")
    return figure.value


def _by_time(key: str) -> Iterator[tuple[tuple[Any, Any, str], Figure]]:
    for figure in of_key(key):
        if not figure.cumulative:
            yield (figure.period_from, figure.period_to, figure.area_id), figure


def _same_time(left: str, right: str) -> Iterator[tuple[Figure, Figure]]:
    rights = dict(_by_time(right))
    for time, figure in _by_time(left):
        if time in rights:
            yield figure, rights[time]


def _name(figure: Figure) -> str:
    found = known().get(figure.key)
    return found.name if found else figure.key


def _said(figure: Figure) -> str:
    return quantity(figure.value, figure.unit)


def _side(figure: Figure) -> Side:
    day = watches.civil_day(figure.period_to - timedelta(seconds=1)) if figure.period_to else None
    when = f"{day.month}月{day.day}日" if day else ""
    return Side(
        f"{when} {_name(figure)} {'实算' if figure.basis == Figure.Basis.COMPUTED else '报称'}",
        _said(figure),
        f"/figures/{figure.pk}/",
    )
