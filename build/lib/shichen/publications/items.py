"""An entry of the log as a page prints it: its wording, the figures bound in it, the words in bold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from shichen import watches
from shichen.city.scope import Sight
from shichen.indicators.models import Figure, Use
from shichen.journal.models import Entry, Mark

WHOLE_DAY = ("全天", "全日", "当天", "当日")


class Spanned(Protocol):
    """A figure and the characters that print it."""

    @property
    def figure(self) -> Figure: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True)
class Bound:
    """A figure bound in an editor's wording."""

    figure: Figure
    start: int
    end: int


@dataclass(frozen=True)
class Piece:
    """A stretch of printed text: plain, bold, or a figure, or both; the figure of a 全天 says which day that is."""

    text: str
    figure: Figure | None = None
    strong: bool = False
    whole_day: bool = False
    lead: bool = False


@dataclass(frozen=True)
class Item:
    """One entry on a page, in its own words or in an editor's. Every figure in it leads to what it rests on."""

    entry: Entry
    uses: tuple[Spanned, ...]
    kinds: tuple[str, ...] = ()
    key_phrase: str = ""
    note: str = ""
    wording: str = ""

    @property
    def text(self) -> str:
        return self.wording or self.entry.text

    @property
    def figures(self) -> list[Figure]:
        return [use.figure for use in self.uses]

    @property
    def pieces(self) -> list[Piece]:
        """The text in order, cut where a figure or the bold phrase begins or ends; nothing added, nothing lost."""
        bold = _bold(self.text, self.key_phrase, self.uses)
        spans = {(use.start, use.end): use.figure for use in _apart(self.uses)}
        days = _whole_days(self.text, self.uses)
        cuts = sorted({0, len(self.text), *(bold or ()), *(edge for span in spans for edge in span)})
        pieces = []
        for start, end in pairwise(cuts):
            strong = bold is not None and bold[0] <= start and end <= bold[1]
            pieces.append(Piece(self.text[start:end], spans.get((start, end)), strong, start in days))
        return pieces

    @property
    def led(self) -> list[Piece]:
        """The pieces, with the reporting unit at the head of the text as one of its own."""
        pieces, unit = self.pieces, self.entry.unit_text
        first = pieces[0] if pieces else Piece("")
        if not unit or first.figure is not None or first.strong or not first.text.startswith(unit):
            return pieces
        return [Piece(unit, lead=True), replace(first, text=first.text[len(unit) :]), *pieces[1:]]


def chosen(sight: Sight, *, marked: Iterable[str], never: Iterable[str], as_of: datetime | None) -> QuerySet[Entry]:
    """The entries within reach that were marked significant in one of these ways and not struck, as of a moment."""
    marks = Mark.objects.filter(entry=OuterRef("pk"))
    if as_of is not None:
        marks = marks.filter(at__lte=as_of)
    entries = Entry.objects.within(sight).exclude(kind__in=list(never))
    if as_of is not None:
        entries = entries.filter(recorded_at__lte=as_of)
    significant = marks.filter(kind=Mark.Kind.SIGNIFICANT, detail__in=list(marked))
    return with_figures(entries.filter(Exists(significant), ~Exists(marks.filter(kind=Mark.Kind.STRUCK))))


def with_figures(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """The entries in the order of the log, with all that printing one asks for.

    Units, places and definitions come by questions of their own: many lines share few of them.
    """
    uses = Use.objects.select_related("figure").order_by("start")
    of_figures = (f"uses__figure__{name}" for name in ("area", "reporter", "definition"))
    return entries.prefetch_related("unit", "area", Prefetch("uses", uses), *of_figures).order_by("seq")


def is_civil_day(figure: Figure) -> bool:
    """Whether a figure speaks of one whole calendar day (全天)."""
    if figure.period_from is None or figure.period_to is None:
        return False
    start = watches.local(figure.period_from)
    return start.hour == start.minute == 0 and figure.period_to - figure.period_from == timedelta(days=1)


def sees_all(sight: Sight, path: str) -> bool:
    """Whether the reach covers every unit of an area, so that nothing is missing from its page."""
    return any(unit is None and path.startswith(area) for unit, area, _ in sight.reaches)


def _apart(uses: tuple[Spanned, ...]) -> list[Spanned]:
    """The spans that can be links at once: of two that overlap, the one that begins first."""
    kept: list[Spanned] = []
    for use in sorted(uses, key=lambda one: (one.start, -one.end)):
        if not kept or kept[-1].end <= use.start:
            kept.append(use)
    return kept


def _whole_days(text: str, uses: Iterable[Spanned]) -> set[int]:
    """Where the first figure of a calendar day stands after a 全天 or 当天 in the same sentence."""
    found = set()
    spans = [use for use in _apart(tuple(uses)) if is_civil_day(use.figure)]
    for said in WHOLE_DAY:
        at = text.find(said)
        while at >= 0:
            stop = text.find("。", at)
            first = next((use.start for use in spans if use.start > at), None)
            if first is not None and (stop < 0 or first < stop):
                found.add(first)
            at = text.find(said, at + 1)
    return found


def _bold(text: str, phrase: str, uses: tuple[Spanned, ...]) -> tuple[int, int] | None:
    """Where the bold phrase stands; an edge inside a figure moves out to the figure's own."""
    start = text.find(phrase) if phrase else -1
    if start < 0:
        return None
    end = start + len(phrase)
    for use in _apart(uses):
        start = use.start if use.start < start < use.end else start
        end = use.end if use.start < end < use.end else end
    return start, end
