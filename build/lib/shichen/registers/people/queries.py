"""Questions about people, answered masked; whoever asks by a number learns which cards it is on, and no more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shichen.audit.context import known
from shichen.city.models import Event
from shichen.keys import KeyGone
from shichen.records import sealed
from shichen.registers.people.models import Likeness, Person
from shichen.web.masking import masked_name, masked_number

SEALED = ("name", "number", "phone", "home")
HOME_SHOWN = 6  # characters of a home: the district and the beginning of the street


@dataclass(frozen=True)
class Shown:
    """A person as pages show one: 张*, 430***********1234, 138****1234; nothing where the identity was erased."""

    first: UUID
    name: str = ""
    document_type: str = ""
    number: str = ""
    phone: str = ""
    home: str = ""
    erased_at: datetime | None = None
    has_phone: bool = False


def shown(firsts: Collection[UUID]) -> dict[UUID, Shown]:
    """These people, masked, as they were known; in one question to the database."""
    rows = Person.objects.current(known()).filter(first__in=set(firsts))
    return {one.first: of(one) for one in rows}


def of(one: Person) -> Shown:
    try:
        name, number, phone, home = (sealed.opened(one, column) for column in SEALED)
    except KeyGone:
        return Shown(one.first, document_type=one.document_type, erased_at=one.erased_at)
    at = home[:HOME_SHOWN] + "…" if len(home) > HOME_SHOWN else home
    masks = (masked_name(name), one.document_type, masked_number(number), masked_number(phone), at)
    return Shown(one.first, *masks, one.erased_at, bool(phone))


def found(event: Event, *, number: str = "", phone: str = "") -> set[UUID]:
    """Whose card bears exactly this number, or this telephone."""
    rows = Person.objects.current().filter(event=event, merged_into=None)
    indexes = {"number_index": sealed.blind(Person, "number", number)} if number else {}
    indexes |= {"phone_index": sealed.blind(Person, "phone", phone)} if phone else {}
    return set(rows.filter(**indexes).values_list("first", flat=True)) if indexes else set()


def likenesses(event: Event, *, state: str = Likeness.State.OPEN) -> list[Likeness]:
    return list(Likeness.objects.filter(event=event, state=state))
