"""A trace in English: four rows of a post, asked for and approved by two persons, found, handed over, opened, closed; and what goes wrong."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.utils import timezone

from shichen import watches
from shichen.analysis.models import Near, Trace
from shichen.audit.context import acting
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account, Body
from shichen.jobs import running
from shichen.records import lake
from shichen.records.bulk.receiving import Delivery
from shichen.records.manifest import Load
from shichen.registers.loads import services as loads
from tests.made import DAY, body, invented

OURS, CASE, NEAR, CAR = "epidemic-control-group", *(invented(serial) for serial in (91, 92, 93))
HEAD = "时间,卡点,车牌,证件号码,方向,处置,体温,来源地"
ROWS = (
    f"2020-02-05 08:00:00,T01,湘B12345,{CASE},入,放行,36.5,",
    f"2020-02-05 08:00:00,T01,湘B12345,{CAR},入,放行,36.5,",
    f"2020-02-05 08:01:00,T01,湘B99999,{NEAR},入,放行,36.5,",
    "2020-02-05 08:00:30,T01,湘B77777,,入,放行,36.5,",
)
REFUSED = "2020-02-05 08:00:30,T999,湘B77777,,入,放行,63.5,湖北"
ASKED = {
    "ground": "case",
    "ground_no": "病例7",
    "reason": "确诊病例的密接排查",
    "window": "14d",
    "until": "2020-02-10T12:00",
}
WRONG = (
    {"ground_no": " "},
    {"reason": "。"},
    {"index": "x"},
    {"index": ""},
    {"index": f"{CASE},2020-02-09,2020-02-01"},
    {"window": "long"},
    {"window": "60d"},
    {"until": "x"},
)


def walked(walk: Any) -> tuple[Any, ...]:
    """Whoever asks, and the second person; both of disease control."""
    with acting("job", moment=watches.clock(date(2020, 2, 10), 12)):
        load = taken()
    for name in ("traces-asker", "traces-second"):
        officer(name)
    asker, second = walk("traces-asker"), walk("traces-second")
    _look(asker, "/registers/loads/", f"/registers/loads/{load.id}/")
    _look(asker, "/traces/")
    _look(asker, "/traces/new/")
    for wrong in WRONG:
        asker.send("/traces/new/", **{**ASKED, "index": CASE, **wrong})
    there = asker.send("/traces/new/", **ASKED, index=CASE).redirect_chain[-1][0]
    asker.send(f"{there}decide/", let="yes")
    _look(second, there, "/traces/")
    second.send(f"{there}decide/", let="yes", why="同意")
    second.send(f"{there}decide/", let="yes")
    refused = asker.send("/traces/new/", **ASKED, index=CASE).redirect_chain[-1][0]
    second.send(f"{refused}decide/", let="no", why="重复")
    _look(asker, there, refused, "/jobs/")
    found = Trace.objects.get(pk=there.rstrip("/").rsplit("/", 1)[-1])
    while running.run_next(timezone.now()):
        found.refresh_from_db()
    assert (found.state, found.listed) == (Trace.State.DONE, 2), (found.state, found.listed, found.note)
    _look(asker, there, "/jobs/", "/traces/")
    handed(asker, there, found)
    asker.send(f"{there}further/", reason="")
    further = asker.send(f"{there}further/", reason="密接的同车人员排查").redirect_chain[-1][0]
    second.send(f"{further}decide/", let="yes")
    while running.run_next(timezone.now()):
        _look(asker, "/jobs/")
    asker.send(f"{further}further/", reason="再追一级")
    _look(asker, further, there, "/log/", "/registers/loads/?kind=stays", "/registers/places/")
    return asker, second


def handed(walk: Any, there: str, found: Trace) -> None:
    """The list handed over, also when nobody is chosen and a second time; somebody of it opened and closed."""
    persons = [str(one.pk) for one in found.persons.order_by("rank")]
    for chosen in ([], persons, persons):
        walk.send(f"{there}hand-over/", persons=chosen, unit=OURS)
    _look(walk, there)
    while running.run_next(timezone.now()):
        _look(walk, "/jobs/")
    walk.send(f"{there}hand-over/", persons=persons, unit=OURS)
    _look(walk, there, "/traces/")
    person = f"/traces/persons/{persons[0]}/"
    _look(walk, person)
    walk.send(person, reason="")
    walk.send(person, reason="联系密切接触者")
    walk.send(person, outcome="")
    walk.send(person, outcome="close", note="同车，电话已通")
    walk.send(person, outcome="dismissed")
    assert Near.objects.get(pk=persons[0]).task == Near.Task.CLOSE
    _look(walk, there, person, "/log/")


def taken() -> Load:
    """The rows of the post, into the lake of the home, and one that is refused."""
    said = Delivery(
        id=uuid.uuid4(),
        table=lake.PASSINGS,
        blocks=["\n".join([HEAD, *ROWS, REFUSED, ""]).encode()],
        filename="过卡.csv",
        channel="test",
        unit=Body.objects.get(code="traffic-safety-group"),
        area=city.the_city(),
        event=city.the_event(),
    )
    load = loads.work(loads.receive(said, by=Account.objects.get(username="traffic"))[0])
    assert (load.state, load.taken) == (Load.State.COMMITTED, len(ROWS)), (load.note, load.reasons)
    return load


def officer(name: str) -> None:
    """Somebody of disease control."""
    by = accounts.system()
    where = {"unit": body(OURS), "area": city.the_city(), "event": city.the_event()}
    account = accounts.open_account(name, name, by=by)
    accounts.grant(account, "cdc", **where, starts_at=watches.clock(DAY, 0), reason="试", by=by)  # type: ignore[arg-type]


def _look(walk: Any, *addresses: str) -> None:
    for address in addresses:
        walk.look(address, walk.client.get(address))
