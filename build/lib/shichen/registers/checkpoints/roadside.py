"""How it stands at the posts now (卡点现况): vehicles waiting, posts of which nothing is heard, alarms that go on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from shichen.city.scope import Sight
from shichen.registers.checkpoints.models import Alarm, Device, Network, Post
from shichen.registers.checkpoints.posts_rules import rules


@dataclass(frozen=True)
class AtPost:
    """A post that reports by phone: vehicles waiting as it last said, and when; None where it said nothing lately."""

    post: Post
    waiting: int | None
    waiting_at: datetime | None
    heard_at: datetime | None
    unsent: int


@dataclass(frozen=True)
class AtNetwork:
    """The posts of a network together: how many report by phone, where vehicles wait, what goes on and what nobody took."""

    network: Network
    phones: int
    queued: int
    waiting: int
    silent: int
    going_on: int
    unanswered: int


def within(reach: Sight) -> Q:
    """The alarms of posts within reach."""
    return reach.q(unit="post__unit_id", path="post__area_path", event="post__event_id")


def posts(at: datetime, devices: QuerySet[Device] | None = None) -> list[AtPost]:
    """Every post with a phone, the longest queue first; of several phones the one that spoke last of the queue."""
    rows = Device.objects.all() if devices is None else devices
    known = rows.filter(ended_at=None, enrolled_at__isnull=False).select_related("post__network", "post__unit")
    phones: dict[Post, list[Device]] = defaultdict(list)
    for device in known.order_by("post__code"):
        phones[device.post].append(device)
    return sorted((_at(post, held, at) for post, held in phones.items()), key=lambda one: -(one.waiting or 0))


def networks(at: datetime, *, as_of: datetime | None = None) -> list[AtNetwork]:
    """Every network with phones or alarms. Of the past only alarms are known: a phone says how it stands now."""
    alarms: dict[str, list[Alarm]] = defaultdict(list)
    for alarm in going_on(as_of).select_related("post"):
        alarms[alarm.post.network_id].append(alarm)
    phones: dict[str, list[AtPost]] = defaultdict(list)
    for one in posts(at) if as_of is None else ():
        phones[one.post.network_id].append(one)
    return [
        _together(network, phones[network.pk], alarms[network.pk], as_of)
        for network in Network.objects.order_by("code")
        if phones[network.pk] or alarms[network.pk]
    ]


def going_on(as_of: datetime | None = None) -> QuerySet[Alarm]:
    """The alarms that were not cleared yet."""
    if as_of is None:
        return Alarm.objects.filter(cleared_at=None)
    return Alarm.objects.filter(Q(cleared_at=None) | Q(cleared_at__gt=as_of), raised_at__lte=as_of)


def _at(post: Post, held: Iterable[Device], at: datetime) -> AtPost:
    since = at - timedelta(minutes=rules()["alarms"]["queue_holds_minutes"])
    told = [one for one in held if one.waiting is not None and one.waiting_at and since <= one.waiting_at <= at]
    latest = max(told, key=lambda one: one.waiting_at or since, default=None)
    seen = [one.seen_at for one in held if one.seen_at is not None]
    unsent = sum(one.unsent for one in held)
    if latest is None:
        return AtPost(post, None, None, max(seen, default=None), unsent)
    return AtPost(post, latest.waiting, latest.waiting_at, max(seen, default=None), unsent)


def _together(network: Network, phones: list[AtPost], alarms: list[Alarm], as_of: datetime | None) -> AtNetwork:
    return AtNetwork(
        network,
        len(phones),
        sum(1 for one in phones if one.waiting),
        sum(one.waiting or 0 for one in phones),
        sum(1 for one in alarms if one.cause == Alarm.Cause.SILENT),
        len(alarms),
        sum(1 for one in alarms if one.acknowledged_at is None or (as_of is not None and one.acknowledged_at > as_of)),
    )
