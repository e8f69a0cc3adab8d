"""The web door of figures: catalogue, trace, live figure. Looking at them changes nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from shichen.audit.context import now
from shichen.city.scope import Sight, may, sight
from shichen.indicators import asking, definitions, payload, remarks, series, sheets, trace
from shichen.indicators import catalogue as catalogued
from shichen.indicators.declare import Indicator, known
from shichen.indicators.models import Figure
from shichen.indicators.queries import compute
from shichen.refusal import Refusal
from shichen.web.attached import attached
from shichen.web.policy import policy


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
    said = remarks.on(found.figure, _sight(request))
    changed = found.changed and found.figure.successor_id is None and found.as_of is None
    context = {
        "trace": found,
        "figure": found.figure,
        "evidence": found.evidence,
        "period": trace.spoken(period),
        "convention": trace.convention(period),
        "how": trace.how(found.indicator.reduction if found.indicator else None),
        "remarks": said,
        "settled": [one for one in said if one.kind != remarks.ASKED],
        "proposing": _may_propose(request, found),
        "refreezing": changed and not found.figure.released and may(request.user, "freeze", at=now()),
        "publishes": may(request.user, "publish", at=now()) and not found.figure.successor_id,
        "query": f"?{request.GET.urlencode()}" if found.as_of else "",
    }
    return render(request, "indicators/figure.html", context)


@policy("view")
@require_safe
def figure_json(request: HttpRequest, pk: UUID) -> JsonResponse:
    return _json(payload.of_trace(_traced(request, pk)))


@policy("view")
@require_safe
def figure_csv(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The records of a figure, or the statement that it is, as a sheet."""
    found = _traced(request, pk)
    return attached(sheets.of_trace(found, _sight(request)), f"{sheets.called(found.figure)}.csv", "csv")


@policy("view")
@require_safe
def figure_metadata(request: HttpRequest, pk: UUID) -> JsonResponse:
    """What the figure and the columns of its sheet mean."""
    found = _traced(request, pk)
    return _json(sheets.metadata(found, _sight(request)))


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
    as_of = asked.scope.as_of
    context: dict[str, Any] = {
        "indicator": one,
        "asked": asked,
        "fault": fault,
        "given": request.GET,
        "period": trace.spoken(asked.period),
        "convention": trace.convention(asked.period),
        "as_of": as_of,
        "ledger": series.rows(key, reach, as_of=as_of),
        "chart": series.line(key, asked.scope.area, reach) if asked.scope.area and as_of is None else "",
        "versions": definitions.versions(one),
        "how": trace.how(one.reduction),
        "beside": trace.beside(key, asked.period, asked.scope.area, reach) if asked.scope.area else [],
        "query": request.GET.urlencode(),
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
def live_csv(request: HttpRequest, key: str) -> HttpResponse:
    """The records of a figure worked out now, as a sheet. Raises Refusal."""
    one = _indicator(key)
    asked = asking.read(request.GET, one)
    return attached(
        sheets.of_computed(compute(key, asked.period, asked.scope), _sight(request)), f"{one.name}.csv", "csv"
    )


def _traced(request: HttpRequest, pk: UUID) -> trace.Trace:
    reach = _sight(request)
    rows = Figure.objects.within(reach).select_related(
        "area",
        "reporter",
        "definition",
        "statement__reporter",
        "statement__accepted_by",
        "frozen_by",
        "approved_by",
        "successor",
    )
    return trace.of(get_object_or_404(rows, pk=pk), reach, as_of=asking.as_of(request.GET.dict()))


def _may_propose(request: HttpRequest, found: trace.Trace) -> bool:
    """Whether the reader may ask for the correction of this figure, and whether there is anything to correct it by."""
    figure = found.figure
    if not figure.released or figure.successor_id is not None or found.proposed or found.as_of is not None:
        return False
    reach = sight(request.user, "correct", at=now())
    return reach.covers(unit=figure.reporter_id, path=figure.area_path, event=figure.event_id)


def _indicator(key: str) -> Indicator:
    try:
        return known()[key]
    except KeyError:
        raise Http404(f"no figure is called {key}") from None


def _sight(request: HttpRequest) -> Sight:
    return sight(request.user, "view", at=now())


def _json(data: dict[str, Any]) -> JsonResponse:
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
