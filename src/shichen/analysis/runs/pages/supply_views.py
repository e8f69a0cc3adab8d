"""The web door of supplies: days of cover, the worst first, each number to its records."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from shichen import watches
from shichen.analysis.runs import covering
from shichen.analysis.runs.covering import Cover
from shichen.registers.supplies import queries as registered
from shichen.sheets.fields import Field
from shichen.web import asker, clock, siblings, words
from shichen.web.charts.gauge import gauge
from shichen.web.past import only_now
from shichen.web.policy import policy
from shichen.web.siblings import About

DAYS = 30
LINES = (
    Field("area", gettext_noop("区域")),
    Field("item", gettext_noop("物资")),
    Field("stock", gettext_noop("现有"), "decimal"),
    Field("measure", gettext_noop("单位")),
    Field("counted_on", gettext_noop("盘点日"), "date"),
    Field("burn", gettext_noop("每天消耗"), "decimal"),
    Field("intervals", gettext_noop("用到的盘点区间"), "integer"),
    Field("flagged", gettext_noop("剔除的盘点区间"), "integer"),
    Field("rate", gettext_noop("采用的每天用量"), "decimal"),
    Field("basis", gettext_noop("用量依据")),
    Field("days", gettext_noop("可保障天数"), "decimal"),
    Field("shortest", gettext_noop("可保障天数，用得最快"), "decimal"),
    Field("longest", gettext_noop("可保障天数，用得最慢"), "decimal"),
    Field("by_target", gettext_noop("照目标可保障天数"), "decimal"),
    Field("limit", gettext_noop("到货与保险天数"), "decimal"),
    Field("quantity", gettext_noop("建议订货"), "integer"),
)


@only_now
@policy("view")
@require_safe
def supplies(request: HttpRequest) -> HttpResponse:
    """物资保障：各种物资可保障几天，最短的在前；要不要今天订，订多少；每个数连到盘点和依据；数据截至何时可选。"""
    reach, (moment, fault) = asker.reach(request), clock.until(request)
    found = covering.standing(reach, moment or clock.shown())
    most = max(
        [
            *(days for one in found for days in (one.days, one.longest) if days and _finite(days)),
            *(one.limit or 0 for one in found),
            1.0,
        ]
    )
    shown = {
        "items": [_shown(one, most) for one in found],
        "may_report": asker.may_act(request, "submit"),
        "instants": [(_written(one), words.until(one)) for one in registered.ends(reach, DAYS)],
        "chosen": _written(moment) if moment else "",
        "fault": fault,
        "siblings": siblings.DOWNLOADS,
        "query": request.GET.urlencode(),
    }
    return render(request, "runs/supplies.html", shown, status=422 if fault else 200)


@only_now
@policy("view")
@require_safe
def files(request: HttpRequest, ending: str) -> HttpResponse:
    """The same as a file."""
    moment, _fault = clock.until(request)
    found = covering.standing(asker.reach(request), moment or clock.shown()) if ending != "metadata.json" else []
    lines = [_line(one) for one in found]
    definition = _("可保障天数＝现有÷每天用量；每天消耗＝(期初＋收到−期末)÷天数，取最近7个可用区间的中位数。")
    about = About(_("物资保障"), definition, _("各报送单位，按可见范围"), LINES)
    return siblings.files(request, ending, about, lambda: lines, lambda: {"items": lines})


def said(one: Cover) -> str:
    """How long an item lasts, in words."""
    if one.days is None:
        return _("还不知道用得多快：至少要两次盘点，或登记目标。")
    return _("可保障%(n)s天") % {"n": told(one.days)} if _finite(one.days) else _("没有消耗")


def between(one: Cover) -> str:
    """From how many to how many days it lasts at the fastest and the slowest pace known; empty where only one is known."""
    if one.shortest is None or one.longest is None or not _finite(one.shortest):
        return ""
    if not _finite(one.longest):
        return _("最快时%(n)s天，最慢时没有消耗") % {"n": told(one.shortest)}
    low, high = told(one.shortest), told(one.longest)
    return _("%(low)s–%(high)s天") % {"low": low, "high": high} if low != high else ""


def told(value: float | None) -> str:
    """A number of days or pieces with one decimal at most, rounded down: a stock is never said to last longer than it does."""
    if value is None or not _finite(value):
        return words.DASH
    return words.number(math.floor(value * 10 + 1e-9) / 10)


def basis(one: Cover) -> str:
    """By what the rate is."""
    if one.basis == covering.NORM:
        return _("照病人数与用量，与盘点所见按 n/(n+7) 折合") if one.burn is not None else _("照病人数与用量")
    names = {covering.BURN: _("照盘点所见"), covering.TARGET: _("照目标")}
    return names.get(one.basis, "")


def _written(at: datetime) -> str:
    return f"{watches.local(at):%Y-%m-%dT%H:%M}"


def _shown(one: Cover, most: float) -> dict[str, Any]:
    share = min(one.days, most) / most if one.days is not None and _finite(one.days) else 0.0
    line = one.limit / most if one.limit is not None else None
    span = None
    if one.shortest is not None and one.longest is not None:
        span = (min(one.shortest / most, 1.0), min(one.longest / most, 1.0))
    bar = gauge(share, label=said(one), line=line, span=span) if one.days is not None else ""
    return {
        "one": one,
        "said": said(one),
        "between": between(one),
        "bar": bar,
        "stock": words.number(one.stock),
        "counts": [(count, words.number(count.on_hand)) for count in one.counts],
        "rate": told(one.rate),
        "basis": basis(one),
        "burn": told(one.burn) if one.burn is not None else "",
        "target": told(float(one.assumed["target"].value)) if "target" in one.assumed else "",
        "by_target": told(one.by_target) if one.by_target is not None else "",
        "limit": told(one.limit) if one.limit is not None else "",
        "quantity": words.number(one.quantity) if one.quantity is not None else "",
        "assumed": [(one.assumed[name], words.number(one.assumed[name].value)) for name in sorted(one.assumed)],
        "intervals": [{"one": each, "rate": f"{each.rate:.1f}".replace("-", "−")} for each in one.intervals],
    }


def _line(one: Cover) -> dict[str, Any]:
    return {
        "area": words.called(one.area),
        "item": one.item,
        "stock": one.stock,
        "measure": one.measure,
        "counted_on": one.counted_on,
        "burn": one.burn,
        "intervals": one.n,
        "flagged": one.flagged,
        "rate": one.rate,
        "basis": basis(one),
        "days": one.days if _finite(one.days) else None,
        "shortest": one.shortest if _finite(one.shortest) else None,
        "longest": one.longest if _finite(one.longest) else None,
        "by_target": one.by_target if _finite(one.by_target) else None,
        "limit": one.limit,
        "quantity": one.quantity,
    }


def _finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)
