"""The board as a page, as the part of it that is polled, and as JSON; and the one act on it, urging a report."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from shichen import watches
from shichen.board import groups, panels, pictures, replaying, risk, services, showing, snapshot, unread
from shichen.board.keeping import Board
from shichen.board.moment import default
from shichen.board.reader import Reader
from shichen.city.models import Account
from shichen.city.roles import INTERNAL
from shichen.city.scope import may, sight
from shichen.indicators.declare import known
from shichen.refusal import Refusal
from shichen.sheets.fields import Field
from shichen.web import clock, past, siblings
from shichen.web.attached import attached
from shichen.web.context import Shell
from shichen.web.past import known_then, only_now
from shichen.web.policy import from_snapshot, policy

NIGHT = (23, 6)  # hours of the city's clock between which a wall is dim
ENDINGS = ("csv", "xlsx", "json")
SHEET = (
    Field("key", gettext_noop("指标")),
    Field("name", gettext_noop("名称")),
    Field("value", gettext_noop("数值"), "decimal"),
    Field("lower", gettext_noop("区间下限"), "decimal"),
    Field("upper", gettext_noop("区间上限"), "decimal"),
    Field("unit", gettext_noop("量词")),
    Field("on", gettext_noop("日期")),
    Field("before", gettext_noop("前一日"), "decimal"),
    Field("before_on", gettext_noop("前一日日期")),
    Field("as_of", gettext_noop("截至")),
    Field("source", gettext_noop("来源")),
    Field("arrived", gettext_noop("已报"), "integer"),
    Field("expected", gettext_noop("应报"), "integer"),
    Field("incomplete", gettext_noop("数据不完整"), "boolean"),
)


@known_then
@policy("board", INTERNAL)
@from_snapshot
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """指挥板; `?wall=1` is the same board for a screen across the room, and all that a screen's own account sees."""
    held, reader = _asked(request)
    screen = not may(request.user, "view", INTERNAL, at=reader.now)
    said = {**panels.context(request, held, reader), "screen": screen, "night": night(reader.at)}
    said |= replaying.offered(may_note=bool(said["may_note"]))
    page = "board/wall.html" if screen or (request.GET.get("wall") and not held["as_of"]) else "board/board.html"
    return panels.answered(request, render(request, page, said))


@only_now
@policy("board", INTERNAL)
@from_snapshot
@require_safe
def tiles(request: HttpRequest) -> HttpResponse:
    """What an open board asks for every few seconds: 204 while the reader has the newest."""
    held, reader = _asked(request)
    if request.GET.get("v") == panels.edition(held, reader):
        return HttpResponse(status=204)
    answer = HttpResponse(panels.context(request, held, reader)["polled"])
    patch_vary_headers(answer, ["HX-Request"])
    return panels.answered(request, answer)


@known_then
@policy("view", INTERNAL)
@from_snapshot
@require_safe
def board_json(request: HttpRequest) -> JsonResponse:
    """The board as data: what the reader's reach leaves of it."""
    held, reader = _asked(request)
    reached = {
        "tiles": [tile for tile in held["tiles"] if reader.reaches(held, tile["body"])],
        "missing": [row for row in held["missing"] if reader.reaches(held, row["unit"])],
        "log": [line for line in held["log"] if reader.reaches(held, line["unit"], line["path"])],
        "lacks": unread.shown(held["lacks"], lambda unit: reader.reaches(held, unit)),
        "risk": risk.told(held, reader),
        "signals": [one for one in held["signals"] if reader.reaches(held, one["unit"], one["path"])],
    }
    whole = (
        {"strip": held["strip"], "level": held["level"], "disputes": held["disputes"]}
        if reader.reaches(held, None)
        else {}
    )
    curve = {"curve": held["curve"]} if reader.reaches(held, held["curve"]["body"]) else {}
    places = held["places"]
    placed = {"places": places} if places and reader.reaches(held, places["body"]) else {}
    named = ("at", "as_of", "city", "area", "event", "group")
    head: dict[str, Any] = {name: held[name] for name in named if name in held}
    said = {**head, "version": held.get("version", 0), **reached, **whole, **curve, **placed}
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False})


@known_then
@policy("view", INTERNAL)
@from_snapshot
@require_safe
def board_sheet(request: HttpRequest, ending: str) -> HttpResponse:
    """The numbers of the board as a sheet."""
    held, reader = _asked(request)
    tiles = [tile for tile in held["tiles"] if reader.reaches(held, tile["body"])]
    return siblings.sheet(map(_line, tiles), SHEET, _("指挥板"), ending)


@known_then
@policy("view", INTERNAL)
@from_snapshot
@require_safe
def board_metadata(request: HttpRequest) -> JsonResponse:
    """What the numbers of the board mean."""
    held, reader = _asked(request)
    meanings = {
        tile["key"]: known()[tile["key"]].definition
        for tile in held["tiles"]
        if reader.reaches(held, tile["body"]) and tile["key"] in known()
    }
    definition = _("指挥板上的数字：每格一项指标，此刻由记录算出或由报称得来；各项口径见 indicators。")
    title, source = f"{_('指挥板')} {held['at'][:16]}", _("各报送单位，按可见范围")
    more = {"indicators": meanings, "at": held["at"]}
    return siblings.metadata(request, title, definition, SHEET, source=source, endings=ENDINGS, **more)


@known_then
@policy("view", INTERNAL)
@from_snapshot
@require_safe
def board_picture(request: HttpRequest, part: str, picture: str) -> HttpResponse:
    """A drawing of the board as a picture to send on."""
    held, reader = _asked(request)
    made = pictures.of(part, held, reader, picture, city=Shell(request).city)
    return attached(made, f"{part}-{held['at'][:16].replace(':', '')}.{picture}", picture)


def _line(tile: dict[str, Any]) -> dict[str, Any]:
    """A tile as a row."""
    named = {"name": showing.local_name(tile, "name"), "source": showing.local_name(tile, "source")}
    numbers = {name: Decimal(tile[name]) if tile[name] is not None else None for name in ("value", "before")}
    kept = {name: tile[name] for name in ("key", "unit", "on", "before_on", "arrived", "expected")}
    return {**kept, **named, **numbers, "as_of": tile["as_of"] or "", "incomplete": tile["incomplete"] or None}


@policy("note", INTERNAL)
@require_POST
def nudge(request: HttpRequest) -> HttpResponse:
    """催报."""
    assert isinstance(request.user, Account)
    services.nudge(
        request.POST.get("code", ""), _day(request.POST.get("on", "")), at=default(clock.running()), by=request.user
    )
    messages.success(request, _("已催报，并记入日志。"))
    snapshot.refresh(clock.running())
    return redirect("board")


def _asked(request: HttpRequest) -> tuple[Board, Reader]:
    """The board of the snapshot with its reader; of a past moment (as_of) as it was known then. Raises Refusal."""
    asked, now = str(request.GET.get("as_of", "")).strip(), clock.running()
    moment = clock.as_of(asked) if asked else None
    reach, look = sight(request.user, "board", at=now), sight(request.user, "view", at=now)
    group = str(request.GET.get("group", "")).strip()
    if moment is None or not may(request.user, "view", INTERNAL, at=now):
        past.only_the_present(request)
        return groups.of(snapshot.current(now), group), Reader(reach, default(now), now, look)
    return groups.of(snapshot.build(moment, as_of=moment), group), Reader(reach, moment, now, look)


def night(at: datetime) -> bool:
    """Whether a wall is dim at that moment."""
    return watches.local(at).hour >= NIGHT[0] or watches.local(at).hour < NIGHT[1]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal(_("日期读不懂。"), field="on") from None
