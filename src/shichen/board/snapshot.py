"""The board as plain data for one moment, kept in a file: requests read the file, a job writes it when records changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.db.models import Max, Model

from shichen.analysis.risk import standing
from shichen.audit.models import Trail
from shichen.board import (
    bands,
    capacity,
    crossings,
    groups,
    keeping,
    log_lines,
    places,
    promised,
    risk,
    signals,
    tiles,
    unread,
)
from shichen.board.duties import Duties, nudges
from shichen.board.keeping import SHAPE, Board, load
from shichen.board.models import Tile
from shichen.board.moment import Moment, default, whole
from shichen.city import maps
from shichen.city import queries as city
from shichen.indicators import corrected
from shichen.indicators.declare import Scope
from shichen.indicators.models import Figure
from shichen.intake.models import Envelope
from shichen.journal.models import Entry, Mark
from shichen.reconciliation import queries as reconciliation
from shichen.records.manifest import Batch
from shichen.registers.cases import queries as cases
from shichen.watches import Period
from shichen.web import clock, outage, replay

LONGEST_CURVE, ONE_DAY = timedelta(days=60), timedelta(days=1)


def build(at: datetime, *, as_of: datetime | None = None, known_by: datetime | None = None) -> Board:
    """Everything the board says at a moment; `as_of` leaves out what was recorded later. Raises Refusal without a city.

    So does `known_by`, but what it makes is no look back: in a replay what was recorded later has not happened yet.
    """
    moment = Moment(at, city.the_city(), city.the_event(), as_of or known_by)
    duties = Duties(moment)
    listed = groups.listed()
    drawn = tiles.tiles((key for keys in listed.values() for key in keys), moment, duties)
    boards = groups.boards(moment, listed, drawn)
    own = boards.pop(groups.CITY)
    return {
        "at": at.isoformat(),
        "as_of": as_of.isoformat() if as_of else None,
        "city": moment.area.name,
        "area": moment.area.pk,
        "path": moment.area.path,
        "event": moment.event.pk,
        "level": log_lines.response_level(moment),
        "tiles": own["tiles"],
        "strip": own["strip"],
        "missing": sorted(duties.rows() + promised.rows(moment), key=_due),
        "nudged": nudges(moment),
        "disputes": reconciliation.open_count(as_of=moment.as_of),
        "corrections": corrected.waiting_count(as_of=moment.as_of),
        "curve": _curve(moment, duties),
        "log": own["log"],
        "places": places.places(moment, duties),
        "map": _map(),
        "risk": risk.rows(moment),
        "signals": signals.rows(moment),
        "capacity": capacity.capacity(moment, duties),
        "crossings": crossings.crossings(moment),
        "lacks": unread.rows(moment),
        "groups": boards,
    }


def refresh(now: datetime) -> bool:
    """Write the snapshot anew if anything it rests on has changed; whether it was written. For the clock."""
    try:
        stamp, held = stamp_of(now), load()
        if held is not None and held["stamp"] == stamp:
            keeping.confirm()
            written = False
        else:
            at, known = default(now), clock.known_by()
            keeping.store({"version": _version(now, held), "stamp": stamp, **build(at, known_by=known and at)})
            written = True
    except (DatabaseError, InterfaceError) as error:
        if outage.is_outage(error):
            outage.tell()
        raise
    outage.over()
    return written


def current(now: datetime) -> Board:
    """The snapshot as it lies there; made first where there is none yet."""
    held = load()
    if held is None:
        refresh(now)
        held = load()
    if held is None:
        raise AssertionError("a snapshot that was just written can be read")
    return held


def stamp_of(now: datetime) -> str:
    """What changes whenever the board may: the last entry, act, report, figure and mark; the minute, where clocks run."""
    parts: list[object] = [
        Entry.objects.aggregate(last=Max("seq"))["last"],
        Trail.objects.aggregate(last=Max("position"))["last"],
        Envelope.objects.aggregate(last=Max("seq"))["last"],
        Envelope.objects.aggregate(last=Max("entered_at"))["last"],
        _latest(Figure, "frozen_at"),
        _latest(Mark, "at"),
        standing.last_number(),
        reconciliation.open_count(),
        Batch.objects.filter(state=Batch.State.QUARANTINED).count(),
        _map(),
        list(Tile.objects.values_list("group", "key")),
        default(now).strftime("%Y%m%d%H%M"),
        replay.current(),
    ]
    return "|".join(map(str, parts))


def _map() -> str | None:
    """Which outlines the city has imported, if any: another map is another board."""
    found = maps.load(settings.HOME.path)
    return found.digest if found is not None else None


def _due(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["due"])


def _latest(model: type[Model], moment: str) -> tuple[datetime | None, int]:
    """The last moment of a table, and how many rows have it: where a clock stands, many have the same."""
    rows = model._default_manager.all()
    last: datetime | None = rows.aggregate(last=Max(moment))["last"]
    return last, rows.filter(**{moment: last}).count() if last is not None else 0


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
        "bands": bands.bands(moment, days[0].on),
        "total": sum(day.new or 0 for day in reported),
        "cumulative": reported[-1].cumulative if reported else None,
        "on": reported[-1].on.isoformat() if reported else None,
        "body": duty.body_id if duty else None,
        "corrected": corrected.charted(
            cases.CHARTED,
            moment.area.pk,
            Period(whole(days[0].on - ONE_DAY).start, whole(days[-1].on).end),
            as_of=moment.as_of,
        ),
        "href": f"/figures/cases.confirmed_new/?from={days[0].on}&to={days[-1].on}&area={moment.area.pk}&dated={cases.PUBLISHED}",
    }


def _version(now: datetime, held: Board | None) -> int:
    """Grows with the clock, so that two writers never give one number to two boards."""
    return max(int(now.timestamp() * 1000), (held["version"] if held else 0) + 1)


__all__ = ["SHAPE", "Board", "build", "current", "load", "refresh", "stamp_of"]
