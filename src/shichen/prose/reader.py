"""The reader: free text of an official bulletin in, proposed entries and figures out, each with its span."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from shichen.prose import checks, confidence, kinds
from shichen.prose.catalogue import MATCHES, Matcher, facets
from shichen.prose.dates import entry_date, year_of
from shichen.prose.drafts import Draft
from shichen.prose.entries import Run, runs
from shichen.prose.gazetteer import Gazetteer
from shichen.prose.layout import Paragraph, arrange
from shichen.prose.mentions import mentions
from shichen.prose.nonfigures import Span, nonfigures
from shichen.prose.periods import Held, Scope, periods
from shichen.prose.quantities import Quantity, Scanner, still
from shichen.prose.sentences import enclosed
from shichen.prose.spans import Check, Entry, Figure, Mention, NonFigure, Reading
from shichen.prose.subjects import Subjects
from shichen.prose.tables import Tables
from shichen.prose.text import MAX_FIGURES, MAX_PARAGRAPH, MAX_SENTENCE, Clean, sound
from shichen.prose.units import Unit, Units
from shichen.refusal import Refusal


@dataclass(frozen=True, slots=True)
class _Desk:
    """What one set of tables makes ready once."""

    tables: Tables
    places: Gazetteer
    matcher: Matcher
    subjects: Subjects


_DESKS: OrderedDict[str, _Desk] = OrderedDict()
_DESKS_KEPT = 8


def _desk(tables: Tables) -> _Desk:
    """The desk of these tables, kept by the hash of their content."""
    key = tables.hash
    if key not in _DESKS:
        places = Gazetteer(tables)
        _DESKS[key] = _Desk(tables, places, Matcher(tables), Subjects(tables, places))
        while len(_DESKS) > _DESKS_KEPT:
            _DESKS.popitem(last=False)
    return _DESKS[key]


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
    return _Bulletin(raw, _desk(tables), covers, kind or kinds.guess(raw, tables), unit, year).reading()


class _Bulletin:
    """One bulletin on the desk."""

    def __init__(
        self, raw: str, desk: _Desk, covers: dt.date | None, kind: str, unit: str | None, year: int | None
    ) -> None:
        self.raw, self.desk, self.covers, self.kind, self.unit = raw, desk, covers, kind, unit
        self.year = year or (year_of(raw) if kind == "chronicle" else None)
        self.units = Units(desk.tables, desk.places)
        self.nonfigures: list[NonFigure] = []
        self.flags: list[str] = []

    def reading(self) -> Reading:
        """Every paragraph in turn; headlines and prefaces propose nothing."""
        paragraphs, blocks, flags = arrange(self.raw, self.kind, self.desk.tables.layout)
        self.flags.extend(flags)
        for paragraph in paragraphs:
            self.units.learn(paragraph.clean.text[:MAX_PARAGRAPH])
        entries: list[Entry] = []
        for paragraph in paragraphs:
            if not paragraph.preface:
                entries.extend(self._paragraph(paragraph))
        if not entries:
            self.flags.append("empty")
        made = tuple(entries)
        kept = tuple(dict.fromkeys(self.flags))
        return Reading(self.kind, self.covers, made, tuple(blocks), tuple(self.nonfigures), kept, self.desk.tables.hash)

    def _paragraph(self, paragraph: Paragraph) -> Iterator[Entry]:
        text = paragraph.clean.text
        if len(text) > MAX_PARAGRAPH:
            paragraph.flags.append("too_long")
            paragraph.clean = Clean(
                text[:MAX_PARAGRAPH], paragraph.clean.shown[:MAX_PARAGRAPH], paragraph.clean.offsets[:MAX_PARAGRAPH]
            )
            text = paragraph.clean.text
        spans = nonfigures(text, self.desk.tables)
        scanner = Scanner(text, spans, self.desk.tables)
        quantities = list(scanner.scan())
        quantities = sorted([*quantities, *still(text, quantities, spans)], key=lambda quantity: quantity.start)
        paragraph.flags.extend(dict.fromkeys(scanner.flags))
        self.nonfigures.extend(self._nonfigure(paragraph, span) for span in spans)
        commanding = paragraph.column == self.desk.tables.layout["columns"].get(self.kind, [""])[0]
        scope = Scope()
        inside = enclosed(text)
        made = runs(paragraph, inside, self.units, commanding)
        for number, run in enumerate(made):
            yield self._entry(paragraph, run, number, made, spans, quantities, inside, scope)

    def _nonfigure(self, paragraph: Paragraph, span: Span) -> NonFigure:
        start, end = paragraph.clean.span(span.start, span.end)
        return NonFigure(start, end, self.raw[start:end], span.cls)

    def _entry(
        self,
        paragraph: Paragraph,
        run: Run,
        number: int,
        made: Sequence[Run],
        spans: Sequence[Span],
        quantities: Sequence[Quantity],
        inside: bytearray,
        scope: Scope,
    ) -> Entry:
        clean = paragraph.clean
        start = paragraph.start if number == 0 else self._edge(clean, made[number - 1].end)
        end = paragraph.end if number == len(made) - 1 else self._edge(clean, run.end)
        drafts, held, long = self._drafts(clean.text, run, quantities, spans, inside, scope)
        parts = tuple((max(a, start), min(b, end)) for a, b in paragraph.parts if a < end and b > start)
        whole = [flag for flag in paragraph.flags if len(parts) > 1 or flag not in ("joined", "displaced")]
        flags = [*whole, *run.flags, *long, *checks.flags(clean.text[run.start : run.end], len(drafts))]
        figures = () if "duplicate" in paragraph.flags else self._figures(clean, drafts, held)
        mine = _within(spans, run.start, run.end)
        named = self._named(paragraph, run, mine)
        if any(mention.near for mention in named):
            flags.append("place")
        unit, how = self._unit(run)
        body = unit.body if unit is not None else None
        return Entry(
            start,
            end,
            clean.shown[run.start : run.end].strip(),
            column=paragraph.column,
            watch=paragraph.watch,
            date=entry_date(paragraph.date_text, self.covers, self.year) if paragraph.date_text else self._page_date(),
            date_text=paragraph.date_text,
            unit=unit.text if unit is not None else how[0],
            unit_span=clean.span(unit.start, unit.end) if unit is not None else None,
            unit_how=how[1],
            body=body.body if body else "",
            group=(body.group or (body.body if body.commands else "")) if body else "",
            reporter=paragraph.reporter,
            parts=parts,
            flags=tuple(dict.fromkeys(flags)),
            figures=figures,
            nonfigures=tuple(self._nonfigure(paragraph, span) for span in mine),
            mentions=named,
        )

    def _edge(self, clean: Clean, index: int) -> int:
        """An entry ends right after its last character and the next begins there."""
        return clean.offsets[index - 1] + 1

    def _page_date(self) -> dt.date | None:
        return self.covers if self.kind != "chronicle" else None

    def _unit(self, run: Run) -> tuple[Unit | None, tuple[str | None, str]]:
        """The unit printed; else the sender; else, on a chronicle, the city itself."""
        if run.unit is not None:
            return run.unit, (None, run.unit.how)
        if self.unit:
            return None, (self.unit, "sender")
        if self.kind == "chronicle":
            return None, ("我市", "default")
        return None, (None, "none")

    def _drafts(
        self,
        text: str,
        run: Run,
        quantities: Sequence[Quantity],
        spans: Sequence[Span],
        inside: bytearray,
        scope: Scope,
    ) -> tuple[list[Draft], list[Held], list[str]]:
        drafts: list[Draft] = []
        held: list[Held] = []
        flags: list[str] = []
        unit_end = run.unit.end if run.unit is not None else 0
        for sentence in run.sentences:
            found = _within(quantities, sentence.start, sentence.end)
            readable = [one for one in found if one.end - sentence.start <= MAX_SENTENCE][:MAX_FIGURES]
            if len(readable) < len(found) or sentence.end - sentence.start > MAX_SENTENCE:
                flags.append("too_long")
            new = self.desk.subjects.read(
                text, inside, sentence, readable, _within(spans, sentence.start, sentence.end), _total(drafts), unit_end
            )
            held.extend(periods(text, sentence, new, self.kind, self.covers, scope))
            drafts.extend(new)
        return drafts, held, flags

    def _figures(self, clean: Clean, drafts: Sequence[Draft], held: Sequence[Held]) -> tuple[Figure, ...]:
        made = checks.made(drafts, self.desk.tables)
        place = {id(draft): index for index, draft in enumerate(drafts)}
        return tuple(
            self._figure(clean, drafts, index, one, tuple(made[index]), place) for index, one in enumerate(held)
        )

    def _figure(
        self,
        clean: Clean,
        drafts: Sequence[Draft],
        index: int,
        held: Held,
        checked: tuple[Check, ...],
        place: Mapping[int, int],
    ) -> Figure:
        draft = drafts[index]
        quantity = draft.quantity
        start, end = clean.span(quantity.start, quantity.end)
        word = _understood(drafts, index, self.desk.tables)
        measure = self.desk.tables.measure.get(word)
        clause = clean.text[draft.clause.start : draft.clause.end]
        period = held.period
        words = draft.subject + "".join(draft.qualifiers) + ("累计" if held.cumulative else "")
        candidates = tuple(self.desk.matcher.rank(words, clause, word))
        score = candidates[0].score if candidates else 0.0
        indicator = candidates[0].indicator if score >= MATCHES else None
        if indicator is not None and not held.cued and not held.cumulative:
            period = self.desk.tables.indicators[indicator].period.replace("cum", period)
        sure = confidence.after(confidence.confidence(draft), checked)
        return Figure(
            start,
            end,
            self.raw[start:end],
            quantity.value,
            word,
            draft.subject,
            low=quantity.low,
            high=quantity.high,
            about=quantity.about,
            dimension=measure.dimension if measure else "",
            canonical_value=quantity.value * measure.factor if measure else None,
            canonical_unit=measure.canonical if measure else "",
            verb=draft.verb,
            pattern=draft.pattern,
            cumulative=held.cumulative,
            period=period,
            period_from=held.period_from,
            subset_of=place.get(id(draft.base)) if draft.subset and draft.base is not None else None,
            implicit=quantity.implicit,
            qualifiers=tuple(reversed(draft.qualifiers)),
            indicator=indicator,
            candidates=candidates,
            score=score,
            margin=round(score - candidates[1].score, 2) if len(candidates) > 1 else score,
            facets=facets(draft.subject, draft.place),
            checks=checked,
            confidence=sure,
            tier=confidence.tier(sure, candidates, checked),
            flags=_figure_flags(quantity, word, checked),
        )

    def _named(self, paragraph: Paragraph, run: Run, spans: Sequence[Span]) -> tuple[Mention, ...]:
        found = mentions(paragraph.clean, run.start, run.end, spans, self.desk.tables, self.desk.places)
        return tuple(replace(mention, raw=self.raw[mention.start : mention.end]) for mention in found)


_Placed = TypeVar("_Placed", Quantity, Span)


def _within(placed: Sequence[_Placed], start: int, end: int) -> Sequence[_Placed]:
    """Those that begin between two offsets, of a sequence in order."""
    return placed[bisect_left(placed, start, key=_begins) : bisect_left(placed, end, key=_begins)]


def _begins(one: Quantity | Span) -> int:
    return one.start


def _total(drafts: Sequence[Draft]) -> Draft | None:
    """The figure a 其中 at the head of the next sentence speaks of."""
    return next((draft for draft in reversed(drafts) if draft.pattern in ("NQ", "QN")), None)


def _figure_flags(quantity: Quantity, word: str, checked: Sequence[Check]) -> tuple[str, ...]:
    """The failed checks, and measure_understood where the measure is not printed."""
    understood = ("measure_understood",) if word and not quantity.word and not quantity.implicit else ()
    return (*(f"{check.id}_failed" for check in checked if not check.ok), *understood)


_NEAR = 20
_PARALLEL = frozenset(("person", "case", "visit", "count"))


def _understood(drafts: Sequence[Draft], at: int, tables: Tables) -> str:
    """The measure a bare number leaves out: 例 after 病例, else that of the figure beside it (解除563,观察2747人)."""
    draft = drafts[at]
    if draft.quantity.word:
        return draft.quantity.word
    if any(word in draft.subject for word in ("病例", "确诊", "新增")):
        return "例"
    for other in (*drafts[at + 1 : at + 2], *reversed(drafts[max(0, at - _NEAR) : at])):
        measure = tables.measure.get(other.quantity.word)
        if measure is not None and measure.dimension in _PARALLEL:
            return measure.word
    return ""
