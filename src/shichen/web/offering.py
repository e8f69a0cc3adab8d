"""What the filters of a register offer: the words of a list, all of them or those that records within reach hold; areas."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from shichen.audit.context import known
from shichen.city.models import Area
from shichen.city.scope import Sight
from shichen.records.models import Record
from shichen.web import words
from shichen.web.sentences import said

Offered = Callable[[Sight], list[tuple[str, str]]]


def every(choices: Iterable[tuple[str, str]]) -> Offered:
    """Each word of a list, in its order."""
    listed = tuple(choices)
    return lambda sight: [(word, said(label)) for word, label in listed]


def held(model: type[Record], column: str, choices: Iterable[tuple[str, str]]) -> Offered:
    """The words of a list that records within reach hold in a column."""
    listed = tuple(choices)

    def offered(sight: Sight) -> list[tuple[str, str]]:
        found = _values(model, column, sight)
        return [(word, said(label)) for word, label in listed if word in found]

    return offered


def areas(model: type[Record]) -> Offered:
    """The areas that records within reach belong to, each by its path."""

    def offered(sight: Sight) -> list[tuple[str, str]]:
        paths = _values(model, "area_path", sight)
        return [(area.path, words.called(area)) for area in Area.objects.filter(path__in=paths)]

    return offered


def _values(model: type[Record], column: str, sight: Sight) -> set[Any]:
    rows = model._default_manager.all().current(known()).within(sight)
    return set(rows.order_by().values_list(column, flat=True).distinct())
