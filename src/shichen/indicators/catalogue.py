"""The catalogue of figures (指标目录), as a reader searches it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from shichen.city.scope import Sight
from shichen.indicators.declare import Indicator, known
from shichen.indicators.models import Figure, FigureQuerySet

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
    """For each key that the ledger has, the figure of the latest time, and how many there are, as far as they are counted."""
    standing = Figure.objects.within(sight).standing(as_of)
    last: dict[str, UUID] = {}
    counts: dict[str, int] = {}
    for key in _keys():
        found = _newest(standing.filter(key=key))
        if found:
            last[key], counts[key] = found[0], len(found)
    figures = Figure.objects.filter(pk__in=last.values()).select_related("area")
    return {figure.key: figure.as_it_stood(as_of) for figure in figures}, counts


def _newest(rows: FigureQuerySet) -> list[UUID]:
    """Those of the latest time first; one that speaks of no time comes after all that do."""
    timed = (
        rows.filter(period_to__isnull=False).order_by("-period_to", "-frozen_at", "-pk").values_list("pk", flat=True)
    )
    found = list(timed[:COUNTED])
    if len(found) < COUNTED:
        timeless = rows.filter(period_to=None).order_by("-frozen_at", "-pk").values_list("pk", flat=True)
        found += timeless[: COUNTED - len(found)]
    return found


def _keys() -> list[str]:
    """The keys that the ledger has, found by going from one to the next."""
    with connection.cursor() as cursor:
        cursor.execute(KEYS)
        return [key for (key,) in cursor.fetchall()]


KEYS = """
WITH RECURSIVE keys(key) AS (
  SELECT min(key) FROM indicators_figure WHERE key > ''
  UNION ALL
  SELECT (SELECT min(key) FROM indicators_figure WHERE key > keys.key) FROM keys WHERE keys.key IS NOT NULL
)
SELECT key FROM keys WHERE key IS NOT NULL
"""
