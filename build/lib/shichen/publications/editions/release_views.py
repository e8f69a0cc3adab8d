"""The web door of what goes out (发布): every edition with its step and its hour; reviewing, signing, releasing one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shichen import watches
from shichen.audit.context import known
from shichen.city.scope import sight
from shichen.publications.chronicle import telling as chronicles
from shichen.publications.day import page as daypage
from shichen.publications.editions import editing, objections, opening, progress, then
from shichen.publications.editions import outgoing as editions
from shichen.publications.editions.desk_views import desk_of
from shichen.publications.editions.guarding import editors
from shichen.publications.models import Edition
from shichen.refusal import Refusal
from shichen.web import asker, clock, siblings
from shichen.web.past import known_then
from shichen.web.policy import policy
from shichen.web.sentences import said

State = Edition.State
AT_ONCE = 30
OUTSIDE = (State.RELEASED, State.WITHDRAWN)


@known_then
@policy("view")
@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    """发布：各版到了哪一步，几时发布，谁审谁签。"""
    acts, moment = editing.offered(request.user), known()
    rows = _listed(request, moment)
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    shown = rows.filter(kind=kind) if kind in Edition.Kind.values else rows
    counts = [(one, label, _in_state(shown, one, moment).count()) for one, label in State.choices]
    page = Paginator(_in_state(shown, state, moment) if state in State.values else shown, AT_ONCE)
    context = {
        "page": _as_they_stood(page.get_page(request.GET.get("page")), moment),
        "opens": bool(editing.acts_of(request.user)),
        "kind": kind,
        "state": state,
        "kinds": Edition.Kind.choices,
        "counts": [one for one in counts if one[2] or one[0] == state],
        "all": shown.count(),
        "acts": acts,
        "latest": _to_begin(request) if "publish" in acts else [],
        "siblings": siblings.DOWNLOADS,
        "query": request.GET.urlencode(),
    }
    return render(request, "edition/releases.html", context)


@known_then
@policy("view")
@require_safe
def releases_files(request: HttpRequest, ending: str) -> HttpResponse:
    """The same list as a file: CSV, Excel, JSON, or what its columns mean."""
    moment = known()
    rows, kind, state = _listed(request, moment), request.GET.get("kind", ""), request.GET.get("state", "")
    rows = rows.filter(kind=kind) if kind in Edition.Kind.values else rows
    rows = _in_state(rows, state, moment) if state in State.values else rows

    def found() -> list[Edition]:
        return list(_as_they_stood(rows[:500], moment))

    return siblings.files(
        request,
        ending,
        progress.about(),
        lambda: map(progress.row, found()),
        lambda: {"editions": [progress.payload(one) for one in found()]},
    )


@known_then
@policy("view")
@require_safe
@editors()
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """一版的经过：异议、审定、签发、发布，谁在什么时候做了什么。"""
    return _page(request, _found(pk))


@policy("confirm")
@require_POST
@editors("confirm")
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """审定：内容就此定下；异议或改正，或写明放行的理由。"""
    given = dict(zip(request.POST.getlist("key"), request.POST.getlist("why"), strict=False))
    return _done(request, pk, "review", lambda one: editions.review(one, waived=given, by=asker.person(request)), given)


@policy("confirm")
@require_POST
@editors("confirm")
def send_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """退回重编。"""
    reason = request.POST.get("reason", "")
    return _done(request, pk, "send-back", lambda one: editions.send_back(one, reason, by=asker.person(request)))


@policy("approve")
@require_POST
@editors("approve")
def sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """签发：由第二人；可以定一个时刻，不早于那时发布。"""

    def act(one: Edition) -> Edition:
        hour = clock.parsed(request.POST.get("not_before", ""))
        return editions.approve(one, not_before=hour, by=asker.person(request))

    return _done(request, pk, "sign", act)


@policy("publish")
@require_POST
@editors("publish")
def send_out(request: HttpRequest, pk: UUID) -> HttpResponse:
    """发布已签发的一版。"""
    return _done(request, pk, "release", lambda one: editions.release(one, by=asker.person(request)))


@policy("publish")
@require_POST
@editors("publish")
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """撤下(编辑)。"""
    return _withdraw(request, pk)


@policy("approve")
@require_POST
@editors("approve")
def recall(request: HttpRequest, pk: UUID) -> HttpResponse:
    """撤下(签发人)。"""
    return _withdraw(request, pk)


@policy("publish")
@require_POST
@editors("publish")
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """作废一个没有发布的版次。"""
    reason = request.POST.get("reason", "")
    return _done(request, pk, "discard", lambda one: opening.discard(one, reason, by=asker.person(request)))


def _withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _done(request, pk, "withdraw", lambda one: editions.withdraw(one, reason, by=asker.person(request)))


def _done(
    request: HttpRequest,
    pk: UUID,
    name: str,
    act: Callable[[Edition], Edition],
    given: dict[str, str] | None = None,
) -> HttpResponse:
    try:
        one = act(_found(pk))
    except Refusal as refusal:
        return _page(request, _found(pk), fault=refusal, at=name, given=given)
    told = {"edition": _named(one), "state": said(one.get_state_display())}
    messages.success(request, _("%(edition)s：%(state)s。") % told)
    return HttpResponseRedirect(reverse("release", args=[pk]))


def _page(
    request: HttpRequest,
    edition: Edition,
    *,
    fault: Refusal | None = None,
    at: str = "",
    given: dict[str, str] | None = None,
) -> HttpResponse:
    acts = editing.offered(request.user)
    against = [] if known() else objections.of(edition) if edition.state == State.DRAFT else []
    context: dict[str, Any] = {
        "edition": edition,
        "steps": progress.steps(edition),
        "history": progress.history(edition),
        "countdown": progress.countdown(edition, clock.shown()),
        "figures": progress.figures(edition),
        "grid": editing.grid(edition),
        "hard": [one for one in against if one.hard],
        "soft": [(one, (given or {}).get(one.key, "")) for one in against if not one.hard],
        "desk": desk_of(edition.kind, edition.first, edition.last),
        "told_at": editions.href(edition),
        "past": known() is not None,
        "acts": acts,
        "own": asker.person(request).pk in (edition.made_by_id, edition.reviewed_by_id),
        "fault": fault,
        "at": at,
        "given": request.POST if fault else {},
        "takes_down": "withdraw" if "publish" in acts else "recall" if "approve" in acts else "",
    }
    return render(request, "edition/release.html", context, status=422 if fault else 200)


def _found(pk: UUID) -> Edition:
    people = ("made_by", "reviewed_by", "approved_by", "previous")
    found, moment = get_object_or_404(Edition.objects.select_related(*people), pk=pk), known()
    if moment is None:
        return found
    state = then.states(moment, pk).get(pk)
    if state is None:
        raise Http404("not begun yet")
    return then.as_it_stood(found, state, moment)


def _listed(request: HttpRequest, moment: datetime | None) -> QuerySet[Edition]:
    """What is in hand first, then what went out, the latest first; readers see only what went out."""
    if moment is not None:
        found = then.states(moment)
        told = [pk for pk, state in found.items() if state in OUTSIDE]
        return Edition.objects.filter(pk__in=found if editing.acts_of(request.user) else told).order_by("-made_at")
    in_hand = [When(state__in=opening.IN_HAND, then=Value(0))]
    rows = Edition.objects.select_related("made_by", "reviewed_by", "approved_by", "previous").order_by(
        Case(*in_hand, default=Value(1), output_field=IntegerField()), "-released_at", "-made_at"
    )
    return rows if editing.acts_of(request.user) else rows.filter(state__in=OUTSIDE)


def _in_state(rows: QuerySet[Edition], state: str, moment: datetime | None) -> QuerySet[Edition]:
    """The editions that are in a state, or were at a moment."""
    if moment is None:
        return rows.filter(state=state)
    return rows.filter(pk__in=[pk for pk, held in then.states(moment).items() if held == state])


def _as_they_stood(rows: Any, moment: datetime | None) -> Any:
    """The editions of a page, each as it stood."""
    if moment is not None:
        held = then.states(moment)
        for one in rows:
            then.as_it_stood(one, held[one.pk], moment)
    return rows


def _to_begin(request: HttpRequest) -> list[tuple[str, str]]:
    """The pages that one may want to put together now: the last day with entries, the chronicle so far."""
    reach = sight(request.user, "view", at=clock.running())
    today = watches.page_day(clock.shown())
    day, span = daypage.latest(reach, today), chronicles.extent(reach)
    found = [(Edition.Kind.DAY, day, day)] if day else []
    found += [(Edition.Kind.CHRONICLE, *span)] if span else []
    return [(str(kind.label), desk_of(kind, first, last)) for kind, first, last in found]


def _named(edition: Edition) -> str:
    return _("%(kind)s第%(n)s版") % {"kind": said(edition.get_kind_display()), "n": edition.number}
