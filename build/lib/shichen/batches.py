"""A long row of keys in parts that a database takes at once (分批): it answers no question with too many of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
AT_ONCE = 500  # keys of one question; SQLite takes some thirty thousand, and plans badly long before


def batches(keys: Sequence[T], most: int = 0) -> Iterator[Sequence[T]]:
    """The keys in their order, at most so many at a time (without a number AT_ONCE); nothing of nothing."""
    most = most or AT_ONCE
    return (keys[at : at + most] for at in range(0, len(keys), most))
