"""Sentences and clauses of a paragraph, by offsets in its clean text."""

from __future__ import annotations

from typing import NamedTuple

_STOPS = frozenset("。!?")
_OPENING = {"《": "》", "“": "”", "(": ")", "「": "」", "【": "】"}
_CLOSERS = _STOPS | frozenset('”"』」)》')
"""What goes with the mark that ends a sentence, further such marks among them."""
_OPENINGS = frozenset(_OPENING)
_BRACKETS = _OPENINGS.union(_OPENING.values())
_REACH = 400
_CUTS = frozenset(",;:。!? ")


class Stretch(NamedTuple):
    """A run of characters."""

    start: int
    end: int


def enclosed(text: str) -> bytearray:
    """1 for each character inside 《》, “” or (), counting only pairs that close within reach."""
    inside = bytearray(len(text))
    if _OPENINGS.isdisjoint(text):
        return inside
    stack: list[tuple[str, int]] = []
    for index in [at for at, character in enumerate(text) if character in _BRACKETS]:
        character = text[index]
        if character in _OPENING:
            if len(stack) < 16:
                stack.append((_OPENING[character], index))
        elif any(character == closer for closer, _ in stack):
            while stack:
                closer, start = stack.pop()
                if closer == character:
                    if index - start <= _REACH and not stack:
                        inside[start : index + 1] = b"\x01" * (index + 1 - start)
                    break
    return inside


def sentences(text: str, inside: bytearray) -> list[Stretch]:
    """Sentences end at 。!? outside titles, quotations and brackets; a closing quote after the mark belongs to them."""
    found: list[Stretch] = []
    start = 0
    for index in [at for at, character in enumerate(text) if character in _STOPS]:
        if index >= start and not inside[index]:
            end = index + 1
            while end < len(text) and text[end] in _CLOSERS:
                end += 1
            found.append(Stretch(start, end))
            start = end
    if start < len(text):
        found.append(Stretch(start, len(text)))
    return found


def clauses(text: str, sentence: Stretch, inside: bytearray) -> list[Stretch]:
    """The clauses of a sentence: cut at commas, semicolons, colons and blanks outside titles, quotations, brackets."""
    found: list[Stretch] = []
    start = sentence.start
    piece = text[sentence.start : sentence.end]
    for index in [at for at, character in enumerate(piece, start) if character in _CUTS]:
        if not inside[index]:
            if index > start:
                found.append(Stretch(start, index))
            start = index + 1
    if start < sentence.end:
        found.append(Stretch(start, sentence.end))
    return found
