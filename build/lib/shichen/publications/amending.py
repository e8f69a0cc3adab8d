"""Corrections as a page prints them (更正): which of its figures were corrected after they were told, and to what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shichen import watches
from shichen.documents.paper import Amendment
from shichen.indicators import releasing
from shichen.indicators.models import Correction, Figure
from shichen.indicators.telling import quantity
from shichen.publications.items import Item
from shichen.web import words

Placed = tuple[str, Item]
"""A place in words and an item that stands there."""


@dataclass(frozen=True)
class Amended:
    """The corrections of the figures on a page, each figure's own first and then those of what replaced it."""

    chains: dict[UUID, list[Correction]]

    def number_of(self, figure: Figure) -> int:
        """The number that stands beside a figure; 0 where it stands as it was told."""
        chain = self.chains.get(figure.pk)
        return (chain[0].number or 0) if chain else 0

    @property
    def last_at(self) -> datetime | None:
        """When the last of them was made."""
        return max((one.decided_at for chain in self.chains.values() for one in chain if one.decided_at), default=None)

    def listed(self, placed: Iterable[Placed]) -> tuple[Amendment, ...]:
        """Each correction once, in the order of its number, with the first place that it touches."""
        found: dict[int, Amendment] = {}
        for place, item in placed:
            for use in item.uses:
                for one in self.chains.get(use.figure.pk, []):
                    found.setdefault(one.number or 0, _told(one, place))
        return tuple(found[number] for number in sorted(found))


def of(items: Iterable[Item]) -> Amended:
    """The corrections of everything that some items print."""
    figures = {figure.pk for item in items for figure in item.figures if figure.successor_id is not None}
    return Amended({figure: list(_chain(made)) for figure, made in releasing.corrections_of(figures).items()})


def _chain(made: Correction | None) -> Iterator[Correction]:
    """A correction, and the one that corrected what it put in place, and so on."""
    while made is not None:
        yield made
        following = releasing.corrections_of([made.replacement_id]) if made.replacement_id else {}
        made = following.get(made.replacement_id) if made.replacement_id else None


def _told(one: Correction, place: str) -> Amendment:
    now = one.replacement.value if one.replacement is not None else one.value
    return Amendment(
        number=one.number or 0,
        was=quantity(one.was.value, one.was.unit),
        now=quantity(now, one.was.unit),
        reason=one.reason,
        on=words.day(watches.civil_day(one.decided_at)) if one.decided_at else "",
        place=place,
    )
