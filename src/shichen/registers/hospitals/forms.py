"""What a reporter of open beds is offered."""

from __future__ import annotations

from datetime import datetime

from shichen import watches
from shichen.city.queries import Standing
from shichen.intake.forms import Aid, Aids, offer


@offer("bed_capacity")
def capacity(acting: Standing, at: datetime) -> Aids | None:
    """Beds come from groups, hospitals and the Office; the crews of posts and their networks have none."""
    if acting.unit.networks.exists():
        return None
    return Aids(
        boxes={
            "from_on": Aid(initial=watches.civil_day(at).isoformat()),
            "kind": Aid(initial="isolation"),
            "area": Aid(initial=acting.area.name),
            "synthetic": Aid(left_out=True),
        },
        keep=("place", "kind", "from_on", "source"),
        rank=51,
    )
