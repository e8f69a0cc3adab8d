"""Who was near whom: pairs of a person and an index person (密切接触的线索), their ranking, and the evidence of each pair."""

from __future__ import annotations

import ibis
from ibis import _

from shichen.tracing import slots

CLASSES = ((1, 12), (2, 14), (3, 16))
"""Stays by length: class c holds those of at most 2^k seconds (1 h 08, 4 h 33, 18 h 12); class 0 holds the longer ones. An
index stay is joined with the starts that can reach into it: by place alone, nearly all candidates would be in vain."""

ORDER = (ibis.desc("same"), ibis.desc("s"), ibis.asc("person"))
"""A list is ordered by shared vehicles, then by seconds, then by pseudonym: total, so that it is the same every time."""


def passings_near(passings: ibis.Table, events: ibis.Table, reach: int) -> ibis.Table:
    """Passings of a post less than `reach` seconds from an index event, each with that event (it, iv) and its s seconds of
    nearness, reach - |t - it|; `same` is 1 in the same vehicle at the same second. The window is open: at exactly `reach`
    nearness is 0 and there is no pair, so that pairs and field have the same persons."""
    k = slots.width(2 * reach)
    i = events.select("ix", "place", it="t", iv="vehicle")
    i = slots.spread(i, _.it - (reach - 1), _.it + (reach - 1), k)
    p = passings.select("place", "t", "vehicle", "person").mutate(slot=slots.of(_.t, k))
    j = p.join(i, ["place", "slot"]).mutate(s=(reach - (_.t - _.it).abs()).cast("int64"))
    # in one condition that needs both sides: alone, "nobody" would be looked for in every row before the join
    j = j.filter(_.s > 0, ibis.cases((_.person == 0, False), else_=_.person != _.ix))
    return j.mutate(same=((_.vehicle == _.iv) & (_.t == _.it) & (_.vehicle != 0)).cast("int32"))


def passing_pairs(passings: ibis.Table, events: ibis.Table, reach: int) -> ibis.Table:
    """One row for every passing near an index event: person, ix, s seconds, same vehicle, and when (met)."""
    return passings_near(passings, events, reach).select("person", "ix", "s", "same", met="t")


def stays_near(stays: ibis.Table, index: ibis.Table, least: int, rows: tuple[tuple[int, int], ...] = ()) -> ibis.Table:
    """Stays that overlap an index stay [a, b] at one place by at least `least` seconds; s is the overlap in seconds.

    `rows` says of kinds of place with numbered rows (carriages, 车厢) how many rows apart still count: (kind, rows). A seat
    of 0 is not known, and such a pair is kept.
    """
    if least < 1:
        raise ValueError("two stays that do not overlap are no contact: least is 1 second or more")
    i = _index_keyed(index.select("ix", "place", "a", "b", iseat="seat"))
    p = stays.select("place", "t", "dur", "person", "kind", "seat").mutate(slot=_class_and_start())
    j = p.join(i, ["place", "slot"])
    j = j.mutate(s=(ibis.least(_.t + _.dur, _.b) - ibis.greatest(_.t, _.a)).cast("int64"))
    j = j.filter(_.s >= least, _.person != _.ix, _.person != 0)
    for kind, apart in rows:
        known = (_.kind == kind) & (_.seat != 0) & (_.iseat != 0)
        j = j.filter(~known | ((_.seat.cast("int32") - _.iseat.cast("int32")).abs() <= apart))
    return j


def _class_and_start() -> ibis.Deferred:
    """Class and slot of the start in one number, slot * 4 + class; 0 for the long ones."""
    keys = [(_.dur <= 1 << k, (slots.of(_.t, k) * 4 + c).cast("int32")) for c, k in CLASSES]
    return ibis.cases(*keys, else_=ibis.literal(0, "int32"))


def _index_keyed(index: ibis.Table) -> ibis.Table:
    """Index stays once for every class and slot in which a stay that overlaps them can have begun."""
    keyed = [
        slots.spread(index, _.a - (1 << k), _.b, k).mutate(slot=(_.slot * 4 + c).cast("int32")) for c, k in CLASSES
    ]
    return ibis.union(*keyed, index.mutate(slot=ibis.literal(0, "int32")))


