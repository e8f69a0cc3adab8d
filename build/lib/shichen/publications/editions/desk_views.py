"""The desk's web door (编辑台): begin an edition, fill its places one by one or all at once. Looking changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shichen import watches
from shichen.city.scope import sight
from shichen.journal.models import Entry
from shichen.publications import words
from shichen.publications.chronicle import telling as chronicles
from shichen.publications.editions import drafting, editing, edits, opening, pages
from shichen.publications.editions.drafting import Overtaken
from shichen.publications.editions.edits import Edit
from shichen.publications.editions.guarding import editors
from shichen.publications.models import Edition, Slot
from shichen.refusal import Refusal
from shichen.web import asker, clock
from shichen.web.past import only_now
from shichen.web.policy import policy

Kind, State = Edition.Kind, Edition.State


@only_now
@policy("view")
@require_safe
@editors()
def edit_day(request: HttpRequest, on: str) -> HttpResponse:
    """编辑日版：左边备选，右边文字；还没有开始的，先组一版。"""
    day = dated(on)
    return _desk_or_start(request, Kind.DAY, day, day)


@only_now
@policy("view")
@require_safe
@editors()
def edit_chronicle(request: HttpRequest) -> HttpResponse:
    """编辑大事记：一天一格。"""
    try:
        first, last = _span(request)
    except Refusal as refusal:
        first, last = _usual(request)
        return _start(request, Kind.CHRONICLE, first, last, refusal)
    return _desk_or_start(request, Kind.CHRONICLE, first, last)


@policy("publish")
@require_POST
@editors("publish")
def begin(request: HttpRequest) -> HttpResponse:
    """组一版：开始一个版次；再出一版要写明理由。"""
    given = request.POST
    kind, first = given.get("kind", ""), _read(given.get("first", ""))
    last = _read(given.get("last", "")) or first
    if kind not in Kind.values or first is None or last is None:
        raise Http404("no such page")
    try:
        reason, audience = given.get("reason", ""), given.get("audience", "")
        opening.open_draft(kind, first, last, audience=audience, reason=reason, by=asker.person(request))
    except Refusal as refusal:
        return _start(request, kind, first, last, refusal)
    return HttpResponseRedirect(desk_of(kind, first, last))


@policy("publish")
@require_POST
@editors("publish")
def take_all(request: HttpRequest, pk: UUID) -> HttpResponse:
    """全部采入：没动过的格子，凡标为上版的条目都采入。"""
    return _at_once(
        request, pk, lambda one: _("采入 %(n)s 条。") % {"n": drafting.take_all(one, by=asker.person(request))}
    )


@policy("publish")
@require_POST
@editors("publish")
def blank_rest(request: HttpRequest, pk: UUID) -> HttpResponse:
    """其余的格子都确认为空。"""

    def act(one: Edition) -> str:
        return _("确认 %(n)s 格为空。") % {"n": len(drafting.confirm_rest(one, by=asker.person(request)))}

    return _at_once(request, pk, act)


@policy("publish")
@require_POST
@editors("publish")
def at_place(request: HttpRequest, pk: UUID) -> HttpResponse:
    """一格里的事：采入、改文字、上移下移、撤下、确认为空、绑定数字。改过的文字一并先存。"""
    one = get_object_or_404(Edition, pk=pk)
    given = {name: str(request.POST.get(name, "")) for name in request.POST}
    slot = get_object_or_404(one.slots.select_related("edition", "edited_by"), place=given.get("place", ""))
    edit = Edit(slot, given.get("act", "") or "save", _version(given), edits.wordings(given), _sighted(request))
    try:
        edit.done(by=asker.person(request))
    except Refusal as refusal:
        return _desk(request, one, slot.place, fault=refusal, edit=edit)
    shown = given.get("open", "") or slot.place
    return HttpResponseRedirect(_back(one, shown))


def desk_of(kind: str, first: date, last: date) -> str:
    """Where an edition is put together."""
    if kind == Kind.DAY:
        return reverse("edit-day", args=[first.isoformat()])
    return f"{reverse('edit-chronicle')}?{urlencode({'from': first.isoformat(), 'to': last.isoformat()})}"


def dated(text: str) -> date:
    """A date of an address."""
    found = _read(text)
    if found is None:
        raise Http404("no such date")
    return found


def _desk_or_start(request: HttpRequest, kind: str, first: date, last: date) -> HttpResponse:
    held = pages.in_hand(kind, first, last)
    if held is None:
        return _start(request, kind, first, last)
    return _desk(request, held, request.GET.get("place", ""))


def _start(request: HttpRequest, kind: str, first: date, last: date, fault: Refusal | None = None) -> HttpResponse:
    same = Edition.objects.filter(kind=kind, first=first, last=last).order_by("-number")
    told = same.filter(state__in=[State.RELEASED, State.WITHDRAWN])
    context = {
        "kind": kind,
        "first": first,
        "last": last,
        "earlier": same.select_related("approved_by"),
        "again": told.exists(),
        "begins": "publish" in editing.acts_of(request.user),
        "audiences": Edition.Audience.choices,
        "fault": fault,
        "given": request.POST,
    }
    return render(request, "edition/start.html", context, status=422 if fault else 200)


def _desk(
    request: HttpRequest, edition: Edition, place: str, *, fault: Refusal | None = None, edit: Edit | None = None
) -> HttpResponse:
    grid = editing.grid(edition)
    spot = next((one for one in grid.spots if one.place == place), None)
    before, after = grid.around(place)
    query = request.GET.get("q", "").strip()[:40]
    acts = editing.acts_of(request.user)
    context: dict[str, Any] = {
        "edition": edition,
        "grid": grid,
        "spot": spot,
        "before": before,
        "after": after,
        "desk": desk_of(edition.kind, edition.first, edition.last),
        "writes": edition.state == State.DRAFT and "publish" in acts,
        "acts": acts,
        "query": query,
        "fault": fault,
        "about": edit.about if edit else None,
        "lost": edit.lost() if edit else [],
        "overtaken": isinstance(fault, Overtaken),
        "weekdays": words.weekdays(),
    }
    if spot is not None:
        context["proposed"] = editing.proposed(edition, place, request.user, query) if context["writes"] else []
        context["lines"] = editing.lines(spot.slot, request.user, edit.given if edit and fault else None)
    status = 409 if isinstance(fault, Overtaken) else 422 if fault else 200
    return render(request, "edition/desk.html", context, status=status)


def _at_once(request: HttpRequest, pk: UUID, act: Callable[[Edition], str]) -> HttpResponse:
    one = get_object_or_404(Edition, pk=pk)
    try:
        messages.success(request, act(one))
    except Refusal as refusal:
        return _desk(request, one, "", fault=refusal)
    return HttpResponseRedirect(_back(one, request.POST.get("place", "")))


def _back(edition: Edition, place: str) -> str:
    """The desk again, at a place of it."""
    address = desk_of(edition.kind, edition.first, edition.last)
    if not place:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'place': place})}#desk"


def _sighted(request: HttpRequest) -> Callable[[UUID], Entry | None]:
    reach = sight(request.user, "view", at=clock.running())
    return lambda number: Entry.objects.within(reach).filter(id=number).first()


def _span(request: HttpRequest) -> tuple[date, date]:
    """The span that the address names; without one the chronicle in hand, or from the first event to the last."""
    first, last = _read(request.GET.get("from", "")), _read(request.GET.get("to", ""))
    if first is not None and last is not None and first <= last:
        return first, last
    if request.GET.get("from") or request.GET.get("to"):
        raise Refusal("起止日期要写成 2020-01-21，起日不晚于止日。", field="from")
    held = Edition.objects.filter(kind=Kind.CHRONICLE, state__in=opening.IN_HAND).order_by("-made_at").first()
    return (held.first, held.last) if held else _usual(request)


def _usual(request: HttpRequest) -> tuple[date, date]:
    today = watches.civil_day(clock.shown())
    return chronicles.extent(sight(request.user, "view", at=clock.running())) or (today, today)


def _version(given: dict[str, str]) -> int | None:
    text = given.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _read(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def slots_of(edition: Edition) -> list[Slot]:
    return list(edition.slots.all())
