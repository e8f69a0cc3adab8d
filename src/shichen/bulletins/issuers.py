"""Bodies that a text names on a day on which they, or that name of theirs, did not hold (机构当日有效)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from shichen.batches import batches
from shichen.city.models import Body, BodyName, Dated

FLAG = "issuer:"


def flagged(named: Iterable[tuple[str, date]]) -> set[tuple[str, date]]:
    """Of names on days, those that the roster knows and that did not hold on that day; a name it does not know is not asked."""
    asked = {(name, on) for name, on in named if name}
    known: dict[str, list[tuple[Dated, ...]]] = defaultdict(list)
    for some in batches(sorted({name for name, _on in asked})):
        for body in Body.objects.filter(name__in=some):
            known[body.name].append((body,))
        for alias in BodyName.objects.filter(name__in=some).select_related("body"):
            known[alias.name].append((alias, alias.body))
    return {(name, on) for name, on in asked if known[name] and not any(_holds(rows, on) for rows in known[name])}


def _holds(rows: tuple[Dated, ...], on: date) -> bool:
    """A name holds while its body does."""
    return all(row.stands(on) for row in rows)
