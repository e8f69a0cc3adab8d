"""The web door of the checks of bulletins (核对一览): each with what it asks, what it came to and where it was met last."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from shichen.bulletins import checked
from shichen.sheets.fields import Field
from shichen.web import asker, siblings
from shichen.web.past import known_then
from shichen.web.policy import policy
from shichen.web.sentences import said
from shichen.web.siblings import About

SHEET = (
    Field("check", gettext_noop("代码")),
    Field("name", gettext_noop("核对")),
    Field("asks", gettext_noop("要求")),
    Field("adds", gettext_noop("成立时加"), "decimal"),
    Field("takes", gettext_noop("不成立时减"), "decimal"),
    Field("held", gettext_noop("成立"), "integer"),
    Field("failed", gettext_noop("不成立"), "integer"),
    Field("last_failed", gettext_noop("最近一次不成立")),
    Field("last_failed_at", gettext_noop("不成立的来稿收到"), "datetime"),
    Field("last_held", gettext_noop("最近一次成立")),
    Field("last_held_at", gettext_noop("成立的来稿收到"), "datetime"),
)


@known_then
@policy("view")
@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    """核对一览：每项核对问什么，怎样改把握，成立几次、不成立几次，最近的例子。"""
    context = {
        "rows": checked.rows(asker.reach(request)),
        "siblings": siblings.DOWNLOADS,
        "query": request.GET.urlencode(),
    }
    return render(request, "bulletins/checks.html", context)


@known_then
@policy("view")
@require_safe
def checks_files(request: HttpRequest, ending: str) -> HttpResponse:
    """The same list as a file: CSV, Excel, JSON, or what its columns mean."""
    definition = _("来稿的核对：每项问什么，成立与不成立时怎样改把握，在可见的来稿里各有几次，最近的例子。")
    about = About(_("核对一览"), definition, _("各报送单位，按可见范围"), SHEET)
    found = checked.rows(asker.reach(request)) if ending != "metadata.json" else []
    return siblings.files(
        request,
        ending,
        about,
        lambda: checked.of_sheet(found, said),
        lambda: {"checks": [checked.of_row(row) for row in found]},
    )
