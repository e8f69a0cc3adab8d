"""Questions about stock counts and assumptions."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from shichen import watches
from shichen.city.scope import Sight
from shichen.registers.supplies.models import Assumption, StockCount

Key = tuple[str, str, str]
"""Of what a series of counts is: the area's code, the item, the store."""


def counts(sight: Sight, as_of: datetime) -> dict[Key, list[StockCount]]:
    """The counts within reach as they were known at an instant, oldest first, by area, item and store."""
    rows = StockCount.objects.current(as_of).within(sight).select_related("area")
    rows = rows.filter(counted_on__lte=watches.civil_day(as_of))
    found: dict[Key, list[StockCount]] = defaultdict(list)
    for one in rows.order_by("counted_on", "recorded_at"):
        found[one.area_id, one.item, one.store].append(one)
    return dict(found)


def ends(sight: Sight, most: int) -> list[datetime]:
    """The ends (24:00) of the last days on which counts within reach came in, the newest first."""
    came = StockCount.objects.within(sight).order_by("-recorded_at").values_list("recorded_at", flat=True)
    days = dict.fromkeys(watches.civil_day(one) for one in came.iterator())
    return [watches.clock(day, 24) for day in list(days)[:most]]


def assumed(sight: Sight, as_of: datetime) -> dict[tuple[str, str], dict[str, Assumption]]:
    """What is assumed of each item of an area on the day of an instant: of each meaning the step that came last, else the first to come."""
    today = watches.civil_day(as_of)
    found: dict[tuple[str, str], dict[str, Assumption]] = defaultdict(dict)
    for one in Assumption.objects.current(as_of).within(sight).order_by("from_on", "recorded_at"):
        held = found[one.area_id, one.item]
        if one.from_on <= today or one.what not in held:
            held[one.what] = one
    return dict(found)


def measure_of(item: str) -> str | None:
    """The unit that an item is counted in, where it was counted."""
    one = StockCount.objects.current().filter(item=item).order_by("counted_on").first()
    return one.measure if one else None
