"""Questions about figures: compute one, break it down, find it in the ledger, trace it to what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from shichen import watches
from shichen.indicators.declare import Indicator, Scope, named
from shichen.indicators.models import Figure
from shichen.records.keeper import RowRecords
from shichen.records.models import Record
from shichen.records.reductions import Fingerprint, Records
from shichen.refusal import Refusal
from shichen.watches import Period


@dataclass(frozen=True)
class Computed:
    """A figure as the records give it now. `value` is None when nothing was reported: that is not nought."""

    indicator: Indicator
    period: Period
    scope: Scope
    value: Decimal | None
    records: Records

    def fingerprint(self) -> Fingerprint:
        return self.records.fingerprint()

    @property
    def missing(self) -> tuple[str, ...]:
        """The files that it should rest on and that are missing or damaged (数据不完整)."""
        return tuple(sorted(file.path for file in getattr(self.records, "missing", ())))


def indicator_named(key: str) -> Indicator:
    """The figure of that key. Raises Refusal."""
    try:
        return named(key)
    except KeyError:
        raise Refusal(f"没有名为 {key} 的指标。", field="key") from None


def compute(key: str, period: Period, scope: Scope | None = None) -> Computed:
    """The figure from its records. Raises Refusal for a figure that can only be stated."""
    one, scope = indicator_named(key), scope or Scope()
    if one.pick is None or one.reduction is None:
        raise Refusal(f"「{one.name}」没有登记册记录可算，只有报称数。", field="key")
    for facet in scope.facets:
        if facet not in one.facets:
            raise Refusal(f"「{one.name}」没有维度 {facet}；可用：{'、'.join(one.facets) or '无'}。", field="facets")
    records = one.pick(period, scope)
    return Computed(one, period, scope, records.figure(one.reduction), records)


def breakdown(key: str, period: Period, scope: Scope | None, by: str) -> dict[str, Decimal]:
    """The same figure for every value of one column of its records, in one query."""
    one = indicator_named(key)
    if one.pick is None or one.reduction is None:
        raise Refusal(f"「{one.name}」没有登记册记录可算，只有报称数。", field="key")
    return one.pick(period, scope or Scope()).figures(one.reduction, by)


def recompute(figure: Figure, *, as_of: datetime | None = None) -> Computed | None:
    """A frozen computed figure from its records as they are now, or as they stood at a moment."""
    if figure.basis != Figure.Basis.COMPUTED or figure.period_from is None or figure.period_to is None:
        return None
    period, scope = Period(figure.period_from, figure.period_to), Scope(figure.area, figure.facets, as_of)
    return compute(figure.key, period, scope)


@cache
def resting_on(one: Indicator) -> type[Record] | None:
    """The register whose records a figure rests on; None where they are kept elsewhere, or where it is only stated."""
    if one.pick is None:
        return None
    picked = one.pick(watches.whole(date(2000, 1, 1), watches.Day.CIVIL), Scope())
    model = picked.queryset.model if isinstance(picked, RowRecords) else getattr(picked, "model", None)
    return model if model is not None and issubclass(model, Record) else None
