"""Bulk stays (停留流水): the words by which a sender names places, and the numbers that stand for places in rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from shichen import watches
from shichen.city.models import Body
from shichen.records import lake
from shichen.records.bulk import stays
from shichen.registers.loads import services as loads
from shichen.registers.loads.services import Door
from shichen.registers.places import queries
from shichen.registers.places.models import Place

if TYPE_CHECKING:  # what works files loads the engine
    from shichen.records.bulk.reading import Site

CODES = {word: code for code, (word, *_) in stays.KINDS.items()}


def words_of(unit: Body) -> Iterable[Site]:
    """Every place by its number, its name in full, and by its name alone where no other place has it.

    A place that has parts is named too, as one that no stay can be at: whoever was in the hotel was on one of its floors.
    """
    places = queries.standing()
    codes = loads.codes_of(queries.PLACE, (one.first for one in places))
    full, named = queries.named_in_full(places), queries.names_by_word(places)
    wholes = {one.within for one in places}
    given: set[str] = {one.code for one in places}
    for one in places:
        kind = stays.WHOLE if one.code in wholes else CODES[one.kind]
        site = codes[str(one.first)], _opened(one), _closed(one), kind
        others = {full[one.code], *([one.name] if named[one.name] == 1 else [])} - given
        for word in (one.code, *sorted(others)):
            given.add(word)
            yield word, *site


def _opened(place: Place) -> int:
    return lake.seconds(watches.clock(place.opened_on, 0))


def _closed(place: Place) -> int:
    """The last day is a day on the register."""
    return lake.seconds(watches.clock(place.closed_on, 24)) if place.closed_on else 2**31 - 1


STAYS = loads.declare(Door(stays.TABLE, "venues", words_of, queries.names_of_codes))
