"""The top of a list without all its pairs: ranked by an upper bound, made exact for the next best, proven complete."""

from __future__ import annotations

from collections.abc import Callable

import ibis
import numpy as np
from ibis import _

from shichen.tracing import fields, pairs
from shichen.tracing.tables import Columns


def bound(
    passings: ibis.Table, stays: ibis.Table, events: ibis.Table, index: ibis.Table, reach: int, asof: bool
) -> ibis.Table:
    """Per person: shared vehicles exactly (same) and an upper bound on all seconds (s).

    The field counts every overlap and a person's own events, the list only others' and only overlaps of the least length;
    so a bound is never below the list's value. Without ASOF joins the overlaps of stays are summed from pairs of a second.
    """
    near = fields.piece_field(passings, events, reach)
    if asof:
        stayed = fields.stay_field(stays, index)
    else:
        stayed = pairs.stay_pairs(stays, index, 1).group_by("person").agg(s=_.s.sum())
    none = ibis.literal(0, "int64")
    parts = [
        near.select("person", s=_.s, same=none),
        stayed.select("person", s=_.s, same=none),
        shared_vehicles(passings, events).select("person", s=none, same=_.same),
    ]
    return ibis.union(*parts).group_by("person").agg(s=_.s.sum(), same=_.same.sum())


def shared_vehicles(passings: ibis.Table, events: ibis.Table) -> ibis.Table:
    """How often each person sat in a vehicle with an index person: an equality, however many index persons there are."""
    i = events.filter(_.vehicle != 0).select("ix", "place", "t", "vehicle")
    p = passings.filter(_.person != 0).select("person", "place", "t", "vehicle")
    j = p.join(i, ["place", "t", "vehicle"]).filter(_.person != _.ix)
    return j.group_by("person").agg(same=_.count())


def top(candidates: Columns, limit: int, exact: Callable[[np.ndarray], Columns]) -> Columns | None:
    """The first `limit` rows of the list, or None where the candidates were too few to prove it.

    Candidates come by falling (same, bound). The list is proven once as many exact rows stand at or above the next bound:
    whoever follows has at most that. Rows equal to it may still lose to a smaller pseudonym, so they must be above.
    """
    everyone = len(candidates["person"]) == (candidates["total"][0] if len(candidates["person"]) else 0)
    known: list[Columns] = []
    start, step = 0, max(limit, 1)
    while True:
        end = min(start + step, len(candidates["person"]))
        known.append(exact(candidates["person"][start:end]))
        best = ordered(known, limit)
        if end == len(candidates["person"]):
            return best if everyone or _proven(best, limit, candidates, end - 1) else None
        if _proven(best, limit, candidates, end):
            return best
        start, step = end, 2 * step


def _proven(best: Columns, limit: int, candidates: Columns, following: int) -> bool:
    if len(best["person"]) < limit or following < 0:
        return False
    last = (int(best["same"][-1]), int(best["s"][-1]))
    return last > (int(candidates["same"][following]), int(candidates["s"][following]))


def ordered(known: list[Columns], limit: int) -> dict[str, np.ndarray]:
    """Exact rows in the order of a list, cut."""
    rows = {name: np.concatenate([part[name] for part in known]) for name in known[0]}
    order = np.lexsort([rows["person"], -rows["s"], -rows["same"]])[:limit]
    return {name: column[order] for name, column in rows.items()}
