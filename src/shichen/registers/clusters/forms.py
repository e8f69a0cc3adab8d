"""What a reporter of cluster outbreaks is offered."""

from __future__ import annotations

from datetime import datetime

from shichen import watches
from shichen.city.queries import Standing
from shichen.intake.forms import Aid, Aids, offer


@offer("cluster")
def cluster(acting: Standing, at: datetime) -> Aids | None:
    """Clusters come from those who investigate cases; the crews of posts and their networks have none."""
    if acting.unit.networks.exists():
        return None
    today = watches.civil_day(at).isoformat()
    return Aids(
        boxes={"first_on": Aid(initial=today), "last_on": Aid(initial=today)},
        keep=("area", "dated", "source"),
        first=("code", "area", "kind", "confirmed", "first_on", "last_on", "dated", "basis", "source"),
        rank=6,
    )
