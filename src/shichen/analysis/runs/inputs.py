"""What analyses rest on: an area's daily counts as they stood at an instant, each with its record, frozen with a fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shichen import watches
from shichen.analysis.runs.models import Inputs
from shichen.audit.context import now
from shichen.city.models import Area, Event
from shichen.indicators.declare import Scope
from shichen.registers.cases import queries as cases
from shichen.watches import Period

VALUES = ("confirmed_new", "confirmed_down", "confirmed_cum")


def rows(area: Area, event: Event, as_of: datetime) -> tuple[list[dict[str, Any]], Any]:
    """One row a data day, oldest first, and the unit that reported last; of one series, for two are never mixed.

    Beside them stands who had left, from whichever series says it first in rank: those are counts of other things.
    `on` is the day the count speaks of (截至口径), `published` the day it was published (报告口径), `record` and `revision` where it stands.
    """
    period = Period(watches.clock(cases.EPOCH, 0), as_of)
    found = cases.counts(period, Scope(area, {}, as_of)).filter(event=event).exclude(confirmed_new=None)
    counts = list(found.select_related("unit", "series").order_by("as_of", "series__rank"))
    if not counts:
        return [], None
    best = min(counts, key=lambda one: int(one.series.rank)).series_id
    kept = [one for one in counts if one.series_id == best]
    left = _left(area, event, period, as_of)
    return [
        {
            "on": one.as_of.isoformat(),
            "published": one.published_on.isoformat(),
            "new": one.confirmed_new,
            "down": one.confirmed_down,
            "cum": one.confirmed_cum,
            "series": one.series_id,
            "record": str(one.pk),
            "revision": one.revision,
            **left.get(one.as_of.isoformat(), {}),
        }
        for one in kept
    ], kept[-1].unit


def _left(area: Area, event: Event, period: Period, as_of: datetime) -> dict[str, dict[str, Any]]:
    """Of each data day who had left up to then, discharged or dead, each from the first series in rank that says it (as in the ledger)."""
    found = cases.counts(period, Scope(area, {}, as_of)).filter(event=event).order_by("-series__rank")
    said: dict[str, dict[str, Any]] = {}
    for one in found.exclude(discharged_cum=None, dead_cum=None):
        day = said.setdefault(one.as_of.isoformat(), {})
        if one.discharged_cum is not None:
            day |= {"discharged": one.discharged_cum, "left_record": str(one.pk), "left_revision": one.revision}
        if one.dead_cum is not None:
            day |= {"dead": one.dead_cum, "dead_record": str(one.pk), "dead_revision": one.revision}
    return said


def digest(found: Sequence[dict[str, Any]]) -> str:
    """The fingerprint of rows: of every number and of the record and revision that it is from."""
    return hashlib.sha256(json.dumps(found, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def at(area: Area, event: Event, as_of: datetime) -> Inputs | None:
    """The inputs of an area as of an instant, not written down yet; None where nobody reported anything."""
    found, unit = rows(area, event, as_of)
    if not found:
        return None
    place = {"event": event, "area": area, "area_path": area.path, "unit": unit}
    return Inputs(**place, as_of=as_of, rows=found, digest=digest(found), frozen_at=now())


def areas(event: Event, as_of: datetime) -> list[Area]:
    """The areas that anybody reported new cases of, by their path."""
    period = Period(watches.clock(cases.EPOCH, 0), as_of)
    counts = cases.counts(period, Scope(None, {}, as_of)).filter(event=event).exclude(confirmed_new=None)
    return list(Area.objects.filter(pk__in=counts.values("area")).order_by("path"))
