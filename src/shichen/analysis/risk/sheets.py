"""Risk levels as sheets: a line an area, or a line a day of one area; and one whole as data."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shichen import watches
from shichen.analysis.risk import saying
from shichen.analysis.risk.models import Assessment
from shichen.analysis.risk.saying import Standing
from shichen.sheets.fields import Field
from shichen.web import words
from shichen.web.siblings import About

COUNTS = (
    Field("level", gettext_noop("风险等级")),
    Field("rec", gettext_noop("期内新增（至少）"), "integer"),
    Field("rec_most", gettext_noop("期内新增（至多）"), "integer"),
    Field("cum", gettext_noop("累计（至少）"), "integer"),
    Field("cum_most", gettext_noop("累计（至多）"), "integer"),
    Field("clusters", gettext_noop("聚集性疫情")),
    Field("rule", gettext_noop("规则")),
    Field("why", gettext_noop("为何不能判定")),
)
LINES = (
    Field("area", gettext_noop("区域")),
    Field("date", gettext_noop("日期")),
    *COUNTS,
    Field("since", gettext_noop("自何日起")),
    Field("override", gettext_noop("办公室调整")),
    Field("as_of", gettext_noop("数据截至"), "datetime"),
    Field("number", gettext_noop("编号"), "integer"),
    Field("signed", gettext_noop("签发")),
    Field("digest", gettext_noop("指纹")),
)
DAYS = (
    Field("date", gettext_noop("日期")),
    *COUNTS,
    Field("back", gettext_noop("规则生效前回看"), "boolean"),
    Field("reported", gettext_noop("当日有报"), "boolean"),
    Field("down", gettext_noop("核减"), "integer"),
)


def line(one: Standing) -> dict[str, Any]:
    """An area in one line."""
    return {
        "area": words.called(one.one.area),
        "date": one.row["date"],
        **_counts(one.row),
        "since": one.since,
        "override": saying.name(one.override.level) if one.override else None,
        "as_of": watches.local(one.one.as_of),
        "number": one.one.number,
        "signed": _("已签发") if one.signed else _("草稿"),
        "digest": one.one.digest,
    }


def day(row: Any) -> dict[str, Any]:
    """A day of an area in one line."""
    return {"date": row["date"], **_counts(row), "back": row["back"], "reported": row["reported"], "down": row["down"]}


def whole(one: Assessment) -> dict[str, Any]:
    """An assessment with all that it rests on."""
    return {
        "number": one.number,
        "id": str(one.pk),
        "area": one.area_id,
        "as_of": one.as_of,
        "epi_version": one.epi_version,
        "inputs": {"digest": one.inputs_digest, **one.inputs},
        "rows": one.rows,
        "digest": one.digest,
        "signed": hasattr(one, "signature"),
    }


def of_all() -> About:
    definition = _(
        "市和各区域最近一日的风险等级，连同期内新增、累计、聚集性疫情和所用规则；报数不足以判定的写不能判定。"
    )
    return About(_("风险等级"), definition, _("疾控、专家组，按可见范围"), LINES)


def of_one(one: Assessment) -> About:
    title = f"{words.called(one.area)} {_('风险等级')} {one.number}"
    return About(title, _("一个区域逐日的风险等级；新增与累计有缺日时写上下界。"), words.called(one.unit), DAYS)


def _counts(row: Any) -> dict[str, Any]:
    numbers = {name: row[name] for name in ("rec", "rec_most", "cum", "cum_most")}
    clusters = _("、").join(row["clusters"]) or None
    return {
        "level": saying.level(row),
        **numbers,
        "clusters": clusters,
        "rule": row["rule"] or None,
        "why": saying.why(row) or None,
    }
