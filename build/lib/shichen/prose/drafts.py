"""A quantity on its way to being a figure: its number, and what it counts as far as that is known."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from shichen.prose.sentences import Stretch


@dataclass(slots=True)
class Quantity:
    """A number and its measure in clean offsets; `word` is empty where none is printed."""

    start: int
    end: int
    value: Decimal
    word: str
    digits: bool
    low: Decimal | None = None
    high: Decimal | None = None
    about: bool = False
    implicit: bool = False
    before: str = ""
    number_end: int = 0


@dataclass(slots=True)
class Draft:
    """A quantity with what it counts; `noun` is the subject without its verb, `reach` where its words end.

    `base` is the figure it belongs to: the whole of a part, the price a change is a change of.
    """

    quantity: Quantity
    clause: Stretch
    left: str = ""
    right: str = ""
    verb: str = ""
    noun: str = ""
    subject: str = ""
    pattern: str = ""
    qualifiers: tuple[str, ...] = ()
    base: Draft | None = None
    subset: bool = False
    place: str = ""
    header: str = ""
    reach: int = 0

    def __post_init__(self) -> None:
        self.reach = self.quantity.end
