"""What analyses rest on: an area's daily counts and its line list as they stood at an instant, each number with its records, frozen with a fingerprint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from shichen import watches
from shichen.analysis import fingerprints
from shichen.analysis.runs.models import Inputs
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Area, Event
from shichen.indicators.declare import Scope
from shichen.registers.cases import queries as cases
from shichen.watches import Period

LIST = "lines"
"""What stands for the series of days that were counted from the list."""


def rows(area: Area, event: Event, as_of: datetime) -> tuple[list[dict[str, Any]], Any]:
    """One row a data day, oldest first, and the unit that reported last; of one series, for two are never mixed.

    Beside them stands who had left, from whichever series says it first in rank: those are counts of other things.
    `on` is the day the count speaks of (截至口径), `published` the day it was published (报告口径), `record` and `revision` where it stands.
    """
    period = Period(watches.clock(cases.EPOCH, 0), as_of)
    found = cases.counts(period, Scope(area, {}, as_of)).filter(event=event).exclude(confirmed_new=None)
    kept = cases.of_best_series(found)
    if not kept:
        return [], None
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


def cells(area: Area, event: Event, as_of: datetime) -> tuple[list[dict[str, Any]], Any]:
    """The line list as it stood, added up by onset, report and origin, and the unit that listed last; of whole days only.

    Each cell has its count and the records behind it with their revisions: neither numbers of cases nor anything else of them.
    """
    today = watches.civil_day(as_of)
    found = cases.lines(event, as_of, area).filter(date_reporting__lt=today).select_related("unit")
    listed = list(found.order_by("date_reporting", "pk"))
    made: dict[tuple[str, str, str], list[list[Any]]] = {}
    for one in listed:
        onset = one.date_onset.isoformat() if one.date_onset else ""
        key = (one.date_reporting.isoformat(), onset, one.origin)
        made.setdefault(key, []).append([str(one.pk), one.revision])
    return [
        {"onset": onset or None, "report": report, "origin": origin, "n": len(records), "records": records}
        for (report, onset, origin), records in sorted(made.items())
    ], max(listed, key=lambda one: one.recorded_at).unit if listed else None


def counted(listed: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Days of a list where nobody reports counts: the cases reported on each day, none on those between that have none."""
    new: Counter[date] = Counter()
    for one in listed:
        new[date.fromisoformat(one["report"])] += one["n"]
    made, total = [], 0
    for at in range(min(new).toordinal(), max(new).toordinal() + 1):
        day = date.fromordinal(at)
        total += new[day]
        on = day.isoformat()
        row: dict[str, Any] = {"on": on, "published": on, "new": new[day], "down": None, "cum": total}
        made.append(row | {"series": LIST, "record": "", "revision": 0})
    return made


def digest(found: Sequence[dict[str, Any]], listed: Sequence[dict[str, Any]] = ()) -> str:
    """The fingerprint of rows and cells: of every number and of the record and revision that it is from."""
    said = {"rows": list(found), "cells": list(listed)} if listed else list(found)
    return fingerprints.digest(said)


def at(area: Area, event: Event, as_of: datetime) -> Inputs | None:
    """The inputs of an area as of an instant, not written down yet; None where nobody reported anything."""
    found, unit = rows(area, event, as_of)
    listed, sender = cells(area, event, as_of)
    if not found and not listed:
        return None
    found = found or counted(listed)
    place = {"event": event, "area": area, "area_path": area.path, "unit": unit or sender}
    return Inputs(**place, as_of=as_of, rows=found, cells=listed, digest=digest(found, listed), frozen_at=now())


def areas(event: Event, as_of: datetime) -> list[Area]:
    """The areas that anybody reported new cases of, or has cases of on a list, and the city of these; by their path."""
    period = Period(watches.clock(cases.EPOCH, 0), as_of)
    counts = cases.counts(period, Scope(None, {}, as_of)).filter(event=event).exclude(confirmed_new=None)
    listed, whole = cases.lines(event, as_of), city.the_city()
    wanted = Q(pk__in=counts.values("area")) | Q(pk__in=listed.values("area"))
    if listed.inside(whole).exists():
        wanted |= Q(pk=whole.pk)
    return list(Area.objects.filter(wanted).order_by("path"))
