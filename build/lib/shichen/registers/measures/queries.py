"""Questions over measures: which held in a period, from when to when, as it is known now or was known at a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from shichen import watches
from shichen.audit.context import known
from shichen.city.models import Area
from shichen.city.scope import Sight
from shichen.journal.models import Entry
from shichen.registers.measures.models import Measure
from shichen.watches import Period


@dataclass(frozen=True)
class Held:
    """A measure as it stood: its own end, or the beginning of what replaced it, whichever came first; None: not known."""

    measure: Measure
    start: datetime
    end: datetime | None

    @property
    def first(self) -> date:
        return watches.civil_day(self.start)

    @property
    def gone(self) -> date | None:
        """The first day without it; a measure that ends within a day still held on that day."""
        if self.end is None:
            return None
        wall = watches.local(self.end)
        return wall.date() if wall.hour == wall.minute == 0 else wall.date() + timedelta(days=1)


def held(
    period: Period, *, sight: Sight | None = None, area: Area | None = None, as_of: datetime | None = None
) -> list[Held]:
    """The measures in force at some moment of a period, by their beginning."""
    rows = Measure.objects.current(as_of).inside(area).select_related("entry", "replaces", "area")
    known: list[Measure] = list(rows if sight is None else rows.within(sight))
    ends = followed(known)
    found = []
    for one in known:
        end = min((at for at in (one.ends_at, ends.get(one.first)) if at is not None), default=None)
        if one.starts_at < period.end and (end is None or max(one.starts_at, period.start) < end):
            found.append(Held(one, one.starts_at, end))
    return found


def followed(measures: Iterable[Measure]) -> dict[object, datetime]:
    """By the first version of a measure, when another began that replaces it."""
    starts: dict[object, list[datetime]] = defaultdict(list)
    for one in measures:
        if one.replaces is not None:
            starts[one.replaces.first].append(one.starts_at)
    return {first: min(moments) for first, moments in starts.items()}


def begun(
    kind: str, *, before: datetime, since: datetime | None = None, as_of: datetime | None = None
) -> list[Measure]:
    """The measures of a class that began before a moment, and not before `since`; those that only ease another are left out."""
    rows = Measure.objects.current(as_of).filter(kind=kind, partial=False, occurred_from__lt=before)
    rows = rows if since is None else rows.filter(occurred_from__gte=since)
    return list(rows.select_related("area"))


def standing(now: datetime) -> list[Measure]:
    """The measures that have no end yet, or one to come, and that nothing has replaced."""
    return [one.measure for one in held(Period(now, now + timedelta(seconds=1)))]


def all_followed() -> dict[object, datetime]:
    """When each measure was followed by another version, by its first."""
    return followed(Measure.objects.current(known()).exclude(replaces=None).select_related("replaces"))


def areas_of(one: Measure) -> list[Area]:
    """Where a measure holds, in the order it was announced; without a list, in all of the area it belongs to."""
    found = Area.objects.in_bulk(one.areas)
    return [found[code] for code in one.areas if code in found] or [one.area]


def of_entries(through: str = "") -> Prefetch[str]:
    """For many entries at once: the measures that rest on each; `through` leads to the entries."""
    return Prefetch(f"{through}measures", queryset=Measure.objects.current(known()).select_related("replaces__entry"))


def after(one: Measure) -> Measure | None:
    """The measure that replaces this one first, as the register stands."""
    later: Measure | None = (
        Measure.objects.current(known())
        .filter(replaces__first=one.first)
        .order_by("occurred_from", "recorded_at")
        .first()
    )
    return later


def is_open(one: Measure) -> bool:
    """Whether nothing says yet when it ends: no end of its own, and nothing that replaces it."""
    return one.ends_at is None and after(one) is None


def resting_on(entry: Entry) -> list[Measure]:
    """The measures that an entry announced, as they stand."""
    return [one for one in entry.measures.all() if one.superseded_at is None and not one.voided]


def told(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Of these entries the ones that a measure rests on."""
    return entries.filter(Exists(Measure.objects.current(known()).filter(entry=OuterRef("id"))))


def ended_within(period: Period) -> bool:
    """Whether the record of some measure ends within a period."""
    return Measure.objects.current(known()).filter(occurred_to__gte=period.start, occurred_to__lte=period.end).exists()
