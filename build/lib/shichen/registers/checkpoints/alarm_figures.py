"""The figures of alarms at posts: how many were raised, how many went up the line, how long it took to acknowledge one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, F, IntegerField, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_noop as _

from shichen.indicators.declare import Scope, indicator
from shichen.records.keeper import RowRecords
from shichen.records.reductions import median
from shichen.registers.checkpoints.models import Alarm
from shichen.watches import Period


@indicator("alarms.raised", "卡点警情", en="Alarms at posts", unit="次")
def raised(period: Period, scope: Scope) -> RowRecords:
    """期内触发的卡点警情次数：一处一事自触发至解除只计一次。

    Alarms raised within the period; one post and one cause count once until they are cleared.
    """
    return _records(period, scope)


@indicator("alarms.passed_on", "逐级上报的警情", en="Alarms passed on", unit="次")
def passed_on(period: Period, scope: Scope) -> RowRecords:
    """期内触发的警情中，限时内无人签收、报到上一级的次数(其中数)。

    Of the alarms raised within the period, those that nobody acknowledged in time and that went to the next in line.
    """
    return _records(period, scope, step__gt=0)


@indicator(
    "alarms.minutes_to_acknowledge",
    "签收用时中位数",
    en="Median minutes to acknowledge",
    unit="分钟",
    reduction=median("minutes"),
)
def minutes_to_acknowledge(period: Period, scope: Scope) -> RowRecords:
    """期内触发、已有人签收的警情，从触发到签收的分钟数取中位数；没有签收的不在内，各日的中位数不相加。

    Of the alarms raised within the period and acknowledged, the median of minutes from raising to acknowledging.
    """
    return _records(period, scope, acknowledged_at__isnull=False)


def _records(period: Period, scope: Scope, **more: Any) -> RowRecords:
    if scope.as_of is not None:  # what came later had not happened yet
        more |= _until(scope.as_of, more)
    rows = Alarm.objects.filter(raised_at__gte=period.start, raised_at__lt=period.end, **more)
    if scope.area is not None:
        rows = rows.filter(post__area_path__startswith=scope.area.path)
    known = rows.select_related("post").annotate(
        first=Cast("pk", CharField()),
        recorded_at=F("raised_at"),
        revision=Case(When(acknowledged_at=None, then=Value(1)), default=Value(2), output_field=IntegerField()),
    )
    return RowRecords(known, _shown, lambda row: "/alarms/")


def _until(as_of: datetime, more: dict[str, Any]) -> dict[str, Any]:
    beside = {"acknowledged_at__isnull": "acknowledged_at__lte", "step__gt": "passed_on_at__lte"}
    return {"raised_at__lte": as_of} | {beside[name]: as_of for name in more}


def _shown(row: Alarm) -> dict[str, Any]:
    return {
        _("卡点"): f"{row.post.code} {row.post.name}",
        _("何事"): str(row.get_cause_display()),
        _("触发"): row.raised_at,
        _("签收用时(分)"): row.minutes,
    }
