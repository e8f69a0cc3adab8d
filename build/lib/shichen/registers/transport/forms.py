"""What a reporter of public transport is offered: the areas of the city, the hour at hand."""

from __future__ import annotations

from datetime import datetime

from shichen import watches
from shichen.city.models import Area, standing
from shichen.city.queries import Standing
from shichen.intake.forms import Aid, Aids, offer

LEFT_OUT = Aid(left_out=True)


@offer("transport_service")
def service(acting: Standing, at: datetime) -> Aids | None:
    if acting.unit.networks.exists():
        return None
    return Aids(boxes={"area": _areas(acting, at), "synthetic": LEFT_OUT}, keep=("mode", "operator", "area"), rank=12)


@offer("transport_fleet")
def fleet(acting: Standing, at: datetime) -> Aids | None:
    if acting.unit.networks.exists():
        return None
    boxes = {"area": _areas(acting, at), "starts_at": _hour(at), "synthetic": LEFT_OUT, "mode": Aid(initial="bus")}
    return Aids(boxes=boxes, keep=("operator",), rank=12)


@offer("transport_resumption")
def resumption(acting: Standing, at: datetime) -> Aids | None:
    if acting.unit.networks.exists():
        return None
    boxes = {"area": _areas(acting, at), "starts_at": _hour(at), "synthetic": LEFT_OUT}
    return Aids(boxes=boxes, keep=("mode",), rank=12)


def _areas(acting: Standing, at: datetime) -> Aid:
    within = Area.objects.filter(standing(watches.civil_day(at)), parent=acting.area)
    return Aid(suggestions=tuple(within.values_list("name", flat=True)))


def _hour(at: datetime) -> Aid:
    return Aid(initial=f"{watches.local(at):%Y-%m-%dT%H:00}")
