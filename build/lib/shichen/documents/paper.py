"""What stands on a printed page, as plain data: runs of text in passages, cells, rows; the head and the foot around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Run:
    """A stretch of text: plain, who reports (`lead`), a key phrase, or a figure; of a figure, whether it counts a calendar
    day, whether it was computed, the number of its correction; whether words come close `before` and `after` it, and
    the mark (`tail`) that may not begin a line without it."""

    text: str
    lead: bool = False
    strong: bool = False
    figure: bool = False
    civil: bool = False
    computed: bool = False
    amended: int = 0
    before: bool = False
    after: bool = False
    tail: str = ""


@dataclass(frozen=True)
class Passage:
    """One entry of the log as a page prints it, with the dates that belong beside it."""

    runs: tuple[Run, ...]
    note: str = ""

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Row:
    """A watch of the day page: its character, its hours, a cell for each column; an empty cell is printed blank."""

    sign: str
    hours: str
    cells: tuple[tuple[Passage, ...], ...]


@dataclass(frozen=True)
class Date:
    """A date of the chronicle with its events; `rail` is what stands beside it: day and month."""

    day: str
    month: str
    long: str
    weekday: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Amendment:
    """A figure on the page that was corrected after it was told (更正)."""

    number: int
    was: str
    now: str
    reason: str
    on: str
    place: str


@dataclass(frozen=True)
class Head:
    """The head of a page: whose, of which day, over which hours."""

    title: str
    city: str
    subject: str
    day: str
    month: str
    weekday: str
    lunar: str
    period: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Foot:
    """Who made the page by duty, which edition it is, where it can be read and checked again."""

    credits: tuple[tuple[str, str], ...]
    edition: str
    lines: tuple[str, ...]
    link: str = ""
    live: bool = False


@dataclass(frozen=True)
class DaySheet:
    """The day page: twelve watches by the columns of the rules."""

    language: str
    head: Head
    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    key: tuple[tuple[str, str], ...]
    amendments: tuple[Amendment, ...]
    foot: Foot
    words: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Curve:
    """The epidemic curve: its drawing, what is seen in it, and the same numbers as a table."""

    svg: str
    title: str
    finding: str
    notes: tuple[str, ...]
    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    further: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChronicleSheet:
    """The chronicle: the curve, the dates, the rules of selection."""

    language: str
    head: Head
    curve: Curve
    dates: tuple[Date, ...]
    rules: tuple[str, ...]
    amendments: tuple[Amendment, ...]
    foot: Foot
    words: dict[str, Any] = field(default_factory=dict)
