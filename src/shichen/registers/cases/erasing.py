"""What the clock does with the line list: once the event is over for so long, nobody's number is held any more (留存)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from shichen import watches
from shichen.audit import services as audit
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account, Event
from shichen.city.roles import SENSITIVE
from shichen.intake import withheld
from shichen.intake.models import Envelope
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.registers.cases.models import CaseLine

MOST_AT_ONCE = 500
SERIAL = "流水"


def over(event: Event, on: date) -> bool:
    """Whether the event is over for so long that numbers of cases are not held any more."""
    days = int(settings.CONFIG["lines.renumber_after_days"])
    return event.ended_on is not None and event.ended_on + timedelta(days=days) < on


def expire(at: datetime) -> int:
    """Put a serial number in place of each sender's number of a case, in every version; dates and counts stay. Returns how many.

    Each turn takes at most so many, the next the rest; with the last of them what had come in is emptied too.
    """
    on = watches.civil_day(at)
    return sum(_renumber(event, at) for event in Event.objects.exclude(ended_on=None) if over(event, on))


@transaction.atomic
def _renumber(event: Event, at: datetime) -> int:
    held = CaseLine.objects.filter(event=event, renumbered_at=None)
    cases = sorted(set(held.order_by("first").values_list("first", flat=True)[:MOST_AT_ONCE]))
    if not cases:
        return 0
    by = accounts.system()
    last = CaseLine.objects.filter(event=event).exclude(renumbered_at=None).values("first").distinct().count()
    for serial, first in enumerate(cases, start=last + 1):  # by a key drawn at random: the order says nothing
        CaseLine.objects.filter(first=first).update(number=f"{SERIAL}{serial:06d}", renumbered_at=at)
    audit.note("erase", table="cases.caseline", data_class=SENSITIVE, rows=len(cases), fields=("number",), by=by)
    emptied = 0 if held.exists() else _empty(event, by)
    text = f"依留存期限将病例编号改作流水号{len(cases)}例，清空原始来件{emptied}份；日期与计数留存。"
    said = Said(
        text, city.the_office(), city.the_city(), event, kind=Entry.Kind.SYSTEM, topic="case", act="erase_lines"
    )
    journal.write(said, by=by)
    return len(cases)


def _empty(event: Event, by: Account) -> int:
    """What had come in as lists of the event, also what of it waits or was refused."""
    return withheld.empty(
        set(Envelope.objects.filter(kind="case_line", event=event).values_list("id", flat=True)), by=by
    )
