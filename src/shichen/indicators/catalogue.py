"""The catalogue of figures (指标目录) and the list of disagreements, as a reader searches them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from shichen.city.scope import Sight
from shichen.indicators.declare import Indicator, known
from shichen.indicators.models import Disagreement, Figure

COMPUTED, STATED = "computed", "stated"
FAMILIES = {
    "part": _("其中数"),
    "sum": _("分项与合计"),
    "running": _("累计与各次"),
    "flow": _("当期与累计"),
    "change": _("环比"),
    "rate": _("率与样本"),
    "measure": _("量词"),
    "repeat": _("一事两日"),
    "overlap": _("两网并立"),
    "stated_computed": _("报称与实算"),
    "two_dates": _("两个日期"),
    "single_seat": _("一职两人"),
    "issuer": _("机构更名"),
    "missing": _("有题无数"),
    "doubled": _("叠字"),
    "orphan": _("孤行"),
    "place": _("地名"),
    "duplicate": _("重报"),
    "falls": _("累计下降"),
    "two_clocks": _("两个时钟"),
    "cover": _("可供天数"),
    "names": _("病名"),
    "slot": _("版面时辰"),
    "areas": _("区域合计"),
    "series": _("序列之间"),
}
FACETS = {
    "post": _("卡点"),
    "gate": _("道口"),
    "network": _("网络"),
    "dated": _("日期口径"),
    "series": _("序列"),
    "n": _("样本数"),
}


@dataclass(frozen=True)
class Line:
    """One figure by name: what it means, and the last value in the ledger."""

    indicator: Indicator
    latest: Figure | None
    count: int


def lines(sight: Sight, *, words: str = "", basis: str = "", used: bool = False) -> list[Line]:
    """The figures whose name, key or definition holds all the words; computed ones first."""
    wanted = [word.casefold() for word in words.split()]
    latest = {figure.key: figure for figure in _latest(sight)}
    counts = dict(_counts(sight))
    found = [
        Line(one, latest.get(one.key), counts.get(one.key, 0))
        for one in known().values()
        if all(word in _said(one) for word in wanted)
        and (not basis or one.computed == (basis == COMPUTED))
        and (not used or one.key in latest)
    ]
    return sorted(found, key=lambda line: (not line.indicator.computed, line.latest is None, line.indicator.key))


def disagreements(sight: Sight) -> QuerySet[Disagreement]:
    """The work items of the units within reach; those that nobody owns yet belong to whoever reaches every unit."""
    rows = Disagreement.objects.select_related("owner", "settled_by")
    if any(unit is None for unit, _, _ in sight.reaches):
        return rows
    return rows.filter(owner__in=[unit for unit, _, _ in sight.reaches if unit])


def disputed(sight: Sight) -> dict[str, list[Disagreement]]:
    """The open disagreements of each figure, by the figure's address."""
    found: dict[str, list[Disagreement]] = {}
    for one in disagreements(sight).filter(state=Disagreement.State.OPEN):
        for href in dict.fromkeys(side["href"] for side in one.sides if side.get("href")):
            found.setdefault(href, []).append(one)
    return found


def _said(one: Indicator) -> str:
    return f"{one.key} {one.name} {one.name_en} {one.definition}".casefold()


def _latest(sight: Sight) -> QuerySet[Figure]:
    order = [F("period_to").desc(nulls_last=True), F("frozen_at").desc()]
    place = Window(RowNumber(), partition_by=[F("key")], order_by=order)
    standing = Figure.objects.within(sight).filter(~Q(key=""), successor=None)
    return standing.annotate(place=place).filter(place=1).select_related("area").order_by("key")


def _counts(sight: Sight) -> list[tuple[str, int]]:
    rows = Figure.objects.within(sight).exclude(key="").order_by().values_list("key").annotate(n=Count("pk"))
    return list(rows)
