"""What became of a signal when counts were corrected: which one it replaces, which one replaced it, what its day is by now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shichen.analysis.signals import saying
from shichen.analysis.signals.models import Alarm, Evaluation
from shichen.analysis.signals.proposing import corrected
from shichen.web import words


def told(alarm: Alarm, moment: datetime | None = None) -> dict[str, Any]:
    """The signals before and after with what they found, and the day by later data where its counts are others."""
    after = Alarm.objects.filter(replaces=alarm).select_related("area", "evaluation").first()
    if after is not None and moment is not None and after.evaluation.as_of > moment:
        after = None
    before = alarm.replaces
    return {
        "replaces": before,
        "before": saying.finding(before) if before else "",
        "replaced_by": after,
        "after": saying.finding(after) if after else "",
        "now": "" if after else _now(alarm, moment),
    }


def _now(alarm: Alarm, moment: datetime | None) -> str:
    later = Evaluation.objects.filter(
        event=alarm.event, series=alarm.series, area=alarm.area, as_of__gt=alarm.evaluation.as_of
    )
    if moment is not None:
        later = later.filter(as_of__lte=moment)
    one = later.order_by("-as_of", "-made_at").first()
    row = next((row for row in one.rows if row["date"] == alarm.on.isoformat()), None) if one else None
    if one is None or row is None or not corrected(alarm.evaluation, one, alarm.on):
        return ""
    said = {
        "at": words.moment(one.as_of),
        "value": saying.number(row["value"]),
        "upper": saying.number(row["upper"]),
    }
    if row["upper"] is None:
        return _("计数后来更正过：数据截至%(at)s，这一天是 %(value)s，基线不齐，不评价。") % said
    if not row["alarm"]:
        return _("计数后来更正过：数据截至%(at)s，这一天是 %(value)s，没有超过上限 %(upper)s。") % said
    return _("计数后来更正过：数据截至%(at)s，这一天是 %(value)s，上限 %(upper)s，仍然超过。") % said
