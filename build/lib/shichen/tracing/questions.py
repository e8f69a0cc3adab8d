"""The questions themselves, each as one expression: index events, tracks, arrivals from a region, counts by post and watch."""

from __future__ import annotations

import ibis
from ibis import _

from shichen.tracing import slots

WATCH = 7_200
"""Seconds of a watch (时辰)."""
DAY = 86_400


def index_events(passings: ibis.Table, windows: ibis.Table) -> ibis.Table:
    """Passings of the index persons inside their windows [lo, hi): ix, place, t, vehicle. From the person layout."""
    p = passings.filter(_.person != 0, _.place != 0).select("person", "t", "place", "vehicle")
    j = p.join(windows.rename(person="ix"), "person").filter(_.t >= _.lo, _.t < _.hi)
    return j.select("place", "t", "vehicle", ix="person").select("ix", "place", "t", "vehicle")


def index_stays(stays: ibis.Table, windows: ibis.Table) -> ibis.Table:
    """Stays of the index persons, cut to their windows: ix, place, from a to b, seat. From the person layout."""
    p = stays.filter(_.person != 0, _.place != 0).select("person", "place", "seat", "t", until=_.t + _.dur)
    j = p.join(windows.rename(person="ix"), "person")
    j = j.mutate(a=ibis.greatest(_.t, _.lo), b=ibis.least(_.until, _.hi)).filter(_.b > _.a)
    return j.select(ix=_.person, place=_.place, a=_.a.cast("int32"), b=_.b.cast("int32"), seat=_.seat)


def track(rows: ibis.Table, windows: ibis.Table) -> ibis.Table:
    """Where these persons were, in their windows [lo, hi), whole rows in the order of time (轨迹)."""
    j = rows.filter(_.person != 0).join(windows.rename(person="ix"), "person")
    return j.filter(_.t >= _.lo, _.t < _.hi).drop("lo", "hi").order_by("person", "t", "place")


def plate_track(passings: ibis.Table, vehicles: ibis.Table, lo: int, hi: int) -> ibis.Table:
    """Where these vehicles passed from `lo` up to `hi`, one row for every person aboard."""
    rows = passings.filter(_.vehicle != 0, _.t >= lo, _.t < hi).semi_join(vehicles, "vehicle")
    return rows.order_by("vehicle", "t", "place", "person")


def region_span(code: int) -> tuple[int, int]:
    """The codes (GB/T 2260, six digits) of an area and of all within it: 420000 is the province, 420100 the city."""
    for size in (10_000, 100):
        if code % size == 0:
            return code, code + size - 1
    return code, code


def _within(regions: list[int]) -> ibis.Deferred:
    spans = [region_span(code) for code in regions]
    return ibis.or_(*[_.region.between(lo, hi) for lo, hi in spans])


def from_regions(origins: ibis.Table, regions: list[int]) -> ibis.Table:
    """Everyone who said to come from these source areas (来源地), each person once, from the small table of origins."""
    return origins.filter(_.person != 0, _within(regions)).select("person").distinct().order_by("person")


def arrivals(passings: ibis.Table, regions: list[int], lo: int, hi: int) -> ibis.Table:
    """Persons from these source areas who passed from `lo` up to `hi`: how often, first and last. From the person layout."""
    rows = passings.filter(_.person != 0, _.t >= lo, _.t < hi, _within(regions))
    return rows.group_by("person").agg(n=_.count(), first=_.t.min(), last=_.t.max()).order_by("person")


def seen(passings: ibis.Table, persons: ibis.Table, lo: int, hi: int) -> ibis.Table:
    """Of these persons: passings from `lo` up to `hi`, posts, first and last. From the person layout."""
    rows = passings.filter(_.t >= lo, _.t < hi).semi_join(persons, "person")
    sums = rows.group_by("person").agg(n=_.count(), n_place=_.place.nunique(), first=_.t.min(), last=_.t.max())
    return sums.order_by("person")


def rollup(passings: ibis.Table, offset: int) -> ibis.Table:
    """Counts by post, slot of the civil day (0 to 12: 早子, eleven watches, 夜子), direction and outcome, over the rows given,
    which are one day's. n are passings of persons (人次) and add up; n_vehicle and n_person are distinct (辆, 人) and do not.
    `offset` is what local time is ahead of UTC on that day, in seconds."""
    late = slots.begins((_.t + offset) % DAY + WATCH // 2, WATCH)
    rows = passings.select("place", "dir", "outcome", "vehicle", "person", late=late)
    sums = rows.group_by("place", "late", "dir", "outcome").agg(
        n=_.count(),
        n_vehicle=_.vehicle.nunique(where=_.vehicle != 0),
        n_person=_.person.nunique(where=_.person != 0),
    )
    slot = (_.late / WATCH).cast("int8")  # exact: a multiple of the watch, and only of the few rows left
    shown = sums.select("place", "dir", "outcome", "n", "n_vehicle", "n_person", slot=slot)
    return shown.select("place", "slot", "dir", "outcome", "n", "n_vehicle", "n_person").order_by(
        "place", "slot", "dir", "outcome"
    )


def vehicle_passings(passings: ibis.Table, offset: int) -> ibis.Table:
    """Vehicles that passed (台次), by post, slot of the civil day and direction: a vehicle at one second is one, however many
    sit in it. These add up over posts and days."""
    late = slots.begins((_.t + offset) % DAY + WATCH // 2, WATCH)
    rows = passings.filter(_.vehicle != 0).select("place", "dir", "vehicle", "t", late=late).distinct()
    sums = rows.group_by("place", "late", "dir").agg(n=_.count())
    shown = sums.select("place", "dir", "n", slot=(_.late / WATCH).cast("int8"))
    return shown.select("place", "slot", "dir", "n").order_by("place", "slot", "dir")


def close(ranked: ibis.Table, seconds: int) -> ibis.Table:
    """Of a first degree, those near enough to be asked about further (密接): the same vehicle, a stay of the least overlap, or
    `seconds` of exposure. Nearness at a post alone makes nobody a contact."""
    enough = (_.same >= 1) | (_.s >= seconds)
    if "stays" in ranked.columns:
        enough = enough | (_.stays >= 1)
    return ranked.filter(enough).select("person", "first").order_by("person")
