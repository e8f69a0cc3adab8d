"""What a reading holds: entries, figures, numerals that are no figures, places and documents, each with its raw span."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

Pairs = tuple[tuple[str, str], ...]


class NonFigure(NamedTuple):
    """Words with a numeral that answer no how-many: a date, an ordinal, a title, an idiom."""

    start: int
    end: int
    raw: str
    cls: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An indicator a figure may belong to, and how well it fits."""

    indicator: str
    score: float


@dataclass(frozen=True, slots=True)
class Check:
    """A rule that was asked of a figure (1.13): whether it held, and what was seen."""

    id: str
    ok: bool
    note: str = ""


class Figure(NamedTuple):
    """A quantity as stated (报称): its print, its value, what it counts, and the indicator it is proposed for.

    `low` and `high` are bounds where the words give one (余, 不少于; 近, 以内), `about` where they say 约 or 左右.
    `subset_of` and `whole` name another figure of the same entry by its place there. `score` and `margin` are the
    first candidate's; `indicator` is empty below the score that matches.
    """

    start: int
    end: int
    raw: str
    value: Decimal
    unit: str
    subject: str
    low: Decimal | None = None
    high: Decimal | None = None
    about: bool = False
    dimension: str = ""
    canonical_value: Decimal | None = None
    canonical_unit: str = ""
    verb: str = ""
    pattern: str = ""
    cumulative: bool = False
    period: str = "event"
    period_from: dt.date | None = None
    subset_of: int | None = None
    implicit: bool = False
    qualifiers: tuple[str, ...] = ()
    indicator: str | None = None
    candidates: tuple[Candidate, ...] = ()
    score: float = 0.0
    margin: float = 0.0
    facets: Pairs = ()
    checks: tuple[Check, ...] = ()
    confidence: float = 0.0
    tier: str = "full"
    flags: tuple[str, ...] = ()


class Mention(NamedTuple):
    """A place, body, document or milestone named in an entry; `near` offers names for one the gazetteer lacks."""

    start: int
    end: int
    raw: str
    kind: str
    refers_to: str = ""
    near: tuple[str, ...] = ()


class Time(NamedTuple):
    """A time an entry names, with the word before it that says what sort it is (截至, 从), and the instants it means.

    `kind` is that of `watch_phrases`; `begins` or `ends` is empty where the phrase is open or could not be settled.
    """

    start: int
    end: int
    raw: str
    kind: str
    begins: dt.datetime | None = None
    ends: dt.datetime | None = None
    precision: str = ""
    flags: tuple[str, ...] = ()


class Block(NamedTuple):
    """One line or joined paragraph of the bulletin, with what it was taken for."""

    kind: str
    start: int
    end: int
    value: str = ""
    flags: tuple[str, ...] = ()


class Entry(NamedTuple):
    """A log entry as proposed: consecutive sentences of one paragraph by one reporting unit (报送单位).

    `unit` is as printed, `body` and `group` its roster codes; `unit_how` tells how it was found. `date` is the entry's
    editorial date, `date_text` its print.
    """

    start: int
    end: int
    text: str
    column: str | None = None
    watch: str | None = None
    date: dt.date | None = None
    date_text: str = ""
    unit: str | None = None
    unit_span: tuple[int, int] | None = None
    unit_how: str = "none"
    body: str = ""
    group: str = ""
    reporter: str = ""
    parts: tuple[tuple[int, int], ...] = ()
    flags: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    nonfigures: tuple[NonFigure, ...] = ()
    mentions: tuple[Mention, ...] = ()
    times: tuple[Time, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read in one bulletin; every span satisfies `raw[start:end] == span.raw`.

    `as_of` is the 截至 of the bulletin, kept apart from the date it covers and from when it was published.
    """

    kind: str
    covers: dt.date | None
    entries: tuple[Entry, ...]
    blocks: tuple[Block, ...]
    nonfigures: tuple[NonFigure, ...]
    flags: tuple[str, ...]
    tables_hash: str
    as_of: dt.datetime | None = None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures of all entries in the order of the text."""
        return tuple(figure for entry in self.entries for figure in entry.figures)
