"""Signals in words, in the language of the page: the method, the finding, why a series was not evaluated, whose turn it is."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from shichen.analysis.signals import asking
from shichen.analysis.signals.models import Alarm, Evaluation
from shichen.city.roles import ROLES
from shichen.indicators.declare import named
from shichen.web import words

Row = dict[str, Any]


def figure(key: str) -> str:
    """What is counted, by the name of its figure."""
    one = named(key)
    return one.name_en if words.english() else one.name


def method(key: str) -> str:
    """A method by its name."""
    return {
        "ears-c1": "EARS C1",
        "ears-c2": "EARS C2",
        "ears-c3": "EARS C3",
        "cusum": "CUSUM",
        "farrington": "Farrington",
    }.get(key, key)


def how(key: str) -> str:
    """What a method compares with what."""
    return {
        "ears-c1": _("当日与此前7天或规则所定天数的均值比；基线缺一天就不评价。"),
        "ears-c2": _("当日与隔两天之前的基线比，慢慢抬头的不被基线吃掉；基线缺一天就不评价。"),
        "ears-c3": _("连看三天相对于隔两天的基线高出多少；基线缺一天就不评价。"),
        "cusum": _("把每天高出此前均值的部分累加，加到界限就是信号。"),
        "farrington": _("最近一整周与往年同期比；不足三年的周数不评价。"),
    }.get(key, "")


def finding(alarm: Alarm) -> str:
    """What is unusual, in one sentence."""
    told = {
        "area": words.called(alarm.area),
        "on": words.day(alarm.on),
        "what": figure(alarm.evaluation.indicator),
        "value": number(alarm.value),
        "upper": number(alarm.upper),
        "expected": number(alarm.expected),
        "method": method(alarm.method),
    }
    return _("%(area)s %(on)s %(what)s %(value)s，高于上限 %(upper)s（预期 %(expected)s，%(method)s）。") % told


def number(value: float | None) -> str:
    return words.DASH if value is None else words.number(round(value, 2))


def unevaluated(one: Evaluation) -> str:
    """Why nothing was evaluated; nothing where something was."""
    return {
        "": "",
        "no_data": _("没有逐日的数。"),
        "baseline": _("没有一天的基线是齐的，不评价。"),
        "years": _("不足三年的周数，不评价。"),
        "no_mean": _("基线全是零，不评价。"),
    }.get(one.unevaluated, _("数据不合方法的要求，不评价。"))


def latest(one: Evaluation) -> str:
    """The last day of an evaluation: its value and bound, or why there is none."""
    why = unevaluated(one)
    if why or not one.rows:
        return why
    row = one.rows[-1]
    told = {"on": row["date"], "value": number(row["value"]), "upper": number(row["upper"])}
    if row["upper"] is None:
        return _("%(on)s：%(value)s，这一天的基线不齐，未评价") % told
    return _("%(on)s：%(value)s，上限 %(upper)s") % told


def whose(alarm: Alarm) -> str:
    """Whose turn it is to answer."""
    line = asking.read(alarm.evaluation.rules.text).line
    return roles(line[min(alarm.step, len(line) - 1)])


def roles(step: tuple[str, ...]) -> str:
    return _("、").join(ROLES[role].en if words.english() else ROLES[role].zh for role in step)
