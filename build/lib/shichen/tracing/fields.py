"""Exposure without pairs (暴露场): what all index persons together do to a place and an instant, read off once per row.

Pairs grow with the number of index persons times the crowd; a field grows with each of the two alone. Around one index event
at t_i the nearness of an instant t is max(0, reach - |t - t_i|); the field f of a place is the sum of these. It is piecewise
linear, and its slope changes by +1 at t_i - reach, -2 at t_i, +1 at t_i + reach. With S = sum of the changes up to t and
B = -sum of (change * its instant), f(t) = S*t + B: integers, exact, one running sum. For stays, n(u) index persons are present
at u and F(x) is the integral of n up to x, with changes +1 at a and -1 at b; a stay's exposure is F(t + dur) - F(t).
"""

from __future__ import annotations

import ibis
from ibis import _

from shichen.tracing import slots

SLOT_FIELD = 6
"""Width of the slots of the slot field, as a power of two: 64 s (chosen; narrower is a tighter bound over more rows)."""
PIECES = 5
"""Width of the slots by which the pieces of the exact field are found: 32 s (chosen)."""


def slot_field(passings: ibis.Table, events: ibis.Table, reach: int, k: int = SLOT_FIELD) -> ibis.Table:
    """An upper bound on each person's exposure, in seconds: reach times the index events whose reach touches the slot of
    the passing. Counts a person's own events too."""
    near = slots.spread(events.select("place", "t"), _.t - (reach - 1), _.t + (reach - 1), k)
    field = near.group_by("place", "slot").agg(w=_.count())
    p = passings.filter(_.person != 0).select("place", "t", "person").mutate(slot=slots.of(_.t, k))
    sums = p.join(field, ["place", "slot"]).group_by("person").agg(s=_.w.sum())
    return sums.mutate(s=_.s * reach)


def second_field(passings: ibis.Table, events: ibis.Table, reach: int) -> ibis.Table:
    """Exact exposure by the weight of every second of a place; 2 * reach - 1 rows an event, so for some ten thousand events."""
    e = events.select("place", it="t").mutate(lo=_.it - (reach - 1), hi=_.it + (reach - 1))
    e = e.mutate(t=ibis.range(e.lo, e.hi + 1).unnest()).drop("lo", "hi").mutate(t=_.t.cast("int32"))
    weights = e.mutate(w=(reach - (_.t - _.it).abs()).cast("int64")).group_by("place", "t").agg(w=_narrow(_.w.sum()))
    p = passings.filter(_.person != 0).select("place", "t", "person")
    return p.join(weights, ["place", "t"]).group_by("person").agg(s=_.w.sum())


def _running(changes: ibis.Table) -> ibis.Table:
    """Breakpoints (place, x) with slope and base of the line that holds from x on."""
    merged = changes.group_by("place", "x").agg(d=_narrow(_.d.sum()))
    so_far = ibis.window(group_by="place", order_by="x", preceding=None, following=0)
    slope, moment = _.d.sum().over(so_far), (_.d * _.x.cast("int64")).sum().over(so_far)
    return merged.select("place", "x", slope=_narrow(slope), base=-_narrow(moment))


def _narrow(total: ibis.Deferred) -> ibis.Deferred:
    """A sum as int64. DuckDB sums integers to 128 bits and Ibis, which believes 64, would drop a plain cast; multiplying
    every row of the large side by such a number costs."""
    return total.cast("decimal(38, 0)").cast("int64")


def _change(events: ibis.Table, x: ibis.Deferred, d: int) -> ibis.Table:
    return events.select("place", x=x.cast("int32"), d=ibis.literal(d, "int32"))


def passing_lines(events: ibis.Table, reach: int) -> ibis.Table:
    """The field of passings, line by line: place, x, slope, base."""
    parts = [_change(events, _.t - reach, 1), _change(events, _.t, -2), _change(events, _.t + reach, 1)]
    return _running(ibis.union(*parts))


def stay_lines(index: ibis.Table) -> ibis.Table:
    """The integral of index persons present, line by line: place, x, slope, base."""
    return _running(ibis.union(_change(index, _.a, 1), _change(index, _.b, -1)))


