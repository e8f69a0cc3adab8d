"""A stream of bytes cut into pieces of whole records, whatever their size: quoted line breaks stay inside their record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shichen.records.bulk.shape import LONGEST

PIECE = 6 << 20
"""Bytes of a piece: some eighty thousand passings; while one is named, the next is read."""
_QUOTE, _END = 34, 10


@dataclass(frozen=True)
class Piece:
    """Whole records; or, with `long`, the beginning of one record that is longer than any may be."""

    data: bytes
    long: bool = False


def pieces(blocks: Iterable[bytes], size: int = PIECE) -> Iterator[Piece]:
    """The stream in pieces of about `size` bytes, each ending where a record ends; only the last may lack a line break."""
    held, skipping = bytearray(), False
    for block in blocks:
        held += block
        if skipping:
            place = held.find(b"\n")
            if place < 0:
                held.clear()
                continue
            del held[: place + 1]
            skipping = False
        while len(held) >= size:
            place = last_end(bytes(held))
            if place < 0:
                yield Piece(bytes(held[:LONGEST]), long=True)
                place = held.find(b"\n")
                skipping = place < 0
                place = len(held) - 1 if skipping else place
            else:
                yield Piece(bytes(held[: place + 1]))
            del held[: place + 1]
    if held.strip():
        yield Piece(bytes(held))


def shortened(record: bytes, most: int, encoding: str = "utf-8") -> bytes:
    """The beginning of a record that is longer than so many bytes, without half a character at its end."""
    return record if len(record) <= most else record[:most].decode(encoding, "ignore").encode(encoding)


def last_end(data: bytes) -> int:
    """Where the last whole record ends; −1 where none does. A quote that is never closed is taken for a slip."""
    if b'"' not in data:
        return data.rfind(b"\n")
    ends = record_ends(data)
    return int(ends[-1]) if len(ends) else data.rfind(b"\n")


def record_ends(data: bytes) -> NDArray[np.int64]:
    """The places of the line breaks that end a record: those with an even number of quotes before them."""
    ends = line_ends(data)
    if b'"' not in data:
        return ends
    row = np.frombuffer(data, np.uint8)
    odd = np.bitwise_xor.accumulate((row == _QUOTE).view(np.uint8))
    found: NDArray[np.int64] = ends[odd[ends] == 0]
    return found


def line_ends(data: bytes) -> NDArray[np.int64]:
    """The places of all line breaks: where a record is a line, whatever its quotes, as in lines of JSON."""
    return np.flatnonzero(np.frombuffer(data, np.uint8) == _END)
