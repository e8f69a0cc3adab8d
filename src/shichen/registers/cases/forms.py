"""What a reporter of cases is offered: the areas of the city, the day that just ended, the official series."""

from __future__ import annotations

from datetime import datetime, timedelta

from shichen import watches
from shichen.city.models import Area, standing
from shichen.city.queries import Standing
from shichen.intake.forms import Aid, Aids, offer
from shichen.registers.cases.models import Series
from shichen.registers.cases.services import OFFICIAL


@offer("case_count")
def count(acting: Standing, at: datetime) -> Aids | None:
    """Counts come from the groups that keep them; posts and their networks have none to give."""
    if acting.unit.networks.exists():
        return None
    today = watches.civil_day(at)
    series = tuple((one.code, one.name) for one in Series.objects.all())
    return Aids(
        boxes={
            "area": Aid(suggestions=_areas(acting.area, at), initial=acting.area.name),
            "as_of": Aid(initial=(today - timedelta(days=1)).isoformat()),
            "published_on": Aid(initial=today.isoformat()),
            "series": Aid(choices=series, initial=OFFICIAL),
        },
        nil=("confirmed_new",),
        keep=("as_of", "published_on", "series", "source"),
        first=("area", "as_of", "confirmed_new", "confirmed_cum"),
        rank=2,
    )


@offer("case_line")
def line(acting: Standing, at: datetime) -> Aids | None:
    """A case of the line list: from the groups that keep them, reported today unless another day is said."""
    if acting.unit.networks.exists():
        return None
    return Aids(
        boxes={
            "area": Aid(suggestions=_areas(acting.area, at), initial=acting.area.name),
            "date_reporting": Aid(initial=watches.civil_day(at).isoformat()),
        },
        keep=("area", "date_reporting"),
        first=("number", "area", "date_onset", "date_reporting", "origin"),
        rank=50,
    )


def _areas(city: Area, at: datetime) -> tuple[str, ...]:
    """The city and the counties and reporting areas within it."""
    within = Area.objects.filter(standing(watches.civil_day(at)), parent=city)
    counties = Area.objects.filter(standing(watches.civil_day(at)), hierarchy=Area.Hierarchy.REPORTING)
    names = [city.name, *within.values_list("name", flat=True)]
    names += [area.name for area in counties if city.contains(area)]
    return tuple(dict.fromkeys(names))
