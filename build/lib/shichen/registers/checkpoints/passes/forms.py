"""What reporters of passes are offered: the series there are, today's date, the posts of the unit."""

from __future__ import annotations

from datetime import datetime, timedelta

from shichen import watches
from shichen.city.models import Body
from shichen.city.queries import Standing
from shichen.intake.forms import Aid, Aids, offer
from shichen.registers.checkpoints.models import Post
from shichen.registers.checkpoints.passes.models import Series

LEFT_OUT = Aid(left_out=True)


@offer("pass_series")
def series(acting: Standing, at: datetime) -> Aids | None:
    """The Office enters what the authorities were given."""
    if acting.unit.kind != Body.THE_OFFICE:
        return None
    return Aids(boxes={"synthetic": LEFT_OUT, "authority": Aid(initial=acting.unit.name)}, rank=9)


@offer("pass_application")
def application(acting: Standing, at: datetime) -> Aids | None:
    names = tuple(Series.objects.current().values_list("prefix", "name"))
    if not names:
        return None
    today = watches.civil_day(at)
    boxes = {
        "series": Aid(choices=names, initial=names[0][0]),
        "first_day": Aid(initial=today.isoformat()),
        "last_day": Aid(initial=(today + timedelta(days=14)).isoformat()),
        "synthetic": LEFT_OUT,
    }
    return Aids(boxes=boxes, keep=("carrier", "cargo", "route", "first_day", "last_day", "series"), rank=7)


@offer("pass_use")
def use(acting: Standing, at: datetime) -> Aids | None:
    """Whoever runs posts, where passes were given out."""
    posts = Post.objects.current().filter(area_path__startswith=acting.area.path).order_by("network", "code")
    mine = posts if acting.unit.kind == Body.THE_OFFICE else posts.filter(unit=acting.unit)
    choices = tuple((post.code, f"{post.code} {post.name}") for post in mine if post.stands(watches.civil_day(at)))
    if not choices or not Series.objects.current().exists():
        return None
    boxes = {"post": Aid(choices=choices), "synthetic": LEFT_OUT}
    return Aids(boxes=boxes, keep=("post",), first=("post", "code", "number", "plate"), rank=4)
