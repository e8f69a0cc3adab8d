"""The people of the demonstration: who has an account in which role, whichever event it shows."""

from __future__ import annotations

from datetime import datetime

from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account, Body

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


def opened(since: datetime) -> dict[str, Account]:
    """Their accounts, each with its role from that time on."""
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
            starts_at=since,
            reason="演示",
            by=system,
        )
        people[username] = account
    return people
