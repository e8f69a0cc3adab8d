"""Records as almost all of them are, read straight from their bytes: nothing quoted, nothing unusual, nothing wrong.

What is taken here is only what the checks of `checks.py` would take, and as they would take it; a test holds the two together. Every
other record is left to them, so what is refused, and why, is said in one place. A column at a time, it costs a quarter of the engine's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shichen.records import pseudonyms
from shichen.records.bulk.checks import Bounds

PAD = 32
"""Bytes behind the text, so that a cell may be looked at in its full width wherever it stands."""
Bytes = NDArray[np.uint8]
Longs = NDArray[np.int64]
Mask = NDArray[np.bool_]
_ENDS_OF_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FIRST, _LAST = 1970, 2038
_CUT = np.array([(1 << 8 * n) - 1 for n in range(8)] + [(1 << 64) - 1], np.uint64)
"""What is left of eight bytes when only the first so many belong to the cell."""
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


class Cells:
    """The cells of those records of a text that have as many as the heading."""

    def __init__(self, text: bytes, delimiter: str, count: int) -> None:
        """`text` ends with a line feed and has no quotes; `delimiter` is one byte."""
        self.bytes: Bytes = np.frombuffer(text + bytes(PAD), np.uint8)
        marks = np.flatnonzero((self.bytes == ord(delimiter)) | (self.bytes == ord("\n")))
        line = np.flatnonzero(self.bytes[marks] == ord("\n"))
        first = np.concatenate([[0], line[:-1] + 1])
        self.fit = line - first + 1 == count
        self.records = len(line)
        self._stops = marks[line] + 1
        self._starts = begin = np.concatenate([[0], self._stops[:-1]])
        if self.fit.all():
            self.ends = marks.reshape(-1, count)
        else:
            self.ends = marks[first[self.fit][:, None] + np.arange(count)]
            begin = begin[self.fit]
        self.begin = begin

    def __len__(self) -> int:
        return len(self.ends)

    def lines(self, records: Longs) -> tuple[list[int], list[int]]:
        """Where these records begin and end in the text, with their line feed."""
        return self._starts[records].tolist(), self._stops[records].tolist()

    def place(self, column: int) -> tuple[Longs, Longs]:
        """Where the cells of a column begin, and how many bytes they have."""
        start = self.ends[:, column - 1] + 1 if column else self.begin
        return start, self.ends[:, column] - start

    def wide(self, start: Longs, width: int) -> Bytes:
        """So many bytes from each place on, of shape (n, width), whatever the cell's own length."""
        seen = np.ndarray((len(self.bytes) - width + 1,), f"V{width}", self.bytes, 0, (1,))
        return seen[start].view(np.uint8).reshape(-1, width)

    def words(self, column: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64], Longs]:
        """The cells as two numbers of eight bytes each, and their lengths; of longer ones the numbers say nothing."""
        start, size = self.place(column)
        pair = self.wide(start, 16).view("<u8")
        return pair[:, 0] & _CUT[np.minimum(size, 8)], pair[:, 1] & _CUT[np.clip(size - 8, 0, 8)], size


class Words:
    """A table of words and what they stand for; words of more than sixteen bytes, and those that are there twice, are not in it."""

    def __init__(self, said: Sequence[tuple[str, int]]) -> None:
        seen: dict[str, list[int]] = {}
        for word, number in said:
            seen.setdefault(word, []).append(number)
        kept = {word.encode(): numbers[0] for word, numbers in seen.items() if len(numbers) == 1}
        kept = {word: number for word, number in kept.items() if len(word) <= 16 and b"\0" not in word}
        low, high = (
            np.array([int.from_bytes(word[at : at + 8], "little") for word in kept], np.uint64) for at in (0, 8)
        )
        mixed = _mixed(low, high)
        order = np.argsort(mixed, kind="stable")
        once = np.concatenate([[True], np.diff(mixed[order].astype(object)) != 0])[: len(order)].astype(bool)
        order = order[once]
        self.mixed, self.low, self.high = mixed[order], low[order], high[order]
        self.numbers = np.array(list(kept.values()), np.int64)[order]

    def find(self, cells: Cells, column: int) -> tuple[Longs, Mask]:
        """What the cells of a column stand for, and which of them are known."""
        low, high, size = cells.words(column)
        if not len(self.mixed):
            return np.zeros(len(cells), np.int64), np.zeros(len(cells), bool)
        at = np.minimum(np.searchsorted(self.mixed, _mixed(low, high)), len(self.mixed) - 1)
        known: Mask = (self.low[at] == low) & (self.high[at] == high) & (size <= 16)
        return self.numbers[at], known


