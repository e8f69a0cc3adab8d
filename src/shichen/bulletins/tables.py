"""The tables that this city reads with: the general ones, and its own bodies and places."""

from __future__ import annotations

from functools import lru_cache

from shichen.city.models import Area, AreaName, Body, BodyName
from shichen.prose import tables
from shichen.prose.tables import Tables


def of_the_city() -> Tables:
    """The tables as the city's register of bodies and places stands now."""
    return _built(tuple(model.objects.count() for model in (Area, AreaName, Body, BodyName)))


@lru_cache(maxsize=2)
def _built(counts: tuple[int, ...]) -> Tables:
    bodies = [
        tables.Body(
            body=body.code,
            name=body.name,
            aliases=tuple(alias.name for alias in body.aliases.all()),
            group=body.group_id or "",
            column=body.column,
            area=body.area_id or "",
            kind=body.kind,
            valid_from=_iso(body.valid_from),
            valid_until=_iso(body.valid_until),
            basis=body.basis,
        )
        for body in Body.objects.prefetch_related("aliases")
    ]
    places = [
        tables.Place(
            code=area.code,
            name=area.name,
            level=area.level,
            parent=area.parent_id or "",
            hierarchy=area.hierarchy,
            aliases=tuple(alias.name for alias in area.aliases.all()),
            valid_from=_iso(area.valid_from),
            valid_until=_iso(area.valid_until),
        )
        for area in Area.objects.prefetch_related("aliases")
    ]
    return Tables.default().extended(roster=bodies, gazetteer=places)


def _iso(day: object) -> str:
    return "" if day is None else str(day)
