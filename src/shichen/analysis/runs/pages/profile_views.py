"""The web door of disease profiles: the versions, one with its sources, its file, entering a new one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from shichen.analysis import doors
from shichen.analysis.doors import Files
from shichen.analysis.runs import disease as diseases
from shichen.analysis.runs import profiles
from shichen.analysis.runs.models import Profile
from shichen.refusal import Refusal
from shichen.web import asker
from shichen.web.attached import attached
from shichen.web.past import only_now, says_always
from shichen.web.policy import policy

LARGEST = 200_000
NAMES = {
    "value": gettext_noop("取值"),
    "lower": gettext_noop("下限"),
    "upper": gettext_noop("上限"),
    "mean": gettext_noop("均值"),
    "sd": gettext_noop("标准差"),
    "meanlog": gettext_noop("对数均值"),
    "sdlog": gettext_noop("对数标准差"),
    "days": gettext_noop("天数"),
    "cumulative": gettext_noop("累计病例至少"),
    "cases": gettext_noop("窗口内本地病例至少"),
    "narrow": gettext_noop("区间不算宽的病例数"),
    "infectivity": gettext_noop("窗口内传染力至少"),
    "onset_known": gettext_noop("发病日期已知比例至少"),
    "share": gettext_noop("报告完整度至少"),
    "hatched": gettext_noop("完整度低于此画斜线"),
    "pairs": gettext_noop("时滞配对至少"),
    "horizon": gettext_noop("最多预测天数"),
    "transmitters": gettext_noop("传播者至少"),
}


@only_now
@policy("view")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """疾病参数档：各版本，哪一版在用，何时由谁入档、为什么。"""
    found = profiles.within(asker.reach(request))
    shown = {"profiles": found, "may_enter": asker.may_act(request, "analyse"), "standing": found[:1]}
    return render(request, "runs/profiles.html", shown)


@only_now
@policy("view")
@require_safe
def one(request: HttpRequest, disease: str, version: int) -> HttpResponse:
    """一版参数档：每个参数的值、单位、出处、启用日期；发布门槛。"""
    found = _found(request, disease, version)
    said = profiles.said(found)
    parameters = [(each, _values(each.values)) for each in said.parameters.values()]
    return render(request, "runs/profile.html", {"profile": found, "said": said, "parameters": parameters})


@says_always
@policy("view")
@require_safe
def file(request: HttpRequest, disease: str, version: int) -> HttpResponse:
    """The file of a version as it was entered."""
    found = _found(request, disease, version)
    return attached(found.text.encode(), f"{found.code}-v{found.version}.toml", "txt")


@policy("analyse")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """录入新的一版：从一个文件或粘贴；缺单位、出处或启用日期的不能入档。"""

    def put(text: str, reason: str) -> HttpResponse:
        made = profiles.enter(text, reason, by=asker.person(request))
        messages.success(request, _("已入档；以后的分析用这一版，以前的不变。"))
        return redirect("analysis-profile", made.code, made.version)

    too_large = Refusal("文件太大；参数档不超过200 KB。", field="file")
    return doors.enter(request, Files("runs/new_profile.html", diseases.shipped, LARGEST, too_large), put)


def _values(values: Any) -> str:
    """The numbers of a parameter in one line."""
    if "shares" in values:
        return "，".join(f"{name} {share:g}" for name, share in values["shares"].items())
    return "，".join(f"{_(NAMES.get(name, name))} {_number(value)}" for name, value in values.items())


def _number(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(f"{one:g}" for one in value)
    return "∞" if value == float("inf") else f"{value:g}"


def _found(request: HttpRequest, code: str, version: int) -> Profile:
    found = next(
        (one for one in profiles.within(asker.reach(request)) if (one.code, one.version) == (code, version)), None
    )
    if found is None:
        raise Http404
    return found
