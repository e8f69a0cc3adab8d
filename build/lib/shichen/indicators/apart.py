"""Figures that are never added (不可相加): declared where the figures are, asked by whoever adds or compares them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Apart:
    """Two figures that stand side by side and are never added, and why (口径不同)."""

    left: str
    right: str
    reason: str

    @property
    def keys(self) -> frozenset[str]:
        return frozenset({self.left, self.right})

    def other(self, key: str) -> str:
        return self.right if key == self.left else self.left


_DECLARED: list[Apart] = []
_SOURCES: list[Callable[[], Iterable[Apart]]] = []


def apart(left: str, right: str, reason: str) -> None:
    """Declare that two figures are never added. Higher rooms declare those of their own figures."""
    _DECLARED.append(Apart(left, right, reason))


def source(look: Callable[[], Iterable[Apart]]) -> Callable[[], Iterable[Apart]]:
    """Declare where more of them are found: a post writes its own as rules."""
    _SOURCES.append(look)
    return look


def declared() -> list[Apart]:
    """All pairs of figures that are never added."""
    return [*_DECLARED, *(one for look in _SOURCES for one in look())]


def of(key: str) -> list[Apart]:
    """The pairs in which a figure stands."""
    return [one for one in declared() if key in one.keys]
