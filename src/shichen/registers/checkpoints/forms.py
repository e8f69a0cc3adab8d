"""What a post's crew is offered when it reports: its own unit's posts, today's shifts, boxes for the few numbers it has."""

from __future__ import annotations

from datetime import datetime, timedelta

from shichen import watches
from shichen.city.models import Body
from shichen.city.queries import Standing
from shichen.intake.forms import Aid, Aids, Quick, offer
from shichen.registers.checkpoints.models import Network, Post

HOURS = 8  # a shift where nothing else is said: three crews a day
SHOWN = 4


@offer("checkpoint_tally")
def tally(standing: Standing, at: datetime) -> Aids | None:
    """Posts that the unit runs and that stand today; the Office sees all of them."""
    posts = [post for post in _posts(standing) if post.stands(watches.civil_day(at))]
    if not posts:
        return None
    shifts, likely = recent_shifts(at), likely_shift(at)
    post = Aid(choices=tuple((post.code, f"{post.code} {post.name}") for post in posts))
    return Aids(
        boxes={"post": post, "network": Aid(left_out=True), "synthetic": Aid(left_out=True)},
        quick=Quick("班次", ("shift_start", "shift_end"), shifts, shifts[likely][0]),
        nil=("vehicles", "persons"),
        keep=("post", "quick"),
        first=("post", "vehicles", "persons"),
        rank=1,
    )


@offer("checkpoint_post")
def post(standing: Standing, at: datetime) -> Aids | None:
    networks = _networks(standing)
    if not networks:
        return None
    today = watches.civil_day(at).isoformat()
    return Aids(
        boxes={
            "network": Aid(choices=tuple((one.code, one.name) for one in networks), initial=networks[0].code),
            "opened_on": Aid(initial=today),
            "synthetic": Aid(left_out=True),
        },
        keep=("network", "area", "kind", "opened_on"),
        first=("code", "name", "network", "area", "opened_on"),
        rank=9,
    )


def recent_shifts(at: datetime) -> tuple[tuple[str, str], ...]:
    """The shifts begun last, the present one first: what each fills in, and what it is called."""
    local = watches.local(at)
    start = local.replace(hour=local.hour // HOURS * HOURS, minute=0, second=0, microsecond=0)
    starts = [start - timedelta(hours=HOURS * back) for back in range(SHOWN)]
    return tuple(_shift(one, local) for one in starts)


def likely_shift(at: datetime) -> int:
    """The place among the recent shifts of the one that ends nearest to now: crews report when they hand over."""
    gone = timedelta(hours=watches.local(at).hour % HOURS, minutes=watches.local(at).minute)
    return 0 if gone * 2 >= timedelta(hours=HOURS) else 1


def _shift(start: datetime, now: datetime) -> tuple[str, str]:
    end = start + timedelta(hours=HOURS)
    days = (now.date() - start.date()).days
    day = ("今日", "昨日")[days] if days < 2 else f"{start.month}月{start.day}日"
    going_on = "（进行中）" if end > now else ""
    return f"{start:%Y-%m-%dT%H:%M}|{end:%Y-%m-%dT%H:%M}", f"{day} {start.hour}—{start.hour + HOURS}时{going_on}"


def _posts(standing: Standing) -> list[Post]:
    found = Post.objects.current().filter(area_path__startswith=standing.area.path).order_by("network", "code")
    return list(found if _is_office(standing) else found.filter(unit=standing.unit))


def _networks(standing: Standing) -> list[Network]:
    found = Network.objects.all()
    return list(found if _is_office(standing) else found.filter(run_by=standing.unit))


def _is_office(standing: Standing) -> bool:
    return standing.unit.kind == Body.THE_OFFICE
