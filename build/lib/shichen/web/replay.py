"""A demonstration's clock that runs again through its days (回放): from a moment, at a speed, paused, a watch at a time.

It is kept in a file of the home, so that web processes and the clock read the same. Only a demonstration has it: in a city
the clock of the pages is the clock on the wall, and nothing may set it.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from shichen import watches
from shichen.refusal import Refusal

SETTING = "board.moment"
FILE = "replay.json"
SPEEDS = (1, 60, 240)  # at 60 a watch lasts two minutes
WATCH = timedelta(hours=2)


@dataclass(frozen=True)
class Replay:
    """At `since` the replay stood at `start`; from there it runs at `speed`, or stands while it is paused."""

    start: datetime
    since: datetime
    speed: int
    paused: bool = False

    def at(self, now: datetime) -> datetime:
        """The moment that it has come to; never one that has not been."""
        passed = timedelta(0) if self.paused else (now - self.since) * self.speed
        return min(self.start + passed, now)


_read: tuple[tuple[str, int, int], Replay | None] = (("", 0, 0), None)


def standing() -> str:
    """Where the clock of a demonstration stands, as its settings say it; empty in a city."""
    return str(settings.CONFIG.values.get(SETTING, ""))


def current() -> Replay | None:
    """The replay that goes on in this demonstration; the file is read again only when it is another."""
    global _read
    if not standing():
        return None
    path = _path()
    try:
        held = path.stat()
    except FileNotFoundError:
        return None
    key = (str(path), held.st_mtime_ns, held.st_ino)
    if key != _read[0]:
        _read = (key, _parsed(path.read_text(encoding="utf-8")))
    return _read[1]


def begin(start: datetime, speed: int, *, now: datetime) -> Replay:
    """Run from that moment on. Raises Refusal in a city, for a speed that is not offered, for a moment to come."""
    _must_be_a_demonstration()
    if speed not in SPEEDS:
        raise Refusal("回放的速度只有 1、60、240 倍。", field="speed")
    if start > now:
        raise Refusal("这个时刻还没有到。", field="from")
    return _keep(Replay(start, now, speed))


def pause(*, now: datetime) -> Replay:
    going = _going_on()
    return _keep(replace(going, start=going.at(now), since=now, paused=True))


def go_on(*, now: datetime) -> Replay:
    going = _going_on()
    return _keep(replace(going, start=going.at(now), since=now, paused=False))


def step(by: int, *, now: datetime) -> Replay:
    """To the beginning of the watch before or after the one at hand; a replay that runs goes on running from there."""
    return _keep(stepped(_going_on(), by, now=now))


def stepped(going: Replay, by: int, *, now: datetime) -> Replay:
    at = going.at(now)
    here = watches.bounds(watches.page_day(at), watches.name(at), watches.Day.PAGE).start
    start = here + WATCH * by if by > 0 or at - here < timedelta(minutes=5) else here
    return replace(going, start=min(start, now), since=now)


def end() -> None:
    """The clock stands again where the settings say."""
    _must_be_a_demonstration()
    _path().unlink(missing_ok=True)


def _going_on() -> Replay:
    _must_be_a_demonstration()
    going = current()
    if going is None:
        raise Refusal("现在没有在回放；先选一个时刻开始。")
    return going


def _must_be_a_demonstration() -> None:
    if not standing():
        raise Refusal("回放只在演示里有；这里是一座城市的指挥部，钟就是现在。")


def _keep(one: Replay) -> Replay:
    path = _path()
    said = {"start": one.start.isoformat(), "since": one.since.isoformat(), "speed": one.speed, "paused": one.paused}
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    unfinished.write_text(json.dumps(said), encoding="utf-8")
    os.replace(unfinished, path)
    return one


def _parsed(text: str) -> Replay | None:
    """What the file says; a file of another shape says nothing."""
    try:
        said = json.loads(text)
        start, since = datetime.fromisoformat(said["start"]), datetime.fromisoformat(said["since"])
        return Replay(start, since, int(said["speed"]), bool(said["paused"]))
    except (ValueError, KeyError, TypeError):
        return None


def _path() -> Path:
    return Path(settings.HOME.path) / FILE
