"""Signals that wait for an answer (待核异常信号) on the board: how many, the strongest, since when the oldest waits, whose turn it is."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from typing import Any

from shichen.analysis.signals import asking, queries, saying
from shichen.analysis.signals.models import Alarm
from shichen.board.bearing import words_of
from shichen.board.keeping import Board
from shichen.board.moment import Moment
from shichen.board.reader import Reader
from shichen.indicators.declare import named
from shichen.web import words

ALL = "/analysis/alarms/"


def rows(moment: Moment) -> list[dict[str, Any]]:
    """The open signals as plain data: of each unit and area how many, the strongest, and the moment of the oldest."""
    found = queries.open_at(moment.event, moment.as_of or moment.at)
    place = lambda one: (one.unit_id, one.area_path)  # noqa: E731 - the key of one grouping
    grouped = [list(group) for _key, group in groupby(sorted(found, key=place), key=place)]
    return [_plain(max(group, key=lambda one: (one.strength, one.on)), group) for group in grouped]


def shown(board: Board, reader: Reader) -> dict[str, Any] | None:
    """What lies within reach, in the language of the page; None where nothing waits."""
    held = [one for one in board["signals"] if reader.reaches(board, one["unit"], one["path"])]
    if not held:
        return None
    strongest = max(held, key=lambda one: one["strength"])
    oldest = min(datetime.fromisoformat(one["oldest"]) for one in held)
    looks = reader.looks(board, strongest["unit"], strongest["path"])
    return {
        "n": sum(one["n"] for one in held),
        "href": ALL if looks else "",
        "strongest": {
            **strongest,
            "name": words_of(strongest, "name"),
            "day": words.day(date.fromisoformat(strongest["on"])),
            "what": words_of(strongest, "what"),
            "value": saying.number(strongest["value"]),
            "upper": saying.number(strongest["upper"]),
            "href": f"{ALL}{strongest['id']}/" if looks else "",
        },
        "oldest": words.age(oldest, reader.at),
        "whose": saying.roles(tuple(strongest["roles"])),
    }


def _plain(strongest: Alarm, group: list[Alarm]) -> dict[str, Any]:
    line = asking.read(strongest.evaluation.rules.text).line
    figure = named(strongest.evaluation.indicator)
    return {
        "unit": strongest.unit_id,
        "path": strongest.area_path,
        "n": len(group),
        "oldest": min(one.raised_at for one in group).isoformat(),
        "id": str(strongest.pk),
        "name": strongest.area.name,
        "name_en": strongest.area.name_en or strongest.area.name,
        "on": strongest.on.isoformat(),
        "what": figure.name,
        "what_en": figure.name_en,
        "value": strongest.value,
        "upper": strongest.upper,
        "strength": strongest.strength,
        "again": strongest.replaces_id is not None,
        "roles": list(line[min(strongest.step, len(line) - 1)]),
    }
