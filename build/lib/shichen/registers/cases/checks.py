"""What case counts should agree on: running totals, districts and city, two clocks of discharge, several series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from shichen.city import queries as city
from shichen.city.models import Area
from shichen.reconciliation.checks import Finding, Side, check, matter
from shichen.reconciliation.queries import accepted
from shichen.registers.cases.models import DailyCount, Series

OFFICIAL = "official"
ONE_DAY = timedelta(days=1)
COLUMNS = (
    "confirmed_new",
    "confirmed_down",
    "confirmed_cum",
    "discharged_new",
    "discharged_done_cum",
    "discharged_network_cum",
    "discharged_cum",
    "dead_cum",
)
KEYS = {"confirmed_cum": "cases.confirmed_cum", "discharged_cum": "cases.discharged", "dead_cum": "cases.dead"}
CALLED = {"confirmed_cum": "累计确诊", "discharged_cum": "累计出院", "dead_cum": "累计死亡"}


@dataclass(frozen=True)
class Count:
    """One count as it stands: of which area, day and series, and what it says."""

    pk: str
    area: Area
    as_of: date
    series: Series
    said: dict[str, int | None]

    def __getitem__(self, name: str) -> int | None:
        return self.said[name]

    def side(self, name: str) -> Side:
        label = str(DailyCount._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        where = f"{self.area.name} {_day(self.as_of)} {self.series.name} {label}"
        return Side(where, str(self.said[name]), f"/registers/counts/{self.pk}/")

    @property
    def about(self) -> str:
        return f"{self.area.pk} {self.as_of} {self.series.pk}"


@check
def running_totals() -> Iterator[Finding]:
    """今日累计 = 昨日累计 + 今日新增 − 今日核减。"""
    for last, row in _pairs(_official("confirmed_cum")):
        if last.as_of != row.as_of - ONE_DAY or row["confirmed_new"] is None:
            continue
        down = row["confirmed_down"] or 0
        wanted = (last["confirmed_cum"] or 0) + (row["confirmed_new"] or 0) - down
        taken = f"减核减{down}" if down else ""
        said = f"{row.area.name}{_day(row.as_of)}累计确诊{row['confirmed_cum']}"
        yield Finding(
            "running",
            "cases.confirmed_cum",
            f"{said}，昨日累计加新增{taken}为{wanted}",
            (
                last.side("confirmed_cum"),
                row.side("confirmed_new"),
                *([row.side("confirmed_down")] if down else []),
                row.side("confirmed_cum"),
            ),
            ok=wanted == row["confirmed_cum"],
            about=row.about,
        )


@check
def discharges_day_by_day() -> Iterator[Finding]:
    """今日累计出院 = 昨日累计出院 + 今日新增出院；前一日待网报确认的，今日网报时会再算作新增。"""
    for last, row in _pairs(_official("discharged_cum")):
        if last.as_of != row.as_of - ONE_DAY or row["discharged_new"] is None:
            continue
        wanted = (last["discharged_cum"] or 0) + (row["discharged_new"] or 0)
        over = wanted - (row["discharged_cum"] or 0)
        waiting = _waiting(last)
        yield Finding(
            "step",
            "cases.discharged",
            f"{row.area.name}{_day(row.as_of)}累计出院{row['discharged_cum']}例，"
            f"昨日{last['discharged_cum']}例加新增{row['discharged_new']}例为{wanted}例",
            (last.side("discharged_cum"), row.side("discharged_new"), row.side("discharged_cum")),
            ok=over == 0,
            explained=_yesterdays_reason(last, over) if over and over == waiting else "",
            about=row.about,
        )


def _waiting(row: Count) -> int:
    """How many were sent home by a day whom the network report had not confirmed yet."""
    done, network = row["discharged_done_cum"], row["discharged_network_cum"]
    return done - network if done is not None and network is not None else 0


def _yesterdays_reason(last: Count, over: int) -> str:
    """Why the new ones are counted already: they are those that waited yesterday, for the reason given then."""
    given = accepted(matter("two_clocks", "cases.discharged", last.about)) or "待网报确认"
    reason = given.rstrip("。")
    return f"前一日已说明：{reason}；前一日办理出院已计入{over}例，今日新增即此{over}例。"


@check
def districts_and_city() -> Iterator[Finding]:
    """各县市区之和等于全市；填报区(云龙示范区)另列一次，不重复计入所在区。"""
    whole = city.the_city()
    for name in ("confirmed_cum", "discharged_cum"):
        inner: dict[date, list[Count]] = defaultdict(list)
        totals: dict[date, Count] = {}
        for row in _official(name):
            if row.area.pk == whole.pk:
                totals[row.as_of] = row
            elif row.area.parent_id == whole.pk:
                inner[row.as_of].append(row)
        usual = max((len(rows) for rows in inner.values()), default=0)
        for day, rows in sorted(inner.items()):
            # Discharges are told district by district on few days: only a day on which all of them are is compared.
            if day in totals and (name == "confirmed_cum" or len(rows) == usual):
                yield _districts(name, totals[day], rows)


def _districts(name: str, total: Count, rows: list[Count]) -> Finding:
    added = sum(row[name] or 0 for row in rows)
    return Finding(
        "areas",
        KEYS[name],
        f"{_day(total.as_of)}各县市区{CALLED[name]}合计{added}，全市{total[name]}",
        (total.side(name), Side(f"{_day(total.as_of)} {len(rows)}个区域合计", str(added))),
        ok=added == total[name],
        about=total.about,
    )


@check
def two_clocks() -> Iterator[Finding]:
    """办理出院与网报确认是两个时钟：差数应当在次日补上。"""
    rows = _rows()
    confirmed: dict[tuple[str, date], int] = {}
    for row in rows:
        if row["discharged_network_cum"] is not None:
            key = (row.area.pk, row.as_of)
            confirmed[key] = max(confirmed.get(key, 0), row["discharged_network_cum"])
    for row in rows:
        done, network = row["discharged_done_cum"], row["discharged_network_cum"]
        if done is None or network is None:
            continue
        next_day = confirmed.get((row.area.pk, row.as_of + ONE_DAY))
        caught_up = next_day is not None and next_day >= done
        said = f"{row.area.name}{_day(row.as_of)}办理出院{done}例，网报确认{network}例"
        yield Finding(
            "two_clocks",
            "cases.discharged",
            f"{said}，{abs(done - network)}例待网报确认",
            (row.side("discharged_done_cum"), row.side("discharged_network_cum")),
            ok=done == network,
            explained=f"待网报确认；次日网报累计{next_day}例，已补上。" if caught_up else "",
            about=row.about,
        )


@check
def totals_that_fall() -> Iterator[Finding]:
    """累计不应下降：今日累计少于昨日累计，须有核减或另列的说明。"""
    for name in KEYS:
        rows = _official(name)
        by_day = {(row.area.pk, row.as_of): row for row in rows}
        for last, row in _pairs(rows):
            fall = (last[name] or 0) - (row[name] or 0)
            yield Finding(
                "falls",
                KEYS[name],
                f"{row.area.name}{CALLED[name]}由{_day(last.as_of)}的{last[name]}降为{_day(row.as_of)}的{row[name]}",
                (last.side(name), row.side(name)),
                ok=fall <= 0,
                explained=_why_it_fell(name, last, row, by_day) if fall > 0 else "",
                about=f"{name} {row.about}",
            )


def _why_it_fell(name: str, last: Count, row: Count, by_day: dict[tuple[str, date], Count]) -> str:
    """What was taken back on record, or what is told of an area of its own from now on."""
    fall = (last[name] or 0) - (row[name] or 0)
    down = row["confirmed_down"] or 0
    if name == "confirmed_cum" and down and down - (row["confirmed_new"] or 0) == fall:
        return f"核减{down}例，已在册。"
    inner = [one for (_, day), one in by_day.items() if day == row.as_of and one.area.counted_in_id == row.area.pk]
    before = {one.pk: by_day.get((one.area.pk, last.as_of)) for one in inner}
    grown = [(one, (one[name] or 0) - ((old[name] or 0) if (old := before[one.pk]) else 0)) for one in inner]
    if grown and sum(by for _one, by in grown) == fall:
        names = "、".join(one.area.name for one, by in grown if by)
        return f"{names}的{fall}例此前计入{row.area.name}，自{_day(row.as_of)}起另列；不重复计入。"
    return ""


@check
def several_series() -> Iterator[Finding]:
    """同一区域同一数据日，各序列的累计确诊应相同。"""
    groups: dict[tuple[str, date], list[Count]] = defaultdict(list)
    for row in _rows():
        if row["confirmed_cum"] is not None:
            groups[row.area.pk, row.as_of].append(row)
    for rows in groups.values():
        if len(rows) > 1:
            said = "、".join(f"{row.series.name}{row['confirmed_cum']}" for row in rows)
            yield Finding(
                "series",
                "cases.confirmed_cum",
                f"{rows[0].area.name}{_day(rows[0].as_of)}累计确诊：{said}",
                tuple(row.side("confirmed_cum") for row in rows),
                ok=len({row["confirmed_cum"] for row in rows}) == 1,
                about=f"{rows[0].area.pk} {rows[0].as_of}",
            )


def _rows() -> list[Count]:
    """The counts that stand, area by area, day by day, the series of better rank first."""
    areas, series = Area.objects.in_bulk(), Series.objects.in_bulk()
    rows = DailyCount.objects.current().order_by("area_path", "as_of", "series__rank")
    named = rows.values_list("pk", "area", "as_of", "series", *COLUMNS)
    return [
        Count(str(pk), areas[area], as_of, series[code], dict(zip(COLUMNS, said, strict=True)))
        for pk, area, as_of, code, *said in named
    ]


def _official(name: str) -> list[Count]:
    return [row for row in _rows() if row.series.pk == OFFICIAL and row[name] is not None]


def _pairs(rows: list[Count]) -> Iterator[tuple[Count, Count]]:
    """Each count of an area with the one before it."""
    for last, row in pairwise(rows):
        if last.area.pk == row.area.pk:
            yield last, row


def _day(on: date) -> str:
    return f"{on.month}月{on.day}日"
