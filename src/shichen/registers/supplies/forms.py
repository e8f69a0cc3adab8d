"""What a reporter of stock counts and of assumptions is offered."""

from __future__ import annotations

from datetime import datetime

from shichen import watches
from shichen.city.queries import Standing
from shichen.intake.forms import Aid, Aids, offer


@offer("stock_count")
def stock(acting: Standing, at: datetime) -> Aids | None:
    """Stores are counted by groups and the Office; the crews of posts and their networks have none."""
    return _aids(acting, at, "counted_on", keep=("item", "measure", "store", "counted_on"), rank=52)


@offer("supply_assumption")
def assumption(acting: Standing, at: datetime) -> Aids | None:
    """The same people say how much is used and how long orders take."""
    return _aids(acting, at, "from_on", keep=("item", "from_on", "source"), rank=53)


def _aids(acting: Standing, at: datetime, day: str, *, keep: tuple[str, ...], rank: int) -> Aids | None:
    if acting.unit.networks.exists():
        return None
    boxes = {
        day: Aid(initial=watches.civil_day(at).isoformat()),
        "area": Aid(initial=acting.area.name),
        "synthetic": Aid(left_out=True),
    }
    return Aids(boxes=boxes, keep=keep, rank=rank)
