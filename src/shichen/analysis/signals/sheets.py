"""Signals as sheets: a line a signal; one whole as data."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shichen import watches
from shichen.analysis.signals import saying
from shichen.analysis.signals.models import Alarm
from shichen.sheets.fields import Field
from shichen.web import words
from shichen.web.siblings import About

LINES = (
    Field("area", gettext_noop("区域")),
    Field("on", gettext_noop("日期"), "date"),
    Field("figure", gettext_noop("指标")),
    Field("series", gettext_noop("序列")),
    Field("method", gettext_noop("方法")),
    Field("value", gettext_noop("实际"), "decimal"),
    Field("expected", gettext_noop("预期"), "decimal"),
    Field("upper", gettext_noop("上限"), "decimal"),
    Field("strength", gettext_noop("强度"), "decimal"),
    Field("state", gettext_noop("状态")),
    Field("reason", gettext_noop("理由")),
    Field("raised_at", gettext_noop("提出时间"), "datetime"),
    Field("answered_at", gettext_noop("答复时间"), "datetime"),
    Field("replaces", gettext_noop("替代哪一条")),
)


def state(alarm: Alarm) -> str:
    """Waiting, or what was found."""
    answer = getattr(alarm, "answer", None)
    return str(answer.get_verdict_display()) if answer else _("待核")


def line(alarm: Alarm) -> dict[str, Any]:
    """A signal in one line."""
    answer = getattr(alarm, "answer", None)
    return {
        "area": words.called(alarm.area),
        "on": alarm.on,
        "figure": saying.figure(alarm.evaluation.indicator),
        "series": alarm.series,
        "method": saying.method(alarm.method),
        **{name: round(getattr(alarm, name), 4) for name in ("value", "expected", "upper", "strength")},
        "state": state(alarm),
        "reason": (answer.reason or None) if answer else None,
        "raised_at": watches.local(alarm.raised_at),
        "answered_at": watches.local(answer.at) if answer else None,
        "replaces": str(alarm.replaces_id) if alarm.replaces_id else None,
    }


def whole(alarm: Alarm) -> dict[str, Any]:
    """A signal with the evaluation it is from."""
    one = alarm.evaluation
    return {
        **line(alarm),
        "as_of": one.as_of,
        "rules": one.rules.code,
        "rules_digest": one.rules.digest,
        "epi_version": one.epi_version,
        "inputs": {"digest": one.inputs_digest, "rows": one.inputs},
        "rows": one.rows,
        "digest": one.digest,
    }


def of_all() -> About:
    definition = _("待核和已核实的异常信号：实际、预期、上限、强度（实际减预期除以上限减预期）、答复。")
    return About(_("异常信号"), definition, _("疾控、专家组、值班员，按可见范围"), LINES)
