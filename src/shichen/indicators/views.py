"""The web door of figures: catalogue, trace, live figure, disagreements. GET shows; only settling changes anything."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from shichen.audit.context import now
from shichen.city.models import Account
from shichen.city.scope import Sight, may, sight
from shichen.indicators import asking, payload, services, trace
from shichen.indicators import catalogue as catalogued
from shichen.indicators.declare import Indicator, known
from shichen.indicators.models import Disagreement, Figure
from shichen.indicators.queries import compute
from shichen.refusal import Refusal
from shichen.web.policy import policy

AT_ONCE = 50
STATES = Disagreement.State


@policy("view")
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """指标目录：有哪些数字，怎样定义，最近一次是多少。"""
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "basis", "used")}
    lines = catalogued.lines(_sight(request), words=asked["q"], basis=asked["basis"], used=asked["used"] == "1")
    computed = sum(1 for line in lines if line.indicator.computed)
    context = {"lines": lines, "asked": asked, "computed": computed, "stated": len(lines) - computed}
    return render(request, "indicators/catalogue.html", context)


@policy("view")
@require_safe
def catalogue_json(request: HttpRequest) -> JsonResponse:
    lines = catalogued.lines(_sight(request), words=request.GET.get("q", "")[:60])
    latest = [payload.of_figure(line.latest) if line.latest else None for line in lines]
    rows = [{**payload.of_indicator(line.indicator), "latest": last} for line, last in zip(lines, latest, strict=True)]
    return _json({"figures": rows})


@policy("view")
@require_safe
def figure(request: HttpRequest, pk: UUID) -> HttpResponse:
    """溯源：一个数字是什么意思，说的是什么时候，由哪些记录或哪句话得来。"""
    found = _traced(request, pk)
    period = trace.period_of(found.figure)
    context = {
        "trace": found,
        "figure": found.figure,
        "evidence": found.evidence,
        "period": trace.spoken(period),
        "convention": trace.convention(period),
        "how": trace.how(found.indicator.reduction if found.indicator else None),
        "asked": catalogued.disputed(_sight(request)).get(f"/figures/{pk}/", []),
    }
    return render(request, "indicators/figure.html", context)


@policy("view")
@require_safe
def figure_json(request: HttpRequest, pk: UUID) -> JsonResponse:
    return _json(payload.of_trace(_traced(request, pk)))


@policy("view")
@require_safe
def live(request: HttpRequest, key: str) -> HttpResponse:
    """即时数：此刻由记录算出，未定稿；只能报称的指标列出台账里的各次。"""
    one = _indicator(key)
    reach = _sight(request)
    try:
        asked, fault = asking.read(request.GET, one), None
    except Refusal as refusal:
        asked, fault = asking.read({}, one), refusal
    ledger = Figure.objects.within(reach).filter(key=key).select_related("area", "reporter", "statement")
    context: dict[str, Any] = {
        "indicator": one,
        "asked": asked,
        "fault": fault,
        "given": request.GET,
        "period": trace.spoken(asked.period),
        "convention": trace.convention(asked.period),
        "ledger": ledger.order_by("-period_to", "-frozen_at")[:AT_ONCE],
        "how": trace.how(one.reduction),
        "beside": trace.beside(key, asked.period, asked.scope.area, reach) if asked.scope.area else [],
        "json": f"{reverse('live-figure-json', args=[key])}?{request.GET.urlencode()}",
    }
    if one.computed and fault is None:
        context["evidence"] = trace.evidence(compute(key, asked.period, asked.scope), reach, as_reached=True)
    return render(request, "indicators/live.html", context, status=422 if fault else 200)


@policy("view")
@require_safe
def live_json(request: HttpRequest, key: str) -> JsonResponse:
    one, reach = _indicator(key), _sight(request)
    try:
        asked = asking.read(request.GET, one)
        evidence = trace.evidence(compute(key, asked.period, asked.scope), reach, as_reached=True)
    except Refusal as refusal:
        return JsonResponse({"refused": refusal.sentence}, status=422, json_dumps_params={"ensure_ascii": False})
    told = {"from": asked.period.start, "to": asked.period.end, "value": payload.number(evidence.value)}
    return _json({**payload.of_indicator(one), **told, **payload.of_evidence(evidence)})


@policy("view")
@require_safe
def disagreements(request: HttpRequest) -> HttpResponse:
    """数不符：对不上的两边，各自的出处，谁来处理，处理了没有。"""
    rows = catalogued.disagreements(_sight(request))
    families = sorted(set(rows.order_by().values_list("family", flat=True)))
    state, family = request.GET.get("state", STATES.OPEN), request.GET.get("family", "")
    shown = rows.filter(state=state) if state in STATES.values else rows
    shown = shown.filter(family=family) if family in families else shown
    counts = [(one, label, rows.filter(state=one).count()) for one, label in STATES.choices]
    page = Paginator(shown.order_by("-opened_at", "family", "pk"), AT_ONCE).get_page(request.GET.get("page"))
    context = {"page": page, "counts": counts, "all": rows.count(), "state": state, "family": family}
    return render(request, "indicators/disagreements.html", {**context, "families": families})


@policy("view")
@require_safe
def disagreements_json(request: HttpRequest) -> JsonResponse:
    rows = catalogued.disagreements(_sight(request)).order_by("-opened_at", "family", "pk")[:500]
    return _json({"disagreements": [payload.of_disagreement(row) for row in rows]})


@policy("view")
@require_safe
def disagreement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """一条数不符：双方、规则、处理。"""
    return _disagreement(request, _found(request, pk))


@policy("resolve")
@require_POST
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """处理一条数不符：已解释、已更正或转督办，都要写理由。"""
    one = _found(request, pk)
    state, reason = request.POST.get("state", ""), request.POST.get("reason", "")
    if not isinstance(request.user, Account):
        raise Http404
    try:
        services.settle(one, state, reason, by=request.user)
    except Refusal as refusal:
        return _disagreement(request, one, refusal, state, reason)
    return HttpResponseRedirect(reverse("disagreement", args=[pk]))


def _disagreement(
    request: HttpRequest, one: Disagreement, fault: Refusal | None = None, state: str = "", reason: str = ""
) -> HttpResponse:
    settling = one.state == STATES.OPEN and may(request.user, "resolve", at=now())
    choices = [choice for choice in STATES.choices if choice[0] != STATES.OPEN]
    context = {"one": one, "settling": settling, "choices": choices, "fault": fault, "state": state, "reason": reason}
    return render(request, "indicators/disagreement.html", context, status=422 if fault else 200)


def _found(request: HttpRequest, pk: UUID) -> Disagreement:
    return get_object_or_404(catalogued.disagreements(_sight(request)), pk=pk)


def _traced(request: HttpRequest, pk: UUID) -> trace.Trace:
    reach = _sight(request)
    rows = Figure.objects.within(reach).select_related(
        "area", "reporter", "definition", "statement__reporter", "statement__accepted_by", "frozen_by", "successor"
    )
    return trace.of(get_object_or_404(rows, pk=pk), reach)


def _indicator(key: str) -> Indicator:
    try:
        return known()[key]
    except KeyError:
        raise Http404(f"no figure is called {key}") from None


def _sight(request: HttpRequest) -> Sight:
    return sight(request.user, "view", at=now())


def _json(data: dict[str, Any]) -> JsonResponse:
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
