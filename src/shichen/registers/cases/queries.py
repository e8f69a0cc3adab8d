"""Questions about daily counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext_noop as _

from shichen import watches
from shichen.city.models import Area, Event
from shichen.indicators.declare import Scope
from shichen.records.keeper import RowRecords
from shichen.records.models import RecordQuerySet
from shichen.registers.cases.choices import COUNTED
from shichen.registers.cases.models import CaseLine, DailyCount
from shichen.watches import Period

PUBLISHED, DATA = "published", "data"
CHARTED = ("cases.confirmed_new", "cases.confirmed_cum", "cases.discharged")  # what the curve is drawn from
EPOCH = date(1800, 1, 1)  # before the first case of any event the register holds


def counts(period: Period, scope: Scope) -> RecordQuerySet:
    """The counts that areas reported of themselves for the days of a period: data days, or days of publication."""
    first, last = watches.civil_day(period.start), watches.civil_day(period.end - timedelta(seconds=1))
    rows = DailyCount.objects.current(scope.as_of)
    if scope.facet("dated") == PUBLISHED:
        rows = rows.filter(published_on__gte=first, published_on__lte=last)
    else:
        rows = rows.filter(as_of__gte=first, as_of__lte=last)
    if scope.facet("series") is not None:
        rows = rows.filter(series=scope.facet("series"))
    return rows if scope.area is None else rows.filter(area=scope.area)


def of_best_series(found: RecordQuerySet) -> list[DailyCount]:
    """Of counts of one area those of the series that comes first in rank, oldest first: no day is told by two."""
    counts = list(found.select_related("unit", "series").order_by("as_of", "series__rank"))
    best = min(counts, key=lambda one: int(one.series.rank)).series_id if counts else None
    return [one for one in counts if one.series_id == best]


def last_change(event: Event, as_of: datetime, *, cumulative: bool = False) -> datetime | None:
    """When new cases (or also cumulative ones) were last reported, corrected or taken out of an event's counts or list, as known at an instant."""
    unsaid = {"confirmed_new": None, "confirmed_cum": None} if cumulative else {"confirmed_new": None}
    found = []
    for rows in (
        DailyCount.objects.filter(event=event).exclude(**unsaid),
        CaseLine.objects.filter(event=event),
    ):
        found.append(rows.filter(recorded_at__lte=as_of).aggregate(at=Max("recorded_at"))["at"])
        found.append(rows.filter(superseded_at__lte=as_of).aggregate(at=Max("superseded_at"))["at"])
    return max((at for at in found if at is not None), default=None)


def lines(event: Event, as_of: datetime | None = None, area: Area | None = None) -> RecordQuerySet:
    """The cases of an event's line list that count as cases, of an area and all within it, as they stood at an instant.

    Suspected and asymptomatic ones are none, nor what was discarded.
    """
    rows = CaseLine.objects.current(as_of).filter(event=event, classification__in=COUNTED)
    return rows.inside(area)


def with_value(field: str, period: Period, scope: Scope) -> RowRecords:
    """The counts that say `field`; where several series speak of one area and day, the one first in rank.

    The day is the data day, or the day of publication where the figure is dated so: what a series saw of an
    unfinished day then stands behind what another published of the day before.
    """
    rows = counts(period, scope).exclude(**{field: None})
    day = "published_on" if scope.facet("dated") == PUBLISHED else "as_of"
    better = rows.filter(area=OuterRef("area"), series__rank__lt=OuterRef("series__rank"), **{day: OuterRef(day)})
    return of_rows(rows.filter(~Exists(better)))


def of_rows(rows: RecordQuerySet) -> RowRecords:
    ordered = rows.select_related("area", "series", "unit").order_by("as_of", "area_path", "series__rank")
    return RowRecords(ordered, describe, lambda row: f"/registers/counts/{row.pk}/")


def describe(row: DailyCount) -> dict[str, Any]:
    return {
        _("区域"): row.area.name,
        _("数据日"): row.as_of,
        _("发布日"): row.published_on,
        _("序列"): row.series.name,
        _("新增确诊"): _said(row.confirmed_new),
        _("核减确诊"): _said(row.confirmed_down),
        _("累计确诊"): _said(row.confirmed_cum),
        _("新增出院"): _said(row.discharged_new),
        _("累计出院"): _said(row.discharged_cum),
        _("现有重症"): _said(row.severe_now),
        _("累计死亡"): _said(row.dead_cum),
        _("来源"): row.source,
    }


@dataclass(frozen=True)
class Day:
    """One day of a curve; None where nothing was reported."""

    on: date
    new: int | None
    cumulative: int | None
    discharged: int | None


def curve(area: Area, start: date, end: date, *, dated: str = DATA, scope: Scope | None = None) -> list[Day]:
    """New and cumulative cases of an area for every day from `start` to `end`, by data day or by day of publication."""
    facets = {"dated": dated}
    period = Period(watches.clock(start, 0), watches.clock(end, 24))
    rows = (
        counts(period, Scope(area, facets, scope.as_of if scope else None))
        .select_related("series")
        .order_by("-series__rank")
    )
    days: dict[date, dict[str, int | None]] = {}
    for row in rows:
        day = days.setdefault(row.published_on if dated == PUBLISHED else row.as_of, {})
        for name in ("confirmed_new", "confirmed_cum", "discharged_cum"):
            value = getattr(row, name)
            if value is not None:
                day[name] = value
    return [
        Day(on, day.get("confirmed_new"), day.get("confirmed_cum"), day.get("discharged_cum"))
        for on in (start + timedelta(days=n) for n in range((end - start).days + 1))
        for day in (days.get(on, {}),)
    ]


def _said(value: int | None) -> int | str:
    return "—" if value is None else value
