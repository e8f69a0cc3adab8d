"""What is known of a day, ready to be worded: each indicator of a form with its value, whole and by district."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from shichen import watches
from shichen.city import queries as city
from shichen.city.models import Area, Event
from shichen.city.scope import Sight
from shichen.indicators.declare import Indicator, Scope, known
from shichen.indicators.models import Figure
from shichen.indicators.queries import Computed, compute
from shichen.publications.rules import Form
from shichen.watches import Day, Period


@dataclass(frozen=True)
class Known:
    """An indicator's value for a place and a day: worked out from records now, or stated and standing in the ledger."""

    indicator: Indicator
    area: Area
    period: Period
    value: Decimal
    computed: Computed | None = None
    figure: Figure | None = None


@dataclass(frozen=True)
class Gathered:
    """Of each indicator of a form the whole with its parts by district; and those nobody reported."""

    on: date
    event: Event
    wholes: tuple[tuple[Known, tuple[Known, ...]], ...]
    missing: tuple[Indicator, ...]


def gather(form: Form, on: date, sight: Sight, *, as_of: datetime | None = None) -> Gathered:
    """All that a form says of a civil day, as far as `sight` reaches. Parts are taken only where they add up to their whole."""
    event, home = city.the_event(), city.the_city()
    wholes, missing = [], []
    districts = list(Area.objects.filter(parent=home).order_by("code")) if form.by_area else []
    for key in form.keys:
        one = known()[key]
        period = period_of(one, on, event)
        whole = _known(one, home, period, event, sight, as_of)
        if whole is None:
            missing.append(one)
        else:
            wholes.append((whole, tuple(_parts(whole, districts, event, sight, as_of))))
    return Gathered(on, event, tuple(wholes), tuple(missing))


def period_of(one: Indicator, on: date, event: Event) -> Period:
    """The civil day; of a running total all days from the beginning of the event to it."""
    day = watches.whole(on, Day.CIVIL)
    if one.sort != "cumulative":
        return day
    return Period(watches.clock(min(event.started_on, on), 0), day.end)


def _parts(
    whole: Known, districts: Sequence[Area], event: Event, sight: Sight, as_of: datetime | None
) -> Iterator[Known]:
    """The districts that have any, if together they are the whole: else a reader would add up what does not."""
    asked = (_known(whole.indicator, area, whole.period, event, sight, as_of) for area in districts)
    parts = [part for part in asked if part is not None]
    if parts and sum(part.value for part in parts) == whole.value:
        yield from (part for part in parts if part.value)


def _known(
    one: Indicator, area: Area, period: Period, event: Event, sight: Sight, as_of: datetime | None
) -> Known | None:
    if not sight.covers(unit=None, path=area.path, event=event.pk):
        return None
    if one.computed:
        found = compute(one.key, period, Scope(area, as_of=as_of))
        if found.value is not None:
            return Known(one, area, period, found.value, computed=found)
    rows = Figure.objects.within(sight).standing(as_of).filter(key=one.key, area=area, facets={})
    figure = rows.filter(period_to=period.end, value__isnull=False).order_by("-frozen_at").first()
    return Known(one, area, period, figure.value, figure=figure) if figure and figure.value is not None else None
