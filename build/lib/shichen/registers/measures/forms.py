"""What a reporter of measures is offered: the areas of the city, and the measures that stand."""

from __future__ import annotations

from datetime import datetime

from shichen import watches
from shichen.city.models import Area, standing
from shichen.city.queries import Standing
from shichen.intake.forms import Aid, Aids, offer
from shichen.registers.measures import queries


@offer("measure")
def measure(acting: Standing, at: datetime) -> Aids | None:
    """Measures are announced by groups and by the Office; the crews of posts and their networks have none."""
    if acting.unit.networks.exists():
        return None
    within = Area.objects.filter(standing(watches.civil_day(at)), parent=acting.area)
    return Aids(
        boxes={
            "areas": Aid(suggestions=tuple(within.values_list("name", flat=True))),
            "starts_at": Aid(initial=f"{watches.local(at):%Y-%m-%dT%H:00}"),
            "replaces": Aid(suggestions=_names(at)),
        },
        keep=("order",),
        first=("kind", "label", "starts_at", "ends_at", "areas", "order"),
        rank=5,
    )


@offer("measure_end")
def end(acting: Standing, at: datetime) -> Aids | None:
    names = _names(at)
    if acting.unit.networks.exists() or not names:
        return None
    return Aids(
        boxes={
            "measure": Aid(suggestions=names),
            "ended_at": Aid(initial=f"{watches.local(at):%Y-%m-%dT%H:00}"),
        },
        keep=("order",),
        rank=6,
    )


def _names(at: datetime) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.label for one in queries.standing(at)))
