"""How a line of the chronicle is worded out of an entry: the shortest sentence that holds the key words, its unit named once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import re2

from shichen.journal.models import Entry
from shichen.publications.chronicle.selecting import Wording
from shichen.publications.items import Bound, Spanned

_DATE = re2.compile(r"^(?:([0-9]{4})年)?([0-9]{1,2})月([0-9]{1,2})日[，,]\s*")
_ENDS, _CLOSERS = "。！？!?", "”’」』）》)"
_OPENS = {"《": "》", "“": "”", "（": "）", "(": ")", "「": "」"}
Span = tuple[int, int]


@dataclass(frozen=True)
class Worded:
    """A line and the figures bound in it."""

    text: str
    uses: tuple[Bound, ...]


def worded(entry: Entry, uses: Sequence[Spanned], key: Span, rule: Wording) -> Worded:
    """The line that an entry gives. `key` is where its key figure or phrase stands; a figure keeps its characters."""
    text = entry.text
    start, end = _kept(text, key, rule.longest)
    start = _past_the_date(text, start, end, entry.page_day, rule.today, key)
    head, again = _unit(text[start:end], entry, rule)
    line = _spliced(text, uses, start, end, head, again)
    return line if line.text.endswith(tuple(_ENDS + _CLOSERS)) else Worded(f"{line.text}。", line.uses)


def sentences(text: str) -> list[Span]:
    """The sentences of a text: they end at 。！？ outside titles, quotations and brackets, and at the end of a line."""
    found: list[Span] = []
    start, closing = 0, ""
    for at, char in enumerate(text):
        if closing:
            closing = "" if char in (closing, "\n") else closing
        elif char in _OPENS and _OPENS[char] in text[at:]:
            closing = _OPENS[char]
        if not closing and (char in _ENDS or char == "\n") and at >= start:
            end = at + 1
            while end < len(text) and text[end] in _CLOSERS:
                end += 1
            found.append((start, end))
            start = end
    found.append((start, len(text)))
    return [(first, last) for first, last in (_trimmed(text, one) for one in found) if first < last]


def _kept(text: str, key: Span, longest: int) -> Span:
    """The shortest sentence that prints the key words, a figure where it is bound; of a long one the part that holds them."""
    phrase = text[slice(*key)]
    here = [one for one in sentences(text) if one[0] <= key[0] and key[1] <= one[1]]
    same = [] if any(char.isdigit() for char in phrase) else [s for s in sentences(text) if phrase in text[slice(*s)]]
    if not here:
        return _trimmed(text, (0, len(text)))
    start, end = min(same or here, key=lambda one: (one[1] - one[0], one[0]))
    if end - start <= longest:
        return start, end
    return _between_semicolons(text, start, end, max(text.find(phrase, start, end), start) if same else key[0])


def _between_semicolons(text: str, start: int, end: int, at: int) -> Span:
    left = max(text.rfind(mark, start, at) for mark in "；;") + 1
    rights = [found for mark in "；;" if (found := text.find(mark, at, end)) >= 0]
    return (left or start), (min(rights) if rights else end)


def _past_the_date(text: str, start: int, end: int, on: date, today: Sequence[str], key: Span) -> int:
    """Past a date at the head of a line, where it is the day that the line files under anyway."""
    found = _DATE.match(text[start:end])
    if found and (int(found[2]), int(found[3])) == (on.month, on.day) and (found[1] or str(on.year)) == str(on.year):
        return start + int(found.end())
    for word in today:
        for mark in "，,":
            if text.startswith(word + mark, start):
                return start + len(word) + 1
    return start


def _unit(line: str, entry: Entry, rule: Wording) -> tuple[tuple[int, str], tuple[Span, ...]]:
    """What a word that stands for the unit is written out as, and where the unit is named again at the head of a clause."""
    stands = next((word for word in rule.stands_for_unit if line.startswith(word)), "")
    head = (len(stands), entry.unit_text) if stands and entry.unit_text else (0, "")
    name, again = entry.unit_text, []
    if len(name) > 1:
        at = line.find(name, len(name) if line.startswith(name) else 0)
        named_before = line.startswith(name) or bool(stands)
        while at > 0:
            if named_before and line[at - 1] in "，；,;":
                again.append((at, at + len(name)))
            named_before = True
            at = line.find(name, at + len(name))
    return head, tuple(again)


def _spliced(
    text: str, uses: Sequence[Spanned], start: int, end: int, head: tuple[int, str], again: tuple[Span, ...]
) -> Worded:
    cuts = [(start, start + head[0], head[1])] if head[1] else []
    cuts += [(start + one, start + other, "") for one, other in again]
    inside = [use for use in uses if any(use.start < cut[1] and cut[0] < use.end for cut in cuts)]
    if inside:
        return Worded(text[start:end], _moved(uses, start, end, 0))
    said, at, kept = "", start, []
    for first, last, put in [*cuts, (end, end, "")]:
        kept += list(_moved([use for use in uses if at <= use.start], at, first, len(said)))
        said += text[at:first] + put
        at = last
    return Worded(said, tuple(kept))


def _moved(uses: Sequence[Spanned], start: int, end: int, to: int) -> tuple[Bound, ...]:
    """The figures printed between two characters of a text, where that stretch now begins at `to`."""
    shift = to - start
    held = [use for use in uses if start <= use.start and use.end <= end]
    return tuple(Bound(use.figure, use.start + shift, use.end + shift) for use in held)


def _trimmed(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def likeness(one: str, other: str) -> float:
    """How much of the shorter text's pairs of characters stand in the other too: 1 where all do."""
    pairs, others = _pairs(one), _pairs(other)
    return len(pairs & others) / min(len(pairs), len(others)) if pairs and others else 0.0


def _pairs(text: str) -> set[str]:
    plain = "".join(char for char in text if char.isalnum())
    return {plain[at : at + 2] for at in range(len(plain) - 1)}
