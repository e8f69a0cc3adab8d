"""The web door of figures: catalogue, trace, live figure. Looking at them changes nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from shichen.audit.context import now
from shichen.city.scope import sight
from shichen.indicators import asking, definitions, payload, pictures, proof, remarks, series, sheets, trace
from shichen.indicators import catalogue as catalogued
from shichen.indicators.declare import Indicator, known
from shichen.indicators.models import Figure
from shichen.indicators.queries import compute
from shichen.refusal import Refusal
from shichen.sheets.fields import Field
from shichen.web import asker, siblings, words
from shichen.web.attached import attached
from shichen.web.past import known_then
from shichen.web.policy import policy

SHEET = (
    Field("key", gettext_noop("指标")),
    Field("name", gettext_noop("名称")),
    Field("value", gettext_noop("最近一次"), "decimal"),
    Field("unit", gettext_noop("量词")),
    Field("period", gettext_noop("时段")),
    Field("area", gettext_noop("区域")),
    Field("basis", gettext_noop("依据")),
    Field("count", gettext_noop("台账次数"), "integer"),
    Field("definition", gettext_noop("口径")),
    Field("figure", gettext_noop("溯源")),
)


@known_then
@policy("view")
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """指标目录：有哪些数字，怎样定义，最近一次是多少。"""
    asked, lines = _asked(request), _lines(request)
    computed = sum(1 for line in lines if line.indicator.computed)
    context = {
        "lines": lines,
        "asked": asked,
        "computed": computed,
        "stated": len(lines) - computed,
        "as_of": siblings.then(request),
        "may_coin": asker.may_act(request, "review"),
        "siblings": siblings.DOWNLOADS,
        "base": "/figures",
        "query": urlencode({name: value for name, value in asked.items() if value}),
    }
    return render(request, "indicators/catalogue.html", context)


@known_then
@policy("view")
@require_safe
def catalogue_json(request: HttpRequest) -> JsonResponse:
    lines = _lines(request)
    latest = [payload.of_figure(line.latest) if line.latest else None for line in lines]
    rows = [{**payload.of_indicator(line.indicator), "latest": last} for line, last in zip(lines, latest, strict=True)]
    return siblings.data({"figures": rows})


@known_then
@policy("view")
@require_safe
def catalogue_sheet(request: HttpRequest, ending: str) -> HttpResponse:
    """The catalogue as a sheet: each figure with its last value."""
    return siblings.sheet(map(_line, _lines(request)), SHEET, _("数字台账"), ending)


@known_then
@policy("view")
@require_safe
def catalogue_metadata(request: HttpRequest) -> JsonResponse:
    definition = _("指标目录：有哪些数字、怎样定义、台账里最近一次是多少。")
    source, endings = _("各报送单位，按可见范围"), ("csv", "xlsx", "json")
    return siblings.metadata(request, _("数字台账"), definition, SHEET, source=source, endings=endings)


@known_then
@policy("view")
@require_safe
def figure(request: HttpRequest, pk: UUID) -> HttpResponse:
    """溯源：一个数字是什么意思，说的是什么时候，由哪些记录或哪句话得来。"""
    found = _traced(request, pk)
    period = trace.period_of(found.figure)
    said = remarks.on(found.figure, asker.reach(request))
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
        "refreezing": changed and not found.figure.released and asker.may_act(request, "freeze"),
        "publishes": asker.may_act(request, "publish") and not found.figure.successor_id,
        "query": f"?{request.GET.urlencode()}" if request.GET else "",
    }
    return render(request, "indicators/figure.html", context)


@known_then
@policy("view")
@require_safe
def figure_json(request: HttpRequest, pk: UUID) -> JsonResponse:
    return siblings.data(payload.of_trace(_traced(request, pk)))


@known_then
@policy("view")
@require_safe
def figure_sheet(request: HttpRequest, pk: UUID, ending: str) -> HttpResponse:
    """The records of a figure, or the statement that it is, as a sheet."""
    found = _traced(request, pk)
    name = f"{sheets.called(found.figure)}.{ending}"
    return attached(sheets.of_trace(found, asker.reach(request), ending), name, ending)


@known_then
@policy("view")
@require_safe
def figure_metadata(request: HttpRequest, pk: UUID) -> JsonResponse:
    """What the figure and the columns of its sheet mean."""
    found = _traced(request, pk)
    return siblings.data(sheets.metadata(found, asker.reach(request)))


@known_then
@policy("view")
@require_safe
def live(request: HttpRequest, key: str) -> HttpResponse:
    """即时数：此刻由记录算出，未定稿；只能报称的指标列出台账里的各次。"""
    one = _indicator(key)
    reach = asker.reach(request)
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
        "chart": series.line(key, asked.scope.area, reach, as_of=as_of) if asked.scope.area else "",
        "versions": definitions.versions(one),
        "how": trace.how(one.reduction),
        "beside": trace.beside(key, asked.period, asked.scope.area, reach, as_of=as_of) if asked.scope.area else [],
        "query": request.GET.urlencode(),
    }
    if one.computed and fault is None:
        context["evidence"] = proof.evidence(compute(key, asked.period, asked.scope), reach, as_reached=True)
    return render(request, "indicators/live.html", context, status=422 if fault else 200)


@known_then
@policy("view")
@require_safe
def live_of_period(request: HttpRequest, key: str, first: str, last: str | None = None) -> HttpResponse:
    """即时数的短地址：/figures/KEY/2020-02-02/，或起止两日；转到写明时段的那一页。"""
    asked = request.GET.copy()
    asked["from"], asked["to"] = first, last or first
    return redirect(f"{reverse('live-figure', args=[_indicator(key).key])}?{asked.urlencode()}")


@known_then
@policy("view")
@require_safe
def live_json(request: HttpRequest, key: str) -> JsonResponse:
    one, reach = _indicator(key), asker.reach(request)
    try:
        asked = asking.read(request.GET, one)
        evidence = proof.evidence(compute(key, asked.period, asked.scope), reach, as_reached=True)
    except Refusal as refusal:
        return JsonResponse({"refused": refusal.sentence}, status=422, json_dumps_params={"ensure_ascii": False})
    told = {"from": asked.period.start, "to": asked.period.end, "value": payload.number(evidence.value)}
    return siblings.data({**payload.of_indicator(one), **told, **payload.of_evidence(evidence)})


@known_then
@policy("view")
@require_safe
def live_sheet(request: HttpRequest, key: str, ending: str) -> HttpResponse:
    """The records of a figure worked out now, as a sheet. Raises Refusal."""
    one = _indicator(key)
    asked = asking.read(request.GET, one)
    made = sheets.of_computed(compute(key, asked.period, asked.scope), asker.reach(request), ending)
    return attached(made, f"{one.name}.{ending}", ending)


@known_then
@policy("view")
@require_safe
def live_picture(request: HttpRequest, key: str, picture: str) -> HttpResponse:
    """The series of a figure as a drawing. Raises Refusal where there are too few values for one."""
    one = _indicator(key)
    figures = _series(one, asking.read(request.GET, one), request)
    if not figures:
        raise Refusal(f"「{one.name}」逐日的数不足 {series.LEAST} 个，画不成图。")
    return attached(pictures.of(one, figures, picture), f"{words.called(one)}.{picture}", picture)


@known_then
@policy("view")
@require_safe
def live_metadata(request: HttpRequest, key: str) -> JsonResponse:
    """What a figure worked out now means, and what the columns of its sheet are. Raises Refusal."""
    one = _indicator(key)
    asked = asking.read(request.GET, one)
    evidence = proof.evidence(compute(key, asked.period, asked.scope), asker.reach(request), as_reached=True)
    columns = {"columns": sheets.columns_of(evidence), "unit": one.unit, "value": payload.number(evidence.value)}
    source = _("各报送单位，按可见范围")
    endings = ("csv", "xlsx", "json", *(("svg", "png") if _series(one, asked, request) else ()))
    return siblings.metadata(request, words.called(one), one.definition, (), source=source, endings=endings, **columns)


def _series(one: Indicator, asked: asking.Asked, request: HttpRequest) -> list[Figure]:
    """The values of single days of the area that is asked for."""
    area = asked.scope.area
    return series.daily(one.key, area, asker.reach(request), as_of=asked.scope.as_of) if area else []


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip()[:60] for name in ("q", "basis", "used", "as_of")}


def _lines(request: HttpRequest) -> list[catalogued.Line]:
    asked, as_of = _asked(request), siblings.then(request)
    used = asked["used"] == "1"
    return catalogued.lines(asker.reach(request), words=asked["q"], basis=asked["basis"], used=used, as_of=as_of)


def _line(line: catalogued.Line) -> dict[str, Any]:
    """A figure of the catalogue as a row."""
    one, last = line.indicator, line.latest
    return {
        "key": one.key,
        "name": words.called(one),
        "value": last.value if last else None,
        "unit": last.unit if last else one.unit,
        "period": trace.spoken(trace.period_of(last)) if last else "",
        "area": words.called(last.area) if last else "",
        "basis": _("实算") if one.computed else _("报称"),
        "count": line.count,
        "definition": one.definition,
        "figure": f"/figures/{last.pk}/" if last else f"/figures/{one.key}/",
    }


def _traced(request: HttpRequest, pk: UUID) -> trace.Trace:
    reach = asker.reach(request)
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
