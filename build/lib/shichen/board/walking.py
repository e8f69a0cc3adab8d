"""Walking back through the log, newest first, some days at a time, and no longer than a page may take (逐段回查).

A question that few entries answer would otherwise be put to the whole log at once, however long it is. Days are taken in
stretches that grow while they are quick to read; what was not reached is said, and can be gone on with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from time import perf_counter

from django.db.models import Q

from shichen.journal import grams, queries
from shichen.journal.models import EntryQuerySet

ORDER = ("-page_day", "-reported_at", "-seq")
FIRST_STRETCH = 4  # days
LONGEST_STRETCH = 4096
QUICK, SLOW = 0.008, 0.04  # seconds of a stretch: the next one is longer, or shorter
PATIENCE = 0.12  # seconds that a page looks on
CONTENT = 0.04  # seconds after which a page that is full stops counting
DENSE = 1000  # where so many entries of a stretch hold the word, reading in order finds a page of them soon
SHORT_LOG = 100_000  # entries that are walked through whatever it takes


@dataclass(frozen=True)
class Asked:
    """What to walk for: entries in the order of the page, the word in them, how many of them, from which day back."""

    rows: EntryQuerySet
    word: str
    wanted: int
    enough: int
    until: date | None = None


@dataclass
class Found:
    """The keys of the entries in order; whether the walk came to the end of the log, or on which day it stopped."""

    keys: list[int] = field(default_factory=list)
    stopped_at: date | None = None

    @property
    def whole(self) -> bool:
        return self.stopped_at is None


def walk(asked: Asked, extent: tuple[date, date] | None, *, patient: bool = False) -> Found:
    """Up to `wanted` entries, newest first; `enough` of them make a page, after which the walk hurries."""
    found, began = Found(), perf_counter()
    if extent is None:
        return found
    patient = patient or queries.length() <= SHORT_LOG
    for n, (first, last) in enumerate(_stretches(extent[0], min(extent[1], asked.until or extent[1]))):
        spent = perf_counter() - began
        if n and not patient and spent > (CONTENT if len(found.keys) >= asked.enough else PATIENCE):
            found.stopped_at = last
            return found
        found.keys += _in(asked, first, last, asked.wanted - len(found.keys), hurry=spent < CONTENT)
        if len(found.keys) >= asked.wanted:
            found.stopped_at = first
            return found
    return found


def _stretches(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The days from the last back to the first, in stretches that fit the time they take."""
    days = FIRST_STRETCH
    while last >= first:
        start = max(first, last - timedelta(days=days - 1))
        began = perf_counter()
        yield start, last
        took = perf_counter() - began
        days = min(LONGEST_STRETCH, days * 4) if took < QUICK else max(1, days // 2) if took > SLOW else days
        last = start - timedelta(days=1)


def _in(asked: Asked, first: date, last: date, most: int, *, hurry: bool) -> list[int]:
    """The entries of one stretch: by the index of words where few hold the word, else in the order of the page.

    A stretch in which many hold it is taken in halves, the newer first: read as a whole it could be years.
    """
    rows = asked.rows.filter(page_day__gte=first, page_day__lte=last)
    # Of one character the index must put many pairs together; a frequent one is sooner met by reading.
    if asked.word and not (len(asked.word) == 1 and hurry):
        held = grams.candidates(asked.word, first, last, DENSE + 1)
        if held is not None and len(held) <= DENSE:
            rows = asked.rows.filter(pk__in=held) if held else asked.rows.none()
        elif held is not None and first < last:
            middle = first + (last - first) // 2
            found = _in(asked, middle + timedelta(days=1), last, most, hurry=hurry)
            rest = most - len(found)
            return found + (_in(asked, first, middle, rest, hurry=hurry) if rest else [])
    return list(rows.order_by(*ORDER).values_list("pk", flat=True)[:most])


def holding(word: str) -> Q:
    """Entries in whose text or whose unit's printed name the word stands."""
    return Q(text__icontains=word) | Q(unit_text__icontains=word)
