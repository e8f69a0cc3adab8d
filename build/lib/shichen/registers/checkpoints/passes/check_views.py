"""Checking and printing a pass: the page that works without the network, the signed list, the card on paper."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shichen.registers.checkpoints.passes import paper, queries, services, signing
from shichen.registers.checkpoints.passes.models import Pass
from shichen.registers.checkpoints.passes.views import PASSES
from shichen.web import asker, clock, printed, register_lists
from shichen.web.policy import open_to_all, policy

WORKER = Path(__file__).parent / "static" / "passes" / "worker.js"
KEPT = ("web/shichen.css", "web/parts.css", "passes/check.css", "passes/check.js", "web/shichen.js", "web/shichen.svg")
A_MINUTE = 60


@open_to_all
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """验证通行证：扫码、贴码文，或填号码和车牌；没有网络也能验。"""
    keys = json.dumps(signing.public_keys(settings.KEYRING))
    shown = {"keys": keys, "results": results(), "now": clock.stands_at()}
    response = render(request, "passes/check.html", shown)
    response["Cache-Control"] = "no-cache"
    return response


def results() -> dict[str, str]:
    """What the page may find, in the language of the page."""
    return {
        "valid": _("有效"),
        "early": _("未到有效期"),
        "expired": _("过期"),
        "revoked": _("吊销"),
        "plate": _("车牌不符"),
        "forged": _("签名不符"),
        "unknown": _("查无此证"),
        "typed": _("号码与车牌相符，未验签名"),
        "unread": _("读不懂；请重新扫码，或填号码和车牌"),
        "unable": _("本机不能验签名；请用 HTTPS 地址打开本页"),
    }


@open_to_all
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """离线用的脚本：把验证页和吊销名单留在手机里。"""
    files = [reverse("pass-check"), *(static(name) for name in KEPT)]
    said = WORKER.read_text(encoding="utf-8")
    version = hashlib.sha256(json.dumps([said, files]).encode()).hexdigest()[:12]
    text = said.replace("__FILES__", json.dumps(files)).replace("__VERSION__", version)
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@open_to_all
@require_safe
def revoked(request: HttpRequest) -> HttpResponse:
    """吊销名单：有序号、有时间、有签名；只有证号，没有车牌和人。"""
    response = JsonResponse(queries.revocations(clock.shown()))
    response["Cache-Control"] = f"public, max-age={A_MINUTE}"
    return response


@policy("confirm")
@require_http_methods(["GET", "HEAD", "POST"])
def print_pass(request: HttpRequest, number: UUID) -> HttpResponse:
    """打印通行证：先看样子（车牌遮盖），打印即记入审计日志。"""
    one: Pass = register_lists.record_or_404(PASSES, asker.reach(request, "view", PASSES.data_class), number)
    if request.method != "POST":
        return HttpResponseRedirect(PASSES.href_of(one) + "#print")
    who = services.printed(one, by=asker.person(request))
    host = request.build_absolute_uri("/").rstrip("/")
    response = HttpResponse(printed.unkept(paper.job(one, who, host)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{one.number}.pdf"'
    response["Cache-Control"] = "no-store, private"
    return response
