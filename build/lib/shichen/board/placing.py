"""The figure by place as a page shows it: the city's own outlines where it has imported them, else the grid (方格图)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from shichen.board.bearing import words_of
from shichen.city import maps
from shichen.city.maps import Outlines
from shichen.web import words
from shichen.web.charts.choropleth import Shape, choropleth
from shichen.web.charts.grid import Cell, grid, key


def shown(held: dict[str, Any]) -> dict[str, Any]:
    """The drawing with its classes and its table; what lies within another area stands in a note and is no shape."""
    name, day = words_of(held, "name"), words.day(date.fromisoformat(held["on"]))
    cells = [_cell(cell) for cell in held["cells"]]
    title = _("%(name)s，%(day)s，按区县") % {"name": name, "day": day}
    said = {"title": title, "unit": words.measure(held["unit"]), "cells": cells}
    found = maps.load(settings.HOME.path)
    if found is None or not _covers(found, held):
        drawing = grid(cells, title=title, unit=held["unit"], breaks=held["breaks"])
        return {**said, "drawing": drawing, "key": key(cells, held["breaks"], held["unit"])}
    pairs = list(zip(held["cells"], cells, strict=True))
    drawn = [one for cell, one in pairs if cell["code"] in found.rings]
    shapes = [
        Shape(one.name, tuple(found.rings[cell["code"]]), one.value, one.href)
        for cell, one in pairs
        if cell["code"] in found.rings
    ]
    named = {cell["code"]: one.name for cell, one in pairs}
    return {
        **said,
        "drawing": choropleth(shapes, found.size, title=title, unit=held["unit"], breaks=held["breaks"]),
        "key": key(drawn, held["breaks"], held["unit"]),
        "nested": [(named.get(cell["within"], ""), one) for cell, one in pairs if cell["code"] not in found.rings],
        "review_no": found.review_no,
        "map": True,
    }


def _covers(found: Outlines, held: dict[str, Any]) -> bool:
    """Whether the map shows every area that has a figure, but for those that lie within another."""
    return all(cell["code"] in found.rings or cell["within"] in found.rings for cell in held["cells"])


def _cell(cell: dict[str, Any]) -> Cell:
    value = Decimal(cell["value"]) if cell["value"] is not None else None
    return Cell(words_of(cell, "name"), cell["x"], cell["y"], value, cell["href"])
