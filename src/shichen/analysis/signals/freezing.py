"""The days of a series as the registers knew them at an instant: each day's value with the records and revisions it is the sum of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from shichen import watches
from shichen.analysis.signals import opening
from shichen.analysis.signals.rulebook import Watched
from shichen.city import maps
from shichen.city.models import Area, Body, Event
from shichen.indicators.declare import Scope, named
from shichen.records.keeper import RowRecords
from shichen.refusal import Refusal
from shichen.watches import Period


@dataclass(frozen=True)
class Days:
    """The days of a series up to its last report, and who reported last."""

    rows: list[dict[str, Any]]
    unit: Body | None


def days(one: Watched, area: Area, event: Event, as_of: datetime, back: int) -> Days:
    """One row a day: `value` None where nobody reported, `records` what it is made of. Raises Refusal for a figure not of rows."""
    figure = named(one.indicator)
    last = watches.civil_day(as_of) - timedelta(days=1)
    since = last - timedelta(days=back - 1)
    period = Period(watches.clock(since, 0), watches.clock(last, 24))
    found = figure.pick(period, Scope(area, {}, as_of)) if figure.pick else None
    if not isinstance(found, RowRecords) or figure.reduction is None or figure.reduction.how not in ("count", "total"):
        raise Refusal(f"指标「{figure.name}」不能逐日评价：要由登记册逐行相加。", field="indicator")
    records: dict[date, list[tuple[str, int]]] = defaultdict(list)
    sums: dict[date, Decimal] = {}
    unit: Body | None = None
    for row in found.queryset.order_by("occurred_from", "pk"):
        if getattr(row, "event_id", event.pk) != event.pk:
            continue  # figures count every event; a series is of one
        on = watches.civil_day(row.occurred_from)
        value = 1 if figure.reduction.how == "count" else getattr(row, figure.reduction.field)
        if value is None:
            continue
        sums[on] = sums.get(on, Decimal(0)) + Decimal(str(value))
        records[on].append((str(row.pk), int(row.revision)))
        unit = getattr(row, "unit", None) or unit
    if not sums:
        return Days([], None)
    begin, end = min(sums), max(sums)
    told = [begin + timedelta(days=at) for at in range((end - begin).days + 1)]
    rows = [{"on": on.isoformat(), "value": _number(sums.get(on)), "records": records.get(on, [])} for on in told]
    return Days([*opening.noughts(one, area, event, as_of, rows, since), *rows], unit)


def areas(one: Watched, city: Area, on: date) -> list[Area]:
    """The areas of a series: the city alone, or it and each of its areas."""
    if one.areas == "city":
        return [city]
    shown, nested = maps.city_areas(city, on)
    return [city, *shown, *nested]


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
