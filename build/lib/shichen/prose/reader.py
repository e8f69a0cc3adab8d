"""The reader: free text of an official bulletin in, proposed entries and figures out, each with its span."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shichen.prose import checks, kinds, tabular
from shichen.prose.dates import entry_date, year_of
from shichen.prose.desk import Desk, desk
from shichen.prose.entries import Run, runs
from shichen.prose.figures import Numbers, counted, figures, numbers, within
from shichen.prose.grids import Grid
from shichen.prose.layout import Line, Paragraph, arrange, lines
from shichen.prose.mentions import mentions
from shichen.prose.nonfigures import Span
from shichen.prose.spans import Entry, NonFigure, Reading
from shichen.prose.tables import Body, Tables
from shichen.prose.text import MAX_PARAGRAPH, Clean, sound
from shichen.prose.times import as_of, times
from shichen.prose.units import Unit, Units
from shichen.refusal import Refusal


def read(
    text: str,
    tables: Tables,
    *,
    covers: dt.date | None = None,
    kind: str | None = None,
    unit: str | None = None,
    year: int | None = None,
) -> Reading:
    """The reading of a bulletin: proposals only, the same for the same text and tables.

    `covers` is the covering date (所涵日期), `year` stands in for it on a chronicle; `unit` is the sender, for entries
    that name none.
    """
    raw = sound(text)
    if kind is not None and kind not in kinds.KINDS:
        raise Refusal(f"没有“{kind}”这种来稿，可用：{'、'.join(kinds.KINDS)}。", rule="来稿种类", field="kind")
    return _Bulletin(raw, lines(raw, tables.layout), desk(tables), covers, kind, unit, year).reading()


class _Reporter(NamedTuple):
    """Who reports an entry, and how that was found."""

    text: str | None
    span: tuple[int, int] | None
    how: str
    body: Body | None

    @property
    def group(self) -> str:
        """The working group the body belongs to, or is."""
        if self.body is None:
            return ""
        return self.body.group or (self.body.body if self.body.commands else "")


class _Bulletin:
    """One bulletin on the desk."""

    def __init__(
        self,
        raw: str,
        found: list[Line],
        at: Desk,
        covers: dt.date | None,
        kind: str | None,
        unit: str | None,
        year: int | None,
    ) -> None:
        self.raw, self.found, self.desk, self.covers, self.unit = raw, found, at, covers, unit
        self.kind = kind or kinds.guess(raw, found)
        self.year = year or (year_of(raw) if self.kind == "chronicle" else None)
        self.units = Units(at.units)
        self.nonfigures: list[NonFigure] = []

    def reading(self) -> Reading:
        """Every paragraph in turn; headlines, prefaces and lines of marks alone propose nothing."""
        paragraphs, blocks, flags = arrange(self.found, self.kind, self.desk.tables.layout)
        for paragraph in paragraphs:
            self.units.learn(paragraph.clean.text[:MAX_PARAGRAPH])
        telling = [one for one in paragraphs if not one.preface and any(map(str.isalnum, one.clean.text))]
        entries = tuple(entry for paragraph in telling for entry in self._paragraph(paragraph))
        return Reading(
            self.kind,
            self.covers,
            entries,
            tuple(blocks),
            tuple(self.nonfigures),
            tuple(dict.fromkeys([*flags, *([] if entries else ["empty"])])),
            self.desk.tables.hash,
            as_of(time for entry in entries for time in entry.times),
        )

    def _paragraph(self, paragraph: Paragraph) -> Iterator[Entry]:
        if paragraph.grid is not None:
            yield self._table(paragraph, paragraph.grid)
            return
        _shorten(paragraph)
        text = paragraph.clean.text
        told = numbers(text, self.desk.tables)
        paragraph.flags.extend(told.flags)
        marked = tuple(self._nonfigures(paragraph, told.spans))
        self.nonfigures.extend(marked)
        command = self.desk.tables.layout["columns"].get(self.kind, [""])[0]
        made = runs(paragraph, told.inside, self.units, paragraph.column == command)
        start = paragraph.start
        for run in made:
            end = paragraph.end if run is made[-1] else paragraph.clean.offsets[run.end - 1] + 1
            yield self._entry(paragraph, run, told, marked, start, end)
            start = end

    def _table(self, paragraph: Paragraph, grid: Grid) -> Entry:
        """A table is one entry: its rows a line each, its cells apart, its numbers as figures."""
        made = tabular.counted(grid, paragraph.clean, self.desk, self.kind)
        reporter = self._reporter(None)
        return Entry(
            paragraph.start,
            paragraph.end,
            "\n".join("　".join(cell.text for cell in row) for row in grid.rows),
            column=paragraph.column,
            watch=paragraph.watch,
            date=self._date(paragraph),
            date_text=paragraph.date_text,
            unit=reporter.text,
            unit_how=reporter.how,
            reporter=paragraph.reporter,
            parts=tuple(paragraph.parts),
            flags=tuple(dict.fromkeys(["table", *(["dated"] if tabular.dated(grid) else []), *paragraph.flags])),
            figures=figures(self.raw, paragraph.clean, made, self.desk),
        )

    def _nonfigures(self, paragraph: Paragraph, spans: Sequence[Span]) -> Iterator[NonFigure]:
        for span in spans:
            start, end = paragraph.clean.span(span.start, span.end)
            yield NonFigure(start, end, self.raw[start:end], span.cls)

    def _entry(
        self, paragraph: Paragraph, run: Run, told: Numbers, marked: Sequence[NonFigure], start: int, end: int
    ) -> Entry:
        clean = paragraph.clean
        made = counted(clean.text, run, told, self.desk, self.kind, self.covers)
        spans = within(told.spans, run.start, run.end)
        named = mentions(self.raw, clean, run.start, run.end, spans, self.desk.tables, self.desk.places)
        reporter = self._reporter(run.unit, clean)
        day = self._date(paragraph)
        parts = tuple((max(a, start), min(b, end)) for a, b in paragraph.parts if a < end and b > start)
        flags = [flag for flag in paragraph.flags if len(parts) > 1 or flag not in ("joined", "displaced")]
        flags += [*run.flags, *made.flags, *checks.flags(clean.text[run.start : run.end], len(made.drafts))]
        flags += ["place"] if any(mention.near for mention in named) else []
        return Entry(
            start,
            end,
            clean.shown[run.start : run.end].strip(),
            column=paragraph.column,
            watch=paragraph.watch,
            date=day,
            date_text=paragraph.date_text,
            unit=reporter.text,
            unit_span=reporter.span,
            unit_how=reporter.how,
            body=reporter.body.body if reporter.body else "",
            group=reporter.group,
            reporter=paragraph.reporter,
            parts=parts,
            flags=tuple(dict.fromkeys(flags)),
            figures=() if "duplicate" in paragraph.flags else figures(self.raw, clean, made, self.desk),
            nonfigures=tuple(within(marked, *clean.span(run.start, run.end))),
            mentions=named,
            times=times(clean, self.raw, spans, self.covers, day, paragraph.watch),
        )

    def _date(self, paragraph: Paragraph) -> dt.date | None:
        """The date line the entry stands under; else, but for a chronicle, the covering date."""
        if paragraph.date_text:
            return entry_date(paragraph.date_text, self.covers, self.year)
        return self.covers if self.kind != "chronicle" else None

    def _reporter(self, unit: Unit | None, clean: Clean | None = None) -> _Reporter:
        """The unit printed; else the sender; else, on a chronicle, the city itself."""
        if unit is not None and clean is not None:
            return _Reporter(unit.text, clean.span(unit.start, unit.end), unit.how, unit.body)
        if self.unit:
            return _Reporter(self.unit, None, "sender", None)
        if self.kind == "chronicle":
            return _Reporter("我市", None, "default", None)
        return _Reporter(None, None, "none", None)


def _shorten(paragraph: Paragraph) -> None:
    """What lies beyond a paragraph's limit stays unread."""
    clean = paragraph.clean
    if len(clean.text) > MAX_PARAGRAPH:
        paragraph.flags.append("too_long")
        kept = slice(MAX_PARAGRAPH)
        paragraph.clean = Clean(clean.text[kept], clean.shown[kept], clean.offsets[kept])
