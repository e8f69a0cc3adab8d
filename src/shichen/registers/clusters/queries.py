"""Questions about cluster outbreaks."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from shichen.city.models import Area, Event
from shichen.records.models import RecordQuerySet
from shichen.registers.clusters.models import Cluster


def known(area: Area, event: Event, as_of: datetime) -> RecordQuerySet:
    """The clusters of an area and of all areas within it, as they were known at an instant."""
    rows = Cluster.objects.current(as_of).filter(event=event)
    return rows.inside(area).order_by("first_on", "code")


def last_change(event: Event, as_of: datetime) -> datetime | None:
    """When a cluster was last entered, corrected or taken out, as far as was known at an instant."""
    rows = Cluster.objects.filter(event=event)
    came = rows.filter(recorded_at__lte=as_of).aggregate(at=Max("recorded_at"))["at"]
    went = rows.filter(superseded_at__lte=as_of).aggregate(at=Max("superseded_at"))["at"]
    return max((at for at in (came, went) if at is not None), default=None)
