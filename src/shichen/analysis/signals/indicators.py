"""The figures of signals: how many were raised, how many turned out to be so, how many not."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, IntegerField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_noop as _

from shichen.analysis.signals.models import Alarm
from shichen.indicators.declare import Scope, indicator
from shichen.records.keeper import RowRecords
from shichen.watches import Period


@indicator("signals.raised", "异常信号", en="Signals raised", unit="条")
def raised(period: Period, scope: Scope) -> RowRecords:
    """期内提出的待核异常信号条数：同一日、同一序列、同一方法、同一区域只提一次；判为不实、计数更正后重提的另计一条。

    Signals raised within the period; a day, series, method and area is proposed once, and once more after it was dismissed and its counts corrected.
    """
    return _records(period, scope)


@indicator("signals.confirmed", "核实属实的异常信号", en="Signals confirmed", unit="条")
def confirmed(period: Period, scope: Scope) -> RowRecords:
    """期内提出的异常信号中，核实属实的条数(其中数)。

    Of the signals raised within the period, those that a person confirmed.
    """
    return _records(period, scope, answer__verdict="confirmed")


@indicator("signals.dismissed", "核实不实的异常信号", en="Signals dismissed", unit="条")
def dismissed(period: Period, scope: Scope) -> RowRecords:
    """期内提出的异常信号中，核实不实的条数(其中数)。

    Of the signals raised within the period, those that a person dismissed, with the reason.
    """
    return _records(period, scope, answer__verdict="dismissed")


def _records(period: Period, scope: Scope, **more: Any) -> RowRecords:
    if scope.as_of is not None:  # what came later had not happened yet
        more = {**more, "raised_at__lte": scope.as_of, **({"answer__at__lte": scope.as_of} if more else {})}
    rows = Alarm.objects.filter(raised_at__gte=period.start, raised_at__lt=period.end, **more)
    if scope.area is not None:
        rows = rows.filter(area_path__startswith=scope.area.path)
    known = rows.select_related("area").annotate(
        first=Cast("pk", CharField()), recorded_at=F("raised_at"), revision=Value(1, output_field=IntegerField())
    )
    return RowRecords(known, _shown, lambda row: f"/analysis/alarms/{row.pk}/")


def _shown(row: Alarm) -> dict[str, Any]:
    return {
        _("区域"): row.area.name,
        _("日期"): row.on,
        _("序列"): row.series,
        _("实际"): row.value,
        _("上限"): round(row.upper, 2),
    }
