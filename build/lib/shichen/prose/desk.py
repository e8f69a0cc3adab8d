"""What a set of tables makes ready once and keeps for every bulletin read with it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from shichen.prose.catalogue import Matcher
from shichen.prose.gazetteer import Gazetteer
from shichen.prose.subjects import Subjects
from shichen.prose.tables import Tables
from shichen.prose.units import Words

_KEPT = 8
_DESKS: OrderedDict[str, Desk] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Desk:
    """The tables with their automata."""

    tables: Tables
    places: Gazetteer
    matcher: Matcher
    subjects: Subjects
    units: Words


def desk(tables: Tables) -> Desk:
    """The desk of these tables, kept by the hash of their content."""
    found = _DESKS.get(tables.hash)
    if found is None:
        found = _DESKS[tables.hash] = _made(tables)
        while len(_DESKS) > _KEPT:
            _DESKS.popitem(last=False)
    return found


def _made(tables: Tables) -> Desk:
    places = Gazetteer(tables)
    return Desk(tables, places, Matcher(tables), Subjects(tables, places), Words(tables, places))
