"""The figures that checkpoints answer for. Two networks, two definitions: they stand side by side and are never added."""

from __future__ import annotations

from functools import partial

from shichen import watches
from shichen.indicators.apart import apart
from shichen.indicators.declare import Scope, Sort, indicator
from shichen.records.cells import CellRecords
from shichen.records.keeper import RowRecords
from shichen.records.reductions import COUNT, total
from shichen.registers.checkpoints import alarm_figures, lacks, passed, queries
from shichen.watches import Period

__all__ = ["alarm_figures"]

at_places = partial(indicator, facets=("post", "gate"), during=True)
at_a_post = partial(indicator, facets=("post", "network"), during=True)

apart(
    "traffic.vehicles_checked",
    "police.vehicles_checked",
    "交通值守点按过检车次计，公安查控卡点按查控车辆计；共用道口处是同一车流。两数并列，全市只取一口一数，不相加。",
)
apart(
    "traffic.persons_screened",
    "police.persons_checked",
    "人次与人口径不同；共用道口处是同一人流。两数并列，不相加。",
)
apart(
    "traffic.posts",
    "police.checkpoints",
    "两个网络分别由交通运输安全组、社会治安组设置，部分道口两网并立；卡点数不相加。",
)


apart(
    "checkpoint.vehicles_checked",
    "checkpoint.vehicles_passed",
    "班次所报与逐车记录是同一车流的两种记法：定稿取班次(未报的由逐车汇成)，按时辰看逐车；不相加。",
)
apart(
    "checkpoint.persons_checked",
    "checkpoint.persons_passed",
    "班次所报与逐车记录是同一人流的两种记法：定稿取班次(未报的由逐车汇成)，按时辰看逐车；不相加。",
)


@indicator("traffic.posts", "疫情值守点", en="Traffic watch posts", unit="个", sort=Sort.STOCK, reduction=COUNT)
def traffic_posts(period: Period, scope: Scope) -> RowRecords:
    """该日在岗的交通值守点：高速公路出入口与普通公路主要站点，由交通运输安全组设置。

    Posts of the traffic network that stand on the day: motorway gates and main road stations.
    """
    return queries.posts("traffic", period, scope)


@at_places("traffic.vehicles_checked", "检查车辆", en="Vehicles checked", unit="台次", reduction=total("vehicles"))
def traffic_vehicles_checked(period: Period, scope: Scope) -> RowRecords:
    """交通值守点拦停检查的车辆，按次计：一台车过两个值守点计两次(逢车必检)。

    Vehicles stopped at any traffic post; one that passes two posts counts twice.
    """
    return lacks.tallies("traffic", period, scope)


@at_places("traffic.persons_screened", "排查人员", en="Persons screened", unit="人次", reduction=total("persons"))
def traffic_persons_screened(period: Period, scope: Scope) -> RowRecords:
    """交通值守点测温排查的人员，按次计(逢人必测)。

    Persons screened at any traffic post; one who passes two posts counts twice.
    """
    return lacks.tallies("traffic", period, scope)


@at_places(
    "traffic.persons_turned_back",
    "劝返或妥善处置",
    en="Turned back or handled",
    unit="人次",
    reduction=total("handled"),
)
def traffic_persons_turned_back(period: Period, scope: Scope) -> RowRecords:
    """交通值守点劝返的与移交处置的人次之和。

    Persons turned back at traffic posts together with those referred to others.
    """
    return lacks.tallies("traffic", period, scope)


@indicator("traffic.direct_checkpoints", "直控卡点", en="Checkpoints under direct control", unit="处", sort=Sort.STOCK)
def traffic_direct_checkpoints(period: Period, scope: Scope) -> RowRecords:
    """该日由市级直接管控的交通值守点。

    Traffic posts that the city itself controls on the day.
    """
    posts = queries.posts("traffic", period, scope)
    day = watches.civil_day(period.start)
    return RowRecords(posts.queryset.filter(direct_control_from__lte=day), posts.describe, posts.href)


@indicator("police.checkpoints", "查控卡点", en="Police checkpoints", unit="个", sort=Sort.STOCK)
def police_checkpoints(period: Period, scope: Scope) -> RowRecords:
    """该日在岗的公安查控卡点，由社会治安组设置；与交通值守点是两个网络。

    Posts of the police network that stand on the day; another network than the traffic posts.
    """
    return queries.posts("police", period, scope)


@at_places(
    "police.vehicles_checked", "查控车辆", en="Vehicles checked by the police", unit="辆", reduction=total("vehicles")
)
def police_vehicles_checked(period: Period, scope: Scope) -> RowRecords:
    """公安查控卡点查控的车辆；与交通值守点的检查车辆口径不同，不可相加。

    Vehicles checked at police posts; defined otherwise than at traffic posts, never added to them.
    """
    return lacks.tallies("police", period, scope)


@at_places(
    "police.hubei_vehicles_checked",
    "查控疫源地籍车辆",
    en="of which vehicles from the source area",
    unit="辆",
    reduction=total("source_area_vehicles"),
)
def police_hubei_vehicles_checked(period: Period, scope: Scope) -> RowRecords:
    """公安查控车辆中悬挂当日疫源地号牌的车辆(其中数)。

    Of the vehicles checked by the police, those with plates of a source area of that day.
    """
    return lacks.tallies("police", period, scope)


