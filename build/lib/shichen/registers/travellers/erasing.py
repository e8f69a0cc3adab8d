"""What the clock does with travellers: control that is over ends, and fourteen days later nobody can tell who it was (留存)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from shichen import watches
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Event
from shichen.intake import withheld
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.records import sealed
from shichen.records import services as records
from shichen.registers.people import services as people
from shichen.registers.travellers.choices import CONTROLLED, EXPIRED
from shichen.registers.travellers.models import Call, ListRow, Traveller, Visit

MOST_AT_ONCE = 500


def expire(at: datetime) -> int:
    """End what is over, then erase who is due; each turn at most so many, the next takes the rest. Returns how many were erased."""
    _end(at)
    return _erase(at)


@transaction.atomic
def _end(at: datetime) -> None:
    """Control past its last day is over (期满); the card says so from the end of that day."""
    today, by = watches.civil_day(at), accounts.system()
    over = Traveller.objects.current().filter(state=CONTROLLED, control_until__lt=today)[:MOST_AT_ONCE]
    for card in over:
        if card.control_until is None:
            raise AssertionError("control has an end")
        told = {"state": EXPIRED, "ended_at": watches.clock(card.control_until, 24)}
        records.correct(card, told, "管控期满", check=lambda one: None, by=by)


@transaction.atomic
def _erase(at: datetime) -> int:
    """The identity of whoever's cards are all over for so long: card, lines of lists, notes and what had come in."""
    due = at - timedelta(days=settings.CONFIG["travellers.erase_after_days"])
    rows = Traveller.objects.current().filter(ended_at__lte=due, erased_at=None)
    asked = set(rows.values_list("person", flat=True)[:MOST_AT_ONCE])
    still = Traveller.objects.current().filter(person__in=asked).exclude(ended_at__lte=due)
    gone = asked - set(still.values_list("person", flat=True))
    if not gone:
        return 0
    by = accounts.system()
    count = people.erase(gone, at=at, by=by)
    cards = Traveller.objects.filter(person__in=gone)
    envelopes = set(ListRow.objects.filter(person__in=gone).values_list("envelope", flat=True))
    sealed.erase(ListRow.objects.filter(person__in=gone), ("raw",))
    for model in (Visit, Call):
        model.objects.filter(person__in=gone).update(note="")
    cards.update(erased_at=at, note="")
    emptied = _empty(envelopes)
    event = Event.objects.get(pk=cards.values_list("event", flat=True)[0])
    text = f"依留存期限销毁重点人员身份信息{count}人，清空原始来件{emptied}份；卡片只留计数。"
    office = city.the_office()
    said = Said(text, office, city.the_city(), event, kind=Entry.Kind.SYSTEM, topic="traveller", act="erase_travellers")
    journal.write(said, by=by)
    return count


def _empty(envelopes: set[Any]) -> int:
    """A list is emptied once nobody whom it named is held any more."""
    held = ListRow.objects.filter(envelope__in=envelopes).exclude(raw=b"").values_list("envelope", flat=True)
    return withheld.empty(envelopes - set(held), by=accounts.system())
