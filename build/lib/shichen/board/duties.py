"""Who owes which report by when (报送任务), and who has not sent it (缺报)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from shichen import watches
from shichen.board.moment import Moment, dated, whole
from shichen.city.models import Body
from shichen.indicators.declare import known
from shichen.indicators.models import Figure
from shichen.indicators.queries import compute
from shichen.intake.models import Obligation
from shichen.journal.models import Entry
from shichen.registers.checkpoints import queries as checkpoints
from shichen.registers.checkpoints.models import Network, Post
from shichen.registers.checkpoints.queries import Shifts
from shichen.registers.checkpoints.shifts import Shift
from shichen.web.freshness import GRACE

DAILY, EACH_SHIFT = "civil_day", "shift"
LOOK_AHEAD = timedelta(hours=4)
LOOK_BACK = timedelta(hours=24)
NUDGE = "nudge:"


@dataclass(frozen=True)
class Owed:
    """A report that was not sent in full: by whom, of which day, by when, and which of its figures are missing."""

    duty: Obligation
    on: date
    due: datetime
    missing: tuple[str, ...]
    asked: int

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": "duty",
            "code": self.duty.pk,
            "unit": self.duty.body_id,
            "who": self.duty.body.name,
            "who_en": self.duty.body.name_en,
            "what": self.duty.what,
            "what_en": self.duty.what_en,
            "on": self.on.isoformat(),
            "due": self.due.isoformat(),
            "lacks": list(self.missing),
            "lacks_en": [known()[key].name_en for key in self.missing_keys],
            "asked": self.asked,
        }

    @property
    def missing_keys(self) -> list[str]:
        return [key for key in self.duty.figures if key in known() and known()[key].name in self.missing]


@dataclass(frozen=True)
class Silent:
    """The posts of a network that told nothing of one shift: owed from its end, overdue after the grace (班后)."""

    network: Network
    shift: Shift
    posts: tuple[Post, ...]
    grace: timedelta

    @property
    def due(self) -> datetime:
        return self.shift.end + self.grace

    def as_dict(self) -> dict[str, Any]:
        start, end = watches.local(self.shift.start), watches.local(self.shift.end)
        return {
            "kind": "shift",
            "code": f"{self.network.pk}.{start:%H%M}-{end:%H%M}",
            "unit": self.network.run_by_id,
            "who": self.network.name,
            "who_en": self.network.name_en,
            "posts": [post.name for post in self.posts],
            "count": len(self.posts),
            "on": self.shift.on.isoformat(),
            "from": start.isoformat(),
            "to": end.isoformat(),
            "due": watches.local(self.due).isoformat(),
        }


class Duties:
    """The reports owed around one moment, with what has come in."""

    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self._told: dict[date, set[str]] = {}

    @cached_property
    def all(self) -> list[Obligation]:
        return list(Obligation.objects.select_related("body"))

    @cached_property
    def networks(self) -> dict[str, Network]:
        """The network of posts that a body runs."""
        return {network.run_by_id: network for network in Network.objects.all()}

    def of(self, key: str) -> Obligation | None:
        """The duty that asks for a figure; a daily one of records before one of texts."""
        asking = [duty for duty in self.all if key in duty.figures]
        return min(asking, key=lambda duty: (duty.channel == "text", duty.pk), default=None)

    def posts(self, body: Body, on: date) -> tuple[int, int] | None:
        """Of the posts that a body runs, how many reported for that day, and how many stand."""
        network = self.networks.get(body.pk)
        if network is None:
            return None
        shifts = self.shifts if self.shifts.days[0] <= on else self._shifts_of(on, on)
        standing = shifts.standing(network.code, on)
        owing = {post.pk for _shift, post in shifts.unreported(network.code, on)}
        return sum(post.pk not in owing and shifts.heard(post, on) for post in standing), len(standing)

    @cached_property
    def shifts(self) -> Shifts:
        """The shifts that may be owed now: the longest of them began two days ago."""
        return self._shifts_of(self.moment.today - timedelta(days=2), self.moment.today)

    def silent(self) -> list[Silent]:
        """The shifts that are over and untold, of each network those of the same hours together."""
        untold: dict[tuple[Network, Shift], list[Post]] = defaultdict(list)
        for shift, post in self.shifts.unreported():
            untold[post.network, shift].append(post)
        found = [Silent(*one, tuple(posts), self._grace(one[0])) for one, posts in untold.items()]
        return [one for one in found if one.due > self.moment.at - LOOK_BACK]

    def rows(self) -> list[dict[str, Any]]:
        """All that is owed, by shift and by day, the longest overdue first."""
        owed: list[Silent | Owed] = [*self.silent(), *self._owed()]
        return [one.as_dict() for one in sorted(owed, key=lambda one: one.due)]

    def _shifts_of(self, first: date, last: date) -> Shifts:
        return checkpoints.shifts_of(first, last, at=self.moment.at, as_of=self.moment.as_of)

    def _grace(self, network: Network) -> timedelta:
        """How long after its end a shift may be told: what is agreed with who runs the network, else as for any figure."""
        agreed = [
            one.due_after_minutes for one in self.all if one.every == EACH_SHIFT and one.body_id == network.run_by_id
        ]
        return timedelta(minutes=agreed[0]) if agreed and agreed[0] is not None else GRACE

    def _owed(self) -> Iterator[Owed]:
        for duty in self.all:
            if duty.every != DAILY or not duty.figures:
                continue
            for on in (self.moment.today - timedelta(days=1), self.moment.today):
                due = due_at(duty, on)
                if self.moment.at - LOOK_BACK < due <= self.moment.at + LOOK_AHEAD:
                    lacks = self._lacks(duty, on)
                    if lacks:
                        yield Owed(duty, on, due, tuple(lacks), len(duty.figures))

    def _lacks(self, duty: Obligation, on: date) -> list[str]:
        stated = self._stated(on)
        keys = [key for key in duty.figures if key in known() and key not in stated]
        return [known()[key].name for key in keys if not self._computed(key, on, duty)]

    def _computed(self, key: str, on: date, duty: Obligation) -> bool:
        one = known()[key]
        if not one.computed or duty.channel == "text":
            return False
        # Counts as of 24:00 are published the day after; by then the duty of the day is done.
        day = on + timedelta(days=duty.due_day) if dated(one) else on
        return compute(key, whole(day), self.moment.scope(one)).value is not None

    def _stated(self, on: date) -> set[str]:
        """The figures owed that some entry of that day's page states, as far as they were known at the moment."""
        if on not in self._told:
            rows = Figure.objects.filter(
                key__in={key for duty in self.all for key in duty.figures},
                basis=Figure.Basis.STATED,
                statement__entry__page_day=on,
                frozen_at__gte=told_since(on),
                frozen_at__lte=self.moment.at,
            )
            self._told[on] = set(rows.values_list("key", flat=True))
        return self._told[on]


def told_since(on: date) -> datetime:
    """A moment before which nothing of a day's page was told: what lets an index find the figures of some days."""
    return watches.clock(on, 0) - timedelta(days=7)


def due_at(duty: Obligation, on: date) -> datetime:
    """When the report of a day is due; a duty without an hour is due at the end of its day."""
    day = on + timedelta(days=duty.due_day)
    return watches.clock(day, duty.due.hour, duty.due.minute) if duty.due else watches.clock(day, 24)


def nudges(moment: Moment) -> dict[str, str]:
    """When each report was last urged (催报), by duty and day."""
    rows = Entry.objects.filter(
        act__startswith=NUDGE, reported_at__gt=moment.at - LOOK_BACK, reported_at__lte=moment.at
    )
    return {entry.act.removeprefix(NUDGE): entry.reported_at.isoformat() for entry in rows.order_by("seq")}
