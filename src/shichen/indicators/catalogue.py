"""The catalogue of figures (指标目录), as a reader searches it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from shichen.city.scope import Sight
from shichen.indicators.declare import Indicator, known
from shichen.indicators.models import Figure

COMPUTED, STATED = "computed", "stated"
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