def asof_field(passings: ibis.Table, events: ibis.Table, reach: int, k: int = SLOT_FIELD) -> ibis.Table:
    """Exact exposure by the line that holds at each passing: an ASOF join, which Spark does not have."""
    near = slots.spread(events.select("place", "t"), _.t - (reach - 1), _.t + (reach - 1), k)
    touched = near.select("place", "slot").distinct()
    p = passings.filter(_.person != 0).select("place", "t", "person").mutate(slot=slots.of(_.t, k))
    p = p.semi_join(touched, ["place", "slot"]).select("place", "t", "person")
    lines = passing_lines(events, reach)
    j = p.asof_join(lines, on=p.t >= lines.x, predicates="place")
    return _exposed(j.mutate(f=_.slope * _.t.cast("int64") + _.base))


def piece_field(passings: ibis.Table, events: ibis.Table, reach: int, k: int = PIECES) -> ibis.Table:
    """Exact exposure on any engine: each line's piece [x, y) stands in every slot it touches, and a passing finds the one
    piece of its slot that holds its second."""
    following = ibis.window(group_by="place", order_by="x")
    lines = passing_lines(events, reach).mutate(y=_.x.lead().over(following))
    pieces = lines.filter(_.y.notnull(), (_.slope != 0) | (_.base != 0))
    pieces = slots.spread(pieces, _.x, _.y - 1, k)
    p = passings.filter(_.person != 0).select("place", "t", "person").mutate(slot=slots.of(_.t, k))
    j = p.join(pieces, ["place", "slot"]).filter(_.t >= _.x, _.t < _.y)
    return _exposed(j.mutate(f=_.slope * _.t.cast("int64") + _.base))


def stay_field(stays: ibis.Table, index: ibis.Table) -> ibis.Table:
    """Exact sum of a person's overlaps with index stays, without a least overlap per pair, as F(t + dur) - F(t) by two ASOF
    joins. A person whose sum is below the least overlap has no contact: a filter that loses nobody."""
    lines = stay_lines(index)
    places = index.select("place").distinct()
    p = stays.filter(_.person != 0).select("place", "person", "t", until=_.t + _.dur).semi_join(places, "place")
    start = p.asof_join(lines, on=p.t >= lines.x, predicates="place")
    start = start.select("place", "person", "until", before=ibis.coalesce(_.slope * _.t.cast("int64") + _.base, 0))
    again = stay_lines(index).view()
    end = start.asof_join(again, on=start.until >= again.x, predicates="place")
    after = ibis.coalesce(_.slope * _.until.cast("int64") + _.base, 0)
    return _exposed(end.mutate(f=after - _.before))


def _exposed(rows: ibis.Table) -> ibis.Table:
    return rows.filter(_.f > 0).group_by("person").agg(s=_.f.sum())


def own_passings(passings: ibis.Table, events: ibis.Table, reach: int) -> ibis.Table:
    """What an index person's own passings read off the field of its own events; from the person layout this is cheap."""
    k = slots.width(2 * reach)
    i = slots.spread(events.select("place", person="ix", it="t"), _.it - (reach - 1), _.it + (reach - 1), k)
    p = passings.filter(_.person != 0).select("place", "t", "person").mutate(slot=slots.of(_.t, k))
    j = p.join(i, ["person", "place", "slot"]).mutate(s=(reach - (_.t - _.it).abs()).cast("int64"))
    return j.filter(_.s > 0).group_by("person").agg(s=_.s.sum())


def own_stays(stays: ibis.Table, index: ibis.Table) -> ibis.Table:
    """What an index person's own stays share with its own index stays."""
    p = stays.filter(_.person != 0).select("place", "person", "t", "dur")
    j = p.join(index.select("place", "a", "b", person="ix"), ["person", "place"])
    j = j.mutate(s=(ibis.least(_.t + _.dur, _.b) - ibis.greatest(_.t, _.a)).cast("int64"))
    return j.filter(_.s > 0).group_by("person").agg(s=_.s.sum())


def net(field: ibis.Table, own: ibis.Table) -> ibis.Table:
    """The field without what a person does to itself: the same persons and seconds as the sum of all pairs."""
    j = field.left_join(own.rename(mine="s"), "person")
    j = j.select("person", s=_.s - ibis.coalesce(_.mine, 0))
    return j.filter(_.s > 0)
