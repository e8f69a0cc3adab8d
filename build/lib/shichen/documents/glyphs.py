"""Which characters a font file can draw: its character map, read from the few bytes that hold it."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

WHOLE, BASIC = 12, 4
"""Formats of a map: of all of Unicode, of its first plane."""

Range = tuple[int, int]


@dataclass(frozen=True)
class Glyphs:
    """The characters of a font as ranges of code points in order, both ends included."""

    ranges: tuple[Range, ...]

    def has(self, char: str) -> bool:
        at = bisect_right(self.ranges, (ord(char), 0x110000)) - 1
        return at >= 0 and self.ranges[at][0] <= ord(char) <= self.ranges[at][1]

    def lacking(self, chars: set[str]) -> set[str]:
        return {char for char in chars if not self.has(char)}


@cache
def of(path: Path, index: int = 0) -> Glyphs:
    """The characters of one face of a font file; none where the file is not such a font."""
    try:
        with path.open("rb") as file:
            return Glyphs(tuple(_merged(sorted(_ranges(file, index)))))
    except (OSError, struct.error, IndexError):
        return Glyphs(())


def _ranges(file: BinaryIO, index: int) -> Iterator[Range]:
    start = _table(file, _face(file, index), b"cmap")
    if start is None:
        return
    (count,) = _read(file, start + 2, ">H")
    tables = [_read(file, start + 4 + 8 * n, ">HHI") for n in range(count)]
    found = {_read(file, start + offset, ">H")[0]: start + offset for _platform, _encoding, offset in tables}
    if WHOLE in found:
        yield from _segments(file, found[WHOLE])
    elif BASIC in found:
        yield from _basic(file, found[BASIC])


def _face(file: BinaryIO, index: int) -> int:
    """Where the tables of one face are listed: a collection begins with the places of its faces."""
    if _read(file, 0, ">4s")[0] != b"ttcf":
        return 0
    (place,) = _read(file, 12 + 4 * index, ">I")
    return int(place)


def _table(file: BinaryIO, face: int, name: bytes) -> int | None:
    (count,) = _read(file, face + 4, ">H")
    rows = (_read(file, face + 12 + 16 * n, ">4sIII") for n in range(count))
    return next((offset for tag, _sum, offset, _length in rows if tag == name), None)


def _segments(file: BinaryIO, start: int) -> Iterator[Range]:
    (count,) = _read(file, start + 12, ">I")
    for n in range(count):
        first, last, glyph = _read(file, start + 16 + 12 * n, ">III")
        yield first + (glyph == 0), last  # glyph 0 is the box that stands for a missing one


def _basic(file: BinaryIO, start: int) -> Iterator[Range]:
    """Segments with a delta or with a list of glyphs; a character whose glyph is 0 is not there."""
    (double,) = _read(file, start + 6, ">H")
    count = double // 2
    ends = _read(file, start + 14, f">{count}H")
    starts = _read(file, start + 16 + double, f">{count}H")
    deltas = _read(file, start + 16 + 2 * double, f">{count}H")
    offsets = _read(file, start + 16 + 3 * double, f">{count}H")
    for n, (first, last) in enumerate(zip(starts, ends, strict=True)):
        listed = start + 16 + 3 * double + 2 * n + offsets[n]
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = _read(file, listed + 2 * (code - first), ">H")[0] if offsets[n] else code + deltas[n]
            if glyph % 0x10000:
                yield code, code


def _merged(ranges: list[Range]) -> Iterator[Range]:
    """Neighbouring ranges as one."""
    held: Range | None = None
    for first, last in ranges:
        if held is not None and first <= held[1] + 1:
            held = held[0], max(held[1], last)
        elif first <= last:
            if held is not None:
                yield held
            held = first, last
    if held is not None:
        yield held


def _read(file: BinaryIO, at: int, form: str) -> tuple[Any, ...]:
    file.seek(at)
    return struct.unpack(form, file.read(struct.calcsize(form)))
