"""The web door of scenarios: those that stand, several side by side, a new one from an area's newest data."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from shichen.analysis.runs import queries, supposing
from shichen.analysis.runs.drawing import charts_ahead
from shichen.analysis.runs.models import Run
from shichen.analysis.runs.pages import sheets
from shichen.analysis.runs.telling import saying, saying_ahead
from shichen.refusal import Refusal
from shichen.sheets.fields import Field
from shichen.web import asker, clock, siblings, words
from shichen.web.past import only_now
from shichen.web.policy import policy
from shichen.web.siblings import About

LISTED = 200
LINES = (
    *(one for one in sheets.LINES if one.name not in ("status", "signed", "method")),
    Field("name", gettext_noop("情景")),
    Field("reason", gettext_noop("理由")),
)


@only_now
@policy("view")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """情景推演：各个情景一句话；选几个并排比较。不是预测，不对外。"""
    found = list(queries.scenarios(asker.reach(request), clock.stands_at()).select_related("inputs")[:LISTED])
    chosen = _chosen(request, found)
    shown = {
        "scenarios": [{"run": one, "sentence": saying.conclusion(one)} for one in found],
        "chosen": [one.pk for one in chosen],
        "columns": [{"run": one, "assumed": saying_ahead.assumptions(one)} for one in chosen],
        "table": _side_by_side(chosen),
        "figure": charts_ahead.side_by_side(chosen, event=saying.event(chosen[0])) if chosen else "",
        "mixed": len({one.inputs_id for one in chosen}) > 1,
        "may_ask": asker.may_act(request, "analyse"),
        "siblings": siblings.DOWNLOADS,
        "query": "",
        "most": charts_ahead.MOST,
    }
    return render(request, "runs/whatif.html", shown)


@only_now
@policy("view")
@require_safe
def files(request: HttpRequest, ending: str) -> HttpResponse:
    """The same as a file."""
    reach = asker.reach(request)
    found = list(queries.scenarios(reach, clock.stands_at())[:LISTED]) if ending != "metadata.json" else []
    lines = [{**sheets.line(one), **{key: one.parameters[key] for key in ("name", "reason")}} for one in found]
    definition = _("情景推演：设想的措施与不采取措施的同样日子比较。情景，不是预测，不对外。")
    about = About(_("情景推演"), definition, _("疾控、专家组，按可见范围"), LINES)
    return siblings.files(request, ending, about, lambda: lines, lambda: {"scenarios": lines})


@policy("analyse")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """新的情景：从一个区域最近的数据出发，写下措施、起止日、依据。"""
    bases = _bases(request)
    posted = request.method == "POST"
    given = {name: str(value) for name, value in (request.POST if posted else request.GET).items()}
    base = bases.get(given.get("area", "")) or next(iter(bases.values()), None)
    if not posted:
        return _form(request, bases, base, given)
    try:
        if base is None or given.get("area", "") not in bases:
            raise Refusal("这个区域还没有分析；先分析，再推演。", field="area")
        made = supposing.suppose(base, supposing.read(given, supposing.last_day(base)), by=asker.person(request))
    except Refusal as refusal:
        return _form(request, bases, base, given, refusal)
    messages.success(request, _("情景已算好并存下，与不采取措施的比较如下。"))
    return redirect("analysis-run", made.pk)


def _form(
    request: HttpRequest, bases: dict[str, Run], base: Run | None, given: dict[str, str], fault: Refusal | None = None
) -> HttpResponse:
    estimate = _rt(base) if base else None
    steps = [_boxes(given, at, fault) for at in range(1, supposing.STEPS + 1)]
    shown: dict[str, Any] = {
        "given": {"horizon": "30", "imports": "0", **given},
        "fault": fault,
        "base": base,
        "places": [(code, words.called(one.area)) for code, one in bases.items()],
        "last": supposing.last_day(base) if base else None,
        "estimate": saying.conclusion(estimate) if estimate else "",
        "steps": steps,
        "kinds": [("R", _("R 乘以")), ("tracing", _("追踪与隔离")), ("imports", _("输入乘以"))],
    }
    return render(request, "runs/new_whatif.html", shown, status=422 if fault else 200)


def _boxes(given: dict[str, str], at: int, fault: Refusal | None) -> dict[str, Any]:
    names = ("what", "from", "to", "value", "delay", "ramp", "label", "source")
    held = {name: given.get(f"{name}{at}", "") for name in names}
    wrong = fault.field[:-1] if fault and fault.field and fault.field.endswith(str(at)) else ""
    return {"at": at, **held, "start": held["from"], "wrong": wrong, "open": at == 1 or any(held.values())}


def _bases(request: HttpRequest) -> dict[str, Run]:
    """Of each area within reach the run whose inputs are the newest."""
    found = queries.newest(asker.reach(request, "analyse"), clock.stands_at())
    runs = {one.area.pk: one.runs.get("curve") for one in found}
    return {code: run for code, run in runs.items() if run is not None}


def _rt(base: Run) -> Run | None:
    return next((one for one in Run.objects.filter(inputs=base.inputs_id, method=Run.Method.RT)), None)


def _chosen(request: HttpRequest, found: list[Run]) -> list[Run]:
    asked = {_uuid(one) for one in request.GET.getlist("with")}
    runs = [one for one in found if one.pk in asked]
    return [one for one in runs if one.area_id == runs[0].area_id][: charts_ahead.MOST]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _side_by_side(chosen: list[Run]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Of each sum its name, and for each scenario the value, its interval and the difference from its own baseline."""
    each = [
        {name: (with_it, ends, apart) for name, _w, with_it, ends, apart in saying_ahead.compared(one)}
        for one in chosen
    ]
    names = list(dict.fromkeys(name for one in each for name in one))
    blank = (words.DASH, "", "")
    return [(name, [one.get(name, blank) for one in each]) for name in names]
