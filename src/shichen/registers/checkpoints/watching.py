"""What the duty officer should know of a post (警情): looked for each minute, raised once per cause, cleared when it is over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, ExpressionWrapper, F, Max, Sum, Value
from django.db.models import DateTimeField as Moment
from django.db.models import DurationField as Length
from django.db.models.functions import TruncDate
from django.utils.translation import override

from shichen import watches
from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.models import Account
from shichen.journal import services as journal
from shichen.journal.models import Column, Entry
from shichen.refusal import Refusal
from shichen.registers.checkpoints import escalating, queries, shifts
from shichen.registers.checkpoints.models import Alarm, Device, Passing, Post
from shichen.registers.checkpoints.posts_rules import rules

HOUR, A_WATCH, A_DAY = timedelta(hours=1), timedelta(hours=2), timedelta(days=1)
Cause = Alarm.Cause
KEPT = {Cause.FEVER, Cause.ABNORMAL}
"""What is over by itself before anybody saw it stays until it was acknowledged."""


@dataclass(frozen=True)
class Seen:
    """One cause at one post as it is now: what was seen, and the limit that it passes."""

    post: Post
    cause: str
    value: str
    level: str


@transaction.atomic
def look(at: datetime) -> int:
    """Raise what is new, note what goes on, clear what is over; how many were raised."""
    found = {(one.post.first, one.cause): one for one in _found(at)}
    standing = Alarm.objects.select_for_update().filter(cleared_at=None).select_related("post")
    open_ = {(one.post.first, one.cause): one for one in standing}
    for key, alarm in open_.items():
        if key in found:
            Alarm.objects.filter(pk=alarm.pk).update(seen_at=at, value=found[key].value)
        elif alarm.cause not in KEPT or alarm.acknowledged_at:
            Alarm.objects.filter(pk=alarm.pk).update(cleared_at=at)
    new = [one for key, one in found.items() if key not in open_]
    Alarm.objects.bulk_create(
        Alarm(post=one.post, cause=one.cause, value=one.value, level=one.level, raised_at=at, seen_at=at) for one in new
    )
    escalating.pass_on(at)
    return len(new)


@transaction.atomic
def acknowledge(alarm: Alarm, *, by: Account) -> None:
    """Somebody has seen it and looks after it (签收). Raises Refusal when another did before."""
    taken = Alarm.objects.filter(pk=alarm.pk, acknowledged_at=None, cleared_at=None)
    waited = Decimal(max(0.0, (now() - alarm.raised_at).total_seconds() / 60)).quantize(Decimal("0.1"))
    if not taken.update(acknowledged_at=now(), acknowledged_by=by, minutes=waited):
        raise Refusal("这一条已有人签收，或已解除；请刷新后再看。", rule="先到先办")
    _noted("acknowledge alarm", alarm, by)


@transaction.atomic
def nudge(alarm: Alarm, *, by: Account) -> Entry:
    """Remind the post (提醒): an entry of the log, shown on its phones as soon as they have network. Raises Refusal."""
    if not Alarm.objects.filter(pk=alarm.pk, cleared_at=None).update(nudged_at=now()):
        raise Refusal("这一条已解除，不必提醒。", rule="先到先办")
    post = alarm.post
    with override("zh-hans"):  # the log speaks Chinese, whoever reminds
        cause = str(Cause(alarm.cause).label)
    said = journal.about(
        post,
        f"提醒{post.code}{post.name}：{cause}，{alarm.value}。",
        kind=Entry.Kind.ACT,
        topic="checkpoint",
        column=Column.COMMAND,
        act="nudge_post",
    )
    return journal.write(said, by=by)


def _found(at: datetime) -> Iterator[Seen]:
    limits = rules()["alarms"]
    posts = {post.first: post for post in queries.standing_posts(watches.civil_day(at)).select_related("network")}
    live = _live(posts)
    yield from _silent(at, limits, live)
    yield from _untold(at, limits)
    yield from _queues(at, limits, live)
    yield from _fevers(at, limits, posts)
    yield from _unusual(at, limits, posts)


def _live(posts: dict[UUID, Post]) -> dict[Post, list[Device]]:
    """The standing posts that report by phone, each with its phones: of the others nothing is heard before a shift ends."""
    found: dict[Post, list[Device]] = defaultdict(list)
    for device in Device.objects.filter(ended_at=None, enrolled_at__isnull=False).select_related("post"):
        if device.post.first in posts:
            found[posts[device.post.first]].append(device)
    return found


def _silent(at: datetime, limits: dict[str, Any], live: dict[Post, list[Device]]) -> Iterator[Seen]:
    """A post on duty of which neither a passing nor a sign of a phone came for so long."""
    most = timedelta(minutes=limits["silent_minutes"])
    rows = Passing.objects.filter(post__in=list(live), recorded_at__gte=at - most)
    passed = dict(rows.order_by().values_list("post").annotate(last=Max("recorded_at")))
    for post, phones in live.items():
        begun = [shift.start for shift in shifts.begun(post.hours, *_two_days(at)) if shift.start <= at < shift.end]
        signs = [*begun[:1], *(one.seen_at for one in phones if one.seen_at), passed.get(post.pk)]
        last = max(moment for moment in [*signs, at - 30 * A_DAY] if moment is not None)
        if begun and at - last >= most:
            yield Seen(
                post, Cause.SILENT, f"{int((at - last).total_seconds() // 60)}分钟", f"{limits['silent_minutes']}分钟"
            )


def _untold(at: datetime, limits: dict[str, Any]) -> Iterator[Seen]:
    """A post that told nothing of a shift of the last day so long after its end; of several, the latest is named."""
    after = timedelta(minutes=limits["untold_minutes"])
    named: dict[Post, str] = {}
    for shift, post in queries.shifts_of(*_two_days(at), at=at).unreported():
        if shift.end + after <= at < shift.end + A_DAY:
            start, end = watches.local(shift.start), watches.local(shift.end)
            named[post] = f"{start:%m-%d %H:%M}—{'24:00' if end.hour == end.minute == 0 else f'{end:%H:%M}'}"
    for post, hours in named.items():
        yield Seen(post, Cause.UNTOLD, hours, f"班后{limits['untold_minutes']}分钟")


def _queues(at: datetime, limits: dict[str, Any], live: dict[Post, list[Device]]) -> Iterator[Seen]:
    holds = at - timedelta(minutes=limits["queue_holds_minutes"])
    for post, phones in live.items():
        told = [one for one in phones if one.waiting is not None and one.waiting_at and one.waiting_at >= holds]
        latest = max(told, key=lambda one: one.waiting_at or holds, default=None)
        if latest is not None and (latest.waiting or 0) >= limits["queue_vehicles"]:
            yield Seen(post, Cause.QUEUE, f"{latest.waiting}辆", f"{limits['queue_vehicles']}辆")


def _fevers(at: datetime, limits: dict[str, Any], posts: dict[UUID, Post]) -> Iterator[Seen]:
    rows = Passing.objects.current().filter(occurred_from__gt=at - A_WATCH, occurred_from__lte=at, fever__gt=0)
    for first, persons in rows.order_by().values_list("post__first").annotate(n=Sum("fever")):
        if first in posts and persons >= limits["fever"]:
            yield Seen(posts[first], Cause.FEVER, f"{persons}人", f"{limits['fever']}人")


def _unusual(at: datetime, limits: dict[str, Any], posts: dict[UUID, Post]) -> Iterator[Seen]:
    """A watch just over whose vehicles lie far off the post's usual of the same watch: median and its absolute deviation.

    A robust z in place of mean and deviation, which one wild day would spoil: Hampel, J. Am. Stat. Assoc. 69 (1974) 383.
    """
    last = at - A_WATCH
    today, counts = watches.page_day(last), _by_day(last, limits["unusual_days"])
    for first, days in counts.items():
        usual = [n for day, n in days.items() if day != today]
        if first not in posts or len(usual) < limits["unusual_least_days"] or today not in days:
            continue
        middle = median(usual)
        spread = median(abs(n - middle) for n in usual)
        if abs(days[today] - middle) > max(limits["unusual_mads"] * spread, limits["unusual_floor"]):
            yield Seen(posts[first], Cause.ABNORMAL, f"{days[today]}辆", f"平常{middle:g}辆")


def _by_day(moment: datetime, days: int) -> dict[UUID, dict[Any, int]]:
    """The vehicles of each post in the watch of that moment, by the page's day it lies in, which begins at 23 o'clock."""
    rows = Passing.objects.current().filter(
        watch=watches.name(moment), occurred_from__gt=moment - days * A_DAY, occurred_from__lt=_end(moment)
    )
    shifted = ExpressionWrapper(F("occurred_from") + Value(HOUR, Length()), Moment())
    counted = rows.order_by().values_list("post__first", TruncDate(shifted, tzinfo=watches.SHANGHAI))
    found: dict[UUID, dict[Any, int]] = defaultdict(dict)
    for first, day, vehicles, _rows in counted.annotate(v=Sum("vehicles"), n=Count("pk")):
        found[first][day] = vehicles
    return found


def _end(moment: datetime) -> datetime:
    return moment + A_WATCH


def _two_days(at: datetime) -> tuple[Any, Any]:
    today = watches.civil_day(at)
    return today - A_DAY, today


def _noted(action: str, alarm: Alarm, by: Account) -> None:
    post = alarm.post
    audit.note(action, table="checkpoints.alarm", subject=alarm.pk, unit=post.unit_id, area=post.area_id, by=by)
