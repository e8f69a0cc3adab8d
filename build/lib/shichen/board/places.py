"""The districts of the city on a grid (方格图): one figure, by place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from shichen.board.duties import Duties
from shichen.board.models import Tile
from shichen.board.moment import Moment, live_href, whole
from shichen.city.models import Area
from shichen.indicators.declare import Indicator, Sort, known
from shichen.indicators.queries import compute

# Fixed breaks, so that one day compares with another: where the second, third and fourth class begin.
FEW = (5, 10, 20)
MANY = (5_000, 10_000, 20_000)


def places(moment: Moment, duties: Duties) -> dict[str, Any] | None:
    """The first figure of the board that most districts report today; None while there is no such figure or no grid."""
    areas = list(Area.objects.filter(path__startswith=moment.area.path).exclude(grid_x=None))
    for tile in Tile.objects.filter(group=None):
        one = known().get(tile.key)
        if not areas or one is None or not one.computed or one.sort == Sort.STREAK:
            continue
        values = _values(one, areas, moment)
        if sum(value is not None for value in values.values()) * 2 > len(areas):
            duty = duties.of(one.key)
            return {**_drawn(one, areas, values, moment), "body": duty.body_id if duty else None}
    return None


def _values(one: Indicator, areas: list[Area], moment: Moment) -> dict[str, Decimal | None]:
    period = whole(moment.today)
    return {area.pk: compute(one.key, period, moment.scope(one, area)).value for area in areas}


def _drawn(one: Indicator, areas: list[Area], values: dict[str, Decimal | None], moment: Moment) -> dict[str, Any]:
    breaks = FEW if max((value or 0 for value in values.values()), default=0) < 1000 else MANY
    return {
        "key": one.key,
        "name": one.name,
        "name_en": one.name_en,
        "unit": one.unit,
        "on": moment.today.isoformat(),
        "breaks": list(breaks),
        "cells": [
            {
                "code": area.pk,
                "name": area.name,
                "name_en": area.name_en or area.name,
                "x": area.grid_x,
                "y": area.grid_y,
                "value": None if (value := values[area.pk]) is None else f"{value.normalize():f}",
                "href": live_href(one, moment.today, area),
                "within": area.counted_in_id if area.hierarchy == Area.Hierarchy.REPORTING else None,
            }
            for area in areas
        ],
    }
