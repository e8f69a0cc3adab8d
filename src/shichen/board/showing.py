"""The board as one reader sees it: of the snapshot, what lies within reach, with words and drawings for the moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from shichen.board import crossings, curve, placing, risk, signals, unread
from shichen.board.bearing import bearing
from shichen.board.groups import CITY
from shichen.board.keeping import Board
from shichen.board.reader import Reader
from shichen.registers.checkpoints.shifts import spoken
from shichen.watches import instant
from shichen.web import words
from shichen.web.charts.sparkline import LEAST, sparkline
from shichen.web.corrections import Door
from shichen.web.freshness import Circumstances, State, said, states

IDLE = timedelta(minutes=1)
EDGES_OF_TEXT = {
    State.STALE: "mut",
    State.PARTIAL: "warn",
    State.PROVISIONAL: "warn",
    State.DISPUTED: "bad",
    State.INCOMPLETE: "bad",
    State.MISSING: "mut",
}


def shown(board: Board, reader: Reader) -> dict[str, Any]:
    """The panels in reading order. A panel out of reach is left out."""
    tiles = [tile for tile in board["tiles"] if reader.reaches(board, tile["body"])]
    missing = [row for row in board["missing"] if reader.reaches(board, row["unit"])]
    apart = {tile["apart"] for tile in tiles if tile["apart"]}
    return {
        "version": board.get("version", 0),
        "at": reader.at,
        "as_of": when(board["as_of"]),
        "idle": idle(board, reader.now) if not board["as_of"] else "",
        "level": level_shown(board, reader),
        "here": here(board, reader),
        "group": board.get("group"),
        "group_name": local_name(board["group"], "name") if "group" in board else "",
        "tiles": [tile_shown(tile, reader.at) for tile in tiles],
        "apart": len(apart) > 1,
        "strip": [cell_shown(cell, board, reader) for cell in board["strip"]],
        "missing": [row_shown(row, board, reader.at) for row in missing],
        "disputes": board["disputes"] if reader.reaches(board, None) else 0,
        "corrections": board.get("corrections", 0) if reader.reaches(board, None) else 0,
        "corrected": board["curve"].get("corrected", []) if reader.reaches(board, board["curve"]["body"]) else [],
        "curve": curve.curve_shown(board["curve"], board, reader)
        if reader.reaches(board, board["curve"]["body"])
        else None,
        "log": [
            {
                **line,
                "at": when(line["at"]),
                "who": local_name(line, "who"),
                "spans": [span(one) for one in line["spans"]],
            }
            for line in board["log"]
            if reader.reaches(board, line["unit"], line["path"])
        ],
        "measures": curve.measures_shown(board, reader),
        "places": placing.shown(board["places"]) if _reaches_places(board, reader) else None,
        "risk": risk.shown(board, reader),
        "signals": signals.shown(board, reader),
        "lacks": unread.shown(board["lacks"], lambda unit: reader.reaches(board, unit)),
        "crossings": crossings.shown(board["crossings"], lambda unit: reader.reaches(board, unit)),
        "capacity": bearing(board["capacity"], lambda unit: reader.reaches(board, unit)),
    }


def tile_shown(tile: dict[str, Any], at: datetime) -> dict[str, Any]:
    one = Circumstances(
        reported=tile["value"] is not None,
        as_of=when(tile["as_of"]),
        due=when(tile["due"]),
        arrived=tile["arrived"],
        expected=tile["expected"],
        open_period=tile["open"],
        disputed=tile["disputed"],
        incomplete=tile["incomplete"],
        final_at=when(tile["final_at"]),
        corrected_at=when(tile.get("corrected_at")),
    )
    found = states(one, at)
    return {
        **tile,
        "label": local_name(tile, "name"),
        "from": local_name(tile, "source") or _("由记录算出"),
        "edge": f"is-{found[0]}",
        "states": [
            (EDGES_OF_TEXT.get(state, "mut" if state is State.FINAL else "ok"), said(state, one, at)) for state in found
        ],
        "until": until(tile),
        "change": change(tile),
        **trend([decimal(value) for _on, value in tile["series"]]),
        "reporters": reporters(tile),
    }


def until(tile: dict[str, Any]) -> str:
    """Up to when the figure speaks; one that is fixed for a whole day says so."""
    if tile["whole_day"]:
        return _("%(day)s 0–24时") % {"day": words.day(date.fromisoformat(tile["on"]))}
    as_of = when(tile["as_of"])
    return _("截至%(moment)s") % {"moment": words.until(as_of)} if as_of else ""


def trend(values: list[Decimal | None]) -> dict[str, Any]:
    """The line of the last days; where too few are known for one, why there is none."""
    few = sum(value is not None for value in values) < LEAST
    return {"spark": sparkline(values), "no_spark": _("已知不足%(n)s天，不画走势") % {"n": LEAST} if few else ""}


def change(tile: dict[str, Any]) -> str:
    """The change with its base named; without one of the two values there is no change to tell."""
    value, before = decimal(tile["value"]), decimal(tile["before"])
    if value is None:
        return _("未报，不比")
    on = words.day(date.fromisoformat(tile["before_on"]))
    base = _("较前一日同刻(%(on)s)") if tile["same_hour"] else _("较前一日(%(on)s)")
    if before is None:
        return _("前一日(%(on)s)未报，不比") % {"on": on}
    gap = value - before
    return f"{base % {'on': on}} {_('持平') if gap == 0 else words.signed(gap)}"


def reporters(tile: dict[str, Any]) -> str:
    if tile["expected"] is None:
        return ""
    counts = {"n": tile["arrived"], "all": tile["expected"]}
    if tile["arrived"] == tile["expected"]:
        return _("%(all)d个卡点全部已报") % counts
    return _("%(all)d个卡点中%(n)d个已报") % counts


def level_shown(board: Board, reader: Reader) -> dict[str, Any] | None:
    """The response level in force; to those who may read the entry that declared it, a link there."""
    level = board["level"]
    if not level:
        return None
    entry, unit, path = level.get("where") or ("", "", "")
    leads = bool(entry) and reader.reaches(board, unit, path)
    return {**level, "href": f"/log/{entry}/" if leads else ""}


def here(board: Board, reader: Reader) -> dict[str, Any] | None:
    """The watch at hand: how many entries it holds so far, for those who see every unit, and where the log has them."""
    cells = (cell for cell in board["strip"] if cell_shown(cell, board, reader)["now"])
    cell = next(cells, None) if reader.reaches(board, None) else None
    if cell is None:
        return None
    of_group = f"&unit={board['group']['code']}" if "group" in board else ""
    return {"count": cell["count"], "href": f"/log/?day={page_day(board)}&watch={quote(cell['watch'])}{of_group}"}


def cell_shown(cell: dict[str, Any], board: Board, reader: Reader) -> dict[str, Any]:
    """A watch: past, at hand or to come; what stands under it is told to those who see every unit, or its own."""
    start, end, at = (
        instant(when(cell["from"]) or reader.at),
        instant(when(cell["until"]) or reader.at),
        instant(reader.at),
    )
    whole = reader.reaches(board, None)
    lacking = [
        row
        for row in board["missing"]
        if row.get("due") and start < instant(when(row["due"]) or at) <= end and at > end
    ]
    return {
        "watch": cell["watch"],
        "name": words.watch(cell["watch"]),
        "hours": words.hours_short(cell["watch"]),
        "href": f"/days/{page_day(board)}/#{words.ENGLISH[cell['watch']].lower()}",
        "now": start <= at < end,
        "future": at < start,
        "count": cell["count"] if whole else None,
        "headline": cell["headline"] if whole else "",
        "missing": len(lacking) if whole else 0,
    }


def row_shown(row: dict[str, Any], board: Board, at: datetime) -> dict[str, Any]:
    due = when(row.get("due"))
    late = due is not None and instant(at) > instant(due)
    length = (instant(at) - instant(due)) if due and late else (instant(due) - instant(at)) if due else None
    clock = (
        (_("逾期%(span)s") if late else _("还有%(span)s")) % {"span": words.span(length)} if length is not None else ""
    )
    return {
        **row,
        "name": local_name(row, "who"),
        "about": local_name(row, "what"),
        "day": words.day(date.fromisoformat(row["on"])),
        "due": due,
        "since": when(row.get("to")),
        "shift": spoken(*map(datetime.fromisoformat, (row["from"], row["to"]))) if row["kind"] == "shift" else "",
        "late": late,
        "clock": clock,
        "absent": row.get("lacks_en" if words.english() else "lacks", []),
        "nudged": when(board["nudged"].get(f"{row['code']}:{row['on']}")),
    }


def boards(board: Board, reader: Reader) -> list[dict[str, Any]]:
    """The boards that a reader may turn to, the city's first; none where there is no other than the one shown."""
    chosen = board.get("group", {}).get("code", CITY)
    reached = {code: local_name(one, "name") for code, one in board["groups"].items() if reader.reaches(board, code)}
    named = {CITY: _("全市"), **reached}
    found = [{"code": code, "name": name, "current": code == chosen} for code, name in named.items()]
    return found if len(found) > 1 else []


def _reaches_places(board: Board, reader: Reader) -> bool:
    return board["places"] is not None and reader.reaches(board, board["places"]["body"])


def idle(board: Board, now: datetime) -> str:
    """How long nobody has looked whether the board is still true, in words; empty while someone does."""
    confirmed = when(board.get("confirmed_at"))
    return words.age(confirmed, now) if confirmed is not None and now - confirmed > IDLE else ""


def page_day(board: Board) -> str:
    return str(board["strip"][1]["from"])[:10]


def local_name(row: dict[str, Any], field: str) -> str:
    """The name in the language of the page, where it has one."""
    return str((row.get(f"{field}_en") if words.english() else "") or row.get(field, ""))


def span(one: list[Any]) -> tuple[int, int, Door]:
    """Where a figure stands in a line of the log, with the mark of its correction."""
    start, end, figure, *mark = one
    if not mark:
        return start, end, Door(figure)
    number, value, unit, *announced = mark
    return start, end, Door(figure, number, decimal(value), unit, any(announced))


def when(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None


def lacking(rows: Iterable[dict[str, Any]]) -> int:
    return sum(1 for row in rows if row["late"])
