"""Questions about posts and tallies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from shichen import watches
from shichen.indicators.declare import Scope
from shichen.records.keeper import RowRecords
from shichen.records.models import RecordQuerySet
from shichen.registers.checkpoints.models import Network, Post, Tally
from shichen.watches import Period


def standing_posts(on: date, *, as_of: datetime | None = None) -> RecordQuerySet:
    """The posts manned on that day."""
    return Post.objects.current(as_of).filter(Q(closed_on=None) | Q(closed_on__gt=on), opened_on__lte=on)


def posts(network: str, period: Period, scope: Scope) -> RowRecords:
    """The posts of a network that stand on the first day of the period."""
    rows = standing_posts(watches.civil_day(period.start), as_of=scope.as_of).filter(network=network).inside(scope.area)
    return RowRecords(rows.select_related("area", "unit").order_by("code"), describe_post, record_href)


def tallies(network: str | None, period: Period, scope: Scope) -> RowRecords:
    """The tallies of shifts begun within the period, of one network or of any."""
    rows = Tally.objects.current(scope.as_of).during(period).inside(scope.area)
    if network is not None:
        rows = rows.filter(network=network)
    for facet, column in (("post", "post__code"), ("gate", "gate"), ("network", "network")):
        if scope.facet(facet) is not None:
            rows = rows.filter(**{column: scope.facet(facet)})
    return of_rows(rows)


def one_per_gate(period: Period, scope: Scope) -> RowRecords:
    """The tallies that a city total may count: at a gate of several networks, those of the network first in precedence."""
    here = (
        Tally.objects.current(scope.as_of)
        .during(period)
        .filter(gate=OuterRef("gate"), network__precedence__lt=OuterRef("network__precedence"))
    )
    rows = Tally.objects.current(scope.as_of).during(period).inside(scope.area).filter(~Exists(here) | Q(gate=None))
    return of_rows(rows)


def silent_posts(network: Network, period: Period) -> list[Post]:
    """The posts of a network that stand but have reported nothing in the period (未报)."""
    said = Tally.objects.current().during(period).values("post__code")
    return list(
        standing_posts(watches.civil_day(period.start)).filter(network=network).exclude(code__in=said).order_by("code")
    )


def of_rows(rows: RecordQuerySet) -> RowRecords:
    return RowRecords(
        rows.select_related("post", "area", "unit").order_by("occurred_from", "post__code"), describe_tally, record_href
    )


def describe_post(post: Post) -> dict[str, Any]:
    return {
        "编号": post.code,
        "卡点": post.name,
        "类别": post.place_kind,
        "区域": post.area.name,
        "主管": post.unit.name,
        "启用": post.opened_on,
        "直控自": post.direct_control_from or "",
    }


def describe_tally(tally: Tally) -> dict[str, Any]:
    start, end = watches.local(tally.occurred_from), watches.local(tally.occurred_to)  # type: ignore[arg-type]
    return {
        "卡点": tally.post.name,
        "区域": tally.area.name,
        "班次": f"{start:%m-%d %H:%M}—{end:%H:%M}",
        "车辆": tally.vehicles,
        "疫源地车辆": tally.source_area_vehicles,
        "人员": tally.persons,
        "疫源地人员": tally.source_area_persons,
        "劝返": tally.turned_back,
        "移交": tally.referred,
        "发热": tally.fever,
    }


def record_href(row: Post | Tally) -> str:
    return f"/registers/{'posts' if isinstance(row, Post) else 'tallies'}/{row.pk}/"
