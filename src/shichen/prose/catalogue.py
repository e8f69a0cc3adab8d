"""Which indicator of the catalogue a figure is: by its measure, its words, and the words it must not have."""

from __future__ import annotations

from collections.abc import Sequence

from shichen.prose.literals import Literals
from shichen.prose.spans import Candidate
from shichen.prose.tables import Indicator, Tables

MATCHES = 2.0
"""A score from here on names the indicator; below it a row is only suggested."""
KEPT = 5


class Matcher:
    """The catalogue made ready: all its words in one automaton, its rows by measure word."""

    def __init__(self, tables: Tables) -> None:
        rows = tables.catalogue
        self._words = Literals(word for row in rows for group in (*row.all_of, row.none_of) for word in group)
        self._all = frozenset(self._words.words)
        self._rows: dict[str, list[Indicator]] = {}
        for row in rows:
            for measure in row.measures or (row.unit,):
                self._rows.setdefault(measure, []).append(row)

    def rank(self, subject: str, clause: str, measure: str) -> list[Candidate]:
        """The best rows first; `subject` holds the qualifiers too, and a NOT word in it rules a row out."""
        best: dict[str, float] = {}
        for row in self._rows.get(measure, ()):
            if any(word in subject for word in row.none_of):
                continue
            score = _score(row.all_of, subject, clause)
            if score is not None and score > best.get(row.id, -9.0):
                best[row.id] = score
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        return [Candidate(indicator, round(score, 2)) for indicator, score in ranked[:KEPT]]


def _score(groups: Sequence[Sequence[str]], subject: str, clause: str) -> float | None:
    total = 0.0
    for index, group in enumerate(groups):
        hits = [len(word) for word in group if word in subject]
        if hits:
            total += 2 + 0.1 * max(hits)
        elif any(word in clause for word in group):
            total += 1 - (1.5 if index == 0 else 0)
        else:
            return None
    return total


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


def facets(subject: str, place: str) -> tuple[tuple[str, str], ...]:
    """What narrows a figure without naming another: place, origin, severity, native place, sex."""
    found = {"place": place} if place else {}
    for word, (facet, value) in _FACETS.items():
        if word in subject:
            found.setdefault(facet, value)
    return tuple(sorted(found.items()))
