"""Questions over places: which stand, what they are called in full, what the numbers of bulk rows stand for."""

from __future__ import annotations

from collections import Counter

from shichen.records.manifest import Place as Code
from shichen.registers.places.models import Place

PLACE = "place"
"""What the numbers of places are kept under."""


def standing() -> list[Place]:
    """The places on the register as they are now."""
    return list(Place.objects.current())


def named_in_full(places: list[Place]) -> dict[str, str]:
    """By number: the name with those of the places it is a part of, the largest first (株洲宾馆/二楼)."""
    known = {one.code: one for one in places}
    return {one.code: "/".join(_above(one, known)) for one in places}


def parts(code: str) -> list[Place]:
    """The places within one."""
    return list(Place.objects.current().filter(within=code))


def names_by_word(places: list[Place]) -> Counter[str]:
    """How many places go by each name."""
    return Counter(one.name for one in places)


def names_of_codes() -> dict[int, str]:
    """What the number of a place in bulk rows stands for: its name in full, as it is now."""
    places = standing()
    full = named_in_full(places)
    by_first = {str(one.first): full[one.code] for one in places}
    return {code: by_first[ref] for code, ref in _codes() if ref in by_first}


def _codes() -> list[tuple[int, str]]:
    return list(Code.objects.filter(kind=PLACE).values_list("code", "ref"))


def _above(one: Place, known: dict[str, Place]) -> list[str]:
    names, seen = [one.name], {one.code}
    while one.within and one.within in known and one.within not in seen:
        one = known[one.within]
        seen.add(one.code)
        names.insert(0, one.name)
    return names
