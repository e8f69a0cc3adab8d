"""Exposure in numpy over rows sorted by place and time: the same numbers as the pairs, by binary search and one running sum.

Place and second make one integer, place * 2^32 + t. The changes of slope of a place add up to nothing at its end, so one
running sum serves all places. Columns: place, t int32; person int64; all exact in int64.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

Ints = np.ndarray
Block = tuple[Ints, Ints]
"""Keys (place * 2^32 + t, rising) and persons of some rows."""


class Exposure(NamedTuple):
    """Persons, rising, each once, and their seconds."""

    person: Ints
    s: Ints


def keys(place: Ints, t: Ints) -> Ints:
    return np.asarray((place.astype(np.int64) << 32) + t)


@dataclass(frozen=True)
class Lines:
    """The lines of a field: from key x on, up to the next, its value at second t is slope * t + base."""

    x: Ints
    slope: Ints
    base: Ints

    def at(self, key: Ints) -> Ints:
        """The value at each key; 0 before the first line."""
        line = np.searchsorted(self.x, key, side="right") - 1
        t = second(key)
        return np.where(line < 0, 0, self.slope[line] * t + self.base[line]) if len(self.x) else np.zeros_like(key)


def second(key: Ints) -> Ints:
    """The second in a key, whose sign is kept."""
    return key.astype(np.int32).astype(np.int64)


def _running(key: Ints, change: Ints) -> Lines:
    order = np.argsort(key, kind="stable")
    key, change = key[order], change[order]
    last = np.append(key[1:] != key[:-1], True) if len(key) else np.zeros(0, bool)
    return Lines(key[last], np.cumsum(change)[last], -np.cumsum(change * second(key))[last])


def passing_lines(place: Ints, t: Ints, reach: int) -> Lines:
    """The field of index passings: slope +1 at t - reach, -2 at t, +1 at t + reach."""
    key, one = keys(place, t), np.ones(len(place), np.int64)
    return _running(np.concatenate([key - reach, key, key + reach]), np.concatenate([one, -2 * one, one]))


def stay_lines(place: Ints, a: Ints, b: Ints) -> Lines:
    """The integral of index persons present: slope +1 at a, -1 at b. Only differences within a place mean something."""
    one = np.ones(len(place), np.int64)
    return _running(np.concatenate([keys(place, a), keys(place, b)]), np.concatenate([one, -one]))


def summed(person: Ints, s: Ints) -> Exposure:
    """Seconds added up by person; nobody (0) and those without a second left out."""
    told = (s > 0) & (person != 0)
    person, s = person[told], s[told]
    if not len(person):
        return Exposure(np.zeros(0, np.int64), np.zeros(0, np.int64))
    order = np.argsort(person)
    person, s = person[order], s[order]
    first = np.flatnonzero(np.append(True, person[1:] != person[:-1]))
    return Exposure(person[first], np.add.reduceat(s, first))


def _touched(lines: Lines, key: Ints) -> tuple[Ints, Ints]:
    """Rows on a line that is not zero, and their lines: found by looking the few lines up among the many rows."""
    if not len(lines.x):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    starts = np.searchsorted(key, lines.x, side="left")
    counts = np.append(starts[1:], len(key)) - starts
    counts[(lines.slope == 0) & (lines.base == 0)] = 0
    line = np.repeat(np.arange(len(counts)), counts)
    offset = np.arange(len(line)) - np.repeat(np.cumsum(counts) - counts, counts)
    return starts[line] + offset, line


def passing_exposure(blocks: Iterable[Block], lines: Lines) -> Exposure:
    """Exposure of every person in the blocks, the index persons' own included. Blocks may come in any order."""
    return _folded(_passing_block(key, person, lines) for key, person in blocks)


def _passing_block(key: Ints, person: Ints, lines: Lines) -> Exposure:
    row, line = _touched(lines, key)
    f = lines.slope[line] * second(key[row]) + lines.base[line]
    return summed(np.asarray(person[row]), f)


def stay_exposure(blocks: Iterable[tuple[Ints, Ints, Ints]], lines: Lines) -> Exposure:
    """Exposure of every person in blocks of (keys, durations, persons): F(t + dur) - F(t)."""
    places = np.unique(lines.x >> 32)
    return _folded(_stay_block(key, dur, person, lines, places) for key, dur, person in blocks)


def _stay_block(key: Ints, dur: Ints, person: Ints, lines: Lines, places: Ints) -> Exposure:
    where = np.concatenate([np.zeros(0, np.int64), *_runs(key, places)])
    here = key[where]
    return summed(np.asarray(person[where]), lines.at(here + dur[where]) - lines.at(here))


def _runs(key: Ints, places: Ints) -> list[Ints]:
    starts = np.searchsorted(key, places << 32, side="left")
    ends = np.searchsorted(key, (places + 1) << 32, side="left")
    return [np.arange(lo, hi) for lo, hi in zip(starts.tolist(), ends.tolist(), strict=True) if lo < hi]


def _folded(parts: Iterable[Exposure]) -> Exposure:
    """Partial sums of blocks, added; folded as they come once they outgrow the sum so far, so that memory stays bounded."""
    whole, waiting, size = summed(np.zeros(0, np.int64), np.zeros(0, np.int64)), [], 0
    for part in parts:
        waiting.append(part)
        size += len(part.person)
        if size > max(1_000_000, len(whole.person)):
            whole, waiting, size = _added([whole, *waiting]), [], 0
    return _added([whole, *waiting])


def _added(parts: list[Exposure]) -> Exposure:
    return summed(np.concatenate([p.person for p in parts]), np.concatenate([p.s for p in parts]))


def less(exposure: Exposure, own: Exposure) -> Exposure:
    """Exposure without what index persons do to themselves."""
    if not np.isin(own.person, exposure.person).all():
        raise ValueError("own exposure of a person who has none")
    s = exposure.s.copy()
    s[np.searchsorted(exposure.person, own.person)] -= own.s
    return summed(exposure.person, s)
