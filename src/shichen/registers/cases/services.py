"""Acts on case counts: enter an area's count of a day, correct it, tell it in the log."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from shichen import watches
from shichen.city.models import Account, Area
from shichen.indicators import services as indicators
from shichen.indicators.declare import Scope
from shichen.indicators.telling import tell
from shichen.intake.kinds import Arrival, again
from shichen.journal import services as journal
from shichen.journal.models import Column, Entry
from shichen.records import services as records
from shichen.refusal import Refusal
from shichen.registers.cases.models import DailyCount, Series

COUNTS = (
    "confirmed_new",
    "confirmed_down",
    "confirmed_cum",
    "discharged_new",
    "discharged_done_cum",
    "discharged_network_cum",
    "severe_now",
    "dead_cum",
)
OFFICIAL = "official"


def record_count(values: dict[str, Any], arrival: Arrival) -> DailyCount:
    """Enter an area's counts as of 24:00 of a day. Raises Refusal."""
    day = values["as_of"]
    area = arrival.area_named(values["area"], on=day)
    if not arrival.may_submit(area):
        raise Refusal(f"{arrival.by}不能替{area}报送病例数。", rule="报送范围", field="area")
    count = DailyCount(
        as_of=day,
        published_on=values["published_on"] or day + timedelta(days=1),
        series=_series(values["series"] or OFFICIAL, arrival),
        source=(values["source"] or "")[:300],
        occurred_from=watches.clock(day, 0),
        occurred_to=watches.clock(day, 24),
    )
    for name in COUNTS:
        setattr(count, name, values[name])
    arrival.begin(count, area=area)
    check(count)
    records.enter(count, lambda: _reported_before(count))
    return count


def _reported_before(count: DailyCount) -> Refusal:
    before = DailyCount.objects.current().filter(area=count.area, as_of=count.as_of, series=count.series).first()
    alike = again(before, count, (*COUNTS, "published_on", "source"))
    return alike or Refusal(f"{_title(count)}的日报已报过；如有出入请作更正，不要重报。", field="as_of")


@transaction.atomic
def correct_count(old: DailyCount, values: dict[str, Any], reason: str, *, by: Account) -> DailyCount:
    """Put a count right (更正). Raises Refusal."""
    new = records.correct(old, values, reason, check=check, by=by)
    _note_change(new, f"更正{_title(new)}病例日报：{reason}", "correct_count", by)
    return new


@transaction.atomic
def void_count(old: DailyCount, reason: str, *, by: Account) -> None:
    """Take a count out of every figure (作废). Raises Refusal."""
    records.void(old, reason, by=by)
    _note_change(old, f"作废{_title(old)}病例日报：{reason}", "void_count", by)


def check(count: DailyCount) -> None:
    """The rules a count must keep: something is said, dates in order, parts within wholes."""
    if all(getattr(count, name) is None for name in COUNTS):
        raise Refusal("这一行没有任何数；没有新增请填 0(零报告)，不要留空。", field="confirmed_new")
    if count.published_on < count.as_of:
        raise Refusal("发布日早于数据日；截至24时的数通常次日发布。", field="published_on")
    count.discharged_cum = (
        count.discharged_network_cum if count.discharged_done_cum is None else count.discharged_done_cum
    )
    if count.confirmed_cum is not None:
        left = (count.discharged_cum or 0) + (count.dead_cum or 0)
        if left > count.confirmed_cum:
            raise Refusal(f"出院与死亡合计{left}多于累计确诊{count.confirmed_cum}。", field="discharged_done_cum")
        if (count.confirmed_new or 0) > count.confirmed_cum:
            raise Refusal(f"新增{count.confirmed_new}多于累计{count.confirmed_cum}。", field="confirmed_new")
    count.precedence = count.as_of.toordinal() * 100 + (99 - count.series.rank)


@transaction.atomic
def tell_counts(counts: list[DailyCount], arrival: Arrival) -> None:
    """One log entry: a single area's day with its figures, or that a table of counts was taken."""
    if len(counts) == 1 and counts[0].series_id == OFFICIAL:
        tell_day(counts[0].area, counts[0].as_of, count=counts[0], by=arrival.by)
        return
    days = sorted({count.as_of for count in counts})
    areas = len({count.area_id for count in counts})
    text = f"收到病例日报{len(counts)}条：{_day(days[0])}至{_day(days[-1])}，{areas}个区域。"
    tell(arrival.said(text, kind=Entry.Kind.SYSTEM, topic="case", act="record_counts"), {}, by=arrival.by)


def tell_day(area: Area, day: date, *, count: DailyCount, by: Account) -> Entry:
    """Tell an area's counts of a data day in the log, every number a figure that leads to the report."""
    period, scope = watches.whole(day, watches.Day.CIVIL), Scope(area)
    clauses = [
        (key, clause)
        for key, clause, value in (
            ("cases.confirmed_new", "新增确诊{cases.confirmed_new}", count.confirmed_new),
            ("cases.confirmed_down", "核减{cases.confirmed_down}", count.confirmed_down),
            ("cases.confirmed_cum", "累计确诊{cases.confirmed_cum}", count.confirmed_cum),
            ("cases.discharged_new", "新增出院{cases.discharged_new}", count.discharged_new),
            ("cases.discharged", "累计出院{cases.discharged}", count.discharged_cum),
            ("cases.severe", "现有重症{cases.severe}", count.severe_now),
            ("cases.dead", "累计死亡{cases.dead}", count.dead_cum),
        )
        if value is not None
    ]
    figures = {
        key: indicators.freeze(key, period, scope, reporter=count.unit, event=count.event, by=by) for key, _ in clauses
    }
    said = journal.about(
        count,
        f"截至{_day(day)}24时，{area.name}{'，'.join(clause for _, clause in clauses)}。",
        area=area,
        kind=Entry.Kind.ACT,
        topic="case",
        column=Column.COMMAND,
        occurred_from=count.occurred_from,
        occurred_to=count.occurred_to,
        reported_at=count.reported_at,
        envelope=count.envelope,
        act="record_count",
    )
    return tell(said, figures, by=by)


def _series(code: str, arrival: Arrival) -> Series:
    known = arrival.once("series", lambda: list(Series.objects.all()))
    found = next((series for series in known if code in {series.code, series.name}), None)
    if found is None:
        listed = "、".join(series.code for series in known)
        raise Refusal(f"没有名为「{code}」的数据序列；可用：{listed}。", field="series")
    return found


def _note_change(count: DailyCount, text: str, act: str, by: Account) -> None:
    said = journal.about(count, journal.plain(text), kind=Entry.Kind.ACT, topic="case", column=Column.COMMAND, act=act)
    tell(said, {}, by=by)


def _title(count: DailyCount) -> str:
    return f"{count.area.name}{_day(count.as_of)}"


def _day(on: date) -> str:
    return f"{on.month}月{on.day}日"


@transaction.atomic
def load_series(rows: list[dict[str, Any]]) -> None:
    """Set up the series of the city profile, each with its rank; a city without any has the official one."""
    for row in rows or [{"code": OFFICIAL, "name": "本市通报", "rank": 1}]:
        Series.objects.update_or_create(
            code=row["code"], defaults={"name": row["name"], "rank": row["rank"], "clock": row.get("clock", "")}
        )
