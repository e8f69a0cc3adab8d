"""数据不完整: which figures of shifts cannot know all, because a file of passings cannot be read; at which posts, of which watches.

A stated tally rests on no file. A sum does, and so does a shift that is over and untold: it may stand in the file that is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from shichen import watches
from shichen.audit.context import now
from shichen.city.scope import Sight
from shichen.indicators.declare import Scope
from shichen.records import gaps, lake, seen
from shichen.records.gaps import Gap
from shichen.records.keeper import RowRecords
from shichen.records.lake import File
from shichen.records.manifest import Batch, Load
from shichen.registers.checkpoints import passed, queries
from shichen.registers.checkpoints.models import Post
from shichen.watches import Period

ONE_DAY = timedelta(days=1)
Hours = tuple[datetime, datetime]


def tallies(network: str | None, period: Period, scope: Scope) -> RowRecords:
    """The tallies of shifts begun within the period, of one network or of any, with what they lack."""
    return _lacking(queries.tallies(network, period, scope), network, period, scope)


def one_per_gate(period: Period, scope: Scope) -> RowRecords:
    """The tallies that a city total may count, with what they lack."""
    return _lacking(queries.one_per_gate(period, scope), None, period, scope)


def _lacking(records: RowRecords, network: str | None, period: Period, scope: Scope) -> RowRecords:
    return replace(records, lacking=lambda: _files(records.queryset, network, period, scope))


def broken(days: Iterable[date], *, as_of: datetime | None = None) -> list[Gap]:
    """The files of passings of those civil days that were set aside, are gone, or are of another size than they were written.

    Flipped bits are found where a file is first read, and by the daily look at all files: no page waits for a checksum of a month.
    """
    view = seen.view(settings.LAKE, lake.PASSINGS, days, seen.snapshot(as_of))
    gone = [one for one in view.files if not _is_there(view, one)]
    return gaps.of(settings.LAKE, [*view.missing, *gone])


def _is_there(view: lake.View, file: File) -> bool:
    try:
        return view.path(file).stat().st_size == file.size
    except FileNotFoundError:
        return False


def _files(rows: QuerySet[Any], network: str | None, period: Period, scope: Scope) -> tuple[File, ...]:
    """The files without which the tallies of a figure say less than was reported."""
    drawn = rows.filter(drawn=True).order_by()
    found = {path for lacks in drawn.exclude(lacks=[]).values_list("lacks", flat=True) for path in lacks}
    files = {one.path: seen.file_of(one) for one in Batch.objects.filter(path__in=found)}
    first, last = watches.civil_day(period.start), watches.civil_day(period.end) + ONE_DAY
    days = [first + ONE_DAY * n for n in range((last - first).days + 1)]
    for gap in broken(days, as_of=scope.as_of):
        if gap.file.path not in files and _rests_on(gap, drawn, network, scope, period):
            files[gap.file.path] = gap.file
    return tuple(files[path] for path in sorted(files))


def _rests_on(gap: Gap, drawn: QuerySet[Any], network: str | None, scope: Scope, period: Period) -> bool:
    """Whether a shift of the figure lies in the watches of a file: one that was summed up, or one that is over and untold."""
    posts = [one for one in passed.posts_of(_posts(scope)) if network in (None, one.network_id)]
    gate = scope.facet("gate")
    mine = {one.first: one for one in posts if gate is None or str(one.gate_id) == gate}
    places = passed.numbers_of(list(mine.values()))
    sums = drawn.filter(post__first__in=list(mine)).values_list("post__first", "occurred_from", "occurred_to")
    if any(_in(gap, places[str(first)], (start, end)) for first, start, end in sums):
        return True
    on = watches.civil_day(period.start), watches.civil_day(period.end)
    shifts = queries.shifts_of(*on, at=scope.as_of or now(), as_of=scope.as_of)
    return any(
        _in(gap, places[str(post.first)], (shift.start, shift.end))
        for shift, post in shifts.unreported(network)
        if post.first in mine and shift.start in period
    )


def _posts(scope: Scope) -> Scope:
    return replace(scope, facets={name: value for name, value in scope.facets.items() if name in ("post", "network")})


def _in(gap: Gap, place: int, hours: Hours) -> bool:
    """Whether a file held rows of a place in those hours, or may have."""
    start, end = watches.clock(gap.day, 0), watches.clock(gap.day, 24)
    if not (hours[0] < end and hours[1] > start) or not gap.touches(place):
        return False
    if gap.held is None:
        return True
    slots = [slot for one, slot in gap.held if one == place]
    bounds = [watches.bounds(gap.day, watches.CIVIL_SLOTS[slot], watches.Day.CIVIL) for slot in slots]
    return any(one.start < hours[1] and one.end > hours[0] for one in bounds)


@dataclass(frozen=True)
class Told:
    """A file that cannot be read, for people: of which posts and watches, what to do about it."""

    gap: Gap
    posts: tuple[Post, ...] = ()
    """The posts it held; none where that is not known."""


def told(days: Iterable[date], *, as_of: datetime | None = None, sight: Sight | None = None) -> list[Told]:
    """What cannot be read of some civil days, with the posts that it is about, as they are called now.

    With `sight`, of the posts that somebody sees; a file that held others alone is not told.
    """
    found = broken(days, as_of=as_of)
    if not found:
        return []
    rows = Post.objects.current(as_of).select_related("network")
    posts = list(rows if sight is None else rows.within(sight))
    codes = passed.numbers_of(posts)
    listed = []
    for gap in found:
        held = tuple(post for post in posts if gap.held is not None and gap.touches(codes[str(post.first)]))
        if held or gap.held is None or sight is None:
            listed.append(Told(gap, held))
    return listed


def unfinished(since: datetime, *, at: datetime) -> list[Load]:
    """Loads of passings that were received and are not in the lake: being worked, or waiting to be mended. Nothing of them is counted."""
    states = (Load.State.RECEIVED, Load.State.WORKING, Load.State.HELD)
    loads = Load.objects.filter(table=lake.PASSINGS, state__in=states, received_at__gte=since, received_at__lte=at)
    return list(loads.exclude(channel=Load.SEALED).select_related("unit").order_by("number"))
