"""The travellers and passes of the demonstration, every one of them invented, brought in and followed up as people would."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache, partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from shichen import watches
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account, Body
from shichen.registers.checkpoints.passes import services as passes
from shichen.registers.checkpoints.passes.models import Application, Pass
from shichen.registers.travellers import following
from shichen.registers.travellers.models import Traveller
from shichen.site.demo.sheets import CITY

People = Mapping[str, Account]
Deliver = Callable[[str, str, bytes, Account, datetime], None]
Arrival = tuple[datetime, Callable[[], None]]

# Heads of two groups, who may open an identity and agree to a pass; the others of the demonstration may not.
HEADS = (
    ("traffic-lead", "交通组负责人(演示)", "traffic-safety-group"),
    ("control-lead", "疫情防控组负责人(演示)", "epidemic-control-group"),
)
SERIES = "name,authority,prefix,first_no,last_no,synthetic\n应急运输车辆通行证,traffic-safety-group,ZZ-,1,200,1\n"
SHOWN = (
    "post,number,plate,at,synthetic\n"
    "T01,ZZ-001,湘BO0001,2020-02-01 02:10,1\n"
    "T02,ZZ-002,湘BO0002,2020-02-01 02:25,1\n"
    "T01,ZZ-003,湘BO9999,2020-02-01 02:40,1\n"
)
PASSES_CAME, DECIDED = (watches.clock(date(2020, 1, 31), hour, 40) for hour in (3, 4))
WERE_SHOWN = watches.clock(date(2020, 2, 1), 3, 40)
FOLLOWED = watches.clock(date(2020, 1, 31), 4, 10)


def met(people: People, deliver: Deliver) -> Iterator[Arrival]:
    """Lists of travellers and what was found of them; a series of 200 passes, what was asked for, decided and shown."""
    for (at, by), group in groupby(_rows("travellers.csv"), key=itemgetter("reported_at", "by")):
        moment, kind = datetime.fromisoformat(at), "traveller_list"
        said = _sheet([{k: v for k, v in row.items() if k not in ("reported_at", "by")} for row in group])
        yield moment, partial(deliver, kind, f"{at[:16]}-{by}-travellers.csv", said, people[by], moment)
    yield FOLLOWED, _follow
    asked = _sheet([{k: v for k, v in row.items() if k != "outcome"} for row in _rows("passes.csv")])
    duty, traffic = people["duty"], people["traffic"]
    for kind, name, text, who in (
        ("pass_series", "pass-series.csv", SERIES.encode(), duty),
        ("pass_application", "passes.csv", asked, traffic),
    ):
        yield PASSES_CAME, partial(deliver, kind, name, text, who, PASSES_CAME)
    yield DECIDED, partial(_decide, people["leader"])
    yield WERE_SHOWN, partial(deliver, "pass_use", "pass-uses.csv", SHOWN.encode(), traffic, WERE_SHOWN)


def _follow() -> None:
    """Some were reached, one was not, one needs control, which a second unit has still to confirm."""
    by = _head("control-lead")
    cards = list(Traveller.objects.current().order_by("recorded_at", "row_no"))
    for card, finding in zip(cards, ("present", "left", "wrong", "present"), strict=False):
        following.visit(card, {"finding": finding}, by=by)
    following.call(_now(cards[4]), {"purpose": "verify", "finding": "unreached"}, by=by)
    told = {
        "control": "home",
        "control_basis": "市指挥部通告：自疫源地来，居家十四天",
        "control_until": date(2020, 2, 10),
    }
    following.control(_now(cards[0]), told, by=by)


def _now(card: Traveller) -> Traveller:
    found: Traveller = Traveller.objects.current().get(first=card.first)
    return found


def _decide(leader: Account) -> None:
    """The head of the authority first, the commander after; one is refused, one waits, one is revoked later."""
    head, outcomes = _head("traffic-lead"), [row["outcome"] for row in _rows("passes.csv")]
    for asked, outcome in zip(Application.objects.current().order_by("row_no"), outcomes, strict=True):
        if outcome == "refused":
            passes.refuse(asked, {"reason": "所运货物不属应急物资"}, by=head)
            continue
        once = passes.approve(asked, {"reason": "车辆与货物已核对"}, by=head)
        if outcome == "waiting":
            continue
        done = passes.approve(once, {"reason": "同意"}, by=leader)
        if outcome == "revoked":
            passes.revoke(Pass.objects.current().get(number=done.number), {"reason": "擅自改变路线"}, by=leader)


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (CITY / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _sheet(rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _head(username: str) -> Account:
    """The account of a head, opened when it is first needed."""
    before = Account.objects.filter(username=username).first()
    if before is not None:
        return before
    name, unit = next((name, unit) for key, name, unit in HEADS if key == username)
    account = accounts.open_account(username, name, by=accounts.system())
    accounts.grant(
        account,
        "unit_lead",
        unit=Body.objects.get(code=unit),
        area=city.the_city(),
        event=city.the_event(),
        starts_at=datetime(2020, 1, 20, tzinfo=UTC),
        reason="演示",
        by=accounts.system(),
    )
    return account
