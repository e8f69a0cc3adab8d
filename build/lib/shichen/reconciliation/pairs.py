"""Figures of two keys that speak of the same time and place; looked at again only where one of them came since the last round."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from shichen.indicators.models import Figure
from shichen.reconciliation.changes import Changes
from shichen.reconciliation.checks import Finding, Looked
from shichen.reconciliation.compared import Ledger

MANY = 200  # figures that came; beyond, the keys are read whole and not asked for one by one


@dataclass(frozen=True)
class Pairing:
    """Two keys to compare, and what is found of two figures; with `totals` the right one is a running total."""

    left: str
    right: str
    find: Callable[[Ledger, Figure, Figure], Finding | None]
    totals: bool = False


def looked(changes: Changes, name: str, pairings: Sequence[Pairing]) -> Iterator[Looked]:
    """Each left figure that has to be looked at again, with what is found beside every right one that its key is paired with."""
    ledger = Ledger()
    for left in _asked(changes, name, pairings, ledger).values():
        last = ledger.speaking(left.key, left)[-1:]
        mine = [one for one in pairings if one.left == left.key and last and last[0].pk == left.pk]
        found = (one.find(ledger, left, right) for one in mine for right in _right(one, ledger, left))
        yield Looked(str(left.pk), tuple(one for one in found if one is not None))


def _right(one: Pairing, ledger: Ledger, left: Figure) -> list[Figure]:
    return ledger.speaking(one.right, left, total=one.totals)[-1:]


def _asked(changes: Changes, name: str, pairings: Sequence[Pairing], ledger: Ledger) -> dict[UUID, Figure]:
    """The left figures that came or beside which a right one came, with those that said the same; those last out of order."""
    pairs = {(one.left, one.right) for one in pairings}
    keys = {key for pair in pairs for key in pair}
    came = list(changes.came(keys))
    if len(came) > MANY:
        ledger.read(keys)
    asked = list(changes.once_more(name))
    for figure in came:
        lefts = {left for left, right in pairs if figure.key in (left, right)}
        asked += [one for left in lefts for one in ledger.speaking(left, figure)]
    return {one.pk: one for one in asked}
