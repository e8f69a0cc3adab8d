"""Days before the first report of a series that are known to be noughts: its running total says that there was nothing before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from shichen import watches
from shichen.analysis.signals.rulebook import Watched
from shichen.city.models import Area, Event
from shichen.indicators.declare import Scope, named
from shichen.records.keeper import RowRecords
from shichen.watches import Day

A_DAY = timedelta(days=1)


def noughts(
    one: Watched, area: Area, event: Event, as_of: datetime, rows: Sequence[dict[str, Any]], since: date
) -> list[dict[str, Any]]:
    """The days from the beginning of the event up to the first report, each a nought that cites the first report's total.

    A total that equals the new cases of its own day leaves none for any day before; where it says more, or nothing, those
    days are not known and none is made up.
    """
    figure = named(one.total) if one.total else None
    if figure is None or figure.pick is None or figure.reduction is None:
        return []
    first = date.fromisoformat(rows[0]["on"])
    found = figure.pick(watches.whole(first, Day.CIVIL), Scope(area, {}, as_of))
    if not isinstance(found, RowRecords):
        return []
    told = [
        (getattr(row, figure.reduction.field), str(row.pk), int(row.revision))
        for row in found.queryset.order_by("pk")
        if row.event_id == event.pk
    ]
    if not told or any(total != rows[0]["value"] for total, _key, _revision in told):
        return []
    records = [(key, revision) for _total, key, revision in told]
    begin = max(event.started_on, since)
    days = [begin + at * A_DAY for at in range((first - begin).days)]
    return [{"on": day.isoformat(), "value": 0.0, "records": records} for day in days]