def stay_pairs(stays: ibis.Table, index: ibis.Table, least: int, rows: tuple[tuple[int, int], ...] = ()) -> ibis.Table:
    """One row for every pair of overlapping stays, with the columns of `passing_pairs`; nobody shares a vehicle here."""
    near = stays_near(stays, index, least, rows)
    return near.select("person", "ix", "s", same=ibis.literal(0, "int32"), met=ibis.greatest(_.t, _.a))


def together(passing: ibis.Table, stay: ibis.Table) -> ibis.Table:
    """Both kinds of pairs in one table; `stay` is 1 for a pair of stays."""
    return ibis.union(
        passing.mutate(stay=ibis.literal(0, "int32")), stay.mutate(stay=ibis.literal(1, "int32")), distinct=False
    )


def rank(pairs: ibis.Table) -> ibis.Table:
    """Persons with the number of index persons they were near (n_ix), their exposure in seconds (s), how often in the same
    vehicle, when first, and, where stays are among the pairs, how many of those."""
    part = {"stays": _.stay.sum()} if "stay" in pairs.columns else {}
    whole = {"stays": _.stays.sum()} if part else {}
    each = pairs.group_by("person", "ix").agg(s=_.s.sum(), same=_.same.sum(), first=_.met.min(), **part)
    return each.group_by("person").agg(n_ix=_.count(), s=_.s.sum(), same=_.same.sum(), first=_.first.min(), **whole)


def listed(ranked: ibis.Table, limit: int, offset: int = 0) -> ibis.Table:
    """The top of the list, in its order, each row with the length of the whole list (total)."""
    return ranked.mutate(total=ibis._.count().over(ibis.window())).order_by(*ORDER).limit(limit, offset=offset)


def of_persons(rows: ibis.Table, persons: ibis.Table) -> ibis.Table:
    """Only what concerns these persons."""
    return rows.semi_join(persons, "person")


def without(rows: ibis.Table, persons: ibis.Table) -> ibis.Table:
    """All but these persons: cases, or those who already stand in the list of the first degree."""
    return rows.anti_join(persons, "person")


def passing_evidence(passings: ibis.Table, events: ibis.Table, reach: int) -> ibis.Table:
    """What a person is shown for each pair: the place, both times, seconds of nearness, whether in the same vehicle."""
    near = passings_near(passings, events, reach)
    shown = near.select("person", "ix", "place", "t", "it", "s", "same")
    return shown.order_by("person", "ix", "t", "it", "place", ibis.desc("same"))


def stay_evidence(
    stays: ibis.Table, index: ibis.Table, least: int, rows: tuple[tuple[int, int], ...] = ()
) -> ibis.Table:
    """The place, both stays from and to, and the seconds they share."""
    near = stays_near(stays, index, least, rows)
    shown = near.select("person", "ix", "place", "t", "a", "b", "seat", "iseat", "s", until=_.t + _.dur)
    return shown.order_by("person", "ix", "t", "a", "place", "until", "b", "seat", "iseat")


def cumulative(pairs: ibis.Table, least: int, span: int) -> ibis.Table:
    """Person and index person whose shared seconds reach `least` within some `span` seconds (15 minutes in 24 hours), with
    the most that any such span holds (s). For a short list: pairs are compared with each other.

    The seconds inside a moving span are largest where the span begins with an overlap or ends with one, so only these are
    looked at; an overlap that reaches over the edge counts by its part inside.
    """
    part = pairs.select("person", "ix", "met", "s")
    begin = part.select("person", "ix", x=_.met.cast("int64"))
    end = part.select("person", "ix", x=_.met.cast("int64") + _.s - span)
    spans = ibis.union(begin, end, distinct=True)
    j = spans.join(part, ["person", "ix"])
    inside = ibis.least(_.met + _.s, _.x + span) - ibis.greatest(_.met.cast("int64"), _.x)
    j = j.mutate(inside=ibis.greatest(inside, ibis.literal(0, "int64")))
    sums = j.group_by("person", "ix", "x").agg(s=_.inside.sum())
    return sums.group_by("person", "ix").agg(s=_.s.max()).filter(_.s >= least)
