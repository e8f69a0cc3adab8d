"""Which indicator of the catalogue a figure is: by its measure, its words, and the words it must not have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from shichen.prose.literals import Holds
from shichen.prose.spans import Candidate
from shichen.prose.tables import Tables

MATCHES = 2.0
"""A score from here on names the indicator; below it a row is only suggested."""
KEPT = 5
_REMEMBERED = 512
_ANY = ""
"""Stands in for the first words of a row that asks for none."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the catalogue with its words as sets."""

    id: str
    groups: tuple[frozenset[str], ...]
    barred: frozenset[str]

    def score(self, subject: frozenset[str], clause: frozenset[str]) -> float | None:
        """Two points and a tenth a character for a group met in the subject, one in the clause, less for the first."""
        if not self.barred.isdisjoint(subject):
            return None
        total = 0.0
        for index, group in enumerate(self.groups):
            hits = group & subject
            if hits:
                total += 2 + 0.1 * max(map(len, hits))
            elif group & clause:
                total += 1 - (1.5 if index == 0 else 0)
            else:
                return None
        return total


class Matcher:
    """The catalogue made ready: the words its rows ask for, and for each measure word the rows by their first words."""

    def __init__(self, tables: Tables) -> None:
        self._rows: dict[str, dict[str, list[_Row]]] = {}
        words: set[str] = set()
        for row in tables.catalogue:
            made = _Row(row.id, tuple(frozenset(group) for group in row.all_of), frozenset(row.none_of))
            words.update(made.barred, *made.groups)
            for measure in row.measures or (row.unit,):
                by_word = self._rows.setdefault(measure, {})
                for word in made.groups[0] if made.groups else (_ANY,):
                    by_word.setdefault(word, []).append(made)
        self._met = lru_cache(maxsize=_REMEMBERED)(Holds(words).of)
        self._ranked = lru_cache(maxsize=_REMEMBERED)(self._rank)

    def rank(self, subject: str, clause: str, measure: str) -> tuple[Candidate, ...]:
        """The best rows first; `subject` holds the qualifiers too, and a NOT word in it rules a row out."""
        if measure not in self._rows:
            return ()
        return self._ranked(self._met(subject), self._met(clause), measure)

    def _rank(self, told: frozenset[str], near: frozenset[str], measure: str) -> tuple[Candidate, ...]:
        by_word = self._rows[measure]
        best: dict[str, float] = {}
        for word in (_ANY, *(told | near)):
            for row in by_word.get(word, ()):
                score = row.score(told, near)
                if score is not None and score > best.get(row.id, -9.0):
                    best[row.id] = score
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Candidate(indicator, round(score, 2)) for indicator, score in ranked[:KEPT])


_FACETS = {
    "境外输入": ("origin", "境外输入"),
    "本土": ("origin", "本土"),
    "本地": ("origin", "本土"),
    "危重": ("severity", "危重"),
    "重症": ("severity", "重症"),
    "重型": ("severity", "重症"),
    "普通型": ("severity", "普通"),
    "轻症": ("severity", "轻症"),
    "轻型": ("severity", "轻症"),
    "鄂籍": ("native_place", "鄂籍"),
    "湖北籍": ("native_place", "鄂籍"),
    "男性": ("sex", "男"),
    "女性": ("sex", "女"),
}


@lru_cache(maxsize=_REMEMBERED)
def facets(subject: str, place: str) -> tuple[tuple[str, str], ...]:
    """What narrows a figure without naming another: place, origin, severity, native place, sex."""
    found = {"place": place} if place else {}
    for word, (facet, value) in _FACETS.items():
        if word in subject:
            found.setdefault(facet, value)
    return tuple(sorted(found.items()))
