"""The web door of reports of analyses (疫情分析报告): the register, one report with what it rests on, its files, and its acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shichen.analysis.runs.drawing import charts
from shichen.analysis.runs.models import Run
from shichen.indicators.models import Figure
from shichen.publications.printing.views import file_answer
from shichen.publications.reports import composing, files, listing, steps
from shichen.publications.reports.models import Report
from shichen.refusal import Refusal
from shichen.web import asker, clock, siblings, words
from shichen.web.past import only_now, says_always
from shichen.web.policy import policy

AT_ONCE = 30
SIBLINGS = (("pdf", "PDF"), ("docx", "Word"), ("json", "JSON"))


@only_now
@policy("view")
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """疫情分析报告：各期，数据截至何时，是否签发。"""
    return _list(request)


@only_now
@policy("view")
@require_safe
def reports_files(request: HttpRequest, ending: str) -> HttpResponse:
    """The register as a file: CSV, Excel, JSON, or what its columns mean."""
    found = list(listing.seen(request.user)[:500])
    return siblings.files(
        request,
        ending,
        listing.about(),
        lambda: map(listing.row, found),
        lambda: {"reports": [listing.payload(one) for one in found]},
    )


@only_now
@policy("view")
@require_safe
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """一份报告：每句话连到它依据的分析，每个数连到台账。"""
    return _page(request, _found(request, pk))


@says_always
@policy("view")
@require_safe
def report_file(request: HttpRequest, pk: str, paper: str) -> HttpResponse:
    """PDF、Word 或 JSON；已签发的照签发时存下的原样。"""
    found = _found(request, UUID(pk))
    if paper == "json":
        return siblings.data(listing.payload(found, whole=True))
    name = (
        f"analysis-report-{found.year}-{found.serial}" if found.serial else f"analysis-report-draft-{found.counted_on}"
    )
    return file_answer(files.of(found, paper, "en" if words.english() else "zh"), name, paper)


@policy("analyse")
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """拟一期：由现有的分析和台账写成。"""
    try:
        moment = clock.parsed(str(request.POST.get("until", ""))) or clock.shown()
        made = steps.draft(moment, by=asker.person(request))
    except Refusal as refusal:
        return _list(request, refusal)
    return redirect("report", made.pk)


@policy("analyse")
@require_POST
def word(request: HttpRequest, pk: UUID) -> HttpResponse:
    """写专家意见。"""
    opinion = str(request.POST.get("opinion", ""))
    return _done(request, pk, "word", lambda one: steps.word(one, opinion, by=asker.person(request)))


@policy("approve")
@require_POST
def issue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """签发：由第二人；这时给期号，所依据的分析随之签发。"""
    seen = str(request.POST.get("seen", ""))
    return _done(request, pk, "issue", lambda one: steps.issue(one, seen=seen, by=asker.person(request)))


@policy("approve")
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """撤回已签发的一期；号留着。"""
    reason = str(request.POST.get("reason", ""))
    return _done(request, pk, "withdraw", lambda one: steps.withdraw(one, reason, by=asker.person(request)))


@policy("analyse")
@require_POST
def drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """作废没有签发的稿。"""
    reason = str(request.POST.get("reason", ""))
    return _done(request, pk, "drop", lambda one: steps.drop(one, reason, by=asker.person(request)))


def _list(request: HttpRequest, fault: Refusal | None = None) -> HttpResponse:
    page = Paginator(listing.seen(request.user), AT_ONCE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "rows": [(one, files.number(one)) for one in page],
        "may_draft": asker.may_act(request, "analyse") and "analyse" in listing.acts_of(request.user),
        "fault": fault,
        "siblings": siblings.DOWNLOADS,
        "query": request.GET.urlencode(),
    }
    return render(request, "reports/list.html", shown, status=422 if fault else 200)


def _page(request: HttpRequest, one: Report, *, fault: Refusal | None = None, at: str = "") -> HttpResponse:
    acts = listing.acts_of(request.user)
    draft_ = one.state == Report.State.DRAFT
    shown = {
        "report": one,
        "number": files.number(one),
        "sections": _sections(request, one),
        "may_word": draft_ and "analyse" in acts,
        "may_issue": draft_ and "approve" in acts and one.made_by_id != asker.person(request).pk,
        "own": one.made_by_id == asker.person(request).pk,
        "may_withdraw": one.state == Report.State.ISSUED and "approve" in acts,
        "seen": steps.seen_of(one),
        "fault": fault,
        "at": at,
        "siblings": SIBLINGS,
    }
    return render(request, "reports/report.html", shown, status=422 if fault else 200)


def _sections(request: HttpRequest, one: Report) -> list[dict[str, Any]]:
    """What the report says, in the language of the page, each chart drawn from its run."""
    sections = one.content["en" if words.english() else "zh"]
    runs = {str(run.pk): run for run in Run.objects.filter(pk__in=composing.runs_of(one.content))}
    figures = [
        piece.get("figure") for section in sections for part in section["parts"] for piece in part.get("pieces", ())
    ]
    known = {str(found.pk) for found in Figure.objects.filter(pk__in=[key for key in figures if key])}
    reach = asker.reach(request)

    def told(part: composing.Part) -> composing.Part:
        drawn = charts.figure(runs[part["run"]], reach) if part["kind"] == "picture" else ""
        pieces = [{**piece, "leads": piece.get("figure") in known} for piece in part.get("pieces", ())]
        return {**part, "figure": drawn, "pieces": pieces}

    return [{**section, "parts": [told(part) for part in section["parts"]]} for section in sections]


def _found(request: HttpRequest, pk: UUID) -> Report:
    found = listing.seen(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _done(request: HttpRequest, pk: UUID, at: str, act: Callable[[Report], Report]) -> HttpResponse:
    found = _found(request, pk)
    try:
        made = act(found)
    except Refusal as refusal:
        return _page(request, _found(request, pk), fault=refusal, at=at)
    messages.success(request, _("存下了。") if at == "word" else str(made.get_state_display()))
    return redirect("report", made.pk)
