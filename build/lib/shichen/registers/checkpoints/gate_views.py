"""The pages of gates that several networks count: whose number is published, why, since when, and the act of deciding."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from shichen import watches
from shichen.refusal import Refusal
from shichen.registers.checkpoints import choosing, gates
from shichen.registers.checkpoints.gates import Shared
from shichen.registers.checkpoints.models import Gate, GateChoice, Network
from shichen.sheets.fields import Field
from shichen.web import asker, clock, sentences, siblings, words
from shichen.web.past import known_then
from shichen.web.policy import policy
from shichen.web.siblings import About

ONE_DAY = timedelta(days=1)
SHEET = (
    Field("gate", gettext_noop("道口")),
    Field("area", gettext_noop("区域")),
    Field("on", gettext_noop("日期"), "date"),
    Field("network", gettext_noop("网络")),
    Field("posts", gettext_noop("卡点数"), "integer"),
    Field("vehicles", gettext_noop("车辆"), "integer"),
    Field("persons", gettext_noop("人员"), "integer"),
    Field("published", gettext_noop("取用"), "boolean"),
    Field("why", gettext_noop("为什么")),
)


@known_then
@policy("view")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """一口一数：哪些道口有两个网络，各取谁的数，为什么。"""
    on = _day(request)
    shared = gates.shared(on, asker.reach(request), as_of=siblings.then(request))
    whole = sum(one.published.vehicles or 0 for one in shared)
    context = {
        "on": on,
        "before": on - ONE_DAY,
        "after": on + ONE_DAY,
        "shared": shared,
        "published": whole,
        "twice": sum(side.vehicles or 0 for one in shared for side in one.sides),
        "networks": Network.objects.select_related("run_by"),
        "siblings": siblings.DOWNLOADS,
        "query": request.GET.urlencode() or f"on={on}",
    }
    return render(request, "checkpoints/gates.html", context)


@known_then
@policy("view")
@require_safe
def listed_files(request: HttpRequest, ending: str) -> HttpResponse:
    """The same list as a file: CSV and Excel a network a row, JSON, or what the columns mean."""
    on = _day(request)
    shared = gates.shared(on, asker.reach(request), as_of=siblings.then(request))
    definition = _("一口一数：两个网络共用的道口，各网所计，取谁的数，为什么；全市合计一个班次只取一个数。")
    return siblings.files(
        request,
        ending,
        About(_("一口一数"), definition, _("各值守网络，按可见范围"), SHEET),
        lambda: (row for one in shared for row in _rows(one)),
        lambda: {"on": on, "gates": [_plain(one) for one in shared]},
    )


@known_then
@policy("view")
@require_safe
def gate(request: HttpRequest, code: str) -> HttpResponse:
    """一个道口：两网的数、取谁的、历次决定。"""
    return _gate(request, _found(request, code))


@policy("resolve")
@require_POST
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """决定自某日起取哪个网络的数。"""
    shared = _found(request, code)
    given = {name: request.POST.get(name, "").strip() for name in ("network", "since", "why")}
    try:
        network = Network.objects.filter(pk=given["network"]).first()
        if network is None:
            raise Refusal("请选取哪个网络的数。", field="network")
        made = choosing.choose(shared.gate, network, _since(given["since"]), given["why"], by=asker.person(request))
    except Refusal as refusal:
        return _gate(request, shared, refusal, given)
    messages.success(
        request,
        _("已决定：自%(day)s起取%(name)s的数。") % {"day": words.day(made.since), "name": words.called(network)},
    )
    return HttpResponseRedirect(reverse("gate", args=[code]))


@policy("resolve")
@require_POST
def withdraw(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """撤回一个决定。"""
    shared = _found(request, code)
    choice = get_object_or_404(GateChoice.objects.current().filter(gate=shared.gate), pk=number)
    try:
        choosing.withdraw(choice, request.POST.get("why", ""), by=asker.person(request))
    except Refusal as refusal:
        return _gate(request, shared, refusal)
    messages.success(request, _("已撤回。"))
    return HttpResponseRedirect(reverse("gate", args=[code]))


def _gate(
    request: HttpRequest, shared: Shared, fault: Refusal | None = None, given: dict[str, str] | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "shared": shared,
        "history": gates.decisions(shared.gate, siblings.then(request)),
        "deciding": asker.may_act(request, "resolve"),
        "today": watches.civil_day(clock.shown()),
        "fault": fault,
        "given": given or {},
    }
    return render(request, "checkpoints/gate.html", context, status=422 if fault else 200)


def _found(request: HttpRequest, code: str) -> Shared:
    """A gate of several networks on the day that is asked for, within reach."""
    get_object_or_404(Gate, pk=code)
    for one in gates.shared(_day(request), asker.reach(request), as_of=siblings.then(request)):
        if one.gate.pk == code:
            return one
    raise Http404("no gate of several networks within reach")


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return gates.latest_day(siblings.then(request)) or watches.civil_day(clock.shown())


def _since(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal(f"日期「{text[:20]}」读不懂；请写成 2020-02-10。", field="since") from None


def _plain(one: Shared) -> dict[str, Any]:
    return {
        "gate": one.gate.pk,
        "name": one.gate.name,
        "area": one.gate.area_id,
        "published": one.published.network.pk,
        "why": one.why,
        "since": one.choice.since if one.choice else None,
        "first_was_silent": one.silent,
        "networks": [
            {
                "network": side.network.pk,
                "posts": [post.code for post in side.posts],
                "vehicles": side.vehicles,
                "persons": side.persons,
                "published": side.published,
            }
            for side in one.sides
        ],
    }


def _rows(one: Shared) -> Iterator[dict[str, Any]]:
    """What each network counted at a gate, as lines of a sheet, in the words of the page."""
    said = {"gate": one.gate.name, "area": words.called(one.gate.area), "on": one.on, "why": sentences.said(one.why)}
    for side in one.sides:
        counted = {"posts": len(side.posts), "vehicles": side.vehicles, "persons": side.persons}
        yield {**said, "network": words.called(side.network), **counted, "published": side.published}
