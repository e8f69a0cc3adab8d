"""The tables that this city reads with: the general ones, its own bodies and places, and the rows it edits itself (词表)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count, Max, QuerySet

from shichen.bulletins.models import Wording
from shichen.bulletins.wording_rows import Values, made, stands, values_of
from shichen.city.models import Area, AreaName, Body, BodyName
from shichen.prose import tables
from shichen.prose.tables import Tables
from shichen.prose.widening import Row, keyed, widened

Key = tuple[str, str]
Own = Mapping[Key, Values | None]
"""The city's own rows by table and key; None where one was taken out."""
_Rows = tuple[tuple[Any, ...], ...]
_DATES = ("valid_from", "valid_until")
_MADE = 8  # the tables of so many days are kept at hand


def of_the_city(on: date | None = None) -> Tables:
    """The tables as they stand now: the rows that hold on a day, or every row that ever held."""
    state = _state()
    return _built(_city(on), state, on if _dated(state) else None, _lapsed(on))


def tried(trying: Own, on: date | None = None) -> Tables:
    """The tables as they would be with further rows of the city's own; kept nowhere."""
    return _laid(_based(_city(on)), {**own(), **trying}, on, _lapsed(on))


def trial(trying: Own) -> Callable[[date | None], Tables]:
    """The same for many days, made once for all days on which the same holds."""
    rows = {**own(), **trying}
    dated = any(values is not None and any(map(values.get, _DATES)) for values in rows.values())

    @cache
    def laid(city: tuple[_Rows, ...], on: date | None, lapsed: frozenset[Key]) -> Tables:
        return _laid(_based(city), rows, on, lapsed)

    return cache(lambda on: laid(_city(on), on if dated else None, _lapsed(on)))


def based(on: date | None = None) -> Tables:
    """The general tables with the city's registers of places and bodies, without rows of its own."""
    return _based(_city(on))


def own() -> Own:
    """The row that holds of each table and key."""
    return _own(_state())


def row_of(table: str, key: str, base: Tables, rows: Own) -> Values | None:
    """The columns of a row as it holds: the city's own, else that of the general tables; None where there is none."""
    if (table, key) in rows:
        return rows[table, key]
    row = keyed(base, table).get(key)
    return None if row is None else values_of(table, key, row)


def rows_of(table: str) -> dict[str, Values]:
    """The columns of all rows of a table as they hold."""
    found: dict[str, Values] = {key: values_of(table, key, row) for key, row in keyed(based(), table).items()}
    for (of, key), values in own().items():
        if of == table and values is not None:
            found[key] = values
        elif of == table:
            found.pop(key, None)
    return found


def _state() -> tuple[Any, ...]:
    """What of the rows is there: of a table that is only added to, the last row and how many say it all."""
    said = Wording.objects.aggregate(rows=Count("pk"), last=Max("pk"), at=Max("at"))
    return said["rows"], said["last"], said["at"]


@lru_cache(maxsize=2)
def _own(state: tuple[Any, ...]) -> dict[Key, Values | None]:
    rows = Wording.objects.order_by("pk").values_list("table", "key", "values", "standing")
    return {(table, key): values if standing else None for table, key, values, standing in rows}


@lru_cache(maxsize=2)
def _dated(state: tuple[Any, ...]) -> bool:
    return any(values is not None and any(values.get(name) for name in _DATES) for values in _own(state).values())


@lru_cache(maxsize=64)
def _lapsed(on: date | None) -> frozenset[Key]:
    """The general rows that do not hold on a day."""
    if on is None:
        return frozenset()
    general = Tables.default()
    rows = [("body", one.body, one.valid_from, one.valid_until) for one in general.roster]
    rows += [("place", one.code, one.valid_from, one.valid_until) for one in general.gazetteer]
    return frozenset(
        (table, key) for table, key, since, until in rows if not stands({"valid_from": since, "valid_until": until}, on)
    )


@lru_cache(maxsize=_MADE)
def _built(city: tuple[_Rows, ...], state: tuple[Any, ...], on: date | None, lapsed: frozenset[Key]) -> Tables:
    return _laid(_based(city), _own(state), on, lapsed)


def _laid(base: Tables, rows: Own, on: date | None, lapsed: frozenset[Key]) -> Tables:
    """A row that does not hold on the day is as good as taken out."""
    changes: dict[str, dict[str, Row | None]] = {}
    for table, key in lapsed:
        changes.setdefault(table, {})[key] = None
    for (table, key), values in rows.items():
        holds = values is not None and stands(values, on)
        changes.setdefault(table, {})[key] = made(table, values) if holds and values is not None else None
    return widened(base, changes)


@lru_cache(maxsize=_MADE)
def _based(city: tuple[_Rows, ...]) -> Tables:
    areas, area_names, bodies, body_names = city
    of_areas, of_bodies = _by_owner(area_names), _by_owner(body_names)
    places = [
        tables.Place(code, name, level, parent or "", hierarchy, of_areas.get(code, ()), _iso(since), _iso(until))
        for code, name, level, parent, hierarchy, since, until in areas
    ]
    roster = [
        tables.Body(
            code, name, of_bodies.get(code, ()), group or "", column, area or "", kind, _iso(since), _iso(until), basis
        )
        for code, name, group, column, area, kind, basis, since, until in bodies
    ]
    return Tables.default().extended(roster=roster, gazetteer=places)


def _city(on: date | None) -> tuple[_Rows, ...]:
    """What the registers say of places and bodies, word for word, as it holds on a day."""
    return (
        _held(Area.objects.order_by("path"), ("code", "name", "level", "parent", "hierarchy", *_DATES), on),
        _held(AreaName.objects.order_by("area", "name", "pk"), ("area", "name", *_DATES), on),
        _held(Body.objects.order_by("code"), ("code", "name", "group", "column", "area", "kind", "basis", *_DATES), on),
        _held(BodyName.objects.order_by("body", "name", "pk"), ("body", "name", *_DATES), on),
    )


def _held(rows: QuerySet[Any], columns: tuple[str, ...], on: date | None) -> _Rows:
    """The columns as the database has them, days as text; asked so by every reading, thus without a model's ways."""
    with connection.cursor() as cursor:
        cursor.execute(*rows.values_list(*columns).query.sql_with_params())
        found = cursor.fetchall()
    day = "" if on is None else on.isoformat()
    return tuple(row for row in found if not day or _holds(row, day))


def _holds(row: tuple[Any, ...], day: str) -> bool:
    since, until = row[-2], row[-1]
    return (since is None or str(since) <= day) and (until is None or day <= str(until))


def _by_owner(names: _Rows) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for owner, name, *_dates in names:
        found[owner] = (*found.get(owner, ()), name)
    return found


def _iso(day: object) -> str:
    return "" if day is None else str(day)
