"""Closed bulletins as regression cases (回归): every one read again with the code and the tables of now, beside what was decided.

Only what the reader read by itself, and a person left so, can be lost; a number that was added or put right by hand never was read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from shichen.bulletins import learning, reading, review, tables, undoing
from shichen.bulletins.models import Bulletin, Proposal
from shichen.indicators.telling import plain
from shichen.prose.spans import Figure

KEPT = (Proposal.State.ACCEPTED, Proposal.State.EDITED)
COMPARED = ("indicator", "unit", "cumulative")


@dataclass(frozen=True)
class Case:
    """A decided number that is read otherwise now: its words, what was decided, what is read; `lost` where its value is gone."""

    bulletin: Bulletin
    raw: str
    before: str
    now: str
    lost: bool


@dataclass
class Tally:
    """How much was read again; what could not be, because its text was erased on time."""

    bulletins: int = 0
    numbers: int = 0
    erased: int = 0


def cases(tally: Tally) -> Iterator[Case]:
    """Every decided number of a closed bulletin that would be lost or read otherwise; counts what it goes through."""
    rows = Bulletin.objects.filter(state=Bulletin.State.CLOSED).select_related("envelope", "unit")
    words = cache(tables.of_the_city)
    for bulletin in rows.order_by("received_at", "pk").iterator(chunk_size=100):
        text = review.text_of(bulletin)
        if not text:
            tally.erased += 1
            continue
        tally.bulletins += 1
        found = reading.read_again(bulletin, text, words).figures
        for one in _read_then(bulletin):
            tally.numbers += 1
            case = _compared(bulletin, one, found)
            if case is not None:
                yield case


def _read_then(bulletin: Bulletin) -> list[Proposal]:
    """The numbers that were read with the value that a person then took."""
    rows = Proposal.objects.filter(entry__bulletin=bulletin, state__in=KEPT).exclude(reason=undoing.ADDED)
    return [one for one in rows.order_by("start") if "value" not in one.was]


def _compared(bulletin: Bulletin, one: Proposal, found: tuple[Figure, ...]) -> Case | None:
    beside = [figure for figure in found if figure.start < one.end and one.start < figure.end]
    same = next((figure for figure in beside if figure.value == one.value), None)
    if same is None:
        now = "、".join(plain(figure.value) for figure in beside) or "—"
        return Case(bulletin, one.raw, plain(one.value), now, lost=True)
    remembered = any(learning.followed_in(check) for check in one.checks)
    left = [name for name in COMPARED if name not in one.was] if not remembered else []
    before = {name: getattr(one, name) for name in left}
    now_ = {name: getattr(same, name) or type(before[name])() for name in left}
    changed = [name for name in left if before[name] != now_[name]]
    if not changed:
        return None
    return Case(bulletin, one.raw, _said(before, changed), _said(now_, changed), lost=False)


def _said(values: dict[str, object], names: list[str]) -> str:
    words = {True: "累计", False: "非累计"}
    said = (
        words[value] if isinstance(value, bool) else str(value) or "—" for name in names for value in [values[name]]
    )
    return " ".join(said)
