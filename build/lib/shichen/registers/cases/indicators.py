"""The figures that case counts answer for."""

from __future__ import annotations

from shichen.indicators.declare import Scope, Sort, indicator
from shichen.records.keeper import RowRecords
from shichen.records.reductions import latest, run_of_noughts, total
from shichen.registers.cases import queries
from shichen.watches import Period, clock

FACETS = ("dated", "series")
EACH_AREA = {"by": "precedence", "each": "area_id"}


@indicator(
    "cases.confirmed_new",
    "新增确诊病例",
    en="New confirmed cases",
    unit="例",
    reduction=total("confirmed_new"),
    facets=FACETS,
)
def confirmed_new(period: Period, scope: Scope) -> RowRecords:
    """各区域报送的截至24时新增确诊病例数，按数据日计；按发布日计时另行注明(dated = published)。

    New confirmed cases as reported for 24:00, by the day they speak of; by day of publication only where said so.
    """
    return queries.with_value("confirmed_new", period, scope)


@indicator(
    "cases.confirmed_down",
    "核减确诊病例",
    en="Confirmed cases taken back",
    unit="例",
    reduction=total("confirmed_down"),
    facets=FACETS,
)
def confirmed_down(period: Period, scope: Scope) -> RowRecords:
    """各区域报送的当日核减的确诊病例数：复核后不再计入累计的，连同理由在册。

    Confirmed cases taken back on the day: after a review they no longer count into the total.
    """
    return queries.with_value("confirmed_down", period, scope)


@indicator(
    "cases.confirmed_cum",
    "累计确诊病例",
    en="Confirmed cases, cumulative",
    unit="例",
    sort=Sort.CUMULATIVE,
    reduction=latest("confirmed_cum", **EACH_AREA),
    facets=FACETS,
)
def confirmed_cum(period: Period, scope: Scope) -> RowRecords:
    """截至时段末日24时的累计确诊病例数，以报送为准；该日未报则无数，不以前日顶替。

    Confirmed cases up to 24:00 of the last day reported in the period; a day without report has no value.
    """
    return queries.with_value("confirmed_cum", period, scope)


@indicator(
    "cases.discharged_new",
    "新增出院病例",
    en="Discharges, new",
    unit="例",
    reduction=total("discharged_new"),
    facets=FACETS,
)
def discharged_new(period: Period, scope: Scope) -> RowRecords:
    """各区域报送的截至24时当日新增出院病例数，照报送计；前一日待网报确认的，网报时会再次列为新增。

    New discharges of the day as reported; those of the day before that waited for the network report may be told again.
    """
    return queries.with_value("discharged_new", period, scope)


@indicator(
    "cases.discharged",
    "累计出院病例",
    en="Discharged, cumulative",
    unit="例",
    sort=Sort.CUMULATIVE,
    reduction=latest("discharged_cum", **EACH_AREA),
    facets=FACETS,
)
def discharged(period: Period, scope: Scope) -> RowRecords:
    """截至24时累计出院病例数：以办理出院计；该日无办理数时取网报确认数。有多个序列时取先列者。

    Discharged up to 24:00, counted when done; where that is not reported, as confirmed by the network report.
    """
    return queries.with_value("discharged_cum", period, scope)


@indicator(
    "cases.severe",
    "现有重症病例",
    en="Severe cases",
    unit="例",
    sort=Sort.STOCK,
    reduction=latest("severe_now", **EACH_AREA),
    facets=FACETS,
)
def severe(period: Period, scope: Scope) -> RowRecords:
    """截至24时的现有重症(含危重)病例数。

    Severe and critical cases at 24:00.
    """
    return queries.with_value("severe_now", period, scope)


@indicator(
    "cases.dead",
    "累计死亡病例",
    en="Deaths, cumulative",
    unit="例",
    sort=Sort.CUMULATIVE,
    reduction=latest("dead_cum", **EACH_AREA),
    facets=FACETS,
)
def dead(period: Period, scope: Scope) -> RowRecords:
    """截至24时的累计死亡病例数。

    Deaths up to 24:00.
    """
    return queries.with_value("dead_cum", period, scope)


@indicator(
    "cases.zero_streak",
    "连续零新增天数",
    en="Days without a new case",
    unit="天",
    sort=Sort.STREAK,
    reduction=run_of_noughts("confirmed_new", by="as_of"),
    facets=FACETS,
)
def zero_streak(period: Period, scope: Scope) -> RowRecords:
    """截至时段末日，连续报送新增确诊为0的天数；未报的日子不算0。

    Consecutive days up to the end of the period reported with no new case; a day without report is not a zero.
    """
    start = min(clock(queries.EPOCH, 0), period.start)
    return queries.with_value("confirmed_new", Period(start, period.end), scope)
