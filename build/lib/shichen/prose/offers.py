"""The candidates of a figure as a ranker sees them: which of their words stand in the subject, which only in the sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shichen.prose.ranker import Offer
from shichen.prose.spans import Candidate
from shichen.prose.tables import Indicator, Tables


class Offers:
    """The rows of the catalogue by their indicator."""

    def __init__(self, tables: Tables) -> None:
        self._rows: dict[str, list[Indicator]] = {}
        for row in tables.catalogue:
            self._rows.setdefault(row.id, []).append(row)

    def of(self, candidates: Iterable[Candidate], subject: str, sentence: str, unit: str) -> tuple[Offer, ...]:
        return tuple(self._offer(one, subject, sentence, unit) for one in candidates)

    def _offer(self, one: Candidate, subject: str, sentence: str, unit: str) -> Offer:
        rows = self._rows.get(one.indicator, [])
        told = max((_met(row.all_of, subject) for row in rows), default=0.0)
        near = max((_met(row.all_of, sentence) for row in rows), default=0.0)
        return Offer(one.indicator, one.score, told, max(near - told, 0.0), any(row.unit == unit for row in rows))


def _met(groups: Sequence[Sequence[str]], text: str) -> float:
    """How many of the groups have a word in a text, as a share."""
    return sum(any(word in text for word in group) for group in groups) / len(groups) if groups else 0.0
