"""The web door of what was learned (记得的说法): every saying with what was decided of it, and how to forget one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from shichen.audit.context import now
from shichen.bulletins import forms, learning
from shichen.bulletins.review import PERIODS
from shichen.city.scope import may
from shichen.indicators.declare import known
from shichen.refusal import Refusal
from shichen.sheets.fields import Field
from shichen.web import asker, siblings, words
from shichen.web.past import asked, known_then
from shichen.web.policy import policy
from shichen.web.siblings import About

PAGE, MOST = 50, 5_000
SHEET = (
    Field("saying", gettext_noop("说法")),
    Field("indicator", gettext_noop("指标")),
    Field("subject", gettext_noop("所计")),
    Field("unit", gettext_noop("量词")),
    Field("period", gettext_noop("时段")),
    Field("cumulative", gettext_noop("累计"), "boolean"),
    Field("times", gettext_noop("次数"), "integer"),
    Field("last", gettext_noop("最近"), "datetime"),
)


@known_then
@policy("view")
@require_safe
def learned(request: HttpRequest) -> HttpResponse:
    """记得的说法：同样的话以前怎样采的，采过几次；可以忘掉。"""
    return _page(request)


@known_then
@policy("view")
@require_safe
def learned_files(request: HttpRequest, ending: str) -> HttpResponse:
    """The same list as a file: CSV, Excel, JSON, or what its columns mean."""
    definition = _("记得的说法：来稿里同样的话以前采成什么，采过几次，最近何时；忘掉的不再列出。")
    about = About(_("记得的说法"), definition, _("来稿复核，人逐个采纳的"), SHEET)
    rows = learning.told(_word(request))[:MOST]
    return siblings.files(request, ending, about, lambda: rows, lambda: {"sayings": list(rows)})


@policy("review")
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """忘掉一种说法：以后不再照办，已采的不变。"""
    given = forms.typed(request.POST)
    try:
        gone = learning.forget(given.get("saying", ""), given.get("reason", ""), by=asker.person(request))
    except Refusal as refusal:
        return _page(request, fault=refusal, status=422)
    messages.success(request, _("已忘掉，共 %(n)s 次；已采的数不变。") % {"n": gone})
    return HttpResponseRedirect("/bulletins/learned/")


def _page(request: HttpRequest, *, fault: Refusal | None = None, status: int = 200) -> HttpResponse:
    page = Paginator(learning.told(_word(request)), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_shown(row) for row in page],
        "q": _word(request),
        "reviewing": asked(request) is None and may(request.user, "review", at=now()),
        "siblings": siblings.DOWNLOADS,
        "query": request.GET.urlencode(),
        "fault": fault,
    }
    return render(request, "bulletins/learned.html", context, status=status)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """A saying in the words of the page; one of the reader's own, not of the text, is told apart."""
    one = known().get(row["indicator"])
    own = row["saying"].startswith("=")
    return {
        **row,
        "said": row["saying"].removeprefix("="),
        "own": own,
        "named": words.called(one) if one else "",
        "when": PERIODS.get(row["period"], row["period"]),
    }


def _word(request: HttpRequest) -> str:
    return "".join(filter(str.isprintable, request.GET.get("q", "")))[:60]
