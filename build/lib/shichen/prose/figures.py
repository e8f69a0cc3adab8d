"""From the quantities of an entry to its figures: subjects, periods, indicators, checks, confidence."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from shichen.prose import breakdowns, checks, confidence
from shichen.prose.bounds import still
from shichen.prose.catalogue import MATCHES, facets
from shichen.prose.desk import Desk
from shichen.prose.drafts import Draft, Quantity
from shichen.prose.entries import Run
from shichen.prose.labels import counting, labelled
from shichen.prose.nonfigures import Span, nonfigures
from shichen.prose.periods import Held, Scope, periods
from shichen.prose.quantities import Scanner
from shichen.prose.sentences import enclosed
from shichen.prose.spans import Candidate, Check, Figure, NonFigure
from shichen.prose.tables import Tables
from shichen.prose.text import MAX_FIGURES, MAX_SENTENCE, Clean

_NEAR = 20
_PARALLEL = frozenset(("person", "case", "visit", "count"))
_Placed = TypeVar("_Placed", Quantity, Span, NonFigure)


def within(placed: Sequence[_Placed], start: int, end: int) -> Sequence[_Placed]:
    """Those that begin between two offsets, of a sequence in order."""
    return placed[bisect_left(placed, start, key=_begins) : bisect_left(placed, end, key=_begins)]


def _begins(one: Quantity | Span | NonFigure) -> int:
    return one.start


@dataclass(slots=True)
class Numbers:
    """The numerals of one paragraph; `scope` is what the sentences read so far say of the next."""

    spans: list[Span]
    quantities: list[Quantity]
    inside: bytearray
    flags: list[str]
    scope: Scope = field(default_factory=Scope)


def numbers(text: str, tables: Tables) -> Numbers:
    """The non-figures and the quantities of a paragraph's clean text."""
    spans = nonfigures(text, tables)
    scanner = Scanner(text, spans, tables)
    found = list(scanner.scan())
    found = sorted([*found, *still(text, found, spans)], key=_begins)
    return Numbers(spans, found, enclosed(text), list(dict.fromkeys(scanner.flags)))


@dataclass(slots=True)
class Counted:
    """The drafts of one entry with their periods."""

    drafts: list[Draft] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)


def counted(text: str, run: Run, told: Numbers, desk: Desk, kind: str, covers: dt.date | None) -> Counted:
    """What each quantity of an entry counts, and over what time; sentences beyond the limits stay unread."""
    made, known = Counted(), dict[int, Held]()
    label = counting(labelled(text[run.start : run.end])[0])
    unit_end = run.unit.end if run.unit is not None and not label else 0
    for sentence in run.sentences:
        found = within(told.quantities, sentence.start, sentence.end)
        readable = [one for one in found if one.end - sentence.start <= MAX_SENTENCE][:MAX_FIGURES]
        if len(readable) < len(found) or sentence.end - sentence.start > MAX_SENTENCE:
            made.flags.append("too_long")
        spans = within(told.spans, sentence.start, sentence.end)
        drafts = desk.subjects.read(text, told.inside, sentence, readable, spans, _total(made.drafts), unit_end, label)
        breakdowns.settle(drafts, made.drafts)
        made.held.extend(periods(text, sentence, drafts, kind, covers, told.scope, known))
        made.drafts.extend(drafts)
    return made


def _total(drafts: Sequence[Draft]) -> Draft | None:
    """The figure a 其中 at the head of the next sentence speaks of."""
    return next((draft for draft in reversed(drafts) if draft.pattern in ("NQ", "QN")), None)


def figures(raw: str, clean: Clean, made: Counted, desk: Desk) -> tuple[Figure, ...]:
    """The figures of an entry in the order of the text."""
    checked = checks.made(made.drafts, desk.tables)
    place = {id(draft): index for index, draft in enumerate(made.drafts)}
    return tuple(
        _figure(raw, clean, made, index, desk, tuple(checked[index]), place) for index in range(len(made.drafts))
    )


def _figure(
    raw: str,
    clean: Clean,
    made: Counted,
    index: int,
    desk: Desk,
    checked: tuple[Check, ...],
    place: Mapping[int, int],
) -> Figure:
    draft, held = made.drafts[index], made.held[index]
    quantity = draft.quantity
    start, end = clean.span(quantity.start, quantity.end)
    word = _understood(made.drafts, index, desk.tables)
    measure = desk.tables.measure.get(word)
    candidates = _candidates(clean.text, draft, held, word, desk)
    score = candidates[0].score if candidates else 0.0
    indicator = candidates[0].indicator if score >= MATCHES else None
    sure = confidence.after(confidence.confidence(draft), checked)
    return Figure(
        start,
        end,
        raw[start:end],
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
        period=_period(held, indicator, desk.tables),
        period_from=held.period_from,
        subset_of=place.get(id(draft.base)) if draft.subset and draft.base is not None else None,
        implicit=quantity.implicit,
        qualifiers=draft.qualifiers[::-1],
        indicator=indicator,
        candidates=candidates,
        score=score,
        margin=round(score - candidates[1].score, 2) if len(candidates) > 1 else score,
        facets=facets(draft.subject, draft.place),
        checks=checked,
        confidence=sure,
        tier=confidence.tier(sure, candidates, checked),
        flags=_flags(quantity, word, checked),
    )


def _candidates(text: str, draft: Draft, held: Held, word: str, desk: Desk) -> tuple[Candidate, ...]:
    """The rows of the catalogue that may be meant; none without a subject to go by, nor for how much one became less."""
    if not draft.subject or draft.pattern == "turn":
        return ()
    extent = "累计" if held.cumulative else "新增" if held.fresh and "新增" not in draft.subject else ""
    if draft.header:  # it says all: 治愈详情:武汉市40例 are the cured of a place, not what a team did there
        return desk.matcher.rank(draft.header + extent, draft.header, word)
    words = draft.subject + "".join(draft.qualifiers) + extent
    if draft.place and draft.base is not None:  # so do the words of the whole
        return desk.matcher.rank(words.replace(draft.place, "", 1), "", word)
    return desk.matcher.rank(words, text[draft.clause.start : draft.clause.end], word)


def _period(held: Held, indicator: str | None, tables: Tables) -> str:
    """The period the text gives; where it gives none, the indicator's own (值守点 are a state, 口罩 an event)."""
    if indicator is None or held.cued or held.cumulative:
        return held.period
    usual = tables.indicators[indicator].period
    return held.period if usual == "cum" else usual


def _flags(quantity: Quantity, word: str, checked: Sequence[Check]) -> tuple[str, ...]:
    """The failed checks, and measure_understood where the measure is not printed."""
    understood = ("measure_understood",) if word and not quantity.word and not quantity.implicit else ()
    return (*(f"{check.id}_failed" for check in checked if not check.ok), *understood)


def _understood(drafts: Sequence[Draft], at: int, tables: Tables) -> str:
    """The measure a bare number leaves out: 例 after 病例, else that of the figure beside it (解除563,观察2747人)."""
    draft = drafts[at]
    if draft.quantity.word:
        return draft.quantity.word
    if any(word in draft.subject for word in ("病例", "确诊", "新增")):
        return "例"
    if counting(draft.header):
        return "人" if any(word in draft.header for word in ("观察", "接触者")) else "例"
    for other in (*drafts[at + 1 : at + 2], *reversed(drafts[max(0, at - _NEAR) : at])):
        measure = tables.measure.get(other.quantity.word)
        if measure is not None and measure.dimension in _PARALLEL:
            return measure.word
    return ""