def _mixed(low: NDArray[np.uint64], high: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed: NDArray[np.uint64] = low ^ (high * _SPREAD)
    return mixed


def seconds(cells: Cells, column: int, bounds: Bounds) -> tuple[Longs, Mask]:
    """`2020-02-02 11:41:14` of the city's clock as seconds since 1970 (UTC), where it is written so and lies within the bounds."""
    start, size = cells.place(column)
    seen = cells.wide(start, 19)
    numbers, fit = _numbers(seen, _TIME, _TIME_FIGURES)
    fit &= (size == 19) & ((seen[:, 10] == ord(" ")) | (seen[:, 10] == ord("T")))
    for column_at, sign in ((4, "-"), (7, "-"), (13, ":"), (16, ":")):
        fit &= seen[:, column_at] == ord(sign)
    year, month, day, hour, minute, second = numbers.T
    fit &= (
        (year >= _FIRST) & (year < _LAST) & (month >= 1) & (month <= 12) & (hour < 24) & (minute < 60) & (second < 60)
    )
    at = np.where(fit, (year - _FIRST) * 12 + month - 1, 0).astype(np.int64)
    fit &= (day >= 1) & (day <= _LENGTHS[at])
    local = ((_DAYS[at] + day.astype(np.int64) - 1) * 86_400) + (hour * 3600 + minute * 60 + second).astype(np.int64)
    since = np.array([one[0] for one in bounds.offsets[1:]], np.int64)
    off = np.array([one[1] for one in bounds.offsets], np.int64)
    t = local - off[np.searchsorted(since, local, side="right")]
    fit &= (t >= bounds.earliest) & (t <= bounds.latest)
    return t, fit


def documents(cells: Cells, column: int) -> tuple[Longs, Mask]:
    """The first seventeen figures of identity numbers that keep GB 11643, 0 where the cell is empty."""
    start, size = cells.place(column)
    seen = cells.wide(start, 18)
    numbers, fit = _numbers(seen, _IDENTITY, slice(0, 17))
    weight, high, low, year, month, day = numbers.T
    fit &= (size == 18) & (year >= 1850) & (year <= 2100) & (month >= 1) & (month <= 12)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = _MONTHS[np.where(fit, month, 1).astype(np.int64)] + (leap & (month == 2))
    fit &= (day >= 1) & (day <= last) & (_CHECKS[weight.astype(np.int64) % 11] == seen[:, 17])
    figures = high.astype(np.int64) * 10**8 + low.astype(np.int64)
    none = size == 0
    return np.where(none, 0, figures), (fit & (figures > 0)) | none


def plates(cells: Cells, column: int) -> tuple[Longs, Mask]:
    """Plates of a province's sign and six or seven letters and figures as one number each (`plates_of` turns it back); 0 for none."""
    start, size = cells.place(column)
    seen = cells.wide(start, 10)
    values = _VALUES[seen[:, 3:]]
    longer = size == 10
    values[:, 6] = np.where(longer, values[:, 6], 0)
    sign = (seen[:, 0].astype(np.int64) << 16) | (seen[:, 1].astype(np.int64) << 8) | seen[:, 2]
    at = np.minimum(np.searchsorted(_SIGNS, sign), len(_SIGNS) - 1)
    fit = ((size == 9) | longer) & (_SIGNS[at] == sign) & (values[:, :6] > 0).all(axis=1)
    fit &= ~longer | (values[:, 6] > 0)
    packed = (values.astype(np.float64) @ _PLATE).astype(np.int64) + (at + 1) * 37**7
    none = size == 0
    return np.where(none, 0, packed), fit | none


def documents_of(figures: Longs) -> list[bytes]:
    """Identity numbers of their first seventeen figures, as `pseudonyms` compares them."""
    digits = np.empty((len(figures), 18), np.uint8)
    rest = figures.copy()
    for at in range(16, -1, -1):
        rest, digits[:, at] = np.divmod(rest, 10)
    weight = digits[:, :17].astype(np.int64) @ np.array(pseudonyms.WEIGHTS)
    digits[:, :17] += ord("0")
    digits[:, 17] = _CHECKS[weight % 11]
    found: list[bytes] = digits.view("S18").ravel().tolist()
    return found


def plates_of(packed: Longs) -> list[bytes]:
    """Plates of their numbers, as `pseudonyms` compares them, in UTF-8."""
    signs = np.array([sign.to_bytes(3, "big") for sign in _SIGNS.tolist()], "S3").view(np.uint8).reshape(-1, 3)
    text = np.zeros((len(packed), 10), np.uint8)
    rest = packed.copy()
    for at in range(9, 2, -1):
        rest, value = np.divmod(rest, 37)
        text[:, at] = _LETTERS[value]
    text[:, :3] = signs[rest - 1]
    found: list[bytes] = text.view("S10").ravel().tolist()
    return found


def regions(cells: Cells, column: int) -> tuple[Longs, Mask]:
    """Six-figure codes, 0 where the cell is empty or nought."""
    start, size = cells.place(column)
    seen = cells.wide(start, 6)
    numbers, fit = _numbers(seen, _SIX, slice(0, 6))
    code = numbers[:, 0].astype(np.int64)
    none = (size == 0) | ((size == 1) & (seen[:, 0] == ord("0")))
    return np.where(none, 0, code), none | (fit & (size == 6) & ((code >= 100_000) | (code == 0)))


def degrees(cells: Cells, column: int, *, least: int, most: int) -> tuple[Longs, Mask]:
    """`36.8` in tenths, from `least` to `most`, or 0 where the cell is empty."""
    start, size = cells.place(column)
    seen = cells.wide(start, 4)
    numbers, fit = _numbers(seen, _WARMTH, np.array([0, 1, 3]))
    tenths = numbers[:, 0].astype(np.int64)
    fit &= (size == 4) & (seen[:, 2] == ord(".")) & (tenths >= least) & (tenths <= most)
    return np.where(size == 0, 0, tenths), fit | (size == 0)


def numbers(cells: Cells, column: int) -> tuple[Longs, Mask]:
    """Whole numbers of one or two figures; −1 where the cell is empty."""
    start, size = cells.place(column)
    seen = cells.wide(start, 2) - ord("0")
    one, two = seen[:, 0].astype(np.int64), seen[:, 1].astype(np.int64)
    fit = (size == 0) | ((size == 1) & (one <= 9)) | ((size == 2) & (one <= 9) & (two <= 9))
    return np.select([size == 0, size == 1], [-1, one], 10 * one + two), fit


def _numbers(seen: Bytes, weights: NDArray[np.float64], figures: Any) -> tuple[NDArray[np.float64], Mask]:
    """The figures of each row weighed and added up, and whether all that should be figures are."""
    digits = seen - np.uint8(ord("0"))
    fit: Mask = np.all(digits[:, figures] <= 9, axis=1)
    return digits.astype(np.float64) @ weights, fit


def _weights(width: int, *parts: Mapping[int, int]) -> NDArray[np.float64]:
    found = np.zeros((width, len(parts)))
    for column, part in enumerate(parts):
        for at, weight in part.items():
            found[at, column] = weight
    return found


def _tens(first: int, count: int) -> dict[int, int]:
    return {first + at: 10 ** (count - 1 - at) for at in range(count)}


_TIME = _weights(19, _tens(0, 4), _tens(5, 2), _tens(8, 2), _tens(11, 2), _tens(14, 2), _tens(17, 2))
_TIME_FIGURES = np.array([0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18])
_IDENTITY = _weights(
    18, dict(enumerate(pseudonyms.WEIGHTS)), _tens(0, 9), _tens(9, 8), _tens(6, 4), _tens(10, 2), _tens(12, 2)
)
_SIX = _weights(6, _tens(0, 6))
_WARMTH = _weights(4, {0: 100, 1: 10, 3: 1})
_PLATE = np.array([37.0**at for at in range(6, -1, -1)])
_CHECKS = np.frombuffer(pseudonyms.CHECK.encode(), np.uint8)
_MONTHS = np.array([0, *_ENDS_OF_MONTHS])
_LENGTHS = np.array(
    [
        days + (month == 1 and year % 4 == 0)
        for year in range(_FIRST, _LAST)
        for month, days in enumerate(_ENDS_OF_MONTHS)
    ]
)
_DAYS = np.concatenate([[0], np.cumsum(_LENGTHS)[:-1]])
_SIGNS = np.sort(np.array([int.from_bytes(one.encode(), "big") for one in pseudonyms.PROVINCES], np.int64))
_LETTERS = np.frombuffer(b"\x000123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", np.uint8)
_VALUES = np.zeros(256, np.uint8)
_VALUES[_LETTERS[1:]] = np.arange(1, 37)
