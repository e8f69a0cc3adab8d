"""The board as one reader sees it: of the snapshot, what lies within reach, with words and drawings for the moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from shichen.board import placing
from shichen.board.bands import MOST_DRAWN
from shichen.board.bearing import bearing
from shichen.board.snapshot import Board
from shichen.city.scope import Sight
from shichen.registers.checkpoints.shifts import spoken
from shichen.registers.measures import classes as measure_classes
from shichen.registers.measures import naming
from shichen.watches import instant
from shichen.web import sentences, words
from shichen.web.charts.curve import Day
from shichen.web.charts.figures import epidemic_curve
from shichen.web.charts.sparkline import LEAST, sparkline
from shichen.web.charts.svg import join, link
from shichen.web.corrections import Door
from shichen.web.freshness import Circumstances, State, said, states

IDLE = timedelta(minutes=1)
WORDED = 6  # events that have words on the curve; the others are numbered dots
EDGES_OF_TEXT = {
    State.STALE: "mut",
    State.PARTIAL: "warn",
    State.PROVISIONAL: "warn",
    State.DISPUTED: "bad",
    State.MISSING: "mut",
}

EVENTS = {
    "response_level": pgettext_lazy("曲线", "响应级别"),
    "order": pgettext_lazy("曲线", "令"),
    "first": pgettext_lazy("曲线", "首次"),
    "threshold": pgettext_lazy("曲线", "节点"),
}


@dataclass(frozen=True)
class Reader:
    """Whose eyes the board is for: how far they reach, the moment the board speaks of, and the clock's."""

    sight: Sight
    at: datetime
    now: datetime

    def reaches(self, board: Board, unit: str | None, path: str | None = None) -> bool:
        """Whether what a unit reports lies within reach; what has no unit is for those who see every unit."""
        return self.sight.covers(unit=unit, path=path or board["path"], event=board["event"])


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
        "level": board["level"],
        "tiles": [tile_shown(tile, reader.at) for tile in tiles],
        "apart": len(apart) > 1,
        "strip": [cell_shown(cell, board, reader) for cell in board["strip"]],
        "missing": [row_shown(row, board, reader.at) for row in missing],
        "disputes": board["disputes"] if reader.reaches(board, None) else 0,
        "corrections": board.get("corrections", 0) if reader.reaches(board, None) else 0,
        "corrected": board["curve"].get("corrected", []) if reader.reaches(board, board["curve"]["body"]) else [],
        "curve": curve_shown(board["curve"], board, reader) if reader.reaches(board, board["curve"]["body"]) else None,
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
        "measures": measures_shown(board, reader),
        "places": placing.shown(board["places"]) if _reaches_places(board, reader) else None,
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


def marked(text: str, kind: str) -> str:
    """What an event on the curve is called: in the words of its line; in English, where those have none, by its kind."""
    if not words.english():
        return text
    said_so = sentences.said(text)
    return str(EVENTS.get(kind, text)) if words.chinese(said_so) else said_so


def band_named(band: dict[str, Any], board: Board) -> str:
    """What a measure under the curve is called; in English without a name by its class and the districts where it holds."""
    if not words.english() or band.get("label_en"):
        return naming.in_words(band["label"], band.get("label_en", ""), band["kind"])
    names = {cell["code"]: cell["name_en"] for cell in (board["places"] or {}).get("cells", [])}
    where = ", ".join(names.get(code, code) for code in band["areas"])
    kind = sentences.said(measure_classes.called(band["kind"]))
    return f"{kind} ({where})" if where else kind


def curve_shown(curve: dict[str, Any], board: Board, reader: Reader) -> SafeString:
    """The curve with its marks and the measures within reach; the number in its caption leads to its trace."""
    days = [Day(date.fromisoformat(on), new, total, out) for on, new, total, out in curve["days"]]
    on = curve["on"]
    marks = [(date.fromisoformat(day), marked(text, kind)) for day, text, kind in curve["marks"]]
    drawn = [
        (
            date.fromisoformat(one["from"]),
            date.fromisoformat(one["gone"]) if one["gone"] else None,
            band_named(one, board),
        )
        for one in bands_within(board, reader)[:MOST_DRAWN]
    ]
    return epidemic_curve(
        days,
        title=_("疫情曲线 · 按发布日(截至前一日24时)"),
        finding=finding(curve, days) if on else _("这段时间没有任何报送"),
        unit=_("例"),
        as_of=date.fromisoformat(on) if on else None,
        marks=marks,
        bands=drawn,
        worded=WORDED,
    )


def finding(curve: dict[str, Any], days: list[Day]) -> SafeString:
    """What is seen in the curve: the sum of its bars, a door; and how many days are without report."""
    span = {"first": words.day(days[0].on), "last": words.day(days[-1].on), "n": "\0"}
    before, _mark, after = (_("%(first)s至%(last)s累计新增%(n)s例") % span).partition("\0")
    unknown = sum(day.new is None for day in days)
    lacking = _("，其中%(n)d天未报") % {"n": unknown} if unknown else ""
    return join((before, link(curve["href"], words.number(curve["total"])), after, lacking))


def bands_within(board: Board, reader: Reader) -> list[dict[str, Any]]:
    return [one for one in board["curve"]["bands"] if reader.reaches(board, one["unit"], one["path"])]


def measures_shown(board: Board, reader: Reader) -> dict[str, Any] | None:
    """How many measures hold on the day of the board, and how many of the curve's days found no room under it."""
    held = bands_within(board, reader)
    today = board["at"][:10]
    now = [one for one in held if one["from"] <= today and (one["gone"] is None or one["gone"] > today)]
    more = len(held[MOST_DRAWN:])
    return {"now": len(now), "more": more, "on": today} if held else None


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
    return start, end, Door(figure, mark[0], decimal(mark[1]), mark[2]) if mark else Door(figure)


def when(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None


def lacking(rows: Iterable[dict[str, Any]]) -> int:
    return sum(1 for row in rows if row["late"])
