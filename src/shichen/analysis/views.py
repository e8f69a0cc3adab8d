"""The web door of traces: the list, asking, letting, the persons found, handing over, opening one, closing a task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shichen import watches
from shichen.analysis import handing, queries, rules, tracing
from shichen.analysis.models import Near, Trace
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Body
from shichen.city.roles import SENSITIVE
from shichen.jobs import queries as jobs
from shichen.refusal import Refusal
from shichen.sheets.fields import Field
from shichen.web import acting, asker, clock, siblings, words
from shichen.web.past import only_now
from shichen.web.policy import policy
from shichen.web.revealing import NotTheirs
from shichen.web.siblings import About

METHODS = ["GET", "HEAD", "POST"]
SHOWN = 200
SHEET = (
    Field("number", gettext_noop("编号"), "integer"),
    Field("ground", gettext_noop("依据")),
    Field("ground_no", gettext_noop("病例编号或文号")),
    Field("state", gettext_noop("状态")),
    Field("people", gettext_noop("索引人数"), "integer"),
    Field("earliest", gettext_noop("起"), "datetime"),
    Field("latest", gettext_noop("止"), "datetime"),
    Field("found", gettext_noop("同时同地人数"), "integer"),
    Field("listed", gettext_noop("列出人数"), "integer"),
    Field("snapshot", gettext_noop("快照"), "integer"),
    Field("digest", gettext_noop("摘要")),
)


@only_now
@policy("view")
@require_safe
def traces(request: HttpRequest) -> HttpResponse:
    """追踪：提出的、待批的、完成的；谁提出、谁批准、依据什么。"""
    shown = {
        "traces": list(queries.traces(asker.reach(request))[:SHOWN]),
        "tasks": [(one, queries.code_of(one)) for one in queries.tasks(asker.reach(request, "submit"))[:SHOWN]],
        "may_ask": tracing.may_ask(request.user, at=now()),
        "siblings": siblings.DOWNLOADS,
        "query": request.GET.urlencode(),
    }
    return render(request, "analysis/traces.html", shown)


@only_now
@policy("view")
@require_safe
def traces_files(request: HttpRequest, ending: str) -> HttpResponse:
    """The same list as a file: CSV, Excel, JSON, or what its columns mean; nobody stands in it."""
    definition = _("追踪：每一件的依据、状态、人数与摘要；名单里的人不在此列。")
    about = About(_("追踪"), definition, _("疾控提出，按可见范围"), SHEET)
    found = list(queries.traces(asker.reach(request))) if ending != "metadata.json" else []
    return siblings.files(
        request,
        ending,
        about,
        lambda: [{**_row(one), "ground": one.get_ground_display(), "state": one.get_state_display()} for one in found],
        lambda: {"traces": [_row(one) for one in found]},
    )


@policy("reveal", SENSITIVE)
@require_http_methods(METHODS)
def new(request: HttpRequest) -> HttpResponse:
    """提出追踪：从一个病例或一份公文开始，写明理由；由第二个人批准。"""
    given = {
        name: str(request.POST.get(name, "")) for name in ("ground", "ground_no", "reason", "index", "window", "until")
    }
    if request.method != "POST":
        given = {
            "ground": "case",
            "window": "14d",
            "until": f"{watches.local(clock.stands_at() or clock.running()):%Y-%m-%dT%H:%M}",
        }
        return render(request, "analysis/ask.html", {"given": given, "grounds": Trace.Ground.choices})
    try:
        trace = tracing.ask(_asked(request, given), by=asker.person(request))
    except Refusal as refusal:
        shown = {"given": given, "fault": refusal, "grounds": Trace.Ground.choices}
        return render(request, "analysis/ask.html", shown, status=422)
    messages.success(request, _("已提出；由另一个人批准后开始查找。"))
    return redirect("trace", trace.pk)


@only_now
@policy("view")
@require_safe
def trace(request: HttpRequest, number: UUID) -> HttpResponse:
    """一件追踪：依据、口径、快照与摘要；有权限的人看到名单与每个人的凭据。"""
    found = _found(request, number)
    seen = tracing.sees(found, request.user)
    job = jobs.of(found.pk)
    shown = {
        "trace": found,
        "sees": seen,
        "lines": queries.lines(found) if seen and found.state == Trace.State.DONE else [],
        "may_decide": tracing.may_decide(found, request.user),
        "job": job if job is not None and found.state == Trace.State.WAITING else None,
        "rules": rules.rules(found),
        "order": rules.order(),
        "handed": queries.handed(found, now()) if seen else [],
        "further": list(found.further.all()),
        "may_ask_further": tracing.may_ask_further(found, request.user),
        "units": [(body.pk, words.called(body)) for body in Body.objects.exclude(kind=Body.LEADING)],
        "most": SHOWN,
    }
    return _unkept(render(request, "analysis/trace.html", shown))


@only_now
@policy("view")
@require_POST
def decide(request: HttpRequest, number: UUID) -> HttpResponse:
    """批准或不批准；提出的人不能自批。"""
    found = _found(request, number)
    let = request.POST.get("let") == "yes"
    return _done(
        request, found, lambda: tracing.decide(found, let, str(request.POST.get("why", "")), by=asker.person(request))
    )


@policy("reveal", SENSITIVE)
@require_POST
def further(request: HttpRequest, number: UUID) -> HttpResponse:
    """提出次密接：名单上的密接又与谁同时同地；另写理由，另由第二个人批准。"""
    found = _found(request, number)

    def act() -> HttpResponse:
        made = tracing.ask_further(found, str(request.POST.get("reason", "")), by=asker.person(request))
        messages.success(request, _("已提出；由另一个人批准后开始查找。"))
        return redirect("trace", made.pk)

    return acting.tried(request, act)


@policy("reveal", SENSITIVE)
@require_POST
def hand_over(request: HttpRequest, number: UUID) -> HttpResponse:
    """把选中的人移交一个单位核实。"""
    found = _found(request, number)
    chosen = [one for one in request.POST.getlist("persons") if _is_uuid(one)]

    def act() -> None:
        unit = city.body_named(str(request.POST.get("unit", "")), on=watches.civil_day(now()))
        persons = list(found.persons.filter(pk__in=chosen).select_related("trace"))
        if not persons:
            raise Refusal("请先选人。", field="persons")
        handed = handing.ask(found, persons, unit, by=asker.person(request))
        messages.success(request, _("正在移交 %(count)s 人；查明身份要读原件，进度见下。") % {"count": handed.count})

    return _done(request, found, act)


@only_now
@policy("view")
@require_http_methods(METHODS)
def person(request: HttpRequest, number: UUID) -> HttpResponse:
    """名单上的一个人：凭据、调阅身份、核实结果。"""
    near = _near(request, number)
    shown: dict[str, Any] = {"line": _line(near), "trace": near.trace, "outcomes": _outcomes()}
    if request.method != "POST":
        return _unkept(render(request, "analysis/person.html", shown))
    by = asker.person(request)
    try:
        if "outcome" in request.POST:
            tracing.close(near, str(request.POST["outcome"]), str(request.POST.get("note", "")), by=by)
            messages.success(request, _("已记下。"))
            return redirect("trace-person", near.pk)
        shown["opened"] = tracing.reveal(near, str(request.POST.get("reason", "")), by=by)
    except NotTheirs as refusal:
        return acting.refused(request, refusal, status=403)
    except Refusal as refusal:
        return _unkept(render(request, "analysis/person.html", {**shown, "fault": refusal}, status=422))
    return _unkept(render(request, "analysis/person.html", shown))


def _asked(request: HttpRequest, given: dict[str, str]) -> tracing.Asked:
    standing = city.standing_of(request.user, "submit", at=now())
    if standing is None:
        raise Refusal("追踪由疾控提出；您的权限不及于此。", rule="调阅范围")
    until = Field("until", _("追到何时"), "datetime", required=True)
    try:
        moment = until.read(given["until"])
    except ValueError as unreadable:
        raise Refusal(str(unreadable), field="until") from None
    return tracing.Asked(
        given["ground"],
        given["ground_no"],
        given["reason"],
        given["index"],
        given["window"],
        moment,  # type: ignore[arg-type]
        standing.unit,
        standing.area,
        standing.event,
    )


def _done(request: HttpRequest, found: Trace, act: Callable[[], object]) -> HttpResponse:
    def then() -> HttpResponse:
        act()
        return redirect("trace", found.pk)

    return acting.tried(request, then)


def _found(request: HttpRequest, number: UUID) -> Trace:
    found = queries.traces(asker.reach(request)).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _near(request: HttpRequest, number: UUID) -> Near:
    near = Near.objects.select_related("trace", "assignee").filter(pk=number).first()
    if near is None or not (tracing.sees(near.trace, request.user) or tracing.works(near, request.user)):
        raise Http404
    return near


def _line(near: Near) -> queries.Line:
    return next(one for one in queries.lines(near.trace, 10**6) if one.near.pk == near.pk)


def _outcomes() -> list[tuple[str, str]]:
    chosen = (Near.Task.CLOSE, Near.Task.CASUAL, Near.Task.DISMISSED)
    return [(one.value, str(one.label)) for one in chosen]


def _row(one: Trace) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in SHEET}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store, private"
    return response
