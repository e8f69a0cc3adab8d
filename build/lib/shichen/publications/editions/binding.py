"""Keeping figures bound while words change: a number on a page is a figure of the ledger, or it is not printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from shichen.indicators.models import Figure
from shichen.prose import figures as prose
from shichen.prose.drafts import Quantity
from shichen.prose.tables import Tables
from shichen.publications.items import Bound, Spanned
from shichen.refusal import Refusal

NUMERALS = "0123456789０１２３４５６７８９.〇零一二两三四五六七八九十百千万亿"
AROUND = 6  # characters shown on either side of a number that is bound to nothing
MOST_COMPARED = 2_000  # characters; longer wordings are not compared letter by letter


@dataclass(frozen=True)
class Loose:
    """A quantity in a text that no figure stands behind, and the figure that stood there before, if one did."""

    start: int
    end: int
    text: str
    quantity: Quantity
    was: Spanned | None = None


def rebound(old: str, bound: Sequence[Spanned], new: str, tables: Tables) -> list[Bound]:
    """Where the figures of a text stand in its new wording. Raises Refusal for a number that no figure stands behind.

    A figure may move with its words or be left out; what it prints may not change by a digit.
    """
    kept = moved(old, bound, new)
    first = next(iter(loose(new, kept, tables, before=bound, old=old)), None)
    if first is not None:
        raise Refusal(_sentence(new, first), rule="数字绑定", field=_href(first))
    _must_read_alike(old, bound, new, kept, tables)
    return kept


def _must_read_alike(old: str, bound: Sequence[Spanned], new: str, kept: Sequence[Bound], tables: Tables) -> None:
    """The measure word of a figure and its hedge (约, 余, 近) go with it."""
    before, after = _quantities(old, tables), _quantities(new, tables)
    said = {id(span.figure): _manner(before, span) for span in bound}
    for one in kept:
        was, now = said[id(one.figure)], _manner(after, one)
        if was != now:
            around = new[max(0, one.start - AROUND) : one.end + AROUND]
            raise Refusal(
                f"「…{around}…」里的「{new[one.start : one.end]}」改了量词或约数；此数来自台账，请在来源处更正。",
                rule="数字绑定",
                field=f"/figures/{one.figure.pk}/",
            )


def _manner(quantities: Iterable[Quantity], span: Spanned) -> tuple[object, ...] | None:
    """In which measure, and how surely, the quantity at a span is told; None where the reader sees no quantity."""
    found = next((one for one in quantities if one.start < span.end and span.start < one.end), None)
    return (found.word, found.low is None, found.high is None, found.about) if found else None


def says(quantity: Quantity, figure: Figure) -> bool:
    """Whether a printed quantity says what a figure does: the value, the measure, and how surely."""
    alone = quantity.low is None or quantity.high is None
    bounds = (alone and quantity.low is not None, alone and quantity.high is not None, quantity.about)
    same_measure = not quantity.word or not figure.unit or quantity.word == figure.unit
    return quantity.value == figure.value and same_measure and bounds == (figure.at_least, figure.at_most, figure.about)


def loose(
    text: str, bound: Iterable[Spanned], tables: Tables, *, before: Sequence[Spanned] = (), old: str = ""
) -> list[Loose]:
    """The quantities in a text that are bound to no figure; dates, ordinals, titles and idioms count nothing."""
    covered = bytearray(len(text))
    for span in bound:
        covered[span.start : span.end] = b"\x01" * (span.end - span.start)
    found = []
    for one in _quantities(text, tables):
        if not any(covered[one.start : one.end]):
            replaced = _replaced(text, one.start, old, before)
            found.append(Loose(one.start, one.end, text[one.start : one.end], one, replaced))
    return found


def _quantities(text: str, tables: Tables) -> list[Quantity]:
    """The quantities of a text, paragraph by paragraph, as the reader of bulletins finds them."""
    found, at = [], 0
    for line in text.split("\n"):
        found += [
            replace(one, start=at + one.start, end=at + one.end, number_end=at + one.number_end)
            for one in prose.numbers(line, tables).quantities
        ]
        at += len(line) + 1
    return found


def quantity_at(text: str, start: int, end: int, tables: Tables) -> Quantity | None:
    """The quantity that a stretch of a text prints, with its measure or without."""
    found = (one for one in _quantities(text, tables) if one.start == start)
    return next((one for one in found if end in (one.end, one.number_end)), None)


def moved(old: str, bound: Sequence[Spanned], new: str) -> list[Bound]:
    """Each figure where its characters went: with the text around them, else where the same words stand unclaimed."""
    whole = _kept_whole(old, new, bound)
    kept: list[Bound] = []
    for span, at in zip(bound, whole, strict=True):
        words = old[span.start : span.end]
        taken = [(one.start, one.end) for one in kept]
        start = at if at is not None and _free(at, len(words), taken) else _unclaimed(new, words, taken, whole)
        if start is not None:
            kept.append(Bound(span.figure, start, start + len(words)))
    return sorted(kept, key=lambda one: one.start)


def _kept_whole(old: str, new: str, bound: Sequence[Spanned]) -> list[int | None]:
    """For each span, where it begins in the new text, if all of it stayed together and no digit was put against it."""
    if max(len(old), len(new)) > MOST_COMPARED:
        return [None] * len(bound)
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    places: list[int | None] = []
    for span in bound:
        block = next((one for one in blocks if one.a <= span.start and span.end <= one.a + one.size), None)
        at = span.start - block.a + block.b if block else None
        places.append(at if at is not None and _stands_alone(new, at, span.end - span.start) else None)
    return places


def _unclaimed(text: str, words: str, taken: list[tuple[int, int]], whole: Sequence[int | None]) -> int | None:
    reserved = {at for at in whole if at is not None}
    at = text.find(words)
    while at >= 0:
        if at not in reserved and _free(at, len(words), taken) and _stands_alone(text, at, len(words)):
            return at
        at = text.find(words, at + 1)
    return None


def _stands_alone(text: str, at: int, length: int) -> bool:
    """Whether a number is not part of a longer one: 61 in 161 is another number."""
    before, after = text[at - 1 : at], text[at + length : at + length + 1]
    first, last = text[at : at + 1], text[at + length - 1 : at + length]
    return not (_joins(before) and _joins(first)) and not (_joins(last) and _joins(after))


def _joins(char: str) -> bool:
    return bool(char) and char in NUMERALS


def _free(at: int, length: int, taken: list[tuple[int, int]]) -> bool:
    return all(at + length <= start or end <= at for start, end in taken)


def _replaced(text: str, start: int, old: str, before: Sequence[Spanned]) -> Spanned | None:
    """The figure that stood where a loose number stands now: the one that the same words lead up to."""
    lead = text[max(0, start - AROUND) : start]
    return next((span for span in before if lead and old[: span.start].endswith(lead[-2:])), None)


def _sentence(text: str, one: Loose) -> str:
    around = text[max(0, one.start - AROUND) : one.end + AROUND]
    if one.was is not None:
        return f"「…{around}…」里的「{one.text}」：此数来自台账，请在来源处更正，不能在版面上改。"
    return f"「…{around}…」里的「{one.text}」没有台账里的数字支撑；请先入账，或改写为不带数字的话。"


def _href(one: Loose) -> str:
    return f"/figures/{one.was.figure.pk}/" if one.was is not None else "text"
