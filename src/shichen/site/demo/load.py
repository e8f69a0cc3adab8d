"""Loads the demonstration city through the product's own doors: posts, tallies and counts as sheets, reports as texts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.db import transaction

from shichen.audit.context import acting, now
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account, Body
from shichen.reconciliation import running
from shichen.site import profile
from shichen.site.demo import (
    analyses,
    editions,
    levels,
    movement,
    papers,
    persons,
    reports,
    sheets,
    staying,
    supplying,
    telling,
    transport,
)
from shichen.site.demo.sheets import CITY

Say = Callable[[str], None]

WIDER = ("expert",)  # who sees the whole province: the expert group compares its prefectures
# The people of the demonstration: account, what it is called, role, unit.
PEOPLE = (
    ("duty", "值班员(演示)", "office", "office"),
    ("reviewer", "复核员(演示)", "office", "office"),
    ("traffic", "交通组填报员(演示)", "reporter", "traffic-safety-group"),
    ("police", "治安组填报员(演示)", "reporter", "public-security-group"),
    ("control", "疫情防控组填报员(演示)", "reporter", "epidemic-control-group"),
    ("cdc", "疾控流调员(演示)", "cdc", "epidemic-control-group"),
    ("expert", "专家组(演示)", "cdc", "epidemic-control-group"),
    ("newsroom", "日版编辑(演示)", "newsroom", "publicity-group"),
    ("leader", "指挥长(演示)", "leader", "office"),
    ("auditor", "审计管理员(演示)", "auditor", None),
)


@transaction.atomic
def load(say: Say = lambda text: None) -> None:
    """The whole demonstration, or nothing of it: everything comes in at the moment it is said to have come."""
    with acting("demo", moment=datetime(2020, 1, 20, 1, tzinfo=UTC)):
        profile.load(CITY)
        people = _people()
    say("城市档案")
    arrivals: list[tuple[datetime, Callable[[], object]]] = [
        *sheets.brought(people),
        *reports.told(people),
        *editions.chronicle(people),
        *papers.issued(people),
        *telling.told(people),
        *persons.met(people, sheets.deliver),
        *transport.ran(),
        *movement.moved(people),
        *staying.stayed(people, sheets.deliver),
        *supplying.brought(people),
        *analyses.analysed(people),
        *levels.judged(people),
    ]
    for at, arrive in sorted(arrivals, key=lambda arrival: arrival[0]):
        with acting("demo", moment=at):
            arrive()
    say(f"报表与来稿 {len(arrivals)} 件")
    with acting("demo", moment=datetime(2020, 3, 31, 3, tzinfo=UTC)):
        say(f"核对：提出 {running.run(now())} 条")


def _people() -> dict[str, Account]:
    system, event, area = accounts.system(), city.the_event(), city.the_city()
    people = {}
    for username, name, role, unit in PEOPLE:
        account = accounts.open_account(username, name, by=system)
        accounts.grant(
            account,
            role,
            unit=Body.objects.get(code=unit) if unit else None,
            area=(area.parent or area) if username in WIDER else area,
            event=event,
            starts_at=datetime(2020, 1, 20, tzinfo=UTC),
            reason="演示",
            by=system,
        )
        people[username] = account
    return people
