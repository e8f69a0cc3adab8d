"""Risk levels (风险等级) on the board: of the city and each area what was signed, or the Office set, with its day; never what is only a draft."""

from __future__ import annotations

from datetime import date
from typing import Any

from shichen import watches
from shichen.analysis.risk import saying
from shichen.analysis.risk import standing as risk
from shichen.analysis.risk.standing import Standing
from shichen.board.bearing import words_of
from shichen.board.keeping import Board
from shichen.board.moment import Moment
from shichen.board.reader import Reader
from shichen.web import words


def rows(moment: Moment) -> list[dict[str, Any]]:
    """The levels as plain data, the city's first; of an area with nothing signed only that something waits."""
    found = risk.standing(moment.event, moment.today, moment.as_of or moment.at)
    return [_plain(one) for one in found]


def shown(board: Board, reader: Reader) -> dict[str, Any] | None:
    """What a reader is told, in words for the moment; None where there is nothing to tell them."""
    held = board["risk"]
    areas = [_shown(one, reader, board) for one in held if one["level"] is not None and _within(one, board, reader)]
    waiting = [one["waiting"] for one in held if one["waiting"] and reader.looks(board, one["unit"], one["path"])]
    looks = reader.looks(board, None)
    if not areas and not waiting and not looks:
        return None
    city = next((one for one in areas if one["code"] == board["area"]), None)
    return {"areas": areas, "waiting": _waiting(waiting), "city": city, "looks": looks or bool(waiting)}


def told(board: Board, reader: Reader) -> list[dict[str, Any]]:
    """The levels as data: drafts are not among them."""
    held = [one for one in board["risk"] if one["level"] is not None and _within(one, board, reader)]
    return [{name: value for name, value in one.items() if name != "waiting"} for one in held]


def _plain(one: Standing) -> dict[str, Any]:
    row, unit = one.row, (one.signed or one.waiting)
    return {
        "code": one.area.pk,
        "name": one.area.name,
        "name_en": one.area.name_en or one.area.name,
        "path": one.area.path,
        "unit": unit.unit_id if unit else None,
        "level": one.override.level if one.override else row["level"] if row else None,
        "computed": row and {name: row[name] for name in ("level", "lowest", "highest", "date", "rule")},
        "days": one.days,
        "set": one.override and {"from": one.override.from_day.isoformat(), "reason": one.override.reason},
        "href": f"/analysis/risk/{one.signed.pk}/" if one.signed else "",
        "waiting": one.waiting
        and {"href": f"/analysis/risk/{one.waiting.pk}/", "as_of": one.waiting.as_of.isoformat()},
    }


def _within(one: dict[str, Any], board: Board, reader: Reader) -> bool:
    return reader.reaches(board, one["unit"], one["path"])


def _shown(one: dict[str, Any], reader: Reader, board: Board) -> dict[str, Any]:
    """An area with its level in words. One that has lapsed is no level any more: only what it was is told."""
    row = one["computed"]
    on = date.fromisoformat(row["date"]) if row else None
    old = not one["set"] and on is not None and risk.lapsed(on, one["days"], watches.civil_day(reader.at))
    leads = one["href"] and reader.looks(board, one["unit"], one["path"])
    return {
        "code": one["code"],
        "name": words_of(one, "name"),
        "level": "" if old else one["level"],
        "said": saying.name(one["level"]) if one["level"] else saying.level(row),
        "computed": saying.level(row) if row else "",
        "day": words.day(on) if on else "",
        "rule": row["rule"] if row else "",
        "lapsed": old,
        "days": one["days"],
        "set": one["set"] and {**one["set"], "day": words.day(date.fromisoformat(one["set"]["from"]))},
        "href": one["href"] if leads else "",
    }


def _waiting(found: list[dict[str, Any]]) -> dict[str, Any] | None:
    """How many wait to be signed, and where: the one itself, or all of them."""
    if not found:
        return None
    return {"n": len(found), "href": found[0]["href"] if len(found) == 1 else "/analysis/risk/"}
