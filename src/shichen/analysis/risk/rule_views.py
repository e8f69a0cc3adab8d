"""The web door of rules of risk levels: those entered, one with its source, its file, entering a new one."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shichen.analysis import doors
from shichen.analysis.doors import Files
from shichen.analysis.risk import rulebook, rules_in_force
from shichen.analysis.risk.models import Rule
from shichen.refusal import Refusal
from shichen.web import asker, clock
from shichen.web.attached import attached
from shichen.web.past import only_now, says_always
from shichen.web.policy import policy

LARGEST = 100_000


@only_now
@policy("view")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """风险等级规则：各份规则，哪一天起用，何时由谁入档、出处。"""
    found = [(one, rules_in_force.read(one.text)) for one in rules_in_force.within(asker.reach(request))]
    today = clock.shown().date()
    force = rulebook.of_day([said for _one, said in found if said.valid_from <= today], today)
    shown = {"rules": found, "force": force.id if force else "", "may_enter": asker.may_act(request, "analyse")}
    return render(request, "risk/rules.html", shown)


@only_now
@policy("view")
@require_safe
def one(request: HttpRequest, rule: str) -> HttpResponse:
    """一份规则：各项数、出处、说明、原文。"""
    found = _found(request, rule)
    said = rules_in_force.read(found.text)
    numbers = [(_(label), _told(getattr(said, name))) for name, label in rulebook.LABELS.items()]
    return render(request, "risk/rule.html", {"rule": found, "said": said, "numbers": numbers})


@says_always
@policy("view")
@require_safe
def file(request: HttpRequest, rule: str) -> HttpResponse:
    """The file of a rule as it was entered."""
    found = _found(request, rule)
    return attached(found.text.encode(), f"{found.code}.toml", "txt")


@policy("analyse")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """录入一份规则：从文件或粘贴；没有出处的不能入档。"""

    def put(text: str, reason: str) -> HttpResponse:
        made = rules_in_force.enter(text, reason, by=asker.person(request))
        messages.success(request, _("已入档；这一份从生效日期起用，以前的判定不变。"))
        return redirect("risk-rule", made.code)

    too_large = Refusal("文件太大；规则不超过100 KB。", field="file")
    return doors.enter(request, Files("risk/new_rule.html", rulebook.shipped, LARGEST, too_large), put)


def _told(value: int | bool | date) -> str:
    if isinstance(value, bool):
        return _("计入") if value else _("不计入")
    return str(value)


def _found(request: HttpRequest, code: str) -> Rule:
    found = next((one for one in rules_in_force.within(asker.reach(request)) if one.code == code), None)
    if found is None:
        raise Http404
    return found
