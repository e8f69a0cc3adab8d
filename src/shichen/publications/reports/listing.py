"""The register of reports of analyses: who sees which, as lines of a sheet and as data."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.scope import User, sight
from shichen.publications.reports import files
from shichen.publications.reports.models import Report
from shichen.sheets.fields import Field
from shichen.web.sentences import said
from shichen.web.siblings import About

ACTS = ("analyse", "approve")
"""Who drafts may analyse, who issues may approve, both for the whole city."""
OUTSIDE = (Report.State.ISSUED, Report.State.WITHDRAWN)
SHEET = (
    Field("number", gettext_noop("期号")),
    Field("as_of", gettext_noop("数据截至"), "datetime"),
    Field("state", gettext_noop("状态")),
    Field("unit", gettext_noop("编制单位")),
    Field("made_at", gettext_noop("拟稿时间"), "datetime"),
    Field("issued_at", gettext_noop("签发时间"), "datetime"),
    Field("digest", gettext_noop("指纹")),
    Field("report", gettext_noop("地址")),
)


def acts_of(user: User) -> frozenset[str]:
    """Which acts on reports of the city are theirs."""
    home, event = city.the_city(), city.the_event()
    reaches = {act: sight(user, act, at=now()).reaches for act in ACTS}
    return frozenset(
        act
        for act, found in reaches.items()
        if any(home.path.startswith(path) and of in (None, event.pk) for _unit, path, of in found)
    )


def seen(user: User) -> QuerySet[Report]:
    """The reports that somebody may see, the latest first: who makes them all, others what was issued."""
    rows = Report.objects.filter(event=city.the_event()).select_related("area", "unit", "event", "made_by", "issued_by")
    return rows if acts_of(user) else rows.filter(state__in=OUTSIDE)


def about() -> About:
    """What the register is."""
    definition = _("疫情分析报告：文字由分析与台账写成，由第二人签发，逐年编号，撤回的号不再用。")
    return About(_("疫情分析报告"), definition, _("本指挥部"), SHEET)


def row(one: Report) -> dict[str, Any]:
    """A report as a line of a sheet, in the words of the page."""
    kept = {name: getattr(one, name) for name in ("as_of", "made_at", "issued_at", "digest")}
    return {
        **kept,
        "number": files.number(one),
        "state": said(one.get_state_display()),
        "unit": one.unit.name,
        "report": reverse("report", args=[one.pk]),
    }


def payload(one: Report, *, whole: bool = False) -> dict[str, Any]:
    """A report as data; `whole` with every section and what each statement rests on."""
    kept = {
        name: getattr(one, name) for name in ("as_of", "counted_on", "state", "made_at", "issued_at", "digest", "ended")
    }
    numbered = {"year": one.year or None, "serial": one.serial}
    found = {"report": reverse("report", args=[one.pk]), **numbered, **kept, "unit": one.unit_id}
    return {**found, "opinion": one.opinion, "content": one.content} if whole else found
