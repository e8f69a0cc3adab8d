"""Questions about posts, tallies and single passings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_noop as _

from shichen import watches
from shichen.audit.context import known
from shichen.indicators.declare import Scope
from shichen.records.keeper import RowRecords
from shichen.records.manifest import Place
from shichen.records.models import RecordQuerySet
from shichen.registers.checkpoints import gates, shifts
from shichen.registers.checkpoints.models import Network, Passing, Post, Tally
from shichen.registers.checkpoints.shifts import Shift
from shichen.watches import Period

FACETS = {"post": "post__code", "gate": "gate", "network": "network"}


def standing_posts(on: date, *, as_of: datetime | None = None) -> RecordQuerySet:
    """The posts manned on that day."""
    return Post.objects.current(as_of).filter(Q(closed_on=None) | Q(closed_on__gt=on), opened_on__lte=on)


def posts(network: str, period: Period, scope: Scope) -> RowRecords:
    """The posts of a network that stand on the first day of the period."""
    rows = standing_posts(watches.civil_day(period.start), as_of=scope.as_of).filter(network=network).inside(scope.area)
    return RowRecords(rows.select_related("area", "unit").order_by("code"), describe_post, record_href)


def tallies(network: str | None, period: Period, scope: Scope) -> RowRecords:
    """The tallies of shifts begun within the period, of one network or of any."""
    rows = Tally.objects.current(scope.as_of).during(period).inside(scope.area)
    if network is not None:
        rows = rows.filter(network=network)
    for facet, column in FACETS.items():
        if scope.facet(facet) is not None:
            rows = rows.filter(**{column: scope.facet(facet)})
    return replace(of_rows(rows), cuts=FACETS)


def one_per_gate(period: Period, scope: Scope) -> RowRecords:
    """The tallies that a city total may count: of a gate and its hours those of one network (一口一班一数).

    That is the network that was chosen for the gate, else the first in precedence; where it told nothing of those hours,
    the next.
    """
    ranked = Tally.objects.current(scope.as_of).alias(rank=gates.rank(scope.as_of))
    here = ranked.filter(
        gate=OuterRef("gate"),
        occurred_from__lt=OuterRef("occurred_to"),
        occurred_to__gt=OuterRef("occurred_from"),
        rank__lt=OuterRef("rank"),
    )
    rows = ranked.during(period).inside(scope.area).filter(~Exists(here) | Q(gate=None))
    return of_rows(rows)


@dataclass(frozen=True)
class Shifts:
    """What the posts of all networks told of the shifts of some days, as far as it was known at a moment."""

    at: datetime
    posts: tuple[Post, ...]
    told: Mapping[tuple[str, str], Collection[tuple[datetime, datetime]]]
    days: tuple[date, date]

    def unreported(self, network: str | None = None, on: date | None = None) -> list[tuple[Shift, Post]]:
        """The shifts that are over and of which their post told nothing (未报班次), the longest over first."""
        first, last = (on, on) if on else self.days
        found = [
            (shift, post)
            for post in self.posts
            if network in (None, post.network_id)
            for shift in shifts.begun(post.hours, first, last)
            if shift.end <= self.at and post.stands(shift.on) and not self._told(post, shift)
        ]
        return sorted(found, key=lambda pair: (pair[0].end, pair[0].start, pair[1].network_id, pair[1].code))

    def standing(self, network: str, on: date) -> list[Post]:
        return [post for post in self.posts if post.network_id == network and post.stands(on)]

    def heard(self, post: Post, on: date) -> bool:
        """Whether a post told anything of a day: one shift of it at least."""
        return any(watches.civil_day(start) == on for start, _end in self.told.get((post.network_id, post.code), ()))

    def _told(self, post: Post, shift: Shift) -> bool:
        told = self.told.get((post.network_id, post.code), ())
        return (shift.start, shift.end) in told or any(shift.told_by(*hours) for hours in told)


def shifts_of(first: date, last: date, *, at: datetime, as_of: datetime | None = None) -> Shifts:
    """The shifts of those days, both included, in two questions to the database however many posts there are."""
    start, end = watches.clock(first, 0), watches.clock(last, 24)
    posts = Post.objects.current(as_of).filter(Q(closed_on=None) | Q(closed_on__gt=first), opened_on__lte=last)
    rows = Tally.objects.current(as_of).filter(occurred_to__gt=start, occurred_from__lt=end, reported_at__lte=at)
    told: dict[tuple[str, str], set[tuple[datetime, datetime]]] = {}
    for network, code, begun, over in rows.order_by().values_list(
        "network", "post__code", "occurred_from", "occurred_to"
    ):
        told.setdefault((network, code), set()).add((begun, over))
    standing = tuple(posts.select_related("network").order_by("network__precedence", "code"))
    return Shifts(at, standing, told, (first, last))


def silent_posts(network: Network, period: Period) -> list[Post]:
    """The posts of a network that stand but have reported nothing in the period (未报)."""
    said = Tally.objects.current(known()).during(period).values("post__code")
    return list(
        standing_posts(watches.civil_day(period.start)).filter(network=network).exclude(code__in=said).order_by("code")
    )


def of_rows(rows: RecordQuerySet) -> RowRecords:
    return RowRecords(
        rows.select_related("post", "area", "unit").order_by("occurred_from", "post__code"), describe_tally, record_href
    )


def describe_post(post: Post) -> dict[str, Any]:
    return {
        _("编号"): post.code,
        _("卡点"): post.name,
        _("类别"): post.place_kind,
        _("区域"): post.area.name,
        _("主管"): post.unit.name,
        _("启用"): post.opened_on,
        _("直控自"): post.direct_control_from or "",
    }


def describe_tally(tally: Tally) -> dict[str, Any]:
    start, end = watches.local(tally.occurred_from), watches.local(tally.occurred_to)  # type: ignore[arg-type]
    return {
        _("卡点"): tally.post.name,
        _("区域"): tally.area.name,
        _("班次"): f"{start:%m-%d %H:%M}—{end:%H:%M}",
        _("车辆"): tally.vehicles,
        _("疫源地车辆"): tally.source_area_vehicles,
        _("人员"): tally.persons,
        _("疫源地人员"): tally.source_area_persons,
        _("劝返"): tally.turned_back,
        _("移交"): tally.referred,
        _("发热"): tally.fever,
    }


def describe_passing(passing: Passing) -> dict[str, Any]:
    return {
        _("卡点"): passing.post.name,
        _("过检时间"): f"{watches.local(passing.occurred_from):%m-%d %H:%M}",  # type: ignore[arg-type]
        _("号牌属地"): passing.plate_area,
        _("人员"): passing.persons,
        _("处置"): passing.get_outcome_display(),
    }


def day_of(passing: Passing) -> date:
    """The civil day on which somebody passed."""
    return watches.civil_day(passing.occurred_from)  # type: ignore[arg-type]


def record_href(row: Post | Tally | Passing) -> str:
    names = {Post: "posts", Tally: "tallies", Passing: "passings"}
    return f"/registers/{names[type(row)]}/{row.pk}/"


def names_of_places() -> dict[int, str]:
    """What the number of a place in bulk rows stands for: the name of the post, as it is now."""
    codes = {place.ref: place.code for place in Place.objects.filter(kind="post")}
    posts = Post.objects.current().filter(first__in=codes)
    return {codes[str(post.first)]: post.name for post in posts}
