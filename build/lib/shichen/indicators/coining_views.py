"""The web door of the city's own figures (自设指标): what it declared, in which words and why, and one more."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shichen.indicators import coining
from shichen.indicators.coining import SORTS, Meant
from shichen.indicators.declare import SORTS_ZH
from shichen.refusal import Refusal
from shichen.web import asker
from shichen.web.policy import policy

TYPED = ("key", "name", "name_en", "unit", "sort", "definition", "reason", "next")


@policy("review")
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """自设指标：目录里没有的数，先说清它是什么、怎样数，再用。"""
    if request.method != "POST":
        return _page(request, {name: request.GET.get(name, "") for name in TYPED})
    typed = {name: request.POST.get(name, "") for name in TYPED}
    meant = Meant(**{name: typed[name] for name in ("key", "name", "unit", "sort", "definition", "name_en")})
    try:
        made = coining.coin(meant, typed["reason"], by=asker.person(request))
    except Refusal as refusal:
        return _page(request, typed, fault=refusal, status=422)
    messages.success(request, _("已设指标「%(name)s」，代码 %(key)s。") % {"name": made.name, "key": made.key})
    return HttpResponseRedirect(_back(request, typed["next"], made.key))


@policy("review")
@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """撤销一项还没有数的自设指标。"""
    try:
        coining.take_back(request.POST.get("key", ""), request.POST.get("reason", ""), by=asker.person(request))
    except Refusal as refusal:
        return _page(request, dict.fromkeys(TYPED, ""), fault=refusal, status=409)
    messages.success(request, _("已撤销。"))
    return HttpResponseRedirect("/figures/own/")


def _back(request: HttpRequest, asked: str, key: str) -> str:
    """Where whoever came from another page goes on, with the new figure in hand; else the list."""
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, {request.get_host()}):
        head, mark, place = asked.partition("#")
        return f"{head}{'&' if '?' in head else '?'}indicator={key}{mark}{place}"
    return "/figures/own/"


def _page(
    request: HttpRequest, typed: dict[str, str], *, fault: Refusal | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "chains": coining.chains(),
        "typed": typed,
        "sorts": [(sort.value, SORTS_ZH[sort]) for sort in SORTS],
        "fault": fault,
    }
    return render(request, "indicators/own.html", context, status=status)
