"""A shift that no one told is summed up from its single passings (汇总); what the post states takes the place of the sum.

So there is one tally of a shift, whoever made it, and every figure, also the one count of a shared gate, is the sum of
tallies: a passing and a tally can never both be counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from shichen import watches
from shichen.audit.context import now
from shichen.city import services as accounts
from shichen.records import commits, gaps, lake
from shichen.records import services as records
from shichen.records.manifest import Batch, Place
from shichen.registers.checkpoints import bulk, shifts, telling
from shichen.registers.checkpoints.hours import Counted, Hours
from shichen.registers.checkpoints.models import Passing, Post, Tally
from shichen.registers.checkpoints.shifts import Shift

AFTER = timedelta(minutes=30)  # a post has so long after its shift to state what it counted
LOOKED_BACK = timedelta(
    days=1
)  # passings and files that came in since then are looked at: late ones of any day are among them
FARTHEST = timedelta(days=60)  # how old a day is at most that a file of yesterday still makes one look at
SAME = ("compact", commits.EXPIRE)  # changes of the manifest that change no count
WHY, WHOLE = "逐车记录有补报", "流水文件已补全，重新汇总"


def draw(at: datetime) -> int:
    """Sum up the shifts that are over and untold, and those summed up of which more came in; how many there were."""
    wanted = [
        (post, shift)
        for post, day in _touched(at)
        for shift in shifts.begun(post.hours, day - timedelta(days=1), day)
        if shift.end + AFTER <= at and post.stands(shift.on)
    ]
    if not wanted:
        return 0
    summed = Hours((post for post, _shift in wanted), ((shift.start, shift.end) for _post, shift in wanted))
    drawn = _drawn([shift for _post, shift in wanted])
    for span in summed.spans:
        gaps.set_aside(summed.gaps(span))
    once = {(post.first, shift): (post, shift) for post, shift in wanted}
    return sum(
        _draw(post, shift, summed)
        for post, shift in once.values()
        if (post.first, shift.start) in drawn or summed.of(post, (shift.start, shift.end)) is not None
    )


def give_way(tally: Tally) -> None:
    """A stated tally takes the place of the sum of the same hours, as its next version; both stay readable."""
    for drawn in _told(tally.post, *_hours(tally)):
        if drawn.drawn and _shift(drawn).told_by(*_hours(tally)):
            moment = now()
            Tally.objects.filter(pk=drawn.pk, superseded_at=None).update(superseded_at=moment)
            tally.first, tally.revision, tally.reason = drawn.first, drawn.revision + 1, "卡点已报本班次"


@transaction.atomic
def _draw(post: Post, shift: Shift, summed: Hours) -> int:
    """One shift; a tally that somebody stated is left as it is.

    数据不完整: a sum of which files are lacking is drawn, for what is known, and says so; it never takes the place of one that was
    whole, nor of one that knew more, for a file that is lost takes nothing back that was counted.
    """
    span = shift.start, shift.end
    counted = summed.of(post, span)
    told = [one for one in _told(post, *span) if shift.told_by(*_hours(one))]
    if any(not one.drawn for one in told) or not (told or (counted and counted.rows)):
        return 0
    lacks = summed.lacking(post, span)
    if told and lacks and (not told[0].lacks or _falls(told[0], counted)):
        return 0
    columns: dict[str, Any] = {**summed.columns(post, span), "lacks": lacks}
    system = accounts.system()
    if not told:
        tally = _summed(post, shift, columns)
        records.enter(tally, lambda: AssertionError("a shift is drawn once"))  # type: ignore[arg-type,return-value]
        telling.tell_shift(tally, by=system)
        return 1
    if all(getattr(told[0], name) == value for name, value in columns.items()):
        return 0
    why = WHOLE if told[0].lacks and not lacks else WHY
    new = records.correct(told[0], columns, why, check=_handled, by=system)
    telling.note(new, f"{telling.shift_of(new)}汇总数随补报的逐车记录改为车辆{new.vehicles}。", "draw_tally", system)
    return 1


def _falls(tally: Tally, counted: Counted | None) -> bool:
    """Whether a sum says less than the tally that was drawn before."""
    return counted is None or counted.vehicles < tally.vehicles or counted.persons < tally.persons


def _summed(post: Post, shift: Shift, columns: dict[str, Any]) -> Tally:
    tally = Tally(post=post, network=post.network, gate=post.gate, drawn=True, **columns)
    tally.occurred_from, tally.occurred_to = shift.start, shift.end
    rows = Passing.objects.current().filter(post__first=post.first, synthetic=True)
    tally.synthetic = rows.filter(occurred_from__gte=shift.start, occurred_from__lt=shift.end).exists()
    where: dict[str, Any] = {"unit": post.network.run_by, "area": post.area, "event": post.event}
    records.begin(tally, **where, reported_at=now(), envelope=None, row_no=1, by=accounts.system())
    _handled(tally)
    return tally


def _handled(tally: Tally) -> None:
    tally.handled = tally.turned_back + tally.referred


def _touched(at: datetime) -> Iterator[tuple[Post, date]]:
    """The posts and civil days of which passings came in, were put right or taken out of late, by row or by file."""
    rows = Passing.objects.filter(recorded_at__gte=at - LOOKED_BACK, recorded_at__lte=at).order_by()
    found = {(first, watches.civil_day(moment)) for first, moment in rows.values_list("post__first", "occurred_from")}
    lacking = Tally.objects.current().filter(drawn=True).exclude(lacks=[]).order_by()
    for first, moment in lacking.values_list("post__first", "occurred_from"):
        found.add((first, watches.civil_day(moment)))
    if days := _days_of_files(at):
        codes = {UUID(ref) for ref in Place.objects.filter(kind=bulk.POST).values_list("ref", flat=True)}
        found |= {(first, day) for first in codes for day in days}
    chosen = Post.objects.current().filter(first__in={first for first, _ in found})
    posts = {post.first: post for post in chosen.select_related("network__run_by", "area", "event", "gate")}
    return ((posts[first], day) for first, day in sorted(found, key=str) if first in posts)


def _days_of_files(at: datetime) -> set[date]:
    """The civil days whose counts in files changed lately: a load came in, was withdrawn, was compared again. Compaction changes none."""
    came = Q(added__at__gte=at - LOOKED_BACK) & ~Q(added__act__in=SAME)
    went = Q(removed__at__gte=at - LOOKED_BACK) & ~Q(removed__act__in=SAME)
    files = Batch.objects.filter(came | went, table=lake.PASSINGS, layout=lake.ROLLUP, day__gte=at.date() - FARTHEST)
    return set(files.values_list("day", flat=True))


def _drawn(found: list[Shift]) -> set[tuple[UUID, datetime]]:
    """Of which posts there are drawn tallies that begin when one of these shifts does."""
    rows = Tally.objects.current().filter(drawn=True, occurred_from__in={shift.start for shift in found})
    return {(first, start) for first, start in rows.order_by().values_list("post__first", "occurred_from") if start}


def _told(post: Post, start: datetime, end: datetime) -> list[Tally]:
    """The tallies that stand of a post and touch those hours."""
    rows = Tally.objects.current().filter(post__first=post.first, occurred_from__lt=end, occurred_to__gt=start)
    return list(rows.select_related("post"))


def _shift(tally: Tally) -> Shift:
    return Shift(*_hours(tally))


def _hours(tally: Tally) -> tuple[datetime, datetime]:
    if tally.occurred_from is None or tally.occurred_to is None:
        raise AssertionError("a tally has a shift")
    return tally.occurred_from, tally.occurred_to
