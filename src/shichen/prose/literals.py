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


class Literals:
    """A set of words, found leftmost-longest and without overlap."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = sorted({word for word in words if word})
        self._automaton = (
            ahocorasick_rs.AhoCorasick(self.words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
            if self.words
            else None
        )

    def find(self, text: str) -> list[Hit]:
        """Every hit in the order of the text."""
        if self._automaton is None or not text:
            return []
        words = self.words
        return [Hit(start, end, words[which]) for which, start, end in self._automaton.find_matches_as_indexes(text)]


class Starts:
    """A set of words, asked which of them stands at one place in a text, longest first."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_first: dict[str, list[str]] = {}
        for word in sorted({word for word in words if word}, key=lambda word: (-len(word), word)):
            self._by_first.setdefault(word[0], []).append(word)

    def at(self, text: str, index: int) -> str:
        """The longest word that begins at `index`, or nothing."""
        if index >= len(text):
            return ""
        for word in self._by_first.get(text[index], ()):
            if text.startswith(word, index):
                return word
        return ""


class Ends:
    """A set of words, asked which of them a text ends in, longest first."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_last: dict[str, list[str]] = {}
        for word in sorted({word for word in words if word}, key=lambda word: (-len(word), word)):
            self._by_last.setdefault(word[-1], []).append(word)

    def of(self, text: str) -> str:
        """The longest word that ends the text, or nothing."""
        for word in self._by_last.get(text[-1:], ()):
            if text.endswith(word):
                return word
        return ""
