"""The curve of the board as one reader sees it: its marks and measures lead to the entries and records that he may read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from shichen.board.bands import MOST_DRAWN
from shichen.board.keeping import Board
from shichen.board.reader import Reader
from shichen.registers.measures import classes as measure_classes
from shichen.registers.measures import naming
from shichen.web import sentences, words
from shichen.web.charts.axes import WIDE
from shichen.web.charts.curve import Band, Day, Mark
from shichen.web.charts.curve import curve as drawing_of
from shichen.web.charts.figures import epidemic_curve
from shichen.web.charts.svg import join, link

WORDED = 6  # events that have words on the curve; the others are numbered dots

EVENTS = {
    "response_level": pgettext_lazy("曲线", "响应级别"),
    "order": pgettext_lazy("曲线", "令"),
    "first": pgettext_lazy("曲线", "首次"),
    "threshold": pgettext_lazy("曲线", "节点"),
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
    said = _said(curve, board, reader)
    found = finding(curve, said["days"]) if curve["on"] else _("这段时间没有任何报送")
    return epidemic_curve(finding=found, **said)


def drawn(board: Board, reader: Reader) -> tuple[str, SafeString]:
    """The drawing alone, with its title."""
    said = _said(board["curve"], board, reader)
    return said["title"], drawing_of(width=WIDE, **said)


def _said(curve: dict[str, Any], board: Board, reader: Reader) -> dict[str, Any]:
    """What the drawing shows to this reader."""
    on = curve["on"]
    return {
        "days": [Day(date.fromisoformat(at), new, total, out) for at, new, total, out in curve["days"]],
        "title": _("疫情曲线 · 按发布日(截至前一日24时)"),
        "unit": _("例"),
        "as_of": date.fromisoformat(on) if on else None,
        "marks": [event(one, board, reader) for one in curve["marks"]],
        "bands": [band(one, board) for one in bands_within(board, reader)[:MOST_DRAWN]],
        "worded": WORDED,
    }


def event(kept: list[Any], board: Board, reader: Reader) -> Mark:
    """An event on the curve; to those who may read its entry it is a link there."""
    on, text, kind, *where = kept
    leads = bool(where) and reader.reaches(board, where[1], where[2])
    return Mark(date.fromisoformat(on), marked(text, kind), f"/log/{where[0]}/" if leads else "")


def band(kept: dict[str, Any], board: Board) -> Band:
    gone = date.fromisoformat(kept["gone"]) if kept["gone"] else None
    href = f"/registers/measures/{kept['id']}/" if "id" in kept else ""
    return Band(date.fromisoformat(kept["from"]), gone, band_named(kept, board), href)


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
