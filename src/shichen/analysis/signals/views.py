"""The web door of signals: what waits to be looked into, one signal with its chart and its records, answers, rules."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shichen import watches
from shichen.analysis import doors
from shichen.analysis.doors import Files
from shichen.analysis.signals import asking, drawing, queries, rulebook, saying, sheets, succession
from shichen.analysis.signals.models import Alarm, Answer
from shichen.city import queries as city
from shichen.city.models import Account
from shichen.city.scope import roles_of, sight
from shichen.refusal import Refusal
from shichen.web import acting, asker, clock, siblings
from shichen.web.attached import attached
from shichen.web.counters import waiting
from shichen.web.past import only_now, says_always
from shichen.web.policy import policy

MOST = 60
LARGEST = 100_000
ENDINGS = (siblings.DOWNLOADS[2], ("svg", "SVG"), ("png", "PNG"), ("pdf", "PDF"))


@only_now
@policy("view")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """异常信号：待核的，最强的在前；已核实的；看哪些序列，哪些未评价、为什么。"""
    reach, rules = asker.reach(request), asking.in_force(city.the_event())
    moment = clock.stands_at()
    today = watches.civil_day(clock.shown())
    shown = {
        "waiting": [(one, saying.finding(one), saying.whose(one)) for one in queries.waiting(reach, moment)[:MOST]],
        "answered": queries.alarms(reach, moment).exclude(answer=None).order_by("-answer__at")[:MOST],
        "series": [
            (one, saying.figure(one.indicator), saying.method(one.method), saying.latest(one))
            for one in queries.newest(reach, moment)
        ],
        "rules": rules,
        "line": [saying.roles(step) for step in asking.read(rules.text).line] if rules else [],
        "minutes": asking.read(rules.text).minutes if rules else 0,
        "today": today,
        "may_ask": asker.may_act(request, "analyse"),
        "now": f"{watches.local(clock.shown()):%Y-%m-%dT%H:%M}",
        "siblings": siblings.DOWNLOADS,
    }
    return render(request, "signals/list.html", shown)


@only_now
@policy("view")
@require_safe
def list_files(request: HttpRequest, ending: str) -> HttpResponse:
    """The same as a file: one line a signal, or what its columns mean."""
    found = queries.alarms(asker.reach(request), clock.stands_at()) if ending != "metadata.json" else []
    lines = [sheets.line(one) for one in found]
    return siblings.files(request, ending, sheets.of_all(), lambda: lines, lambda: {"signals": lines})


@only_now
@policy("view")
@require_safe
def one(request: HttpRequest, number: UUID) -> HttpResponse:
    """一条信号：高出多少、为什么、图、逐日的记录，属实还是不实。"""
    alarm = _found(request, number)
    rows = [
        {**row, "records": next((day["records"] for day in alarm.evaluation.inputs if day["on"] == row["date"]), [])}
        for row in reversed(alarm.evaluation.rows)
    ]
    rules = asking.read(alarm.evaluation.rules.text)
    shown = {
        "alarm": alarm,
        "title": drawing.title(alarm.evaluation),
        "finding": saying.finding(alarm),
        "how": saying.how(alarm.method),
        "watched": rules.named(alarm.series),
        "figure": drawing.figure(alarm.evaluation),
        "rows": [
            {**row, **{name: saying.number(row[name]) for name in ("value", "expected", "upper")}} for row in rows
        ],
        "register": _register(alarm),
        "answer": getattr(alarm, "answer", None),
        "state": sheets.state(alarm),
        "whose": saying.whose(alarm),
        "corrected": succession.told(alarm, clock.stands_at()),
        "may_answer": asker.may_act(request, "note"),
        "may_check": asker.may_act(request, "analyse"),
        "siblings": ENDINGS,
    }
    return render(request, "signals/one.html", shown)


@says_always
@policy("view")
@require_safe
def one_file(request: HttpRequest, number: UUID, picture: str) -> HttpResponse:
    """A signal with its evaluation as JSON, or its chart as a picture."""
    alarm = _found(request, number)
    if picture == "json":
        return siblings.data(sheets.whole(alarm))
    name = f"{drawing.title(alarm.evaluation)} {alarm.on}.{picture}"
    return attached(drawing.file(alarm.evaluation, picture), name, picture)


@policy("note")
@require_POST
def answer(request: HttpRequest, number: UUID) -> HttpResponse:
    """核实：属实，或不实并写明理由；答复是一条记录。"""
    alarm = _found(request, number)

    def act() -> HttpResponse:
        said = str(request.POST.get("verdict", "")), str(request.POST.get("reason", ""))
        made = asking.answer(alarm, *said, by=asker.person(request))
        confirmed = made.verdict == Answer.Verdict.CONFIRMED
        messages.success(request, _("已记为属实。") if confirmed else _("已记为不实。"))
        return redirect("signals")

    return acting.tried(request, act)


@policy("analyse")
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """现在评价：所有序列，数据截至一个时刻；在后台算。"""
    return doors.ask(request, lambda moment: asking.ask(moment, by=asker.person(request)))


@policy("analyse")
@require_POST
def recompute(request: HttpRequest, number: UUID) -> HttpResponse:
    """重算核对：照所存的各日和规则再算一遍，看结果是否一样。"""
    alarm = _found(request, number)

    def act() -> HttpResponse:
        if asking.recompute(alarm.evaluation, by=asker.person(request)):
            messages.success(request, _("重算一致：指纹 %(digest)s。") % {"digest": alarm.evaluation.digest[:12]})
        else:
            messages.error(request, _("重算不一致；请报运维。"))
        return redirect("signal", alarm.pk)

    return acting.tried(request, act)


@policy("analyse")
@require_http_methods(["GET", "HEAD", "POST"])
def new_rules(request: HttpRequest) -> HttpResponse:
    """录入异常信号规则：看哪些序列、什么方法、多高算异常；没有出处的不能入档。"""

    def put(text: str, reason: str) -> HttpResponse:
        asking.enter(text, reason, by=asker.person(request))
        messages.success(request, _("已入档；以后的评价用这一份。"))
        return redirect("signals")

    too_large = Refusal("文件太大；规则不超过100 KB。", field="file")
    return doors.enter(request, Files("signals/new_rules.html", rulebook.shipped, LARGEST, too_large), put)


@says_always
@policy("view")
@require_safe
def rules_file(request: HttpRequest, rule: str) -> HttpResponse:
    """The file of the rules as it was entered."""
    found = asking.entered(rule, asker.reach(request))
    if found is None:
        raise Http404
    return attached(found.text.encode(), f"{found.code}.toml", "txt")


@waiting("/analysis/")
def unanswered(user: Account, at: datetime) -> int:
    """What nobody has answered within reach, once it has come to the user's step of the line."""
    rules = asking.in_force(city.the_event())
    held = roles_of(user, at)
    steps = [n for n, step in enumerate(asking.read(rules.text).line) if held & set(step)] if rules else []
    if not steps:
        return 0
    found = Alarm.objects.filter(sight(user, "view", at=at).q(), answer=None, step__gte=min(steps))
    return found.count()


def _register(alarm: Alarm) -> str:
    """Where the records of a figure stand, for the figures of the registers that pages know."""
    return {"cases": "/registers/counts/", "checkpoint": "/registers/tallies/"}.get(
        alarm.evaluation.indicator.split(".")[0], ""
    )


def _found(request: HttpRequest, number: UUID) -> Alarm:
    found = queries.alarms(asker.reach(request)).filter(pk=number).first()
    if found is None:
        raise Http404
    return found
