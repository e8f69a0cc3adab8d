"""The boards of the working groups (各组的板): the city's panels, with a group's own figures, reports owed, watches and entries.

They are made with the board of the city and lie in the same snapshot. Curve, places and capacity are the city's on each.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from shichen.board import log_lines
from shichen.board.keeping import Board
from shichen.board.models import Tile
from shichen.board.moment import Moment
from shichen.city import queries as city
from shichen.city.models import Body
from shichen.indicators.declare import known
from shichen.refusal import Refusal

CITY = ""  # under which the city's own board stands among the listed figures


def listed() -> dict[str, list[str]]:
    """The figures of every board by the code of its group, the city's first, each in the order of its board."""
    found: dict[str, list[str]] = defaultdict(list, {CITY: []})
    for tile in Tile.objects.order_by("position"):
        if tile.key in known():
            found[tile.group_id or CITY].append(tile.key)
    return dict(found)


def boards(moment: Moment, keys: dict[str, list[str]], tiles: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What differs from board to board, of the city (under the empty code) and of each group, as plain data."""
    bodies = {body.pk: body for body in Body.objects.filter(pk__in=keys)}
    members = {code: frozenset(found) if code else None for code, found in city.members(keys).items()}
    strips = log_lines.strips(moment, list(members.values()))
    lasts = log_lines.lasts(moment, list(members.values()))
    return {
        code: {
            "name": bodies[code].name if code else "",
            "name_en": bodies[code].name_en if code else "",
            "members": sorted(members[code] or ()),
            "tiles": [tiles[key] for key in keys[code]],
            "strip": strip,
            "log": last,
        }
        for code, strip, last in zip(keys, strips, lasts, strict=True)
    }


def of(board: Board, asked: str) -> Board:
    """The board of a group, asked for by its code or its name. Raises Refusal for a group that has none."""
    if not asked:
        return board
    code = next((code for code, one in board["groups"].items() if asked in (code, one["name"], one["name_en"])), None)
    if code is None:
        named = "、".join(one["name"] for one in board["groups"].values()) or "（没有）"
        raise Refusal(f"「{asked[:20]}」没有自己的板；有板的组：{named}。", field="group")
    own = board["groups"][code]
    return {
        **board,
        **{part: own[part] for part in ("tiles", "strip", "log")},
        "missing": [row for row in board["missing"] if row["unit"] in own["members"]],
        "disputes": 0,  # these three are counted for the whole city, and stand on its board
        "corrections": 0,
        "signals": [],
        "group": {"code": code, "name": own["name"], "name_en": own["name_en"]},
    }
