"""A shift that no one told is summed up from its single passings (汇总); what the post states takes the place of the sum.

So there is one tally of a shift, whoever made it, and every figure, also the one count of a shared gate, is the sum of
tallies: a passing and a tally can never both be counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum

from shichen import watches
from shichen.audit.context import now
from shichen.city import services as accounts
from shichen.records import services as records
from shichen.registers.checkpoints import shifts, telling
from shichen.registers.checkpoints.models import COUNTS, Passing, Post, Tally
from shichen.registers.checkpoints.shifts import Shift

AFTER = timedelta(minutes=30)  # a post has so long after its shift to state what it counted
LOOKED_BACK = timedelta(days=1)  # passings entered since then are looked at: late ones of any day are among them
WHY = "逐车记录有补报"


def sums(post: Post, start: datetime, end: datetime, *, as_of: datetime | None = None) -> dict[str, int] | None:
    """What the passings of a post in those hours add up to, in the columns of a tally; None where there are none."""
    found = _passings(post, as_of).filter(occurred_from__gte=start, occurred_from__lt=end).order_by()
    said = found.aggregate(rows=Count("pk"), **{name: Sum(name) for name in COUNTS})
    return {name: said[name] for name in COUNTS} if said["rows"] else None


def draw(at: datetime) -> int:
    """Sum up the shifts that are over and untold, and those summed up of which more came in; how many there were."""
    drawn = 0
    for post, day in _touched(at):
        for shift in shifts.begun(post.hours, day - timedelta(days=1), day):
            if shift.end + AFTER <= at and post.stands(shift.on):
                drawn += _draw(post, shift)
    return drawn


def give_way(tally: Tally) -> None:
    """A stated tally takes the place of the sum of the same hours, as its next version; both stay readable."""
    for drawn in _told(tally.post, *_hours(tally)):
        if drawn.drawn and _shift(drawn).told_by(*_hours(tally)):
            moment = now()
            Tally.objects.filter(pk=drawn.pk, superseded_at=None).update(superseded_at=moment)
            tally.first, tally.revision, tally.reason = drawn.first, drawn.revision + 1, "卡点已报本班次"


@transaction.atomic
def _draw(post: Post, shift: Shift) -> int:
    """One shift; a tally that somebody stated is left as it is."""
    counted = sums(post, shift.start, shift.end)
    told = [one for one in _told(post, shift.start, shift.end) if shift.told_by(*_hours(one))]
    if any(not one.drawn for one in told) or (counted is None and not told):
        return 0
    system = accounts.system()
    if not told and counted is not None:
        tally = _summed(post, shift, counted)
        records.enter(tally, lambda: AssertionError("a shift is drawn once"))  # type: ignore[arg-type,return-value]
        telling.tell_shift(tally, by=system)
        return 1
    changed = counted or dict.fromkeys(COUNTS, 0)
    if all(getattr(told[0], name) == value for name, value in changed.items()):
        return 0
    new = records.correct(told[0], changed, WHY, check=_handled, by=system)
    telling.note_change(
        new, f"{telling.shift_of(new)}汇总数随补报的逐车记录改为车辆{new.vehicles}。", "draw_tally", system
    )
    return 1


def _summed(post: Post, shift: Shift, counted: dict[str, int]) -> Tally:
    tally = Tally(post=post, network=post.network, gate=post.gate, drawn=True, **counted)
    tally.occurred_from, tally.occurred_to = shift.start, shift.end
    tally.synthetic = _passings(post, None).filter(occurred_from__gte=shift.start, synthetic=True).exists()
    where: dict[str, Any] = {"unit": post.network.run_by, "area": post.area, "event": post.event}
    records.begin(tally, **where, reported_at=now(), envelope=None, row_no=1, by=accounts.system())
    _handled(tally)
    return tally


def _handled(tally: Tally) -> None:
    tally.handled = tally.turned_back + tally.referred


def _touched(at: datetime) -> Iterator[tuple[Post, date]]:
    """The posts and civil days of which passings came in, were put right or taken out of late."""
    rows = Passing.objects.filter(recorded_at__gte=at - LOOKED_BACK, recorded_at__lte=at).order_by()
    found = {(first, watches.civil_day(moment)) for first, moment in rows.values_list("post__first", "occurred_from")}
    chosen = Post.objects.current().filter(first__in={first for first, _ in found})
    posts = {post.first: post for post in chosen.select_related("network__run_by", "area", "event", "gate")}
    return ((posts[first], day) for first, day in sorted(found, key=str) if first in posts)


def _passings(post: Post, as_of: datetime | None) -> Any:
    return Passing.objects.current(as_of).filter(post__first=post.first)


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
