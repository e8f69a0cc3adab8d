"""Time in pieces of 2^k seconds (slots), so that nearness becomes an equality that any engine can join on."""

from __future__ import annotations

import ibis
from ibis import _


def width(seconds: int) -> int:
    """The smallest k with 2^k >= seconds."""
    return max(0, (seconds - 1).bit_length())


def of(t: ibis.Value, k: int) -> ibis.Value:
    """The slot an instant falls into. By shift: a division would go through floating point and cost half as much again."""
    return (t >> k).cast("int32")


def spread(events: ibis.Table, lo: ibis.Deferred, hi: ibis.Deferred, k: int) -> ibis.Table:
    """One row for every slot of 2^k seconds touched by [lo, hi]; only ever of the small side."""
    e = events.mutate(lo=lo, hi=hi)
    e = e.mutate(slot=ibis.range(e.lo >> k, (e.hi >> k) + 1).unnest()).drop("lo", "hi")
    return e.mutate(slot=_.slot.cast("int32"))  # a step of its own: Spark refuses a generator inside an expression


def begins(t: ibis.Value, seconds: int, offset: int = 0) -> ibis.Value:
    """The local second at which the piece of `seconds` around t began, with no division: (t + offset) rounded down."""
    local = t + offset
    return local - local % seconds
