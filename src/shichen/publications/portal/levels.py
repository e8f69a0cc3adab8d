"""The public's risk levels (风险等级): what was signed or set by the Office, with rule, version, inputs and day, let out by two persons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from shichen import watches
from shichen.analysis.risk import rules_in_force, standing
from shichen.analysis.risk.models import Rule
from shichen.analysis.risk.standing import Standing
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account, Area
from shichen.disclosure import atleast, clearing, queries, services
from shichen.disclosure.facts import Region
from shichen.disclosure.models import OpenTable
from shichen.disclosure.policy import policy
from shichen.indicators.releasing import Document
from shichen.publications.portal.tables import NEW, Content
from shichen.refusal import Refusal
from shichen.web import clock

NAME = "risk_levels"
RULE = "公开表"
A_DAY = timedelta(days=1)
MOST_NAMED = 3


def draft(until: date) -> Content:
    """The levels that may look current on a day. Raises Refusal where nothing is signed, or what it says gives away a small number."""
    event, at = city.the_event(), min(now(), watches.clock(until, 24))
    found = [one for one in standing.standing(event, until, at) if _tells(one, until)]
    if not found:
        raise Refusal(f"到{until}没有签发而未过期的风险等级，不能公开；先由办公室或指挥长签发。", rule=RULE)
    rules = {one.code: one for one in Rule.objects.filter(event=event)}
    content = {
        "name": NAME,
        "until": until.isoformat(),
        "k": policy().k,
        "rules": [
            _rule(rules[code]) for code in sorted({one.row["rule"] for one in found if one.row and not one.override})
        ],
        "rows": [_row(one) for one in found],
        "cells": [_nought(one, region) for one, region in _regions(found, "low")],
        "some": [region.said() for level in ("medium", "high") for _one, region in _regions(found, level)],
    }
    _must_not_narrow(content)
    return content


@transaction.atomic
def propose(until: date, *, by: Account) -> OpenTable:
    """Put the levels up for release. Raises Refusal."""
    if until > watches.civil_day(clock.running()):
        raise Refusal(f"{until}还没有到；请写今天或以前的一天。", rule=RULE, field="until")
    return services.propose_table(NAME, until, draft(until), by=by)


@transaction.atomic
def release(table: OpenTable, *, by: Account) -> OpenTable:
    """Let the levels go out: looked at once more beside everything told by now, in the same transaction. Raises Refusal."""
    return services.release_table(table, lambda held: _checked(held, by), by=by)


def _checked(table: OpenTable, by: Account) -> None:
    if services.digest(draft(table.until)) != table.digest:
        raise Refusal("提出之后等级又变了；请不予签，重新提出。", rule=RULE)
    document = Document(table.pk, f"风险等级 {table.until}", reverse("open-table", args=[table.pk]))
    clearing.clear(document, [], beside=queries.table_facts(table), by=by)


def _tells(one: Standing, until: date) -> bool:
    if one.override is not None:
        return True
    return one.on is not None and one.on <= until and not standing.lapsed(one.on, one.days, until)


def _rule(rule: Rule) -> dict[str, Any]:
    said = rules_in_force.read(rule.text)
    named = {"id": rule.code, "version": rule.digest, "name": rule.name, "name_en": rule.name_en}
    return {**named, "valid_from": rule.valid_from.isoformat(), "days": said.days, "source": said.source}


def _row(one: Standing) -> dict[str, Any]:
    """An area as it is kept and printed. Where the Office set a level what was worked out is not told."""
    named = {"code": one.area.pk, "area": one.area.name, "area_en": one.area.name_en or one.area.name}
    if one.override is not None:
        day, last = one.override.from_day, one.override.to_day
        said = {"level": one.override.level, "day": day.isoformat(), "until": last and last.isoformat(), "set": True}
        return {**named, **said, "rule": "", "version": "", "inputs": "", "number": None}
    signed, row = one.signed, one.row
    if signed is None or row is None or one.on is None:
        raise AssertionError("what is told was signed")
    version = next(rule["digest"] for rule in signed.inputs["rules"] if rule["id"] == row["rule"])
    last = one.on + (one.days - 1) * A_DAY
    said = {"level": row["level"], "day": row["date"], "until": last.isoformat(), "set": False, "rule": row["rule"]}
    return {**named, **said, "version": version, "inputs": signed.inputs_digest, "number": signed.number}


def _regions(found: list[Standing], level: str) -> Iterator[tuple[Standing, Region]]:
    """The areas of a computed level with the days that it speaks of: none of the rule's days has a case, or one of them has."""
    for one in found:
        if one.override is None and one.on is not None and one.row is not None and one.row["level"] == level:
            first = watches.clock(one.on - (one.days - 1) * A_DAY, 0)
            yield one, Region(NEW, one.area.path, first, watches.clock(one.on, 24))


def _nought(one: Standing, region: Region) -> dict[str, Any]:
    named = {"code": one.area.pk, "area": one.area.name, "measure": NEW}
    return {**named, "day": one.row and one.row["date"], "value": 0, "mark": "", "region": region.said()}


def _must_not_narrow(content: Content) -> None:
    """No level may say of a small number more than that it is small, beside all that was told and these levels. Raises Refusal."""
    earlier = queries.released_tables(NAME)
    claims = [Region.read(said) for held in (*(one.content for one in earlier), content) for said in held["some"]]
    noughts = queries.table_facts(OpenTable(content=content))
    inner = set(Area.objects.exclude(counted_in=None).values_list("path", flat=True))
    rules = policy()
    found = atleast.narrow(claims, [*queries.told_facts(rules), *noughts], NEW, rules.k, inner)
    if found:
        names = dict(Area.objects.filter(path__in=[one.area for one in found]).values_list("path", "name"))
        told = [f"{names[one.area]}{one.days[0]}至{one.days[-1]}最多{one.most}例" for one in found[:MOST_NAMED]]
        raise Refusal(
            f"风险等级连同已公开的数，会说出不足{rules.k}人的数：{'；'.join(told)}。先不公开这些等级，或先作公布决定公开病例数。",
            rule=RULE,
        )


def expired(row: dict[str, Any], today: date) -> bool:
    """Whether a row that went out must not look current any more."""
    return row["until"] is not None and date.fromisoformat(row["until"]) < today


def lapsing(at: datetime) -> str:
    """What changes on the page when a day ends: which of its rows have lapsed. For the clock."""
    table = next(iter(current()), None)
    today = watches.civil_day(clock.stands_at() or at)
    return "" if table is None else ",".join(row["code"] for row in table.content["rows"] if expired(row, today))


def all_released() -> list[OpenTable]:
    return queries.released_tables(NAME)


def current() -> list[OpenTable]:
    """The levels that readers see: the last that went out and were not withdrawn."""
    return list(OpenTable.objects.filter(name=NAME, state=OpenTable.State.SIGNED).order_by("-decided_at")[:1])


__all__ = ["NAME", "all_released", "current", "draft", "expired", "lapsing", "propose", "release"]
