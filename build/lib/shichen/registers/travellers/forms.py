"""What a reporter of travellers is offered: today's date, the areas of the city, the boxes that matter first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from shichen import watches
from shichen.city.models import Area, standing
from shichen.city.queries import Standing
from shichen.intake.forms import Aid, Aids, offer


@offer("traveller")
def traveller(acting: Standing, at: datetime) -> Aids | None:
    """One person at a time; whoever reports for a post is at a checkpoint."""
    aids = _aids(acting, at, sender="checkpoint" if acting.unit.networks.exists() else "community")
    return replace(aids, first=("name", "number", "phone", "area", "came_from", "arrived_on"), rank=3)


@offer("traveller_list")
def traveller_list(acting: Standing, at: datetime) -> Aids | None:
    """A list comes as a sheet; a line that it lacked may be added by hand."""
    return replace(_aids(acting, at, sender=""), first=("sender", "name", "number", "phone", "area"), rank=8)


def _aids(acting: Standing, at: datetime, *, sender: str) -> Aids:
    today = watches.civil_day(at)
    within = Area.objects.filter(standing(today), parent=acting.area)
    boxes = {
        "area": Aid(suggestions=tuple(within.values_list("name", flat=True))),
        "sender": Aid(initial=sender),
        "synthetic": Aid(left_out=True),
    }
    return Aids(boxes=boxes, keep=("area", "came_from", "came_by", "arrived_on", "sender"))
