"""What people decided of the same saying before (记性): counted, followed where it was always the same, and forgotten on demand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

ENOUGH = 2
"""How often the same must have been decided, and nothing else, before it is proposed by itself."""


class Decided(NamedTuple):
    """What a number was taken to be; in `subject` a place stands as @."""

    indicator: str
    subject: str
    unit: str
    period: str
    cumulative: bool


@dataclass(frozen=True)
class Recalled:
    """The decision met most often for a saying, how often it was met, and how often something else was decided."""

    decided: Decided
    times: int
    otherwise: int = 0

    @property
    def sure(self) -> bool:
        return self.times >= ENOUGH and self.otherwise * 10 <= self.times


@dataclass
class Memory:
    """Decisions by saying."""

    held: dict[str, Counter[Decided]] = field(default_factory=dict)

    @classmethod
    def of(cls, lessons: Iterable[tuple[str, Decided]]) -> Memory:
        memory = cls()
        for saying, decided in lessons:
            memory.learn(saying, decided)
        return memory

    def learn(self, saying: str, decided: Decided, times: int = 1) -> None:
        self.held.setdefault(saying, Counter())[decided] += times

    def recall(self, sayings: Sequence[str]) -> Recalled | None:
        """What is known of these sayings, the whole sentence before its clause: the first that is sure, else the first at all."""
        found = [self._of(saying) for saying in sayings if saying in self.held]
        return next((one for one in found if one.sure), found[0] if found else None)

    def _of(self, saying: str) -> Recalled:
        met = self.held[saying]
        decided, times = max(met.items(), key=lambda one: (one[1], one[0]))
        return Recalled(decided, times, met.total() - times)
