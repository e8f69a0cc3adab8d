"""The web door of corrections (更正): the list and one in force for everybody, proposing, and signing by a second person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shichen.audit.context import now
from shichen.city.scope import sight
from shichen.indicators import corrected as queries
from shichen.indicators import correcting, payload, trace
from shichen.indicators.models import Correction, Figure
from shichen.indicators.queries import Computed
from shichen.refusal import Refusal
from shichen.sheets.fields import Field
from shichen.web import asker, siblings
from shichen.web.past import known_then
from shichen.web.policy import policy
from shichen.web.sentences import said

MOST = 2000
SHEET = (
    Field("number", gettext_noop("号"), "integer"),
    Field("at", gettext_noop("日期")),
    Field("indicator", gettext_noop("指标")),
    Field("name", gettext_noop("名称")),
    Field("area", gettext_noop("区域")),
    Field("period", gettext_noop("时段")),
    Field("was", gettext_noop("原数"), "decimal"),
    Field("is", gettext_noop("现数"), "decimal"),
    Field("unit", gettext_noop("量词")),
    Field("reason", gettext_noop("理由")),
    Field("used", gettext_noop("用过几处"), "integer"),
    Field("figure", gettext_noop("原数的溯源")),
    Field("now", gettext_noop("现数的溯源")),
)


@known_then
@policy("view")
@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """更正：哪个数改了，原来多少，现在多少，为什么，用在哪里。"""
    reach, as_of = asker.reach(request), siblings.then(request)
    rows = list(queries.made(reach, as_of=as_of)[:MOST])
    context = {
        "as_of": as_of,
        "siblings": siblings.DOWNLOADS,
        "base": "/corrections",
        "query": request.GET.urlencode(),
        "months": queries.by_month(rows),
        "count": len(rows),
        "waiting": queries.waiting(reach, as_of=as_of),
        "signing": asker.may_act(request, "approve"),
    }
    return render(request, "indicators/corrections.html", context)


@known_then
@policy("view")
@require_safe
def corrections_sheet(request: HttpRequest, ending: str) -> HttpResponse:
    """The corrections in force as a file."""
    rows = list(queries.made(asker.reach(request), as_of=siblings.then(request))[:MOST])
    if ending == "json":
        return siblings.data({"corrections": [payload.of_made(row) for row in rows]})
    return siblings.sheet(map(_line, rows), SHEET, _("更正"), ending)


@known_then
@policy("view")
@require_safe
def corrections_metadata(request: HttpRequest) -> JsonResponse:
    """What a correction is, and what the columns of the sheet mean."""
    definition = _("更正：说过的数后来改了，原来多少、现在多少、为什么、用在哪里；编号不断，只增不改。")
    source, endings = _("各报送单位，按可见范围"), ("csv", "xlsx", "json")
    return siblings.metadata(request, _("更正"), definition, SHEET, source=source, endings=endings)


@known_then
@policy("view")
@require_safe
def correction(request: HttpRequest, number: int) -> HttpResponse:
    """一次更正，永久地址。"""
    reach, as_of = asker.reach(request), siblings.then(request)
    one = get_object_or_404(queries.made(reach, as_of=as_of), number=number)
    numbers = queries.made(reach, as_of=as_of).values_list("number", flat=True).order_by("number")
    context = {
        **_about(request, one),
        "before": numbers.filter(number__lt=number).last(),
        "after": numbers.filter(number__gt=number).first(),
    }
    return render(request, "indicators/correction.html", context)


@known_then
@policy("view")
@require_safe
def correction_json(request: HttpRequest, number: int) -> JsonResponse:
    reach, as_of = asker.reach(request), siblings.then(request)
    one = get_object_or_404(queries.made(reach, as_of=as_of), number=number)
    used = queries.used(one.was, reach, as_of=as_of)
    return siblings.data({**payload.of_made(one), "used_in": payload.of_used(used)})


@known_then
@policy("view")
@require_safe
def proposed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """待签的更正；签了的，转到它的号。"""
    as_of = siblings.then(request)
    rows = queries.corrections(asker.reach(request))
    one = queries.at(get_object_or_404(rows if as_of is None else rows.filter(proposed_at__lte=as_of), pk=pk), as_of)
    if one.number is not None:
        asked = f"?{request.GET.urlencode()}" if request.GET else ""
        return HttpResponseRedirect(reverse("correction", args=[one.number]) + asked)
    return _proposed(request, one)


@policy("approve")
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """签发或不予更正，由第二人。"""
    one = get_object_or_404(queries.corrections(sight(request.user, "approve", at=now())), pk=pk)
    accept, note = request.POST.get("accept", ""), request.POST.get("note", "")
    try:
        if accept not in ("yes", "no"):
            raise Refusal("请选择：签发，或不予更正。", field="accept")
        made = correcting.decide(one, accept=accept == "yes", note=note, by=asker.person(request))
    except Refusal as refusal:
        return _proposed(request, one, refusal, note)
    if made.number is None:
        messages.success(request, _("已不予更正；原数不变。"))
        return HttpResponseRedirect(reverse("correction-proposed", args=[pk]))
    messages.success(request, _("已签发，为更正第 %(n)s 号；用过原数的各处都已带上标记。") % {"n": made.number})
    return HttpResponseRedirect(reverse("correction", args=[made.number]))


@policy("correct")
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """提出更正：现在的记录算得多少，或以哪个报称数为准；写明理由。"""
    figure = _correctable(request, pk)
    if request.method != "POST":
        return _proposing(request, figure)
    chosen, reason = request.POST.get("replacement", ""), request.POST.get("reason", "")
    try:
        replacement = next((one for one in correcting.others(figure) if str(one.pk) == chosen), None)
        made = correcting.propose(figure, reason, replacement=replacement, by=asker.person(request))
    except Refusal as refusal:
        return _proposing(request, figure, refusal, reason, chosen)
    messages.success(request, _("已提出更正，待第二人签发。"))
    return HttpResponseRedirect(reverse("correction-proposed", args=[made.pk]))


@policy("freeze")
@require_POST
def refreeze(request: HttpRequest, pk: UUID) -> HttpResponse:
    """未对外发布的数，照现在的记录重新定稿。"""
    rows = Figure.objects.within(sight(request.user, "freeze", at=now()))
    figure = get_object_or_404(rows.select_related("area", "reporter", "event"), pk=pk)
    try:
        made = correcting.refreeze(figure, request.POST.get("reason", ""), by=asker.person(request))
    except Refusal as refusal:
        messages.error(request, said(refusal.sentence))
        return HttpResponseRedirect(reverse("figure", args=[pk]) + "#refreeze")
    messages.success(request, _("已重新定稿；旧数留档，指向这个数。"))
    return HttpResponseRedirect(reverse("figure", args=[made.pk]))


def _proposed(request: HttpRequest, one: Correction, fault: Refusal | None = None, note: str = "") -> HttpResponse:
    signing = asker.may_act(request, "approve") and one.state == Correction.State.PROPOSED
    context = {
        **_about(request, one),
        "signing": signing and one.proposed_by_id != request.user.pk,
        "own": signing and one.proposed_by_id == request.user.pk,
        "fault": fault,
        "note": note,
    }
    return render(request, "indicators/correction.html", context, status=422 if fault else 200)


def _proposing(
    request: HttpRequest, figure: Figure, fault: Refusal | None = None, reason: str = "", chosen: str = ""
) -> HttpResponse:
    computed, why_not = _computed(figure)
    others = correcting.others(figure)
    context = {
        "figure": figure,
        "period": trace.spoken(trace.period_of(figure)),
        "computed": computed,
        "why_not": why_not,
        "others": others,
        "used": queries.used(figure, asker.reach(request)),
        "waiting": figure.corrections.filter(state=Correction.State.PROPOSED).first(),
        "open": bool(computed or others) and figure.released and figure.successor_id is None,
        "came_from": _came_from(request),
        "fault": fault,
        "reason": reason,
        "chosen": chosen,
    }
    return render(request, "indicators/propose.html", context, status=422 if fault else 200)


def _computed(figure: Figure) -> tuple[Computed | None, Refusal | None]:
    """What the records give now, or why a correction cannot rest on them."""
    try:
        return correcting.anew(figure), None
    except Refusal as refusal:
        return None, refusal


def _came_from(request: HttpRequest) -> str:
    """The disagreement that led here, to lead back to."""
    try:
        return f"/disagreements/{UUID(request.GET.get('from', ''))}/"
    except ValueError:
        return ""


def _about(request: HttpRequest, one: Correction) -> dict[str, Any]:
    return {
        "one": one,
        "period": trace.spoken(trace.period_of(one.was)),
        "convention": trace.convention(trace.period_of(one.was)),
        "used": queries.used(one.was, asker.reach(request), as_of=siblings.then(request)),
        "query": request.GET.urlencode(),
    }


def _correctable(request: HttpRequest, pk: UUID) -> Figure:
    """A figure that the reader may ask to be corrected; one out of that reach is not there."""
    rows = Figure.objects.within(sight(request.user, "correct", at=now()))
    related = ("area", "reporter", "event", "definition", "statement", "successor")
    found = rows.select_related(*related).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _line(row: Correction) -> dict[str, Any]:
    said = payload.of_made(row)
    moment = row.decided_at or row.proposed_at
    return {
        **{name: said[name] for name in ("number", "indicator", "name", "unit", "reason", "used", "figure")},
        "at": moment.isoformat(),
        "area": said["area"]["name"],
        "period": trace.spoken(trace.period_of(row.was)),
        "was": row.was.value,
        "is": row.replacement.value if row.replacement else None,
        "now": said["now"],
    }
