"""The drawings of the board as pictures that go out alone: title, unit, moment and source stand in the picture itself."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen import watches
from shichen.board import curve, placing
from shichen.board.bearing import words_of
from shichen.board.keeping import Board
from shichen.board.reader import Reader
from shichen.documents.pictures import picture_job, standing_alone
from shichen.refusal import Refusal
from shichen.web import printed, words
from shichen.web.charts.svg import framed

CURVE = "curve"


def of(part: str, board: Board, reader: Reader, ending: str, *, city: str) -> bytes:
    """The curve or the districts as SVG with its own style, or as PNG. Raises Refusal for what is out of reach."""
    held = board[part]
    if not held or not reader.reaches(board, held["body"]):
        raise Refusal(_("这张图上没有数，或不在您的可见范围内。"))
    title, unit, drawing, review = _curve(board, reader) if part == CURVE else _places(board)
    foot = [one for one in (_until(reader, city), _source(board, held["body"]), review) if one]
    drawn = str(framed(drawing, (title, _("单位：%(unit)s") % {"unit": words.measure(unit)}), foot))
    return printed.file(picture_job(drawn)) if ending == "png" else standing_alone(drawn).encode()


def _curve(board: Board, reader: Reader) -> tuple[str, str, SafeString, str]:
    """Title, unit and drawing of the curve."""
    said, drawing = curve.drawn(board, reader)
    return said, "例", drawing, ""


def _places(board: Board) -> tuple[str, str, SafeString, str]:
    """The same of the districts, with the number under which a map was reviewed."""
    shown = placing.shown(board["places"])
    review = f"{_('审图号')} {shown['review_no']}" if shown.get("review_no") else ""
    return shown["title"], board["places"]["unit"], shown["drawing"], review


def _until(reader: Reader, city: str) -> str:
    until = _("截至 %(at)s") % {"at": f"{watches.local(reader.at):%Y-%m-%d %H:%M}"}
    return f"{city} · {until}"


def _source(board: Board, body: str | None) -> str:
    """Who reports the number, where a tile of the board names them."""
    names = [words_of(tile, "source") for tile in board["tiles"] if body and tile["body"] == body]
    return _("来源：%(who)s") % {"who": names[0]} if names else ""
