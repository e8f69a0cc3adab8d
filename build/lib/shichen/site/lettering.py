"""Whether this machine can print the names of its city: characters of the gazetteer and the roster without a glyph."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from shichen.refusal import Refusal
from shichen.site.command import set_up
from shichen.site.safe_sqlite import UnsafeSQLite


def unprintable(home: Path) -> list[str] | None:
    """The characters of the city's names that no font here draws; None where the names cannot be read."""
    try:
        set_up(home)
    except (Refusal, UnsafeSQLite):
        return None
    from django.db import DatabaseError  # Django is set up only now

    from shichen.documents import faces  # loads the typesetter: only who asks about fonts pays for it

    try:
        return faces.lacking(_names())
    except DatabaseError:
        return None


def _names() -> Iterator[str]:
    """Every name that a place or a body has or had."""
    from shichen.city.models import Area, AreaName, Body, BodyName  # Django is set up only now

    tables = (model._default_manager for model in (Area, AreaName, Body, BodyName))
    return chain.from_iterable(table.values_list("name", flat=True).iterator() for table in tables)
