"""What a reporter of places is offered."""

from __future__ import annotations

from datetime import datetime

from shichen import watches
from shichen.city.queries import Standing
from shichen.intake.forms import Aid, Aids, offer


@offer("place")
def place(acting: Standing, at: datetime) -> Aids | None:
    """Places are entered by groups and by the Office; the crews of posts and their networks have none."""
    if acting.unit.networks.exists():
        return None
    return Aids(
        boxes={"opened_on": Aid(initial=watches.civil_day(at).isoformat()), "synthetic": Aid(left_out=True)},
        keep=("kind", "within", "area", "opened_on"),
        first=("code", "name", "kind", "within", "area", "opened_on"),
        rank=7,
    )
