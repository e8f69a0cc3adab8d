"""The numbers of signed runs as figures of the ledger: what a run tells that may go out, kept when it is signed, each with its interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import CharField, IntegerField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_noop as _

from shichen import watches
from shichen.analysis.runs.models import Estimate, Run, Signature
from shichen.city import queries as city
from shichen.epi import gates
from shichen.indicators.declare import Indicator, Scope, Sort, indicator, named
from shichen.records.keeper import RowRecords
from shichen.records.reductions import latest
from shichen.watches import Period

FACETS = ("bound",)
NEWEST = latest("amount", by="on", each="area_id")
DIGITS = {"epi.rt": 2, "epi.growth_rate": 1, "epi.doubling_time": 1, "epi.cases_ahead": 0}
"""Digits after the point that a figure is told with: no more than its interval bears."""
MAY_GO_OUT = (gates.OK, gates.WIDE, gates.PARTIAL)
TOLD = {
    Run.Method.RT: (("epi.rt", "R", "serial_interval", "mean", "95", 1.0),),
    Run.Method.GROWTH: (
        ("epi.growth_rate", "growth_rate", None, "mean", "95", 100.0),
        ("epi.doubling_time", "doubling_time", None, "mean", "95", 1.0),
    ),
    Run.Method.FORECAST: (("epi.cases_ahead", "cases_total", "stays", "median", "90", 1.0),),
}
"""Of each method: the figure, the variable and stratum of the run's rows, which number, the interval told, and the factor of its unit."""


def of(run: Run) -> Iterator[tuple[str, date, dict[str, Decimal]]]:
    """What a run tells that its gate lets out: the figure, the last day of data it speaks from, the value and its bounds."""
    for key, variable, strat, middle, level, factor in TOLD.get(Run.Method(run.method), ()):
        mine = [one for one in run.rows if one["variable"] == variable and strat in (None, one["strat"])]
        ahead = timedelta(days=7) if key == "epi.cases_ahead" else timedelta(0)
        newest = (min if ahead else max)(mine, key=_day, default=None)
        if newest is None or newest["status"] not in MAY_GO_OUT or newest["type"] == "scenario":
            continue
        names = {"value": middle, "lower": f"lower_{level}", "upper": f"upper_{level}"}
        numbers = {bound: newest[name] for bound, name in names.items()}
        if None not in numbers.values():
            said = {bound: _told(value, factor, DIGITS[key]) for bound, value in numbers.items()}
            yield key, date.fromisoformat(newest["date"]) - ahead, said


def keep(signature: Signature) -> list[Estimate]:
    """Write down what a run tells, in the act that signs it."""
    run = signature.run
    place = {"event": run.event, "unit": run.unit, "area": run.area, "area_path": run.area_path}
    kept = {**place, "signature": signature, "run": run, "recorded_at": signature.at}
    made = [
        Estimate(**kept, key=key, on=on, bound=bound, amount=amount)
        for key, on, numbers in of(run)
        for bound, amount in numbers.items()
    ]
    return Estimate.objects.bulk_create(made)


def _told(value: float, factor: float, digits: int) -> Decimal:
    return (Decimal(str(value)) * Decimal(str(factor))).quantize(Decimal(1).scaleb(-digits))


def _day(row: Mapping[str, Any]) -> str:
    return str(row["date"])


@dataclass(frozen=True)
class Told:
    """A number of a signed run as it stands in the ledger: what it is, with its interval, and where it is traced."""

    indicator: Indicator
    on: date
    href: str
    amounts: dict[str, Decimal]


def told(run: Run) -> list[Told]:
    """The figures that a run stands for in the ledger; none before it is signed."""
    found: dict[str, Told] = {}
    for one in run.estimates.order_by("key"):
        href = f"/figures/{one.key}/?from={one.on}&to={one.on}&area={run.area_id}"
        found.setdefault(one.key, Told(named(one.key), one.on, href, {})).amounts[one.bound] = one.amount
    return list(found.values())


@indicator(
    "epi.rt",
    "实时再生数",
    en="Effective reproduction number",
    unit="",
    sort=Sort.RATIO,
    reduction=NEWEST,
    facets=FACETS,
)
def reproduction(period: Period, scope: Scope) -> RowRecords:
    """已签发的分析给出的实时再生数：窗口末日在时段内的，取末日最近的一次；两位小数；门槛不许发布的没有数。bound = lower、upper 是95%区间的两端。

    The reproduction number told by a signed analysis whose window ends within the period; none where a gate withholds it. bound: the 95 % interval.
    """
    return _records("epi.rt", period, scope)


@indicator(
    "epi.growth_rate", "每日增长率", en="Daily growth rate", unit="%", sort=Sort.RATIO, reduction=NEWEST, facets=FACETS
)
def growth(period: Period, scope: Scope) -> RowRecords:
    """已签发的分析给出的新增病例每日变动百分数：窗口末日在时段内的，取末日最近的一次。bound = lower、upper 是95%区间的两端。

    The daily change of new cases in per cent, told by a signed analysis whose window ends within the period. bound: the 95 % interval.
    """
    return _records("epi.growth_rate", period, scope)


@indicator(
    "epi.doubling_time", "倍增时间", en="Doubling time", unit="天", sort=Sort.RATIO, reduction=NEWEST, facets=FACETS
)
def doubling(period: Period, scope: Scope) -> RowRecords:
    """已签发的分析给出的新增病例翻一番的天数，负数是减半的天数；增长率的95%区间跨零时没有数。bound = lower、upper 是95%区间的两端。

    Days in which new cases double, negative: halve, told by a signed analysis; none where the interval of the growth rate spans nought.
    """
    return _records("epi.doubling_time", period, scope)


@indicator(
    "epi.cases_ahead",
    "今后7天预测病例",
    en="Cases forecast for seven days",
    unit="例",
    sort=Sort.PLAN,
    reduction=NEWEST,
    facets=FACETS,
)
def ahead(period: Period, scope: Scope) -> RowRecords:
    """已签发的预测：再生数不变时，从数据末日的次日起7天的新增病例，中位数；数据末日在时段内的，取最近的一次。bound = lower、upper 是90%区间的两端。

    A signed forecast: new cases of the seven days after the data end if R stays, the median, by the day the data end. bound: the 90 % interval.
    """
    return _records("epi.cases_ahead", period, scope)


def _records(key: str, period: Period, scope: Scope) -> RowRecords:
    area = scope.area or city.the_city()
    first, last = watches.civil_day(period.start), watches.civil_day(period.end - timedelta(seconds=1))
    bound = scope.facet("bound") or Estimate.Bound.VALUE
    rows = Estimate.objects.filter(key=key, area=area, bound=bound, on__gte=first, on__lte=last)
    if scope.as_of is not None:
        rows = rows.filter(recorded_at__lte=scope.as_of)
    known = rows.select_related("run", "area").annotate(
        first=Cast("pk", CharField()), revision=Value(1, output_field=IntegerField())
    )
    return RowRecords(known, _shown, lambda row: f"/analysis/runs/{row.run_id}/")


def _shown(row: Estimate) -> dict[str, Any]:
    return {
        _("分析"): f"{row.run.number} {row.run.get_method_display()}",
        _("区域"): row.area.name,
        _("数据末日"): row.on,
        _("估计值或界"): str(row.get_bound_display()),
        _("值"): row.amount,
        _("签发时间"): row.recorded_at,
    }
