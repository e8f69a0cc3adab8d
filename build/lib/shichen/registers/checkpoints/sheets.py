"""A post's day by watches (按时辰): what its passings say of each, beside what it stated of its shifts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from shichen import watches
from shichen.records.gaps import Gap
from shichen.registers.checkpoints import shifts
from shichen.registers.checkpoints.hours import Counted, Hours
from shichen.registers.checkpoints.models import COUNTS, Passing, Post, Tally
from shichen.registers.checkpoints.shifts import Shift


@dataclass(frozen=True)
class Watch:
    """What a post checked in one watch of a civil day, vehicle by vehicle."""

    name: str
    vehicles: int
    persons: int
    source_area_vehicles: int
    turned_back: int
    referred: int
    fever: int

    @property
    def per_vehicle(self) -> Decimal | None:
        """Persons in a vehicle, to a tenth; those on foot are among them. None without a vehicle."""
        return round(Decimal(self.persons) / self.vehicles, 1) if self.vehicles else None


@dataclass(frozen=True)
class Told:
    """A shift: what the post stated, what its passings add up to, and by how many vehicles the two differ."""

    shift: Shift
    tally: Tally | None
    passed: Counted | None

    @property
    def gap(self) -> int | None:
        """How many vehicles more were stated than passed; None where one side is not there, or not all of it could be read."""
        if self.tally is None or self.tally.drawn or self.passed is None or not self.passed.complete:
            return None
        return self.tally.vehicles - self.passed.vehicles


@dataclass(frozen=True)
class OfDay:
    """A post's civil day by watches and by shifts, and the files that could not be read for them (数据不完整)."""

    watches: tuple[Watch, ...]
    shifts: tuple[Told, ...]
    lacks: tuple[Gap, ...]


def of_day(post: Post, on: date, *, as_of: datetime | None = None) -> OfDay:
    """The watches of a civil day in which anything passed, and its shifts; 23 to 24 o'clock is the day's last 子."""
    whole = watches.clock(on, 0), watches.clock(on, 24)
    begun = shifts.begun(post.hours, on, on)
    summed = Hours([post], [whole, *((one.start, one.end) for one in begun)], as_of=as_of)
    said = summed.by_watch(post, whole)
    names = [one for one in COUNTS if one != "source_area_persons"]
    found = [Watch(name, **{n: said[name][n] for n in names}) for name in watches.WATCHES if name in said]
    told = by_shift(post, on, summed, as_of=as_of)
    seen = [summed.of(post, whole), *(one.passed for one in told)]
    lacks = {gap.file.path: gap for one in seen if one is not None for gap in one.lacks}
    return OfDay(tuple(found), tuple(told), tuple(lacks[path] for path in sorted(lacks)))


def by_shift(post: Post, on: date, summed: Hours, *, as_of: datetime | None = None) -> list[Told]:
    """The shifts that begin on that day, each with what was stated and what its passings say."""
    rows = Tally.objects.current(as_of).filter(
        post__first=post.first,
        occurred_from__lt=watches.clock(on + timedelta(days=1), 24),
        occurred_to__gt=watches.clock(on, 0),
    )
    told = [one for one in rows if one.occurred_from is not None and one.occurred_to is not None]
    found = []
    for shift in shifts.begun(post.hours, on, on):
        of_it = [one for one in told if shift.told_by(one.occurred_from, one.occurred_to)]
        found.append(Told(shift, of_it[0] if of_it else None, summed.of(post, (shift.start, shift.end))))
    return found


def compared() -> Iterator[tuple[Tally, Counted]]:
    """Every stated tally that its passings may contradict, with what these add up to, in files and in rows.

    Where the post itself wrote passings down, they should be all. A file that somebody sent, of a camera or of one lane, may be a part:
    that it says fewer vehicles and persons than were stated contradicts nothing, that it says more does.
    """
    stated = Tally.objects.current().filter(drawn=False)
    spans = {(start, end) for start, end in stated.order_by().values_list("occurred_from", "occurred_to").distinct()}
    if not spans:
        return
    posts = list(Post.objects.current())
    summed = Hours([*posts, *_gone(stated, posts)], spans)
    begun = {span[0] for span in spans if summed.any(span) or summed.gaps(span)}
    written = Passing.objects.current().filter(
        post__first=OuterRef("post__first"),
        occurred_from__gte=OuterRef("occurred_from"),
        occurred_from__lt=OuterRef("occurred_to"),
    )
    rows = stated.filter(occurred_from__in=begun).annotate(written=Exists(written)).select_related("post")
    for tally in rows.order_by("occurred_from", "pk"):
        found = summed.of(tally.post, (tally.occurred_from, tally.occurred_to))
        if found is not None and (tally.written or found.vehicles > tally.vehicles or found.persons > tally.persons):
            yield tally, found


def _gone(stated: QuerySet[Tally], posts: list[Post]) -> list[Post]:
    """The posts of tallies that stand no more in the register."""
    there = {post.first for post in posts}
    return [one.post for one in stated.exclude(post__first__in=there).select_related("post")]
