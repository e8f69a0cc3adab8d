"""The walk through reports of analyses in English: the register, a draft, its acts and each refusal, an issued one, one withdrawn."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from shichen.analysis.runs import asking
from shichen.city import queries as city
from shichen.city import services
from shichen.publications.models import Report
from shichen.publications.reports import steps
from tests.golden.publishing import see

REPORTS = "/analysis/reports/"


def walked(walk: Any) -> list[Any]:
    """Who drafts, who issues and a reader, each with what they met. `walk` makes one of a username."""
    expert, leader, reader = (walk(name) for name in ("expert", "leader", "traffic"))
    see(reader, REPORTS)
    expert.send(f"{REPORTS}draft/", until="2020-01-21T00:00")
    asking.make(city.the_city(), city.the_event(), timezone.now(), by=services.system())
    at = _drafted(expert)
    expert.send(f"{at}word/", opinion="长" * 4001)
    expert.send(f"{at}word/", opinion="须严防输入。")
    see(expert, at, REPORTS)
    leader.send(f"{at}issue/", seen="x")
    leader.send(f"{at}issue/", seen=steps.seen_of(Report.objects.get(pk=at.split("/")[-2])))
    see(reader, at, REPORTS)
    expert.send(f"{at}word/", opinion="晚了")
    for reason in ("", "数据有误"):
        leader.send(f"{at}withdraw/", reason=reason)
    see(reader, at)
    asking.make(city.the_city(), city.the_event(), timezone.now(), by=services.system())
    second = _drafted(expert)
    for reason in ("", "写早了"):
        expert.send(f"{second}drop/", reason=reason)
    see(expert, second)
    return [expert, leader, reader]


def _drafted(expert: Any) -> str:
    sent = expert.send(f"{REPORTS}draft/", until="2100-01-01T00:00")
    return str(sent.redirect_chain[-1][0])
