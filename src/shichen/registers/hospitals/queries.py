"""Questions about open beds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Max

from shichen.city.models import Area, Event
from shichen.registers.hospitals.models import RESERVE, Capacity


def steps(area: Area, event: Event, as_of: datetime) -> list[dict[str, Any]]:
    """The steps of open beds in an area and within it as they were known at an instant, by their day; reserves are not open."""
    found = Capacity.objects.current(as_of).inside(area).filter(event=event).exclude(kind=RESERVE)
    return [
        {
            "from": one.from_on.isoformat(),
            "place": one.place,
            "kind": one.kind,
            "beds": one.beds,
            "source": one.source,
            "record": str(one.pk),
            "revision": one.revision,
        }
        for one in found.order_by("from_on", "place", "kind", "pk")
    ]


def last_change(event: Event, as_of: datetime) -> datetime | None:
    """When open beds were last registered, corrected or taken out, as far as was known at an instant."""
    rows = Capacity.objects.filter(event=event)
    came = rows.filter(recorded_at__lte=as_of).aggregate(at=Max("recorded_at"))["at"]
    went = rows.filter(superseded_at__lte=as_of).aggregate(at=Max("superseded_at"))["at"]
    return max((at for at in (came, went) if at is not None), default=None)
