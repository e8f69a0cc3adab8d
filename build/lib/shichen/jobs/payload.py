"""Long work as data: what the addresses ending in `.json`, `.csv` and `.xlsx` say."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shichen.jobs.queries import Standing
from shichen.sheets.fields import Field
from shichen.web import words
from shichen.web.sentences import said
from shichen.web.siblings import About

SHEET = (
    Field("kind", gettext_noop("种类")),
    Field("title", gettext_noop("什么")),
    Field("unit", gettext_noop("单位")),
    Field("state", gettext_noop("状态")),
    Field("done", gettext_noop("已办"), "integer"),
    Field("total", gettext_noop("全部"), "integer"),
    Field("made_at", gettext_noop("提出时间"), "datetime"),
    Field("seconds", gettext_noop("用时(秒)"), "decimal"),
    Field("sentence", gettext_noop("结果")),
    Field("id", gettext_noop("标识")),
)


def about() -> About:
    """What the list of jobs is."""
    definition = _("后台任务：要办很久的事，办到哪里，结果如何；取消之前已办的都在。")
    return About(_("后台任务"), definition, _("各单位提出，按可见范围"), SHEET)


def of_job(one: Standing) -> dict[str, Any]:
    """A job with how far it is. Persons are not named."""
    job = one.job
    return {
        "id": str(job.pk),
        "kind": job.kind,
        "title": job.title,
        "unit": job.unit_id,
        "state": one.state,
        "done": one.done,
        "total": one.total,
        "made_at": job.made_at.isoformat(),
        "seconds": one.took.total_seconds() if one.took is not None else None,
        "sentence": job.sentence,
    }


def row(one: Standing, kind: str) -> dict[str, Any]:
    """A job as a line of a sheet, in the words of the page."""
    job = one.job
    spoken = {"kind": kind, "unit": words.called(job.unit), "state": one.label, "sentence": said(job.sentence)}
    seconds = round(one.took.total_seconds(), 1) if one.took is not None else None
    return {**of_job(one), **spoken, "made_at": job.made_at, "seconds": seconds}
