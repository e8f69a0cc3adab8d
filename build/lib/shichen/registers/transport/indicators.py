"""The figures of public transport: buses set aside and their parts, counties that stopped, lines that run again."""

from __future__ import annotations

from shichen.indicators.declare import Scope, Sort, indicator
from shichen.records.keeper import RowRecords
from shichen.records.reductions import distinct, total
from shichen.registers.transport import queries
from shichen.watches import Period


@indicator(
    "transport.emergency_buses",
    "应急线路公交车",
    en="Buses on emergency routes",
    unit="台",
    sort=Sort.PLAN,
    reduction=total("vehicles"),
)
def emergency_buses(period: Period, scope: Scope) -> RowRecords:
    """期末安排投入疫情防控应急线路的公交车台数，等于接送医技、备勤与其他应急之和。

    Buses set aside for the emergency at the end of the period: those for hospital staff, on standby and other, together.
    """
    return queries.fleets(period, scope)


@indicator(
    "transport.hospital_buses",
    "接送医技人员公交车",
    en="Buses for hospital staff",
    unit="台",
    sort=Sort.PLAN,
    reduction=total("hospital"),
)
def hospital_buses(period: Period, scope: Scope) -> RowRecords:
    """期末安排定点接送医技工作人员的公交车台数(其中数)。

    Of the buses set aside, those that take hospital staff to work.
    """
    return queries.fleets(period, scope)


@indicator(
    "transport.standby_buses",
    "备勤公交车",
    en="Buses on standby",
    unit="台",
    sort=Sort.PLAN,
    reduction=total("standby"),
)
def standby_buses(period: Period, scope: Scope) -> RowRecords:
    """期末备勤待命的公交车台数(其中数)。

    Of the buses set aside, those on standby.
    """
    return queries.fleets(period, scope)


@indicator(
    "transport.counties_suspended",
    "暂停公共交通的县市",
    en="Counties with public transport suspended",
    unit="地",
    reduction=distinct("area"),
    follows=("measures.measure",),
)
def counties_suspended(period: Period, scope: Scope) -> RowRecords:
    """期内由本地的措施停开公交的县市区个数，按措施的施行区域和登记的公交线路计，一地一数；全市一令停运的不在内。

    Counties whose buses a measure of their own stopped within the period, each once; a suspension of the whole city is not one.
    """
    return queries.stopped(period, scope)


@indicator(
    "transport.bus_routes_resumed",
    "恢复营运公交线路",
    en="Bus routes back in service",
    unit="条",
    reduction=total("lines"),
    during=True,
)
def bus_routes_resumed(period: Period, scope: Scope) -> RowRecords:
    """期内恢复营运的公交线路条数：只把写明「新增恢复」的相加；「累计恢复」是到那时的总数，不与此相加。

    Bus lines that ran again within the period; only what is said to come on top is added up, never a total so far.
    """
    return queries.resumed(period, scope)
