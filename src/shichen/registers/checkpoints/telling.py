"""What the log is told of the checkpoints: shifts and posts that came in, what was changed of them, a network's day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from shichen import watches
from shichen.city import queries as city
from shichen.city.models import Account, Body, Event
from shichen.indicators import services as indicators
from shichen.indicators.declare import Scope
from shichen.indicators.models import Figure
from shichen.indicators.telling import tell
from shichen.intake.kinds import Arrival
from shichen.journal import services as journal
from shichen.journal.models import Column, Entry
from shichen.journal.services import Said
from shichen.registers.checkpoints.models import Network, Passing, Post, Tally
from shichen.watches import Period


@transaction.atomic
def tell_tallies(tallies: list[Tally], arrival: Arrival) -> None:
    """One log entry for what came in: a single shift with its figures, or that a table of shifts was taken."""
    if len(tallies) == 1:
        tell_shift(tallies[0], by=arrival.by)
        return
    posts = len({tally.post_id for tally in tallies})
    text = f"收到卡点班次记录{len(tallies)}条，涉及卡点{posts}个。"
    tell(_came(arrival, text, "record_tallies"), {}, by=arrival.by)


@transaction.atomic
def tell_posts(posts: list[Post], arrival: Arrival) -> None:
    text = f"登记卡点{len(posts)}处。" if len(posts) > 1 else f"设置卡点：{posts[0].name}。"
    tell(_came(arrival, text, "set_up_post"), {}, by=arrival.by)


def tell_shift(tally: Tally, template: str = "", *, by: Account, **where: Any) -> Entry:
    """Tell one shift in the log, every number a figure that leads to the tally."""
    period = Period(tally.occurred_from, tally.occurred_to)  # type: ignore[arg-type]
    scope = Scope(tally.area, {"post": tally.post.code, "network": tally.network_id})
    keys = ["checkpoint.vehicles_checked", "checkpoint.persons_checked"]
    clauses = ["{checkpoint.vehicles_checked}", "、人员{checkpoint.persons_checked}"]
    for key, count, clause in (
        ("checkpoint.persons_turned_back", tally.turned_back, "，劝返{checkpoint.persons_turned_back}"),
        ("checkpoint.persons_referred", tally.referred, "，移交{checkpoint.persons_referred}"),
    ):
        if count:
            keys.append(key)
            clauses.append(clause)
    figures = _frozen(keys, period, scope, tally.unit, tally.event, by)
    drawn = _drawn(tally)
    said = journal.about(
        tally,
        template or f"{tally.post.name}{hours_of(tally)}查控车辆{''.join(clauses)}{drawn}。",
        kind=Entry.Kind.ACT,
        topic="checkpoint",
        column=Column.FRONT,
        occurred_from=tally.occurred_from,
        occurred_to=tally.occurred_to,
        reported_at=tally.reported_at,
        envelope=tally.envelope,
        act="record_tally",
    )
    return tell(replace(said, **where), figures, by=by)


def _drawn(tally: Tally) -> str:
    """What a sum says of itself: what it was summed up from, and whether any of that could not be read (数据不完整)."""
    if not tally.drawn:
        return ""
    return f"(汇自逐车记录{'和成批流水' if tally.of_files else ''}{'，数据不完整' if tally.lacks else ''})"


@transaction.atomic
def tell_network_day(network: Network, day: date, template: str, *, by: Account, **where: Any) -> Entry:
    """Tell a network's civil day in the log, from its tallies: the numbers of 全天 are those of 0—24时. Raises Refusal."""
    event, area = city.the_event(), city.the_city()
    keys = slots(template)
    figures = _frozen(keys, watches.whole(day, watches.Day.CIVIL), Scope(area), network.run_by, event, by)
    said = Said(
        text=template,
        unit=network.run_by,
        area=area,
        event=event,
        kind=Entry.Kind.REPORT,
        topic="traffic",
        column=Column.COMMAND,
        act="tell_network_day",
    )
    return tell(replace(said, **where), figures, by=by)


def slots(template: str) -> list[str]:
    """The figures that a template asks for, in order."""
    return [part.partition("}")[0] for part in template.split("{")[1:]]


def _frozen(
    keys: list[str], period: Period, scope: Scope, reporter: Body, event: Event, by: Account
) -> dict[str, Figure]:
    return {key: indicators.freeze(key, period, scope, reporter=reporter, event=event, by=by) for key in keys}


def _came(arrival: Arrival, text: str, act: str) -> Said:
    return arrival.said(text, kind=Entry.Kind.SYSTEM, topic="checkpoint", act=act)


def note(one: Tally | Post | Passing, text: str, act: str, by: Account) -> None:
    """What was done to a shift, a post or a passing."""
    tell(journal.about(one, journal.plain(text), kind=Entry.Kind.ACT, topic="checkpoint", act=act), {}, by=by)


def hours_of(tally: Tally) -> str:
    """The hours of a shift: 2月1日8—16时."""
    start, end = _local(tally.occurred_from), _local(tally.occurred_to)
    last = "24" if end.hour == 0 else str(end.hour)
    return f"{start.month}月{start.day}日{start.hour}—{last}时"


def shift_of(tally: Tally) -> str:
    return f"{tally.post.name}{hours_of(tally)}"


def _local(at: datetime | None) -> datetime:
    if at is None:
        raise AssertionError("a tally has a shift")
    return watches.local(at)
