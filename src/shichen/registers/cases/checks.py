"""What case counts should agree on: running totals, districts and city, two clocks of discharge, several series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from shichen.city import queries as city
from shichen.reconciliation.checks import Finding, Side, check
from shichen.registers.cases.models import DailyCount

OFFICIAL = "official"


def _rows() -> list[DailyCount]:
    return list(
        DailyCount.objects.current().select_related("area", "series").order_by("area_path", "as_of", "series__rank")
    )


@check
def running_totals() -> Iterator[Finding]:
    """今日累计 = 昨日累计 + 今日新增；累计不应下降。"""
    before: dict[str, DailyCount] = {}
    for row in (row for row in _rows() if row.series_id == OFFICIAL and row.confirmed_cum is not None):
        last = before.get(row.area_id)
        if last is not None and last.as_of == row.as_of - timedelta(days=1) and row.confirmed_new is not None:
            wanted = (last.confirmed_cum or 0) + row.confirmed_new
            title = f"{row.area.name}{_day(row.as_of)}累计确诊{row.confirmed_cum}，昨日累计加新增为{wanted}"
            yield Finding(
                "running",
                "cases.confirmed_cum",
                title,
                (_side(last, "confirmed_cum"), _side(row, "confirmed_new"), _side(row, "confirmed_cum")),
                ok=wanted == row.confirmed_cum,
            )
        before[row.area_id] = row


@check
def districts_and_city() -> Iterator[Finding]:
    """各县市区之和等于全市；填报区(云龙示范区)另列一次，不重复计入所在区。"""
    whole = city.the_city()
    by_day: dict[date, list[DailyCount]] = defaultdict(list)
    totals: dict[date, DailyCount] = {}
    for row in (row for row in _rows() if row.series_id == OFFICIAL and row.confirmed_cum is not None):
        if row.area_id == whole.pk:
            totals[row.as_of] = row
        elif row.area.parent_id == whole.pk:
            by_day[row.as_of].append(row)
    for day, rows in sorted(by_day.items()):
        total = totals.get(day)
        if total is None:
            continue
        added = sum(row.confirmed_cum or 0 for row in rows)
        title = f"{_day(day)}各县市区累计确诊合计{added}，全市{total.confirmed_cum}"
        yield Finding(
            "areas",
            "cases.confirmed_cum",
            title,
            (_side(total, "confirmed_cum"), Side(f"{len(rows)}个区域合计", str(added))),
            ok=added == total.confirmed_cum,
        )


@check
def two_clocks() -> Iterator[Finding]:
    """办理出院与网报确认是两个时钟：差数应当在次日补上。"""
    rows = _rows()
    confirmed: dict[tuple[str, date], int] = {}
    for row in rows:
        if row.discharged_network_cum is not None:
            key = (row.area_id, row.as_of)
            confirmed[key] = max(confirmed.get(key, 0), row.discharged_network_cum)
    for row in rows:
        done, network = row.discharged_done_cum, row.discharged_network_cum
        if done is None or network is None:
            continue
        title = (
            f"{row.area.name}{_day(row.as_of)}办理出院{done}例，网报确认{network}例，{abs(done - network)}例待网报确认"
        )
        next_day = confirmed.get((row.area_id, row.as_of + timedelta(days=1)))
        caught_up = next_day is not None and next_day >= done
        reason = f"待网报确认；次日网报累计{next_day}例，已补上。" if caught_up else ""
        sides = (_side(row, "discharged_done_cum"), _side(row, "discharged_network_cum"))
        yield Finding("two_clocks", "cases.discharged", title, sides, ok=done == network, explained=reason)


@check
def discharged_day_by_day() -> Iterator[Finding]:
    """累计出院不应下降：今日累计少于昨日累计须有说明。"""
    before: dict[str, DailyCount] = {}
    for row in (row for row in _rows() if row.series_id == OFFICIAL and row.discharged_cum is not None):
        last = before.get(row.area_id)
        if last is not None:
            title = f"{row.area.name}累计出院由{_day(last.as_of)}的{last.discharged_cum}降为{_day(row.as_of)}的{row.discharged_cum}"
            yield Finding(
                "falls",
                "cases.discharged",
                title,
                (_side(last, "discharged_cum"), _side(row, "discharged_cum")),
                ok=(row.discharged_cum or 0) >= (last.discharged_cum or 0),
            )
        before[row.area_id] = row


@check
def several_series() -> Iterator[Finding]:
    """同一区域同一数据日，各序列的累计确诊应相同。"""
    groups: dict[tuple[str, date], list[DailyCount]] = defaultdict(list)
    for row in _rows():
        if row.confirmed_cum is not None:
            groups[row.area_id, row.as_of].append(row)
    for rows in groups.values():
        if len(rows) > 1:
            said = "、".join(f"{row.series.name}{row.confirmed_cum}" for row in rows)
            title = f"{rows[0].area.name}{_day(rows[0].as_of)}累计确诊：{said}"
            yield Finding(
                "series",
                "cases.confirmed_cum",
                title,
                tuple(_side(row, "confirmed_cum") for row in rows),
                ok=len({row.confirmed_cum for row in rows}) == 1,
            )


def _side(row: DailyCount, field: str) -> Side:
    label = str(DailyCount._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
    return Side(
        f"{row.area.name} {_day(row.as_of)} {row.series.name} {label}",
        str(getattr(row, field)),
        f"/registers/counts/{row.pk}/",
    )


def _day(on: date) -> str:
    return f"{on.month}月{on.day}日"
