"""The web door of analyses: what stands for each area, one run with its chart and its inputs, asking, checking, signing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from shichen import watches
from shichen.analysis import doors
from shichen.analysis.runs import asking, estimates, profiles, queries
from shichen.analysis.runs.drawing import charts
from shichen.analysis.runs.models import Run
from shichen.analysis.runs.pages import sheets
from shichen.analysis.runs.telling import methods, saying, saying_ahead
from shichen.city import queries as city
from shichen.city.models import Area
from shichen.city.roles import SENSITIVE
from shichen.jobs.models import Job
from shichen.refusal import Refusal
from shichen.web import acting, asker, clock, siblings, words
from shichen.web.attached import attached
from shichen.web.past import only_now, says_always
from shichen.web.policy import policy

INSTANTS = 30


@only_now
@policy("view")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """流行病学分析：各区域有哪些分析、数据截至何时、结论一句话；暂不发布的写明为什么。"""
    reach, (moment, fault) = asker.reach(request), clock.until(request)
    found = queries.newest(reach, moment)
    instants = queries.instants(reach, INSTANTS)
    shown = {
        "areas": [sheets.standing(one) for one in found],
        "methods": Run.Method.choices,
        "instants": [(f"{watches.local(one):%Y-%m-%dT%H:%M}", words.moment(one)) for one in instants],
        "chosen": f"{watches.local(moment):%Y-%m-%dT%H:%M}" if moment else "",
        "fault": fault,
        "may_ask": asker.may_act(request, "analyse"),
        "profile": profiles.standing(city.the_event()),
        "places": [(one.area.pk, words.called(one.area)) for one in found],
        "now": f"{watches.local(clock.shown()):%Y-%m-%dT%H:%M}",
        "siblings": siblings.DOWNLOADS,
        "query": request.GET.urlencode(),
    }
    return render(request, "runs/overview.html", shown, status=422 if fault else 200)


@only_now
@policy("view")
@require_safe
def overview_files(request: HttpRequest, ending: str) -> HttpResponse:
    """The same as a file: one line for each analysis of each area, or what its columns mean."""
    moment, _fault = clock.until(request)
    found = queries.newest(asker.reach(request), moment) if ending != "metadata.json" else []
    lines = [sheets.line(run) for one in found for run in one.runs.values()]
    return siblings.files(request, ending, sheets.of_all(), lambda: lines, lambda: {"runs": lines})


@only_now
@policy("view")
@require_safe
def run(request: HttpRequest, number: UUID) -> HttpResponse:
    """一次分析：结论、估计、图、表、输入及指纹、方法与文献、与上次比较。"""
    return _page(request, _found(request, number))


@says_always
@policy("view")
@require_safe
def run_files(request: HttpRequest, number: UUID, ending: str) -> HttpResponse:
    """The rows of a run as a sheet, or the run with its inputs as JSON, or what its columns mean."""
    found = _found(request, number)
    return siblings.files(
        request,
        ending,
        sheets.of_run(found),
        lambda: found.rows,
        lambda: sheets.whole(found, cells=_sees(request, found)),
    )


@says_always
@policy("view")
@require_safe
def run_picture(request: HttpRequest, number: UUID, picture: str) -> HttpResponse:
    """The chart alone, with title, date basis, moment and source in it."""
    found = _found(request, number)

    def act() -> HttpResponse:
        data = charts.file(found, asker.reach(request), picture)
        return attached(data, f"{charts.title(found)}.{picture}", picture)

    return acting.tried(request, act, status=404)


@policy("analyse")
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """重新分析：为一个区域或全部区域，数据截至一个时刻；在后台算。"""

    def make(moment: datetime) -> Job:
        code = str(request.POST.get("area", ""))
        area = Area.objects.filter(pk=code).first() if code else None
        if code and area is None:
            raise Refusal("没有这个区域。", field="area")
        return asking.ask(moment, area, by=asker.person(request))

    return doors.ask(request, make)


@policy("analyse")
@require_POST
def recompute(request: HttpRequest, number: UUID) -> HttpResponse:
    """重算核对：照所存的输入、参数与种子再算一遍，看结果是否一样。"""
    found, by = _found(request, number), asker.person(request)
    check = lambda: asking.recompute(found, by=by)  # noqa: E731 - tried by the door
    return doors.recompute(request, check, found.epi_version, "analysis-run", found.pk)


@policy("approve")
@require_POST
def sign(request: HttpRequest, number: UUID) -> HttpResponse:
    """签发：签发之后数字才可以对外；自己提出的由另一个人签发。"""
    found, by = _found(request, number), asker.person(request)
    return doors.sign(request, lambda note: asking.sign(found, note, by=by), "analysis-run", found.pk)


def _page(request: HttpRequest, found: Run) -> HttpResponse:
    earlier, reach = queries.before(found), asker.reach(request)
    dated = str(request.GET.get("dated", ""))
    dated = dated if dated in dict(charts.offered(found)) else charts.DATA
    endings = (*siblings.DOWNLOADS[:3], *((one, one.upper()) for one in _pictures(found)), siblings.DOWNLOADS[3])
    shown = {
        "run": found,
        "title": charts.title(found),
        "conclusion": saying.conclusion(found),
        "cards": saying.cards(found),
        "figure": charts.figure(found, reach, dated),
        "dated": dated,
        "switch": charts.offered(found) if found.method == Run.Method.CURVE else [],
        "event": saying.event(found),
        "cells": found.inputs.cells,
        "sees": _sees(request, found),
        "table": sheets.table(found),
        "inputs": found.inputs,
        "rows": found.inputs.rows,
        "si": profiles.said(found.profile).interval_said(),
        "method": methods.of(found),
        "earlier": earlier,
        "compared": sheets.compared(found, earlier) if earlier else [],
        "changed": queries.changed(found, earlier) if earlier else [],
        "others": list(queries.others(found).defer("rows")[:INSTANTS]),
        "capacity": found.parameters.get("capacity", []),
        "scored": sheets.scored(found),
        "by_fan": bool(saying.rows(found, "wis_settles")),
        "assumed": saying_ahead.assumptions(found),
        "scenario": found.method == Run.Method.WHATIF,
        "beside": queries.beside(found),
        "signature": getattr(found, "signature", None),
        "figures": estimates.told(found),
        "may_check": asker.may_act(request, "analyse"),
        "may_sign": asker.may_act(request, "approve") and _may_be_signed(found),
        "siblings": endings,
        "parameters": sheets.parameters(found),
    }
    return render(request, "runs/run.html", shown)


def _may_be_signed(found: Run) -> bool:
    return found.state == Run.State.DONE and found.method != Run.Method.WHATIF


def _sees(request: HttpRequest, found: Run) -> bool:
    """Whether somebody may see the line list of the area, and so what of it a run rests on."""
    return any(
        found.area_path.startswith(path) for _unit, path, _event in asker.reach(request, "view", SENSITIVE).reaches
    )


def _pictures(found: Run) -> tuple[str, ...]:
    return ("svg", "png", "pdf") if charts.drawable(found) else ()


def _found(request: HttpRequest, number: UUID) -> Run:
    found = queries.runs(asker.reach(request)).select_related("inputs").filter(pk=number).first()
    if found is None:
        raise Http404
    return found
