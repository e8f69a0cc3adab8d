"""Movement of the demonstration, every person and plate of it invented: single passings with their phones, alarms, a load, a trace."""

from __future__ import annotations

import csv
import io
import json
import random
import uuid
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any

from shichen import watches
from shichen.analysis import tracing
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account, Body
from shichen.city.queries import Standing
from shichen.intake import services as intake
from shichen.intake.models import Envelope
from shichen.intake.services import Delivery
from shichen.jobs import running
from shichen.records import lake, pseudonyms
from shichen.records.bulk import receiving
from shichen.records.manifest import Load
from shichen.refusal import Refusal
from shichen.registers.checkpoints import devices, watching
from shichen.registers.checkpoints.devices import Heard
from shichen.registers.checkpoints.models import Alarm, Device, Post
from shichen.registers.loads import services as loads
from shichen.site.demo.sheets import CITY

NAMESPACE = uuid.UUID("d2a0c0a8-6c5c-5a0b-9e7e-2f2020020222")
DAY = date(2020, 2, 2)
People = Mapping[str, Account]
Arrival = tuple[datetime, partial[None]]

SHIFTS = (("P01", 0, 5), ("P01", 5, 8), ("P37", 0, 8), ("P81", 0, 8))
"""Shifts of the day that were also written down vehicle by vehicle: as many as tallies.csv states of them."""
PHONES = (("P01", "一号手机"), ("P37", "一号手机"), ("P81", "一号手机"), ("T02", "一号手机"))
AT_ONCE = 50
GATES = ("T01", "T02", "T03")
ROWS = 3_000
HEAD = ("过卡时间", "卡口", "车牌", "证件号码", "方向", "处置", "体温", "来源地")


def moved(people: People) -> Iterator[Arrival]:
    """Each at the moment at which it came."""
    yield at(0), partial(_phones, people["duty"])
    for code, start, end in SHIFTS:
        yield at(end, 5), partial(_passed, code, start, end, at(end, 5))
    yield at(4, 10), partial(_queue, "P01", 26)
    for hour, minute in ((4, 12), (4, 27)):
        yield at(hour, minute), partial(_look, 26)
    yield at(4, 31), partial(_taken, people["duty"])
    yield at(22, 20), partial(_queue, "T02", 24)
    yield at(22, 40), partial(_look, 24)
    yield at(20), partial(_loaded, people["traffic"])
    yield at(20, 30), partial(_traced, people["cdc"], people["leader"])


def at(hour: int, minute: int = 0) -> datetime:
    return watches.clock(DAY, hour, minute)


def _phones(duty: Account) -> None:
    for code, label in PHONES:
        _device, secret = devices.allow(_post(code), label, by=duty)
        devices.enrol(secret, address="")


def _passed(code: str, start: int, end: int, moment: datetime) -> None:
    """The vehicles of a shift, in envelopes as a phone sends them; their sums are those of the shift's tally."""
    device, rows = _device(code), passings(code, start, end)
    for first in range(0, len(rows), AT_ONCE):
        body = json.dumps({"rows": rows[first : first + AT_ONCE]}, ensure_ascii=False).encode()
        delivery = Delivery(
            id=uuid.uuid5(NAMESPACE, f"{code}-{start}-{first}"),
            kind="passing",
            body=body,
            media_type="application/json",
            channel=Envelope.Channel.API,
            unit=device.post.unit,
            area=device.post.area,
            event=device.post.event,
            reported_at=moment,
        )
        envelope = intake.deliver(delivery, by=device.account).envelope
        if envelope.state != Envelope.State.ENTERED:
            raise Refusal(f"演示数据 {code} 逐车记录：{envelope.note}")
    devices.heard(device, Heard(moment, 0, waiting=0))


def passings(code: str, start: int, end: int) -> list[dict[str, Any]]:
    """Invented vehicles of a shift, spread over it: as many vehicles, persons and referred as the shift's tally says."""
    told = _tally(code, start, end)
    vehicles, persons, referred = (int(told[name]) for name in ("vehicles", "persons", "referred"))
    chance, seconds = random.Random(f"{code}{start}"), (end - start) * 3600  # noqa: S311 - invented, the same each time
    crew = [1] * vehicles
    for _ in range(persons - vehicles):
        crew[chance.choice([n for n, one in enumerate(crew) if one < 7])] += 1
    moments = sorted(chance.sample(range(60, seconds - 60), vehicles))
    alone = [n for n, one in enumerate(crew) if one == 1][-referred:] if referred else []
    return [
        {
            "client_id": str(uuid.uuid5(NAMESPACE, f"{code}-{start}-row-{n}")),
            "post": code,
            "at": (at(start) + timedelta(seconds=second)).isoformat(),
            "plate": f"湘BO{chance.randrange(10_000):04}",
            "persons": crew[n],
            "outcome": "referred" if n in alone else "passed",
            "synthetic": True,
            **({"why": "发热", "temperature": "37.9"} if n in alone else {}),
        }
        for n, second in enumerate(moments)
    ]


