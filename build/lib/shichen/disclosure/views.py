"""The web door of decisions on small numbers (公布决定): seen, proposed, signed by a second person, withdrawn."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shichen.audit.context import known, now
from shichen.city.scope import sight
from shichen.disclosure import clearing, payload, services, then
from shichen.disclosure.exposures import Exposure
from shichen.disclosure.models import Clearance, Decision, Line
from shichen.disclosure.policy import policy as rules
from shichen.indicators.models import Figure
from shichen.refusal import Refusal
from shichen.web import asker, siblings
from shichen.web.past import known_then
from shichen.web.policy import policy

AT_ONCE = 60
SHOWN = 100
State = Decision.State


@known_then
@policy("view")
@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """公布决定：哪些小于下限的人数经决定公布，依据什么，谁提谁签。"""
    rows = _within(request)
    state = request.GET.get("state", "")
    counts = [(key, label, rows.filter(Q(stood=key)).count()) for key, label in State.choices]
    shown = rows.filter(Q(stood=state)) if state in State.values else rows
    found = shown.select_related("proposed_by", "decided_by").prefetch_related("lines__figure__area")[:SHOWN]
    cleared, moment = Clearance.objects.order_by("-at"), known()
    context = {
        "rows": [then.as_it_stood(one, moment) for one in found],
        "siblings": siblings.DOWNLOADS,
        "query": request.GET.urlencode(),
        "counts": counts,
        "all": rows.count(),
        "state": state,
        "rules": rules(),
        "clearances": (cleared if moment is None else cleared.filter(at__lte=moment))[:SHOWN],
    }
    return render(request, "disclosure/decisions.html", context)


@known_then
@policy("view")
@require_safe
def decisions_files(request: HttpRequest, ending: str) -> HttpResponse:
    """The same list as a file: CSV, Excel, JSON, or what its columns mean."""
    rows, state = _within(request), request.GET.get("state", "")
    rows = rows.filter(Q(stood=state)) if state in State.values else rows

    def found() -> list[Decision]:
        held = rows.select_related("proposed_by", "decided_by").prefetch_related("lines")[:SHOWN]
        return [then.as_it_stood(one, known()) for one in held]

    return siblings.files(
        request,
        ending,
        payload.about(),
        lambda: map(payload.row, found()),
        lambda: {"decisions": [payload.of_decision(one) for one in found()]},
    )


@known_then
@policy("view")
@require_safe
def decision(request: HttpRequest, pk: UUID) -> HttpResponse:
    """一项公布决定：所公布的数，法律依据，理由，提出人与签发人。"""
    return _decision(request, then.as_it_stood(get_object_or_404(_within(request), pk=pk), known()))


@policy("publish")
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """提出公布决定：就一个或几个数，写明法律依据和理由，交第二人签发。"""
    given = request.POST if request.method == "POST" else request.GET
    found = list(clearing.looked_at(_figures(request, given.getlist("figure"))).found)
    if request.method != "POST":
        return _propose(request, found)
    wanted = set(given.getlist("line"))
    chosen = [one for one in found if mark(one) in wanted]
    try:
        made = services.propose(chosen, given.get("basis", ""), given.get("reason", ""), by=asker.person(request))
    except Refusal as refusal:
        return _propose(request, found, refusal)
    messages.success(request, _("已提出，等第二人签发。"))
    return HttpResponseRedirect(reverse("decision", args=[made.pk]))


@policy("approve")
@require_POST
def sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """签发：这些数从此可以公开。"""
    one = get_object_or_404(_within(request), pk=pk)
    return _act(request, one, lambda: services.sign(one, by=asker.person(request)))


@policy("approve")
@require_POST
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """不予签发，写明理由。"""
    one = get_object_or_404(_within(request), pk=pk)
    return _act(request, one, lambda: services.refuse(one, request.POST.get("note", ""), by=asker.person(request)))


@policy("approve")
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """撤回：以后的发布不再凭它；已经公布的仍是公布过的。"""
    one = get_object_or_404(_within(request), pk=pk)
    return _act(request, one, lambda: services.withdraw(one, request.POST.get("note", ""), by=asker.person(request)))


def mark(one: Exposure) -> str:
    """What tells one number of a page from another, in a form."""
    where = "|".join(part for row in one.quantity.said() for part in row) if one.quantity else str(one.href)
    return f"{one.how}:{where}"


def _act(request: HttpRequest, one: Decision, act: Any) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        return _decision(request, one, refusal)
    return HttpResponseRedirect(reverse("decision", args=[one.pk]))


def _decision(request: HttpRequest, one: Decision, fault: Refusal | None = None) -> HttpResponse:
    approves = asker.may_act(request, "approve")
    context = {
        "one": one,
        "lines": one.lines.select_related("figure__area", "figure__definition", "figure__statement"),
        "signs": approves and one.state == State.PROPOSED,
        "own": one.proposed_by_id == request.user.pk,
        "withdraws": approves and one.state == State.SIGNED,
        "fault": fault,
        "note": request.POST.get("note", ""),
    }
    return render(request, "disclosure/decision.html", context, status=422 if fault else 200)


def _propose(request: HttpRequest, found: list[Exposure], fault: Refusal | None = None) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    wanted = set(given.getlist("line"))
    context = {
        "found": [(one, mark(one), not wanted or mark(one) in wanted) for one in found],
        "figures": given.getlist("figure")[:AT_ONCE],
        "rules": rules(),
        "fault": fault,
        "basis": given.get("basis", ""),
        "reason": given.get("reason", ""),
    }
    return render(request, "disclosure/propose.html", context, status=422 if fault else 200)


def _figures(request: HttpRequest, asked: list[str]) -> list[Figure]:
    """The figures that an address names, as far as the user sees them."""
    try:
        ids = [UUID(one) for one in asked[:AT_ONCE]]
    except ValueError:
        raise Http404("no such figure") from None
    rows = Figure.objects.within(sight(request.user, "view", at=now())).filter(pk__in=ids, successor=None)
    found = list(rows.select_related("area", "definition", "statement").order_by("frozen_at", "pk"))
    if len(found) < len(set(ids)):
        raise Http404("no such figure")
    return found


def _within(request: HttpRequest) -> QuerySet[Decision]:
    """The decisions all of whose figures lie within reach, with the state that each has, or had at the moment asked for."""
    reached = Figure.objects.within(sight(request.user, "view", at=now()))
    beyond = Line.objects.exclude(figure__in=reached).values("decision")
    return then.standing(Decision.objects.exclude(pk__in=beyond), known())
