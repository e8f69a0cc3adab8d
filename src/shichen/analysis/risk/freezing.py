"""What levels rest on: an area's counts, those of the area it lies in, its clusters and the rules, as they stood at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from shichen import watches
from shichen.analysis.risk import rules_in_force
from shichen.city import maps
from shichen.city.models import Area, Body, Event
from shichen.indicators.declare import Scope
from shichen.registers.cases import queries as cases
from shichen.registers.clusters import queries as clusters
from shichen.watches import Period

SILENT = timedelta(days=14)
"""So long after the last report days are still told of; later ones would say nothing new."""


@dataclass(frozen=True)
class Reports:
    """The counts of one area, of the one series that is first in rank, and who reported last."""

    rows: list[dict[str, Any]]
    unit: Body | None


def reports(area: Area, event: Event, as_of: datetime) -> Reports:
    """One row a data day, oldest first, each with the record and the revision that it is from."""
    period = Period(watches.clock(cases.EPOCH, 0), as_of)
    found = cases.counts(period, Scope(area, {}, as_of)).filter(event=event)
    found = found.exclude(confirmed_new=None, confirmed_cum=None)
    kept = cases.of_best_series(found)
    if not kept:
        return Reports([], None)
    rows = [
        {
            "on": one.as_of.isoformat(),
            "new": one.confirmed_new,
            "down": one.confirmed_down,
            "cum": one.confirmed_cum,
            "series": one.series_id,
            "record": str(one.pk),
            "revision": one.revision,
        }
        for one in kept
    ]
    return Reports(rows, kept[-1].unit)


def inputs(area: Area, event: Event, as_of: datetime, city: Area) -> tuple[dict[str, Any], Body | None] | None:
    """The inputs of an area as of an instant, and who reported; None while the city reported nothing or no rule is known."""
    above = reports(city, event, as_of)
    own = above if area.pk == city.pk else reports(area, event, as_of)
    rules = rules_in_force.known(event, as_of)
    if not rules or not (above.rows or own.rows):
        return None
    days = [date.fromisoformat(row["on"]) for row in (*above.rows, *own.rows)]
    last = max(max(days), min(watches.civil_day(as_of) - timedelta(days=1), max(days) + SILENT))
    return {
        "first": min(days).isoformat(),
        "last": last.isoformat(),
        "counts": own.rows,
        "above": above.rows if area.pk != city.pk else [],
        "clusters": [
            {
                "code": one.code,
                "confirmed": one.confirmed,
                "dated": one.dated,
                "first_on": one.first_on.isoformat(),
                "last_on": one.last_on.isoformat(),
                "record": str(one.pk),
                "revision": one.revision,
            }
            for one in clusters.known(area, event, as_of)
        ],
        "rules": [{"id": one.code, "digest": one.digest} for one in rules],
    }, own.unit or above.unit


def areas(city: Area, on: date) -> list[Area]:
    """The city and the areas that levels are told of: those that stand on its grid on that day."""
    shown, nested = maps.city_areas(city, on)
    return [city, *sorted((*shown, *nested), key=lambda one: (one.grid_y or 0, one.grid_x or 0))]
