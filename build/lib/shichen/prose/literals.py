"""Literal words sought in text: Aho–Corasick, leftmost and longest, so that words from tables can never be patterns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import ahocorasick_rs


class Hit(NamedTuple):
    """A word found in a text, by the text's own offsets."""

    start: int
    end: int
    word: str


def any_in(words: Iterable[str], text: str) -> bool:
    """Whether one of a few words stands in the text: asked before a pattern that needs one of them, and cheaper."""
    for word in words:  # noqa: SIM110 - a generator each time costs more than the search
        if word in text:
            return True
    return False


class Literals:
    """A set of words, found leftmost-longest and without overlap."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = sorted({word for word in words if word})
        self._automaton = (
            ahocorasick_rs.AhoCorasick(self.words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
            if self.words
            else None
        )

    def find(self, text: str, at: int = 0) -> list[Hit]:
        """Every hit in the order of the text, by offsets of what the text is a piece of from `at` on."""
        if self._automaton is None or not text:
            return []
        words, found = self.words, self._automaton.find_matches_as_indexes(text)
        return [Hit(start + at, end + at, words[which]) for which, start, end in found]


class Holds:
    """A set of words, asked which of them a text holds, those within one another too."""

    def __init__(self, words: Iterable[str]) -> None:
        known = sorted({word for word in words if word})
        self._automaton = ahocorasick_rs.AhoCorasick(known, store_patterns=True) if known else None

    def of(self, text: str) -> frozenset[str]:
        """The words that stand anywhere in the text."""
        if self._automaton is None or not text:
            return frozenset()
        return frozenset(self._automaton.find_matches_as_strings(text, overlapping=True))


class Starts:
    """A set of words, asked which of them stands at one place in a text, longest first."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word for word in words if word)
        self._lengths = _lengths((word[0], len(word)) for word in self._words)
        self._longest = max(map(len, self._words), default=0)

    def at(self, text: str, index: int) -> str:
        """The longest word that begins at `index`, or nothing."""
        for length in self._lengths.get(text[index : index + 1], ()):
            word = text[index : index + length]
            if word in self._words:
                return word
        return ""

    def inside(self, text: str, index: int, stop: int) -> str:
        """The longest word that begins at `index` and ends by `stop`, or nothing."""
        return self.at(text[index : min(stop, index + self._longest)], 0) if index < stop else ""


class Ends:
    """A set of words, asked which of them a text ends in, longest first."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word for word in words if word)
        self._lengths = _lengths((word[-1], len(word)) for word in self._words)

    def of(self, text: str) -> str:
        """The longest word that ends the text, or nothing."""
        for length in self._lengths.get(text[-1:], ()):
            word = text[-length:]
            if word in self._words:
                return word
        return ""


def _lengths(told: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    """For each character the lengths of the words it opens or closes, longest first."""
    found: dict[str, set[int]] = {}
    for character, length in told:
        found.setdefault(character, set()).add(length)
    return {character: tuple(sorted(lengths, reverse=True)) for character, lengths in found.items()}
