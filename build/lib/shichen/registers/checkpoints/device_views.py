"""The phones of a post (设备), for its head and the Office: let one in, give one up, take in what one could not send."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from shichen.audit.context import now
from shichen.city.scope import sight
from shichen.documents.codes import square
from shichen.intake import services as intake
from shichen.intake.models import Envelope
from shichen.intake.rows import JSON_TYPE, strict_json
from shichen.intake.services import Conflict, Delivery
from shichen.refusal import Refusal
from shichen.registers.checkpoints import devices
from shichen.registers.checkpoints.models import Device, Post
from shichen.web import asker
from shichen.web.policy import policy

HANDED_OVER = 10_000_000  # bytes of a file that a phone handed over


@policy("correct")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest, number: UUID) -> HttpResponse:
    """设备：which phones report for a post; one more is let in here."""
    post = _post(request, number)
    if request.method != "POST":
        return _page(request, post)
    try:
        device, code = devices.allow(post, str(request.POST.get("label", "")), by=asker.person(request))
    except Refusal as refusal:
        return _page(request, post, fault=refusal)
    return _page(request, post, shown=(device, code))


@policy("correct")
@never_cache
@require_POST
def renew(request: HttpRequest, number: UUID, device: UUID) -> HttpResponse:
    """再出一个登记码."""
    post = _post(request, number)
    found = _device(post, device)
    try:
        code = devices.new_code(found, by=asker.person(request))
    except Refusal as refusal:
        return _page(request, post, fault=refusal)
    return _page(request, post, shown=(found, code))


@policy("correct")
@require_POST
def end(request: HttpRequest, number: UUID, device: UUID) -> HttpResponse:
    """遗失、更换、停用: at once."""
    post = _post(request, number)
    try:
        devices.end(_device(post, device), str(request.POST.get("ending", "")), by=asker.person(request))
    except Refusal as refusal:
        return _page(request, post, fault=refusal)
    messages.success(request, _("已停用；它报过的都还在，没有上传的可以由它导出后在这里收入。"))
    return HttpResponseRedirect(reverse("post-devices", args=[post.pk]))


@policy("correct")
@require_POST
def take_in(request: HttpRequest, number: UUID) -> HttpResponse:
    """收入一台手机导出的文件: the same envelopes by another hand; what was sent before counts once."""
    post = _post(request, number)
    try:
        sent, again = _delivered(request, post)
    except Refusal as refusal:
        return _page(request, post, fault=refusal)
    messages.success(
        request, _("收入来件 %(sent)s 份，其中 %(again)s 份先前已到，没有重复计入。") % {"sent": sent, "again": again}
    )
    return HttpResponseRedirect(reverse("post-devices", args=[post.pk]))


def _delivered(request: HttpRequest, post: Post) -> tuple[int, int]:
    """Deliver each envelope of the file. Raises Refusal for a file that is none; a changed envelope is left out."""
    again = 0
    found = _submissions(request)
    for number, body in found:
        delivery = Delivery(
            id=number,
            kind="passing",
            body=body.encode(),
            media_type=JSON_TYPE,
            channel=Envelope.Channel.SHEET,
            unit=post.unit,
            area=post.area,
            event=post.event,
            device=_device_of(body),
        )
        try:
            again += intake.deliver(delivery, by=asker.person(request)).again
        except Conflict as conflict:
            raise Refusal(conflict.sentence, rule=conflict.rule, field="file") from None
    return len(found), again


def _submissions(request: HttpRequest) -> list[tuple[uuid.UUID, str]]:
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > HANDED_OVER:
        raise Refusal("请选卡点手机导出的文件。", field="file")
    try:
        said = strict_json(file.read())
        if said["shichen"] != "post-queue":
            raise ValueError
        return [(uuid.UUID(one["id"]), str(one["body"])) for one in said["submissions"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refusal("这不是卡点手机导出的文件，没有收入。", field="file") from None


def _device_of(body: str) -> str:
    try:
        return str(json.loads(body).get("device", ""))[:60]
    except (ValueError, AttributeError, RecursionError):
        return ""


def _page(
    request: HttpRequest, post: Post, *, fault: Refusal | None = None, shown: tuple[Device, str] | None = None
) -> HttpResponse:
    found = Device.objects.filter(post=post).select_related("made_by", "ended_by")
    context: dict[str, Any] = {
        "post": post,
        "devices": [(one, one.quiet(now())) for one in found if one.ended_at is None],
        "gone": [one for one in found if one.ended_at is not None],
        "endings": Device.Ending.choices,
        "fault": fault,
    }
    if shown is not None:
        address = request.build_absolute_uri(reverse("post-enrol"))
        picture = base64.b64encode(square(f"{address}#{shown[1]}").encode()).decode()
        context |= {"device": shown[0], "code": shown[1], "link": f"{reverse('post-enrol')}#{shown[1]}"}
        context |= {"address": address, "picture": f"data:image/svg+xml;base64,{picture}"}
    return render(request, "checkpoints/devices.html", context, status=422 if fault else 200)


def _post(request: HttpRequest, number: UUID) -> Post:
    """The post as it stands now, within reach of who may put its records right."""
    found = Post.objects.within(sight(request.user, "correct", at=now())).filter(pk=number).first()
    if found is None:
        raise Http404
    rows = Post.objects.current().select_related("network", "unit", "area", "event")
    post: Post = get_object_or_404(rows, first=found.first)
    return post


def _device(post: Post, number: UUID) -> Device:
    return get_object_or_404(Device.objects.select_related("account", "post"), post=post, pk=number)