def _queue(code: str, vehicles: int) -> None:
    devices.heard(_device(code), Heard(now(), 0, waiting=vehicles))


def _look(waiting: int) -> None:
    """The clock looks; a queue that goes on is told again, and so are the other phones."""
    for device in Device.objects.filter(ended_at=None):
        still = device.waiting == waiting
        devices.heard(device, Heard(now(), 0, waiting=waiting if still else None))
    watching.look(now())


def _taken(duty: Account) -> None:
    """The duty officer takes what had gone up to the head of the unit; the queue is over soon after."""
    for alarm in Alarm.objects.filter(acknowledged_at=None, cleared_at=None):
        watching.acknowledge(alarm, by=duty)
    _queue("P01", 3)
    watching.look(now())


def load_file() -> bytes:
    """A day and a half of three gates: a case and who was near it, commuters, single travellers; and rows that are amiss."""
    chance, out = random.Random(20200202), io.StringIO()  # noqa: S311 - invented, the same each time
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    rows = list(_near(chance))
    while len(rows) < ROWS:
        second = chance.randrange(34 * 3600)
        gate, plate = chance.choice(GATES), f"湘BO{chance.randrange(10_000):04}"
        for _ in range(chance.choice((1, 1, 1, 2, 2, 3))):
            rows.append(_row(second, gate, plate, person(chance.randrange(4_000)), chance))
    rows.sort()
    for number in range(7, len(rows), 600):
        rows[number] = [*rows[number][:3], person(9)[:-1] + "A", *rows[number][4:]]
    rows += [
        _row(30_000, "T999", "湘BO0001", "", chance),
        _row(30_001, "T01", "湘BO0001", "", chance, temperature="63.5"),
    ]
    writer.writerows([*rows, *rows[:20]])
    return out.getvalue().encode()


def person(serial: int) -> str:
    """The number of somebody invented: the area 000000 belongs to no place, the last figure is right."""
    seventeen = f"000000{1950 + serial % 55}{serial // 55 % 12 + 1:02}{serial // 660 % 28 + 1:02}{serial % 1000:03}"
    return seventeen + pseudonyms.check_figure(seventeen)


def _near(chance: random.Random) -> Iterator[list[str]]:
    """The case by car at half past seven on both days, with a passenger; others within two minutes of it."""
    for day in (0, 1):
        second = day * 86_400 + 27_000
        for serial in (9_001, 9_002):
            yield _row(second, "T01", "湘BO7001", person(serial), chance)
        for gap, serial in ((20, 9_003), (65, 9_004), (110, 9_005 + day)):
            yield _row(second + gap, "T01", f"湘BO70{serial % 100:02}", person(serial), chance)


def _row(second: int, gate: str, plate: str, who: str, chance: random.Random, temperature: str = "") -> list[str]:
    when = watches.local(watches.clock(DAY - timedelta(days=1), 0) + timedelta(seconds=second))
    degrees = temperature or f"36.{chance.randrange(10)}"
    return [f"{when:%Y-%m-%d %H:%M:%S}", gate, plate, who, "入", "放行", degrees, ""]


def _loaded(traffic: Account) -> None:
    standing = city.standing_of(traffic, "submit", at=now())
    if standing is None:
        raise AssertionError("the demonstration's reporter may report")
    load, _again = loads.receive(_delivery(standing), by=traffic)
    load = loads.work(load)
    if load.state != Load.State.COMMITTED:
        raise Refusal(f"演示数据 过卡流水：{load.note}")


def _delivery(standing: Standing) -> receiving.Delivery:
    return receiving.Delivery(
        id=uuid.uuid5(NAMESPACE, "load"),
        table=lake.PASSINGS,
        blocks=[load_file()],
        filename="卡口流水0201-0202(演示).csv",
        channel="api",
        unit=standing.unit,
        area=standing.area,
        event=standing.event,
    )


def _traced(cdc: Account, leader: Account) -> None:
    """Asked for by disease control, let by the commander, found by the work in the background."""
    asked = tracing.Asked(
        ground="case",
        ground_no="演示病例1",
        reason="演示：确诊病例同时段过卡人员排查",
        index=person(9_001),
        window="14d",
        until=now(),
        unit=Body.objects.get(code="epidemic-control-group"),
        area=city.the_city(),
        event=city.the_event(),
    )
    tracing.decide(tracing.ask(asked, by=cdc), True, "同意", by=leader)
    running.run_next(now())


@cache
def _tallies() -> list[dict[str, str]]:
    with (CITY / "tallies.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _tally(code: str, start: int, end: int) -> dict[str, str]:
    wanted = (code, at(start), at(end))
    return next(
        row
        for row in _tallies()
        if (row["post"], datetime.fromisoformat(row["shift_start"]), datetime.fromisoformat(row["shift_end"])) == wanted
    )


def _post(code: str) -> Post:
    found: Post = Post.objects.current().select_related("unit", "area", "event").get(code=code)
    return found


def _device(code: str) -> Device:
    return Device.objects.select_related("account", "post__unit", "post__area", "post__event").get(post__code=code)


__all__ = ["load_file", "moved", "passings"]
