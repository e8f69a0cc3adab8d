"""A post's day by watches (按时辰): what its passings say of each, beside what it stated of its shifts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, F, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from shichen import watches
from shichen.registers.checkpoints import drawing, shifts
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
    passed: dict[str, int] | None

    @property
    def gap(self) -> int | None:
        if self.tally is None or self.tally.drawn or self.passed is None:
            return None
        return self.tally.vehicles - self.passed["vehicles"]


def by_watch(post: Post, on: date, *, as_of: datetime | None = None) -> list[Watch]:
    """The watches of a civil day in which anything passed; 23 to 24 o'clock is the day's last 子."""
    start, end = watches.clock(on, 0), watches.clock(on, 24)
    rows = Passing.objects.current(as_of).filter(
        post__first=post.first, occurred_from__gte=start, occurred_from__lt=end
    )
    names = [one for one in COUNTS if one != "source_area_persons"]
    said = {
        row.pop("watch"): row for row in rows.order_by().values("watch").annotate(**{f"n_{n}": Sum(n) for n in names})
    }
    return [Watch(name, **{n: said[name][f"n_{n}"] for n in names}) for name in watches.WATCHES if name in said]


def by_shift(post: Post, on: date, *, as_of: datetime | None = None) -> list[Told]:
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
        passed = drawing.sums(post, shift.start, shift.end, as_of=as_of)
        found.append(Told(shift, of_it[0] if of_it else None, passed))
    return found


def compared() -> Iterator[tuple[Tally, dict[str, int]]]:
    """Every stated tally of whose hours there are passings too, with what these add up to."""
    within = Passing.objects.current().filter(
        post=OuterRef("post"), occurred_from__gte=OuterRef("occurred_from"), occurred_from__lt=OuterRef("occurred_to")
    )
    rows = Tally.objects.current().filter(Exists(within), drawn=False).select_related("post")
    for name in ("vehicles", "persons"):
        rows = rows.annotate(**{f"passed_{name}": _summed(within, name)})
    for tally in rows.order_by("occurred_from", "pk"):
        yield tally, {name: getattr(tally, f"passed_{name}") for name in ("vehicles", "persons")}


def _summed(within: object, name: str) -> Coalesce:
    grouped = within.order_by().values("post").annotate(n=Sum(F(name))).values("n")  # type: ignore[attr-defined]
    return Coalesce(Subquery(grouped, output_field=IntegerField()), 0)