@at_places(
    "police.persons_checked", "查控人员", en="Persons checked by the police", unit="人", reduction=total("persons")
)
def police_persons_checked(period: Period, scope: Scope) -> RowRecords:
    """公安查控卡点查控的人员；与交通值守点的排查人员口径不同，不可相加。

    Persons checked at police posts; never added to persons screened at traffic posts.
    """
    return lacks.tallies("police", period, scope)


@at_places(
    "police.hubei_persons_checked",
    "查控疫源地籍人员",
    en="of which persons from the source area",
    unit="人",
    reduction=total("source_area_persons"),
)
def police_hubei_persons_checked(period: Period, scope: Scope) -> RowRecords:
    """公安查控人员中来自当日疫源地的人员(其中数)。

    Of the persons checked by the police, those from a source area of that day.
    """
    return lacks.tallies("police", period, scope)


@at_a_post(
    "checkpoint.vehicles_checked", "卡点查控车辆", en="Vehicles at one post", unit="台", reduction=total("vehicles")
)
def post_vehicles_checked(period: Period, scope: Scope) -> RowRecords:
    """一个卡点在班次内查控的车辆。

    Vehicles that one post checked in its shifts.
    """
    return lacks.tallies(None, period, scope)


@at_a_post(
    "checkpoint.persons_checked", "卡点查控人员", en="Persons at one post", unit="人", reduction=total("persons")
)
def post_persons_checked(period: Period, scope: Scope) -> RowRecords:
    """一个卡点在班次内查控的人员。

    Persons that one post checked in its shifts.
    """
    return lacks.tallies(None, period, scope)


@at_a_post(
    "checkpoint.persons_referred",
    "卡点移交人员",
    en="Persons referred by one post",
    unit="人",
    reduction=total("referred"),
)
def post_persons_referred(period: Period, scope: Scope) -> RowRecords:
    """一个卡点在班次内移交或协助排查的人员。

    Persons that one post referred, or helped to trace, in its shifts.
    """
    return lacks.tallies(None, period, scope)


@at_a_post(
    "checkpoint.persons_turned_back",
    "卡点劝返人员",
    en="Persons turned back by one post",
    unit="人",
    reduction=total("turned_back"),
)
def post_persons_turned_back(period: Period, scope: Scope) -> RowRecords:
    """一个卡点在班次内劝返的人员。

    Persons that one post turned back in its shifts.
    """
    return lacks.tallies(None, period, scope)


@at_a_post("checkpoint.fevers", "卡点发热人员", en="Persons with fever at posts", unit="人", reduction=total("fever"))
def fevers(period: Period, scope: Scope) -> RowRecords:
    """各卡点在班次内测出的发热人员；同一人过两个卡点计两次。

    Persons found with fever in the shifts of posts; one who passes two posts counts twice.
    """
    return lacks.tallies(None, period, scope)


@indicator(
    "checkpoint.vehicles_at_gates",
    "过检车辆(一口一数)",
    en="Vehicles, one count per gate",
    unit="台次",
    reduction=total("vehicles"),
    during=True,
    follows=("checkpoints.gatechoice",),
)
def vehicles_at_gates(period: Period, scope: Scope) -> RowRecords:
    """全市道口过检车辆：两个网络共用的道口，一个班次只取一个网络的数：有决定的照决定，否则取先列的，先列的未报取次列的；永不相加。

    Vehicles at all gates; where two networks share a gate, each shift counts one of them: the one that was chosen for the
    gate, else the first in precedence, and the next where that one told nothing.
    """
    return lacks.one_per_gate(period, scope)


@indicator(
    "checkpoint.vehicles_passed",
    "逐车记录车辆",
    en="Vehicles in single passings",
    unit="台次",
    reduction=total("vehicles"),
    facets=("post", "network", "watch"),
    during=True,
)
def vehicles_passed(period: Period, scope: Scope) -> CellRecords:
    """卡点逐车记录与成批流水的过检车辆，按次计，按过检时间归时辰；步行的不计，两处都有的记一次。只供按时辰看，不与班次所报相加。

    Vehicles recorded one by one at posts or sent in bulk, by the time of passing, what came both ways once; for looking at
    watches, never added to shifts.
    """
    return passed.passed(period, scope)


@indicator(
    "checkpoint.persons_passed",
    "逐车记录人员",
    en="Persons in single passings",
    unit="人次",
    reduction=total("persons"),
    facets=("post", "network", "watch"),
    during=True,
)
def persons_passed(period: Period, scope: Scope) -> CellRecords:
    """卡点逐车记录与成批流水的车上与步行的人员，按次计，按过检时间归时辰；两处都有的记一次。只供按时辰看，不与班次所报相加。

    Persons in vehicles and on foot, recorded one by one at posts or sent in bulk, what came both ways once; for looking at
    watches, never added to shifts.
    """
    return passed.passed(period, scope)
