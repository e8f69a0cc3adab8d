"""What is known of a day, ready to be worded: each indicator of a form with its value, whole and by district."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from shichen import watches
from shichen.city import queries as city
from shichen.city.models import Area, Body, Event
from shichen.city.scope import Sight
from shichen.indicators.declare import Indicator, Scope, known
from shichen.indicators.models import Figure
from shichen.indicators.queries import Computed, compute
from shichen.intake.models import Obligation
from shichen.publications.rules import Form, Passage
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
    """Of each indicator of a passage the whole with its parts by district; and those nobody reported.

    `body` is the group that speaks; without one the city does.
    """

    on: date
    event: Event
    title: str
    body: Body | None
    wholes: tuple[tuple[Known, tuple[Known, ...]], ...]
    missing: tuple[Indicator, ...]


def gather(form: Form, on: date, sight: Sight, *, as_of: datetime | None = None) -> list[Gathered]:
    """All that a form says of a civil day, passage by passage, as far as `sight` reaches."""
    if not form.by_group:
        return [_passage(one, on, sight, as_of) for one in form.passages]
    found = [_passage(Passage(keys), on, sight, as_of, body) for body, keys in _owed().items()]
    return [one for one in found if one.wholes or one.missing]


def _owed() -> dict[Body, tuple[str, ...]]:
    """The groups in the order of their names, each with the declared figures that it owes day by day."""
    duties = Obligation.objects.filter(body__kind=Body.GROUP).select_related("body").order_by("body__name", "pk")
    keys: dict[Body, list[str]] = defaultdict(list)
    for duty in duties:
        keys[duty.body] += [key for key in duty.figures if key in known() and key not in keys[duty.body]]
    return {body: tuple(owed) for body, owed in keys.items() if owed}


def _passage(passage: Passage, on: date, sight: Sight, as_of: datetime | None, body: Body | None = None) -> Gathered:
    """What one passage says. Parts are taken only where they add up to their whole."""
    event, home = city.the_event(), city.the_city()
    wholes, missing = [], []
    districts = list(Area.objects.filter(parent=home).order_by("code")) if passage.by_area else []
    for key in passage.keys:
        one = known()[key]
        period = period_of(one, on, event)
        whole = _known(one, home, period, event, sight, as_of)
        if whole is None:
            missing.append(one)
        else:
            wholes.append((whole, tuple(_parts(whole, districts, event, sight, as_of))))
    return Gathered(on, event, passage.title, body, tuple(wholes), tuple(missing))


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
    figure = rows.filter(period_to=period.end, value__isnull=False).order_by("-frozen_at", "pk").first()
    return Known(one, area, period, figure.value, figure=figure) if figure and figure.value is not None else None
