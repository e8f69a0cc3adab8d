"""The one act on a demonstration's clock: begin, pause, go on, step by a watch, end (回放)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shichen import watches
from shichen.board import panels, snapshot
from shichen.city.roles import INTERNAL
from shichen.refusal import Refusal
from shichen.web import clock, replay
from shichen.web.policy import policy
from shichen.web.replay import Replay

FIRST = "08:00"  # of the day at hand, where a replay is offered to begin
USUAL = 60


@policy("note", INTERNAL)
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """回放; in a city refused, whoever asks."""
    now, asked = clock.running(), request.POST.get("act", "")
    if asked == "begin":
        start = clock.parsed(request.POST.get("from", ""))
        speed = request.POST.get("speed", "")
        if start is None:
            raise Refusal(_("请选回放从哪一刻开始。"), field="from")
        replay.begin(start, int(speed) if speed.isdecimal() and len(speed) < 5 else 0, now=now)
    elif asked == "end":
        replay.end()
    elif asked in ACTS:
        ACTS[asked](now=now)
    else:
        raise Refusal(_("没有这个动作。"), field="act")
    snapshot.refresh(now)
    panels.forgotten()
    return redirect("board")


ACTS: dict[str, Callable[..., Replay]] = {
    "pause": replay.pause,
    "go": replay.go_on,
    "back": partial(replay.step, -1),
    "forth": partial(replay.step, 1),
}


def offered(*, may_note: bool) -> dict[str, object]:
    """What the board says of the replay to those who may use it: in a demonstration alone."""
    if not replay.standing() or not may_note:
        return {"may_replay": False}
    going, here = replay.current(), watches.local(clock.shown())
    start = watches.local(going.start) if going else here
    return {
        "may_replay": True,
        "replay_from": f"{start:%Y-%m-%dT%H:%M}" if going else f"{start:%Y-%m-%d}T{FIRST}",
        "speeds": replay.SPEEDS,
        "chosen_speed": going.speed if going else USUAL,
    }
