"""The web door of reports (报送): which kinds one may send, the form of each, the receipt."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from shichen.audit import services as audit
from shichen.audit.context import known, now
from shichen.city.models import Account
from shichen.city.queries import Standing
from shichen.intake import originals, queries, services
from shichen.intake.forms import SUBMISSION, ReportForm
from shichen.intake.kinds import Duplicate, Kind, named
from shichen.intake.models import Envelope
from shichen.intake.queries import Offered
from shichen.intake.rehearsal import rehearse
from shichen.intake.rows import JSON_TYPE
from shichen.intake.services import Conflict, Delivery
from shichen.refusal import Refusal
from shichen.web import asker, clock, registers
from shichen.web.policy import policy
from shichen.web.told import told


@policy("submit")
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """报送：本单位能报什么。"""
    at = clock.shown()
    acting = queries.standing(asker.person(request), now())
    mine = Envelope.objects.filter(account=asker.person(request)).order_by("-seq")[:5]
    shown = {"offered": queries.offered(acting, at), "acting": acting, "mine": [(one, _title(one)) for one in mine]}
    return render(request, "intake/reports.html", shown)


@policy("submit")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, kind: str) -> HttpResponse:
    """一份报送：填好、核对、提交；回到回执或下一条。"""
    at, acting = clock.shown(), queries.standing(asker.person(request), now())
    offered = queries.offered_kind(kind, acting, at)
    if offered is None:
        raise Http404
    if request.method != "POST":
        return _form(
            request, offered, ReportForm(offered.kind.fields, aids=offered.aids, values=_kept(request, offered))
        )
    data = {name: str(request.POST.get(name, "")) for name in request.POST}
    form = ReportForm(offered.kind.fields, aids=offered.aids, data=data)
    if not form.is_valid():
        return _form(request, offered, form)
    return _send(request, offered, form, acting, at)


@policy("submit")
@require_safe
def receipt(request: HttpRequest, number: UUID) -> HttpResponse:
    """回执：收到了什么，变成了什么。"""
    envelope = get_object_or_404(Envelope.objects.within(asker.reach(request)), id=number)
    return render(request, "intake/receipt.html", {**outcome(envelope, request), "head": audit.head()})


def _send(request: HttpRequest, offered: Offered, form: ReportForm, acting: Standing, at: datetime) -> HttpResponse:
    """Hand the report in. What the rules refuse is told beside its box, and nothing is kept (422)."""
    delivery = _delivery(offered.kind, form, acting, at)
    known = Envelope.objects.filter(id=delivery.id).exists()
    if not known and _refused(delivery, form, asker.person(request)):
        return _form(request, offered, form)
    try:
        done = services.deliver(delivery, by=asker.person(request))
    except Conflict as conflict:
        return _again_otherwise(request, offered, form, conflict)
    except Refusal as refusal:
        form.refuse(refusal.field, refusal.sentence)
        return _form(request, offered, form)
    href = reverse("receipt", args=[done.envelope.id])
    return HttpResponseRedirect(_next(offered, form) if request.POST.get("next") else href)


def _refused(delivery: Delivery, form: ReportForm, by: Account) -> bool:
    try:
        entered = rehearse(delivery, by=by)
    except Refusal as refusal:
        form.refuse(refusal.field, refusal.sentence)
        return True
    for fault in entered.faults:
        for at, sentence in enumerate(fault.sentences):
            form.refuse(fault.fields[at] if at < len(fault.fields) else "", sentence)
    if entered.duplicate:
        form.refuse("", Duplicate().sentence)
    return bool(entered.faults or entered.duplicate)


def _delivery(kind: Kind, form: ReportForm, acting: Standing, at: datetime) -> Delivery:
    """The report as this door keeps it: what was put into the boxes, in the order of the fields."""
    body = json.dumps({"rows": [form.said]}, ensure_ascii=False).encode()
    return Delivery(
        id=form.cleaned_data[SUBMISSION],
        kind=kind.name,
        schema=kind.schema,
        body=body,
        media_type=JSON_TYPE,
        channel=Envelope.Channel.WEB,
        unit=acting.unit,
        area=acting.area,
        event=acting.event,
        reported_at=at,
    )


def _form(request: HttpRequest, offered: Offered, form: ReportForm) -> HttpResponse:
    saved = _uuid(request.GET.get("saved", ""))
    last = Envelope.objects.within(asker.reach(request)).filter(id=saved).first() if saved else None
    shown = {"offered": offered, "kind": offered.kind, "form": form, "last": last}
    if last is not None:
        shown["told"] = told(last.id, asker.reach(request))
    return render(request, "intake/report.html", shown, status=422 if form.is_bound else 200)


def _again_otherwise(request: HttpRequest, offered: Offered, form: ReportForm, conflict: Conflict) -> HttpResponse:
    """The page was sent before with other contents (409): the first stays; what is here may go under a new number."""
    first = Envelope.objects.within(asker.reach(request)).filter(id=form.cleaned_data[SUBMISSION]).first()
    form.data[SUBMISSION] = str(uuid.uuid4())  # type: ignore[index]
    shown = {"offered": offered, "kind": offered.kind, "form": form, "conflict": conflict, "first": first}
    return render(request, "intake/report.html", shown, status=409)


def _next(offered: Offered, form: ReportForm) -> str:
    """The same form once more, starting from what the next report has in common with this one."""
    kept = {name: str(form.data.get(name, "")) for name in offered.aids.keep if form.data.get(name)}
    saved = {"saved": str(form.cleaned_data[SUBMISSION])}
    return f"{reverse('report', args=[offered.kind.name])}?{urlencode({**kept, **saved})}"


def _kept(request: HttpRequest, offered: Offered) -> dict[str, Any]:
    """What the address says the form starts from; only what the kind keeps, and only what its boxes can read."""
    found: dict[str, Any] = {}
    for one in offered.kind.fields:
        if one.name in offered.aids.keep and one.name in request.GET:
            try:
                found[one.name] = one.read(request.GET[one.name])
            except ValueError:
                continue
    return found


def outcome(envelope: Envelope, request: HttpRequest) -> dict[str, Any]:
    """What pages say of an envelope: its kind, its log entries in pieces, the records made of it, how to its original."""
    reach = asker.reach(request)
    return {
        "envelope": envelope,
        "title": _title(envelope),
        "told": told(envelope.id, reach),
        "made": registers.from_envelope(envelope.id, reach, as_of=known()),
        "open_rejects": envelope.rejects.filter(state="open").count(),
        "ways": originals.ways(envelope, request.user) if known() is None else None,
    }


def _title(envelope: Envelope) -> str:
    try:
        return named(envelope.kind).called
    except Refusal:  # a kind of an earlier version of the house
        return envelope.kind


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
