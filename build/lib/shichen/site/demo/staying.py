"""Stays of the demonstration, every place and person of them invented: a case's two days among others, a crowd, the near of the near."""

from __future__ import annotations

import csv
import io
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from shichen import watches
from shichen.analysis import tracing
from shichen.analysis.models import Trace
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account
from shichen.jobs import running
from shichen.records import lake
from shichen.records.bulk import receiving
from shichen.records.manifest import Load
from shichen.refusal import Refusal
from shichen.registers.loads import services as loads
from shichen.site.demo.movement import DAY, Arrival, People, at, person

PLACES = Path(__file__).with_name("zhuzhou") / "places.csv"
NAMESPACE = uuid.UUID("3f0e8d6a-95c1-5d7b-8a40-2f2020020223")
Deliver = Callable[[str, str, bytes, Account, datetime], None]
HEAD = ("到达时间", "场所", "证件号码", "离开时间", "座位")
Row = tuple[str, ...]

CASE, PASSENGER = 9_001, 9_002
"""Whom movement.py lets pass T01 on both mornings."""
EVE = -1
"""The day before DAY."""
WITH_THE_CASE = (
    # day, place, from, to, whose, seat: minutes of the day, of the same day unless they pass 24 hours
    (EVE, "V01-1", (8, 10), (8, 50), CASE, ""),
    (EVE, "V02-A", (12, 5), (13, 10), CASE, ""),
    (EVE, "V02-A", (12, 0), (13, 0), 9_010, ""),  # at the tables beside
    (EVE, "V02-A", (12, 50), (13, 30), 9_011, ""),
    (EVE, "V02-A", (13, 0), (13, 40), 9_012, ""),  # ten minutes together: too short
    (EVE, "V02-B", (12, 5), (13, 10), 9_013, ""),  # the other zone shares no air
    (EVE, "R01-05", (15, 0), (16, 10), CASE, "12F"),
    (EVE, "R01-05", (15, 0), (16, 10), 9_020, "13A"),
    (EVE, "R01-05", (15, 0), (16, 10), 9_021, "20C"),  # eight rows apart
    (EVE, "R01-05", (15, 20), (16, 10), 9_022, "无座"),
    (EVE, "R01-06", (15, 0), (16, 10), 9_023, "12F"),
    (EVE, "H01-2", (19, 30), (30, 50), CASE, ""),
    (EVE, "H01-2", (21, 0), (31, 20), 9_030, ""),
    (EVE, "H01-3", (19, 0), (31, 0), 9_031, ""),
    (0, "V03", (9, 0), (9, 12), CASE, ""),
    (0, "V03", (9, 0), (9, 40), 9_032, ""),
)
A_DAY_LATER = (
    (0, "V03", (14, 0), (14, 50), 9_010, ""),
    (0, "V03", (14, 5), (14, 45), 9_040, ""),
    (0, "V03", (14, 20), (15, 0), 9_041, ""),
    (0, "V03", (14, 40), (15, 10), 9_042, ""),  # ten minutes together
    (0, "V02-B", (18, 0), (19, 0), 9_020, ""),
    (0, "V02-B", (18, 10), (19, 10), 9_043, ""),
)
"""The close ones a day after they met the case, when they may pass it on, and whom they met."""
CROWD, AGAIN = 300, 40
"""Shoppers of the market hall on each morning; how many of the first morning come again on the second."""
REFUSED = (
    ("2020-02-01 20:00:00", "演示宾馆", person(9_050), "2020-02-02 07:00:00", ""),
    ("2020-02-01 10:00:00", "V01-1", person(9_051), "", ""),
    ("2020-02-01 10:00:00", "V99", person(9_052), "2020-02-01 11:00:00", ""),
)
"""A stay in the whole of a hotel, one without departure, one at a place that nobody entered into the register."""
TWICE = 5


def stayed(people: People, deliver: Deliver) -> Iterator[Arrival]:
    """The places, the load that speaks of them, and the second degree of the trace that movement.py asks for."""
    entered = watches.clock(DAY - timedelta(days=4), 9)
    control = people["control"]
    yield entered, partial(deliver, "place", "places.csv", PLACES.read_bytes(), control, entered)
    yield at(20, 10), partial(_loaded, control)
    yield at(20, 40), partial(_further, people["cdc"], people["leader"])


def load_file() -> bytes:
    """Two days of check-ins, a carriage and nights as one file, with rows that are amiss and rows that come twice."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    rows = sorted([*(_row(*one) for one in (*WITH_THE_CASE, *A_DAY_LATER)), *_crowd()])
    writer.writerows([*rows, *REFUSED, *rows[:TWICE]])
    return out.getvalue().encode()


def _crowd() -> Iterator[Row]:
    """Shoppers of two mornings between six and noon, each for five minutes to an hour; some of the first come again."""
    chance = random.Random(20200201)  # noqa: S311 - invented, the same each time
    for day, first in ((EVE, 5_000), (0, 5_000 + CROWD - AGAIN)):
        for serial in range(first, first + CROWD):
            came = chance.randrange(6 * 60, 11 * 60)
            yield _row(day, "V01-1", divmod(came, 60), divmod(came + chance.randrange(5, 61), 60), serial, "")


def _row(day: int, place: str, came: tuple[int, int], left: tuple[int, int], serial: int, seat: str) -> Row:
    midnight = watches.local(watches.clock(DAY + timedelta(days=day), 0))
    moments = (midnight + timedelta(hours=hours, minutes=minutes) for hours, minutes in (came, left))
    arrived, gone = (f"{one:%Y-%m-%d %H:%M:%S}" for one in moments)
    return arrived, place, person(serial), gone, seat


def _loaded(control: Account) -> None:
    standing = city.standing_of(control, "submit", at=now())
    if standing is None:
        raise AssertionError("the demonstration's reporter may report")
    delivery = receiving.Delivery(
        id=uuid.uuid5(NAMESPACE, "load"),
        table=lake.STAYS,
        blocks=[load_file()],
        filename="场所扫码0201-0202(演示).csv",
        channel="api",
        unit=standing.unit,
        area=standing.area,
        event=standing.event,
    )
    load = loads.work(loads.receive(delivery, by=control)[0])
    if load.state != Load.State.COMMITTED:
        raise Refusal(f"演示数据 停留流水：{load.note}")


def _further(cdc: Account, leader: Account) -> None:
    """Who was near those near, asked with a reason of its own and let by the second person again."""
    first = Trace.objects.get(of=None)
    tracing.decide(tracing.ask_further(first, "演示：密接在菜市场、超市又与谁同处", by=cdc), True, "同意", by=leader)
    running.run_next(now())
