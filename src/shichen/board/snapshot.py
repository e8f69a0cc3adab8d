"""The board as plain data for one moment, kept in a file: requests read the file, a job writes it when records changed."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Max

from shichen.audit.models import Trail
from shichen.board import log_lines, places, tiles
from shichen.board.duties import Duties, nudges
from shichen.board.models import Tile
from shichen.board.moment import Moment, default
from shichen.city import queries as city
from shichen.indicators.declare import Scope
from shichen.indicators.models import Figure
from shichen.intake.models import Envelope
from shichen.journal.models import Entry, Mark
from shichen.reconciliation import queries as reconciliation
from shichen.registers.cases import queries as cases
from shichen.web import clock

FILE = "board.json"
SHAPE = 2  # of the file; another shape is never read
LONGEST_CURVE = timedelta(days=60)

Board = dict[str, Any]


def build(at: datetime, *, as_of: datetime | None = None) -> Board:
    """Everything the board says at a moment; `as_of` leaves out what was recorded later. Raises Refusal without a city."""
    moment = Moment(at, city.the_city(), city.the_event(), as_of)
    duties = Duties(moment)
    return {
        "at": at.isoformat(),
        "as_of": as_of.isoformat() if as_of else None,
        "city": moment.area.name,
        "area": moment.area.pk,
        "path": moment.area.path,
        "event": moment.event.pk,
        "level": log_lines.response_level(moment),
        "tiles": tiles.all_tiles(moment, duties),
        "strip": log_lines.strip(moment),
        "missing": duties.rows(),
        "nudged": nudges(moment),
        "disputes": reconciliation.open_count(),
        "curve": _curve(moment, duties),
        "log": log_lines.last(moment),
        "places": places.places(moment, duties),
    }


def refresh(now: datetime) -> bool:
    """Write the snapshot anew if anything it rests on has changed; whether it was written. For the clock, every 2 s."""
    stamp, held = stamp_of(now), load()
    if held is not None and held["stamp"] == stamp:
        os.utime(_path())  # looked at and still true: readers are told when nobody looks any more
        return False
    _store({"shape": SHAPE, "stamp": stamp, "version": _version(now, held), **build(default(now))})
    return True


def current(now: datetime) -> Board:
    """The snapshot as it lies there; made first where there is none yet."""
    held = load()
    if held is None:
        refresh(now)
        held = load()
    if held is None:
        raise AssertionError("a snapshot that was just written can be read")
    return held


def load() -> Board | None:
    """The snapshot in the file with the time it was last found true; None where there is none, or one of another shape."""
    try:
        board: Board = json.loads(_path().read_text(encoding="utf-8"))
        confirmed = datetime.fromtimestamp(_path().stat().st_mtime, UTC)
    except (FileNotFoundError, ValueError):
        return None
    return {**board, "confirmed_at": confirmed.isoformat()} if board.get("shape") == SHAPE else None


def stamp_of(now: datetime) -> str:
    """What changes whenever the board may: the last entry, act, report, figure and mark; the minute, where clocks run."""
    parts: list[object] = [
        Entry.objects.aggregate(last=Max("seq"))["last"],
        Trail.objects.aggregate(last=Max("position"))["last"],
        Envelope.objects.aggregate(last=Max("seq"), at=Max("entered_at")),
        Figure.objects.aggregate(n=Count("pk")),
        Mark.objects.aggregate(n=Count("pk")),
        reconciliation.open_count(),
        list(Tile.objects.values_list("key", flat=True)),
        clock.stands_at() or now.strftime("%Y%m%d%H%M"),
    ]
    return "|".join(map(str, parts))


def _curve(moment: Moment, duties: Duties) -> Board:
    first = max(moment.event.started_on, moment.today - LONGEST_CURVE)
    days = cases.curve(
        moment.area, min(first, moment.today), moment.today, dated=cases.PUBLISHED, scope=Scope(as_of=moment.as_of)
    )
    reported = [day for day in days if day.new is not None]
    duty = duties.of("cases.confirmed_new")
    return {
        "days": [[day.on.isoformat(), day.new, day.cumulative, day.discharged] for day in days],
        "marks": log_lines.events(moment, days[0].on),
        "total": sum(day.new or 0 for day in reported),
        "cumulative": reported[-1].cumulative if reported else None,
        "on": reported[-1].on.isoformat() if reported else None,
        "body": duty.body_id if duty else None,
        "href": f"/figures/cases.confirmed_new/?from={days[0].on}&to={days[-1].on}&area={moment.area.pk}&dated={cases.PUBLISHED}",
    }


def _version(now: datetime, held: Board | None) -> int:
    """Grows with the clock, so that two writers never give one number to two boards."""
    return max(int(now.timestamp() * 1000), (held["version"] if held else 0) + 1)


def _store(board: Board) -> None:
    """The file appears whole or not at all."""
    path = _path()
    path.parent.mkdir(mode=0o700, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    unfinished.write_text(json.dumps(board, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    os.replace(unfinished, path)


def _path() -> Path:
    return Path(settings.HOME.snapshots) / FILE
