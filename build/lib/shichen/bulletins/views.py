"""The web door of bulletins (来稿): the queue, and a new text."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from shichen.audit.context import known, now
from shichen.bulletins import forms, payload, review, suggestions, then
from shichen.bulletins.models import Bulletin
from shichen.city.models import Body
from shichen.city.queries import Standing, standing_of
from shichen.city.scope import may, sight
from shichen.intake import services as intake
from shichen.intake.models import Envelope
from shichen.intake.services import Conflict, Delivery
from shichen.letters import opening
from shichen.refusal import Refusal
from shichen.web import asker, clock, siblings
from shichen.web.masking import masked
from shichen.web.past import known_then
from shichen.web.policy import policy

AT_ONCE, EXPORTED = 50, 20_000


@known_then
@policy("view")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """来稿：待核的排在前面，最拿不准的先核。"""
    asked, moment = _asked(request), known()
    page = Paginator(_queued(request, asked), AT_ONCE).get_page(request.GET.get("page"))
    if moment is not None:
        page.object_list = then.counted(page.object_list, moment)
    for one in page:
        one.shown = masked(one.opening)
    shown = {
        "page": page,
        "state": asked,
        "counts": [one for one in _counts(request) if one[2] or one[0] == "waiting"],
        "may_send": moment is None and may(request.user, "submit", at=now()),
        "suggested": suggestions.waiting() if moment is None and may(request.user, "review", at=now()) else None,
        "siblings": siblings.DOWNLOADS,
        "query": request.GET.urlencode(),
    }
    return render(request, "bulletins/queue.html", shown)


@known_then
@policy("view")
@require_safe
def queue_files(request: HttpRequest, ending: str) -> HttpResponse:
    """The same list as a file: CSV, Excel, JSON, or what its columns mean."""

    def rows() -> list[Any]:
        found, moment = _queued(request, _asked(request))[:EXPORTED], known()
        return list(found) if moment is None else then.counted(found, moment)

    return siblings.files(
        request,
        ending,
        payload.about(),
        lambda: map(payload.row, rows()),
        lambda: {"bulletins": [payload.of_bulletin(one) for one in rows()]},
    )


def _asked(request: HttpRequest) -> str:
    return str(request.GET.get("state", "waiting"))


def _queued(request: HttpRequest, asked: str) -> QuerySet[Any]:
    """The queue, as it stands or as it stood."""
    reach, moment = asker.reach(request), known()
    return review.queue(reach, asked) if moment is None else then.queue(reach, asked, moment)


def _counts(request: HttpRequest) -> list[tuple[str, str, int]]:
    """How many bulletins there are, or were, of each state."""
    reach, moment = asker.reach(request), known()
    rows: QuerySet[Any] = Bulletin.objects.within(reach) if moment is None else then.bulletins(reach, moment)
    state = "state" if moment is None else "stood"
    counted = dict(rows.order_by().values_list(state).annotate(n=Count("pk")))
    return [(value, str(label), counted.get(value, 0)) for value, label in Bulletin.State.choices]


@policy("submit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """新来稿：贴一段文字，或传一个文件(.txt .docx .html .eml)。"""
    given = forms.typed(request.POST) if request.method == "POST" else {"number": str(uuid.uuid4())}
    if request.method != "POST":
        return _new(request, given)
    try:
        delivery = _delivery(request, given)
        receipt = intake.deliver(delivery, by=asker.person(request))
    except Conflict as conflict:
        return _new(request, {**given, "number": str(uuid.uuid4())}, conflict, status=409)
    except Refusal as refusal:
        return _new(request, given, refusal, status=413 if refusal.rule == "来稿上限" else 422)
    found = Bulletin.objects.filter(envelope=receipt.envelope).first()
    if found is None:
        return HttpResponseRedirect(reverse("envelope", args=[receipt.envelope.id]))
    return HttpResponseRedirect(reverse("bulletin", args=[found.pk]))


def _delivery(request: HttpRequest, given: dict[str, str]) -> Delivery:
    """The text as it is handed in, checked for what the reader cannot take. Raises Refusal."""
    at = clock.shown()
    covers, kind = forms.covers_of(given.get("covers", "")), forms.kind_of(given.get("kind", ""))
    file = request.FILES.get("file")
    name = (file.name or "")[-200:] if file is not None else ""
    sort = opening.sort_of(name)
    limit = min(opening.most(sort), settings.CONFIG["intake.max_file_bytes"])
    if file is not None and (file.size or 0) > limit:
        raise Refusal(f"来稿太大；上限 {limit} 字节，请分开报送。", rule="来稿上限", field="file")
    body = file.read() if file is not None else _plain(given.get("text", "")).encode("utf-8", "surrogatepass")
    if not body.strip():
        raise Refusal("请贴一段文字，或选一个文件。", field="text")
    opening.opened(body, sort)
    acting = _acting(request)
    unit = _unit(given.get("unit", ""), acting)
    return Delivery(
        id=forms.number_of(given.get("number", "")),
        kind="bulletin",
        body=body,
        media_type=sort,
        channel=Envelope.Channel.BULLETIN,
        unit=unit,
        area=acting.area,
        event=acting.event,
        filename=name,
        reported_at=at,
        details={name: value for name, value in (("covers", covers), ("kind", kind)) if value},
    )


def _unit(text: str, acting: Standing) -> Body:
    """Whose bulletin it is: one's own unit's, or any that one may report for. Raises Refusal."""
    return forms.body_of(text, clock.shown().date()) or acting.unit


def _plain(text: str) -> str:
    """Browsers send line ends as CR LF; the text was written with LF."""
    return text.replace("\r\n", "\n")


def _new(
    request: HttpRequest, given: dict[str, str], fault: Refusal | None = None, *, status: int = 200
) -> HttpResponse:
    acting = _acting(request)
    everywhere = any(unit is None for unit, _, _ in sight(request.user, "submit", at=now()).reaches)
    units = list(Body.objects.order_by("name")) if everywhere else [acting.unit]
    shown = {
        "given": given,
        "fault": fault,
        "acting": acting,
        "units": units,
        "kinds": forms.KINDS_ZH.items(),
        "today": clock.shown(),
        "endings": ",".join(opening.SORTS),
        "limit": settings.CONFIG["intake.max_bytes"] // 1000,
    }
    return render(request, "bulletins/new.html", shown, status=status)


def _acting(request: HttpRequest) -> Standing:
    found = standing_of(request.user, "submit", at=now())
    if found is None:
        raise Refusal("您没有报送的授权；请找办公室。", rule="报送范围")
    return found
