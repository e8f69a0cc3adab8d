"""How fresh a figure is (数字状态): the states, the rule of each, and the words that say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shichen.watches import instant
from shichen.web import words

GRACE = timedelta(minutes=30)


class State(StrEnum):
    """The states, strongest first: the edge of a tile follows the first that holds, its words list all."""

    WITHHELD = "withheld"
    MISSING = "missing"
    INCOMPLETE = "incomplete"
    DISPUTED = "disputed"
    STALE = "stale"
    PARTIAL = "partial"
    PROVISIONAL = "provisional"
    CORRECTED = "corrected"
    FINAL = "final"
    FRESH = "fresh"


NAMES: dict[State, Promise] = {
    State.FRESH: gettext_lazy("正常"),
    State.PARTIAL: gettext_lazy("部分到报"),
    State.STALE: gettext_lazy("待更新"),
    State.PROVISIONAL: gettext_lazy("暂定"),
    State.INCOMPLETE: gettext_lazy("数据不完整"),
    State.DISPUTED: gettext_lazy("待核"),
    State.MISSING: gettext_lazy("缺数"),
    State.WITHHELD: gettext_lazy("不予公布"),
    State.FINAL: gettext_lazy("已定稿"),
    State.CORRECTED: gettext_lazy("已更正"),
}
MEANINGS: dict[State, Promise] = {
    State.FRESH: gettext_lazy("按时报来，该报的都报了。"),
    State.PARTIAL: gettext_lazy("该报的还没报齐；写明几个中到了几个。"),
    State.STALE: gettext_lazy("过了该更新的时限还没有新数；写明截至何时。"),
    State.PROVISIONAL: gettext_lazy("时段未完或尚未定稿，还可能变。"),
    State.INCOMPLETE: gettext_lazy("所依的数据文件有读不出的，数比实际少；写明哪天、哪些卡点和时辰。"),
    State.DISPUTED: gettext_lazy("报称与实算不一，或两个来源不一；两数并列。"),
    State.MISSING: gettext_lazy("该时段没有任何报送；写「—」，从不写0。"),
    State.WITHHELD: gettext_lazy("未到公布时刻，或数太小不宜公布。"),
    State.FINAL: gettext_lazy("已定稿，不再随记录变动。"),
    State.CORRECTED: gettext_lazy("已被后来的更正取代。"),
}


@dataclass(frozen=True)
class Circumstances:
    """What is known about a figure besides its value.

    `as_of` is the moment the figure speaks up to, `due` the moment by which the next value was owed (None: no duty),
    `arrived` and `expected` count its reporters (None: not known), `open_period` that its period still runs.
    """

    reported: bool
    as_of: datetime | None = None
    due: datetime | None = None
    arrived: int | None = None
    expected: int | None = None
    open_period: bool = False
    disputed: bool = False
    incomplete: bool = False
    final_at: datetime | None = None
    corrected_at: datetime | None = None
    withheld: str = ""


def states(one: Circumstances, at: datetime) -> list[State]:
    """Every state that holds at that moment, strongest first."""
    if one.withheld:
        return [State.WITHHELD]
    if not one.reported:
        return [State.MISSING]
    found = []
    if one.incomplete:
        found.append(State.INCOMPLETE)
    if one.disputed:
        found.append(State.DISPUTED)
    if one.due is not None and instant(at) > instant(one.due) + GRACE:
        found.append(State.STALE)
    if one.expected is not None and (one.arrived or 0) < one.expected:
        found.append(State.PARTIAL)
    if one.open_period and one.final_at is None:
        found.append(State.PROVISIONAL)
    if one.corrected_at is not None:
        found.append(State.CORRECTED)
    if one.final_at is not None:
        found.append(State.FINAL)
    return found or [State.FRESH]


def said(state: State, one: Circumstances, at: datetime) -> str:
    """The state in words, with what makes it so."""
    name = str(NAMES[state])
    if state is State.STALE and one.as_of is not None:
        return _("%(name)s · 截至%(moment)s") % {"name": name, "moment": words.moment(one.as_of)}
    if state is State.FRESH and one.as_of is not None:
        return _("%(name)s · %(age)s") % {"name": name, "age": words.age(one.as_of, at)}
    if state is State.FINAL and one.final_at is not None:
        return _("%(moment)s定稿") % {"moment": words.moment(one.final_at)}
    if state is State.CORRECTED and one.corrected_at is not None:
        return _("更正于%(moment)s") % {"moment": words.moment(one.corrected_at)}
    if state is State.WITHHELD:
        return one.withheld
    return str(_("未报")) if state is State.MISSING else name
