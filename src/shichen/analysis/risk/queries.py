"""Questions over risk levels: which somebody may see, the newest of each area, what the Office set instead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from shichen.analysis.risk.models import Assessment, Override
from shichen.city.models import Area, Event
from shichen.city.scope import Sight


def assessments(reach: Sight, moment: datetime | None = None) -> QuerySet[Assessment]:
    """The assessments within reach, of data that was there at a moment; newest data first."""
    found = Assessment.objects.filter(reach.q())
    if moment is not None:
        found = found.filter(as_of__lte=moment)
    return found.select_related("area", "event", "unit", "asked_by", "signature__by")


def newest(reach: Sight, moment: datetime | None = None) -> list[Assessment]:
    """Of each area the newest, in one question: the city first, then its areas as they stand on its grid."""
    later = Q(as_of__gt=OuterRef("as_of")) | Q(as_of=OuterRef("as_of"), number__gt=OuterRef("number"))
    newer = Assessment.objects.filter(reach.q(), later, event=OuterRef("event"), area=OuterRef("area"))
    if moment is not None:
        newer = newer.filter(as_of__lte=moment)
    found = assessments(reach, moment).filter(~Exists(newer))
    return sorted(found, key=lambda one: (one.area.grid_y or 0, one.area.grid_x or 0, one.area_path))


def instants(reach: Sight, most: int) -> list[datetime]:
    """The instants as of which levels were worked out, the latest first."""
    found = Assessment.objects.filter(reach.q()).order_by("-as_of").values_list("as_of", flat=True).distinct()
    return list(found[:most])


def first_instant(reach: Sight) -> datetime | None:
    """The first instant as of which levels were worked out."""
    return Assessment.objects.filter(reach.q()).order_by("as_of").values_list("as_of", flat=True).first()


def others(one: Assessment) -> QuerySet[Assessment]:
    """The assessments of the same area, newest data first."""
    return Assessment.objects.filter(event=one.event, area=one.area).order_by("-as_of", "-number")


def overrides(areas: Iterable[Area], event: Event, on: date, moment: datetime | None = None) -> dict[str, Override]:
    """What the Office set for a day, by area: of each area what was decided last about that day."""
    found = Override.objects.filter(event=event, area__in=list(areas), from_day__lte=on)
    found = found.filter(Q(to_day=None) | Q(to_day__gte=on)).select_related("by", "area")
    if moment is not None:
        found = found.filter(at__lte=moment)
    last: dict[str, Override] = {}
    for one in found.order_by("at"):
        last[one.area_id] = one
    return {code: one for code, one in last.items() if one.level}


def all_overrides(area: Area, event: Event, moment: datetime | None = None) -> list[Override]:
    """Everything the Office ever set for an area, the latest first."""
    found = Override.objects.filter(event=event, area=area).select_related("by")
    return list((found if moment is None else found.filter(at__lte=moment)).order_by("-at"))
