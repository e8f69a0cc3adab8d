"""What a person sees when something is not found, not allowed, or went wrong: never a trace, always what to do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from shichen.web.policy import open_to_all


@open_to_all
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    sentence = "页面开得太久或来自别处，没有执行任何操作；请返回重新打开该页再提交。"
    return render(request, "web/refused.html", {"sentence": sentence}, status=403)


@open_to_all
def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    if request.path.startswith("/api/"):
        error = {"sentence": "没有这个接口；可用的见 /api/v1/docs。", "rule": "", "field": ""}
        return JsonResponse({"error": error}, status=404, json_dumps_params={"ensure_ascii": False})
    return render(request, "web/missing.html", status=404)


@open_to_all
def failed(request: HttpRequest) -> HttpResponse:
    return render(request, "web/failed.html", {"number": getattr(request, "number", "")}, status=500)


@open_to_all
def unreadable(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """A request that is too large or makes no sense: nothing was stored."""
    sentence = "请求太大或格式不对，没有保存任何内容；长文请存成文件上传，或分开报送。"
    return render(request, "web/refused.html", {"sentence": sentence}, status=400)
