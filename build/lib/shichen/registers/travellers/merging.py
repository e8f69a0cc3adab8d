"""Two cards that are one person's (同一人): the people are joined, and what hung on the later hangs on the earlier."""

from __future__ import annotations

from django.db import transaction

from shichen.audit.context import now
from shichen.city.models import Account
from shichen.records import services as records
from shichen.registers.people import services as people
from shichen.registers.people.services import Likeness
from shichen.registers.travellers import services
from shichen.registers.travellers.choices import EXCLUDED, GOING_ON
from shichen.registers.travellers.models import Call, ListRow, Traveller, Visit


@transaction.atomic
def decide(pair: Likeness, same: bool, reason: str, *, by: Account) -> None:
    """Decide of two people, and where they are one give all cards to the earlier. Raises Refusal."""
    people.decide(pair, same, reason, by=by)
    if not same:
        return
    _close_the_later(pair, by=by)
    for model in (Traveller, ListRow, Visit, Call):
        model.objects.filter(person=pair.other).update(person=pair.one)


def _close_the_later(pair: Likeness, *, by: Account) -> None:
    """Of two open cards the earlier goes on; the later ends, and its lines are kept under the earlier."""
    rows = Traveller.objects.current().filter(state__in=GOING_ON)
    first, second = (rows.filter(person=person).first() for person in (pair.one, pair.other))
    if first is None or second is None:
        return
    told = {"state": EXCLUDED, "ended_at": now()}
    records.correct(second, told, "与另一张卡是同一人，并入", check=lambda card: None, by=by)
    ListRow.objects.filter(traveller=second.first).update(traveller=first.first)
    services.note(first, "两张重点人员卡确认为同一人，合为一张。", "join_travellers", by=by)
