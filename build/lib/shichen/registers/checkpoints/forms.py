"""What a post's crew is offered when it reports: its own unit's posts, today's shifts, boxes for the few numbers it has."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shichen import watches
from shichen.city.models import Body
from shichen.city.queries import Standing
from shichen.intake.forms import Aid, Aids, Quick, offer
from shichen.registers.checkpoints import shifts
from shichen.registers.checkpoints.models import Network, Post
from shichen.registers.checkpoints.shifts import Hours, Shift
from shichen.web import words

SHOWN = 4  # more where the posts of a unit have different hours


@offer("checkpoint_tally")
def tally(standing: Standing, at: datetime) -> Aids | None:
    """Posts that the unit runs and that stand today; the Office sees all of them."""
    posts = [post for post in _posts(standing) if post.stands(watches.civil_day(at))]
    if not posts:
        return None
    recent = recent_shifts(at, {post.hours for post in posts})
    post = Aid(choices=tuple((post.code, f"{post.code} {post.name}") for post in posts))
    return Aids(
        boxes={"post": post, "network": Aid(left_out=True), "synthetic": Aid(left_out=True)},
        quick=Quick(
            gettext_noop("班次"),
            ("shift_start", "shift_end"),
            tuple(offered(shift, at) for shift in recent),
            _filled_in(likely_shift(at, recent)) if recent else "",
        ),
        nil=("vehicles", "persons"),
        keep=("post", "quick"),
        first=("post", "vehicles", "persons"),
        rank=1,
    )


@offer("passing")
def passing(standing: Standing, at: datetime) -> Aids | None:
    """One vehicle by hand, where a post has no phone: the same posts, the time of now."""
    posts = [post for post in _posts(standing) if post.stands(watches.civil_day(at))]
    if not posts:
        return None
    hidden = {name: Aid(left_out=True) for name in ("client_id", "network", "synthetic")}
    return Aids(
        boxes={
            **hidden,
            "post": Aid(choices=tuple((post.code, f"{post.code} {post.name}") for post in posts)),
            "at": Aid(initial=f"{watches.local(at):%Y-%m-%dT%H:%M}"),
        },
        keep=("post", "direction"),
        first=("post", "at", "plate", "persons", "outcome"),
        rank=8,
    )


@offer("checkpoint_post")
def post(standing: Standing, at: datetime) -> Aids | None:
    networks = _networks(standing)
    if not networks:
        return None
    today = watches.civil_day(at).isoformat()
    return Aids(
        boxes={
            "network": Aid(choices=tuple((one.code, words.called(one)) for one in networks), initial=networks[0].code),
            "opened_on": Aid(initial=today),
            "synthetic": Aid(left_out=True),
        },
        keep=("network", "area", "kind", "shifts", "opened_on"),
        first=("code", "name", "network", "area", "opened_on"),
        rank=9,
    )


def recent_shifts(at: datetime, declared: Iterable[tuple[Hours, ...]]) -> list[Shift]:
    """The shifts begun last, the present ones first."""
    today, patterns = watches.civil_day(at), set(declared)
    begun = {shift for hours in patterns for shift in shifts.begun(hours, today - timedelta(days=1), today)}
    latest = sorted((shift for shift in begun if shift.start <= at), reverse=True)
    return latest[: SHOWN * max(len(patterns), 1)]


def likely_shift(at: datetime, recent: list[Shift]) -> Shift:
    """The one of the recent shifts that ends nearest to now: crews report when they hand over."""
    return min(recent, key=lambda shift: abs(shift.end - at))


def offered(shift: Shift, at: datetime) -> tuple[str, str]:
    """A shift as the form offers it: what it fills in, and what it is called."""
    days = (watches.civil_day(at) - shift.on).days
    day = (_("今日"), _("昨日"))[days] if days < 2 else words.day(shift.on)
    going_on = _("（进行中）") if shift.end > at else ""
    return _filled_in(shift), f"{day} {shifts.spoken(shift.start, shift.end)}{going_on}"


def _filled_in(shift: Shift) -> str:
    return "|".join(f"{watches.local(moment):%Y-%m-%dT%H:%M}" for moment in (shift.start, shift.end))


def _posts(standing: Standing) -> list[Post]:
    found = Post.objects.current().filter(area_path__startswith=standing.area.path).select_related("network")
    ordered = found.order_by("network", "code")
    return list(ordered if _is_office(standing) else ordered.filter(unit=standing.unit))


def _networks(standing: Standing) -> list[Network]:
    found = Network.objects.all()
    return list(found if _is_office(standing) else found.filter(run_by=standing.unit))


def _is_office(standing: Standing) -> bool:
    return standing.unit.kind == Body.THE_OFFICE
