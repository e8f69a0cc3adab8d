"""What people wait for besides pages: a report's number on an open board, the freeze of a day, the comparison of a month."""

from __future__ import annotations

import http.client
import json
import re
import statistics
import time
import uuid
from dataclasses import dataclass
from typing import Any

from benchmarks.freeze import FREEZE, FROZEN
from benchmarks.pages import measure
from benchmarks.recheck import CHECKED, RECHECK
from benchmarks.trust.house import House

FRESH = 3.0  # seconds: the limit for a number on the board
TRIALS = 12

PREPARE = """
import json
from datetime import UTC, datetime, timedelta
from django.utils import timezone
from shichen import watches
from shichen.city import queries, services, signin
from shichen.city.models import Body
from shichen.registers.checkpoints.models import Post, Tally
system = services.system()
name = f"bench-{timezone.now():%H%M%S%f}"
account = services.open_account(name, "测量", kind="device", by=system)
services.grant(account, "reporter", unit=Body.objects.get(code="traffic-safety-group"), area=queries.the_city(),
               event=queries.the_event(), starts_at=timezone.now(), reason="trial", by=system)
today = watches.civil_day(timezone.now())
told = set(Tally.objects.current().filter(occurred_from__gte=watches.clock(today, 0)).values_list("post__code", flat=True))
posts = [one.code for one in Post.objects.current().filter(network="traffic", closed_on=None).order_by("code")]
print(json.dumps({"token": signin.token_for(account, "bench"), "posts": posts, "day": today.isoformat()}))
"""


@dataclass(frozen=True)
class Waited:
    """How long one thing took, in seconds; with its limit, where there is one."""

    name: str
    seconds: float
    limit: float | None
    note: str = ""


def told(house: House, cookies: str, *, every: float) -> list[Waited]:
    """From the answer to an accepted report to its number on a board that asks for news every so many seconds."""
    held = house.ask(PREPARE)
    waited = [_one(held, cookies, n, every) for n in range(TRIALS)]
    found = [one for one in waited if one is not None]
    note = f"{len(found)} reports; the open board asks every {every:g} s"
    return [
        Waited("a report's number on an open board, median", statistics.median(found), FRESH, note),
        Waited("a report's number on an open board, longest", max(found), FRESH, note),
    ]


def _one(held: dict[str, Any], cookies: str, n: int, every: float) -> float | None:
    """Send one shift of a post and look at the board as a browser does, until its number is another."""
    path = _news(measure.Line(cookies))
    reader = measure.Line(cookies)
    time.sleep((n % 5) * every / 5)  # whenever it comes between two looks
    status = _send(held, n)
    if status != 201:
        return None
    answered, looked = time.perf_counter(), time.perf_counter() - (n % 3) * every / 3
    while time.perf_counter() - answered < 60:
        looked += every
        time.sleep(max(0.0, looked - time.perf_counter()))
        status, _head, _body = reader.ask(path, polls=True)
        if status == 200 and _posts(measure.Line(cookies)) > n:
            return time.perf_counter() - answered
        if status == 200:
            path = _news(measure.Line(cookies))
    return 60.0


def _send(held: dict[str, Any], n: int) -> int:
    hour = n % 20
    row = {
        "post": held["posts"][n],
        "network": "traffic",
        "shift_start": f"{held['day']}T{hour // 10}{hour % 10}:17+08:00",
        "shift_end": f"{held['day']}T{hour // 10}{hour % 10}:18+08:00",
        "vehicles": 1000 + n,
        "persons": 1,
    }
    body = json.dumps({"kind": "checkpoint_tally", "rows": [row]}).encode()
    line = http.client.HTTPConnection("127.0.0.1", measure.PORT, timeout=30)
    headers = {"Authorization": f"Bearer {held['token']}", "Content-Type": "application/json"}
    line.request("PUT", f"/api/v1/submissions/{uuid.uuid4()}", body, headers)
    answer = line.getresponse()
    said = json.loads(answer.read())
    line.close()
    return answer.status if said.get("state") == "entered" else 0


def _news(line: measure.Line) -> str:
    """The address that an open board asks next."""
    page = measure.text(line.ask("/")[2])
    found = re.search(r'data-get="(/board/tiles\?v=[^"]+)"', page)
    if found is None:
        raise SystemExit("the board does not ask for news")
    return found.group(1)


def _posts(line: measure.Line) -> int:
    """How many of the reports sent so far are in the figure of the board: each adds a thousand vehicles and its own number."""
    board = json.loads(measure.text(line.ask("/board.json")[2]))
    tile = next(one for one in board["tiles"] if one["key"] == "traffic.vehicles_checked")
    return int(float(tile["value"] or 0)) // 1000 if tile["value"] else 0


def frozen(house: House, figures: int = 10_000) -> list[Waited]:
    said = house.ask(FROZEN, str(figures))
    same = "values and fingerprints as one by one" if said["same"] else "NOT THE SAME AS ONE BY ONE"
    return [
        Waited(f"freeze of a day with {said['figures']:,} figures", said["together"], FREEZE, same),
        Waited("the same one by one (from a hundred of them)", said["one_by_one"], None),
    ]


def checked(house: House) -> list[Waited]:
    said = house.ask(CHECKED)
    return [
        Waited("all rules, first round", said["first"], None, f"{said['raised']} gaps found"),
        Waited("all rules, next round", said["again"], RECHECK, "runs when something changed, at most every minute"),
    ]
