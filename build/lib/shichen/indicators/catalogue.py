"""The catalogue of figures (指标目录), as a reader searches it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from shichen.city.scope import Sight
from shichen.indicators.declare import Indicator, known
from shichen.indicators.models import Definition, Figure

COUNTED = 100  # figures of one key that are counted; beyond, there are that many and more
COMPUTED, STATED = "computed", "stated"
FACETS = {
    "post": _("卡点"),
    "gate": _("道口"),
    "network": _("网络"),
    "dated": _("日期口径"),
    "series": _("序列"),
    "n": _("样本数"),
}
FACET_VALUES = {("dated", "published"): _("按发布日"), ("dated", "data"): _("按数据日")}


@dataclass(frozen=True)
class Line:
    """One figure by name: what it means, and the last value in the ledger."""

    indicator: Indicator
    latest: Figure | None
    count: int

    @property
    def more(self) -> bool:
        return self.count >= COUNTED


def lines(
    sight: Sight, *, words: str = "", basis: str = "", used: bool = False, as_of: datetime | None = None
) -> list[Line]:
    """The figures whose name, key or definition holds all the words; computed ones first, the ledger as it stood then."""
    wanted = [word.casefold() for word in words.split()]
    latest, counts = _in_the_ledger(sight, as_of)
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


def _in_the_ledger(sight: Sight, as_of: datetime | None) -> tuple[dict[str, Figure], dict[str, int]]:
    """For each key that the ledger has, the figure of the latest time, and how many there are, as far as they are counted.

    Asked key by key within one question, each by its index: as quick in a ledger of years as in one of a day.
    """
    of_key = Figure.objects.within(sight).standing(as_of).filter(key=OuterRef("key"))
    timed = of_key.filter(period_to__isnull=False).order_by("-period_to", "-frozen_at", "-pk")
    timeless = of_key.filter(period_to=None).order_by("-frozen_at", "-pk")
    newest = Coalesce(Subquery(timed.values("pk")[:1]), Subquery(timeless.values("pk")[:1]))
    rows = Definition.objects.order_by().annotate(
        newest=newest, counted=_Count(of_key.order_by().values("pk")[:COUNTED])
    )
    found = {key: (pk, n) for key, pk, n in rows.values_list("key", "newest", "counted") if pk is not None}
    figures = Figure.objects.filter(pk__in=[pk for pk, _n in found.values()]).select_related("area")
    counts = {key: n for key, (_pk, n) in found.items()}
    return {figure.key: figure.as_it_stood(as_of) for figure in figures}, counts


class _Count(Subquery):
    """How many rows a question gives."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
