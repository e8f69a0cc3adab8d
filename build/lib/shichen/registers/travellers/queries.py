"""Questions over travellers: figures' records, a unit's work, what each sender's lists were worth, who a number belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils.translation import gettext_noop as _

from shichen import watches
from shichen.audit.context import known
from shichen.city.models import Event
from shichen.city.scope import Sight
from shichen.indicators.declare import Scope
from shichen.records.keeper import RowRecords
from shichen.records.models import RecordQuerySet
from shichen.registers.people import queries as people
from shichen.registers.people.queries import Shown
from shichen.registers.travellers.choices import (
    CONTROLLED,
    GOING_ON,
    LEFT,
    PRESENT,
    SENDERS,
    STATES,
    UNKNOWN,
    UNRESOLVED,
    WRONG,
)
from shichen.registers.travellers.models import Call, ListRow, Traveller, Visit
from shichen.watches import Period

FACETS = {"sender": "sender"}


def rows(period: Period, scope: Scope) -> RowRecords:
    """The lines of lists that came in within the period."""
    found = ListRow.objects.current(scope.as_of).during(period).inside(scope.area)
    return _lines(found, scope)


def wrong(period: Period, scope: Scope) -> RowRecords:
    """The lines, of those that came in within the period, whose person could not be reached by what they said."""
    cards = Traveller.objects.current(scope.as_of).filter(finding__in=(WRONG, UNKNOWN)).values("first")
    found = ListRow.objects.current(scope.as_of).during(period).inside(scope.area).filter(traveller__in=cards)
    return _lines(found, scope)


def _lines(found: RecordQuerySet, scope: Scope) -> RowRecords:
    if scope.facet("sender") is not None:
        found = found.filter(sender=scope.facet("sender"))
    ordered = found.select_related("area", "unit").order_by("occurred_from", "row_no")
    return RowRecords(ordered, describe_row, lambda row: f"/registers/travellers/{row.traveller}/", FACETS)


def cards(period: Period, scope: Scope, *states: str) -> RowRecords:
    """The cards that stood in one of these states at the end of the period, as they were known then."""
    moment = period.end if scope.as_of is None else min(period.end, scope.as_of)
    found = Traveller.objects.current(moment).filter(state__in=states).inside(scope.area)
    return RowRecords(found.select_related("area", "unit").order_by("recorded_at"), describe, href)


def controlled(period: Period, scope: Scope) -> RowRecords:
    """Those of them whose control has not run out by the last day of the period (过期即失效)."""
    found = cards(period, scope, CONTROLLED)
    last = watches.civil_day(period.end - timedelta(seconds=1))
    return RowRecords(found.queryset.filter(control_until__gte=last), found.describe, found.href)


def work(sees: Sight, unit: str, at: datetime) -> list[Traveller]:
    """What a unit has to follow up, the longest due first."""
    mine = Traveller.objects.current(known()).within(sees).filter(assignee=unit, state__in=GOING_ON)
    waiting = mine.filter(Q(state__in=UNRESOLVED) | Q(control_by__isnull=False, confirmed_by=None))
    return list(waiting.select_related("area", "unit", "assignee").order_by("due_at", "recorded_at"))


@dataclass(frozen=True)
class Quality:
    """What the lists of one sender were worth: lines, people, those first named by it, and what was found of them."""

    sender: str
    lists: int
    rows: int
    persons: int
    first: int
    reached: int
    wrong: int
    unknown: int
    unresolved: int

    @property
    def settled(self) -> int:
        return self.reached + self.wrong + self.unknown

    @property
    def wrong_percent(self) -> float | None:
        """Of the people of whom something was found, how many could not be reached by what the list said."""
        return round(100 * (self.wrong + self.unknown) / self.settled, 1) if self.settled else None


def quality(sees: Sight) -> list[Quality]:
    """Each sender's lists, in the order of the senders (来源质量)."""
    lines = ListRow.objects.current(known()).within(sees)
    told = {
        said["sender"]: said
        for said in lines.order_by()
        .values("sender")
        .annotate(
            lists=Count("source", distinct=True),
            lines=Count("pk"),
            people=Count("person", distinct=True),
            new=Count("person", filter=Q(match="new"), distinct=True),
        )
    }
    return [_quality(sender, told[sender], lines.filter(sender=sender)) for sender in SENDERS if sender in told]


def _quality(sender: str, said: dict[str, Any], lines: RecordQuerySet) -> Quality:
    named = Traveller.objects.current(known()).filter(first__in=lines.values("traveller"))
    found = named.order_by().aggregate(
        reached=Count("pk", filter=Q(finding__in=(PRESENT, LEFT))),
        wrong=Count("pk", filter=Q(finding=WRONG)),
        unknown=Count("pk", filter=Q(finding=UNKNOWN)),
        unresolved=Count("pk", filter=Q(state__in=UNRESOLVED)),
    )
    return Quality(sender, said["lists"], said["lines"], said["people"], said["new"], **found)


def named(card: Traveller) -> list[ListRow]:
    """The lines of lists that named somebody, over all their cards."""
    rows = ListRow.objects.current(known()).filter(person=card.person)
    return list(rows.select_related("source", "unit").order_by("occurred_from", "row_no"))


def contacts(card: Traveller) -> list[Visit | Call]:
    """Every call to somebody and every visit, by whatever unit, the last first."""
    found: list[Visit | Call] = []
    for model in (Visit, Call):
        rows = model.objects.filter(person=card.person).select_related("unit", "by")
        moment = known()
        found += list(rows if moment is None else rows.filter(recorded_at__lte=moment))
    return sorted(found, key=lambda one: (one.at, one.recorded_at), reverse=True)


def shown(found: Iterable[Traveller]) -> list[tuple[Traveller, Shown]]:
    """Cards with who they are of, masked."""
    listed = list(found)
    who = people.shown({card.person for card in listed})
    return [(card, who.get(card.person, Shown(card.person))) for card in listed]


def by_identity(sees: Sight, event: Event, *, number: str, phone: str) -> list[Traveller]:
    """The cards within reach of whoever has this number, or this telephone."""
    firsts: set[UUID] = people.found(event, number=number, phone=phone)
    rows = Traveller.objects.current().within(sees).filter(person__in=firsts)
    return list(rows.select_related("area", "unit", "assignee").order_by(F("ended_at").desc(nulls_first=True)))


def describe(card: Traveller) -> dict[str, Any]:
    """What a trace shows of a card: nothing of who it is."""
    return {
        _("状态"): STATES[card.state],
        _("来源"): SENDERS[card.sender],
        _("区域"): card.area.name,
        _("报送单位"): card.unit.name,
        _("管控至"): card.control_until or "",
    }


def describe_row(row: ListRow) -> dict[str, Any]:
    return {_("来源"): SENDERS[row.sender], _("区域"): row.area.name, _("报送单位"): row.unit.name, _("行"): row.row_no}


def href(card: Traveller) -> str:
    return f"/registers/travellers/{card.pk}/"
