"""Who was named at a post (逢鄂必登记), found again for a list that is handed over: by the travellers' register, else by the envelope.

A passing keeps pseudonyms of documents alone, and its rows in the lake nothing more. A document is taken for somebody's only where the
key of the period makes the same pseudonym of it. Whoever asks for it keeps the trail of every card and envelope that was opened.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from shichen.city.scope import Sight
from shichen.intake import kinds, rows, texts
from shichen.intake.models import Envelope
from shichen.keys import KeyGone
from shichen.records import lake, pseudonyms
from shichen.refusal import Refusal
from shichen.registers.checkpoints import passings
from shichen.registers.checkpoints.models import Passing
from shichen.registers.people import services as people
from shichen.registers.travellers import services as travellers

Key = tuple[int, int]
"""A period of pseudonyms, and a pseudonym."""


@dataclass(frozen=True)
class Found:
    """A document that somebody showed at a post, and the plate of the vehicle they came in, where the envelope was opened."""

    document: str
    plate: str


@dataclass(frozen=True)
class Opened:
    """A record that was opened in clear to find somebody: for the trail."""

    table: str
    subject: UUID
    unit: str
    area: str


def named(wanted: Mapping[int, Collection[int]], sight: Sight, unit: str) -> tuple[dict[Key, Found], list[Opened]]:
    """Who these pseudonyms are, as far as they were named at posts, and what was opened to know it.

    Of passings alone whose area `sight` covers for `unit`: to look for people is a right over a place. Of a period whose key was
    destroyed nobody is found.
    """
    found: dict[Key, Found] = {}
    opened: list[Opened] = []
    for period, numbers in wanted.items():
        if not _held(period):
            continue
        for passing, theirs in _passed(period, set(numbers)):
            left = {one for one in theirs if (period, one) not in found}
            if left and sight.covers(unit=unit, path=passing.area_path, event=passing.event_id):
                _look(passing, period, left, found, opened)
    return found, opened


def _held(period: int) -> bool:
    try:
        settings.KEYRING.held(pseudonyms.key_name(period))
    except KeyGone:
        return False
    return True


def _passed(period: int, numbers: set[int]) -> Iterator[tuple[Passing, set[int]]]:
    """The passings of a period at which one of them was named, in whatever version, latest first."""
    span = [lake.moment(second * pseudonyms.PERIOD) for second in (period, period + 1)]
    named_at = Passing.objects.filter(occurred_from__gte=span[0], occurred_from__lt=span[1]).exclude(people=[])
    for passing in named_at.order_by("-occurred_from", "-revision").iterator():
        theirs = numbers & set(passing.people)
        if theirs:
            yield passing, theirs


def _look(passing: Passing, period: int, left: set[int], found: dict[Key, Found], opened: list[Opened]) -> None:
    envelope = _envelope(passing)
    if envelope is None:
        return
    for first, document in people.numbers_of(travellers.named_by(envelope.id)).items():
        number = _number(document, passing)
        if number in left:
            found[period, number] = Found(document, "")
            opened.append(Opened("people.person", first, passing.unit_id, passing.area_id))
            left.discard(number)
    if left:
        said = _said(envelope, passing, left)
        found |= {(period, number): one for number, one in said.items()}
        opened.append(Opened("intake.envelope", envelope.id, envelope.unit_id, envelope.area_id))


def _envelope(passing: Passing) -> Envelope | None:
    """What the passing came in; a correction came in none, its first version did."""
    came = (
        passing.envelope
        or Passing.objects.filter(first=passing.first, revision=1).values_list("envelope", flat=True).first()
    )
    return Envelope.objects.filter(id=came).first() if came else None


def _said(envelope: Envelope, passing: Passing, left: set[int]) -> dict[int, Found]:
    """What the envelope itself says of them; nothing where its key was destroyed with it."""
    with suppress(KeyGone, Refusal):
        loose, _entered = rows.read(kinds.named(envelope.kind), texts.open_body(envelope), envelope)
        documents: dict[int, Found] = {}
        for row in loose:
            for document in passings.documents_in(row.values.get("travellers")):
                number = _number(document, passing)
                if number in left:
                    documents[number] = Found(document, str(row.values.get("plate") or ""))
        return documents
    return {}


def _number(document: str, passing: Passing) -> int:
    """The pseudonym of a document at the time of a passing; none for what can be no document."""
    with suppress(pseudonyms.Unfit):
        if passing.occurred_from is not None:
            return pseudonyms.of_person(settings.KEYRING, document, passing.occurred_from)
    return pseudonyms.NONE
