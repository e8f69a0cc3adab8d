"""The hand-over of the watch as pages (交接): what stands open now, signing it over, and one that was signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shichen.audit import context
from shichen.board import entries, showing, snapshot
from shichen.board import handover as handing
from shichen.board import handover_listing as listing
from shichen.board.handover import Span
from shichen.board.line import Drawing
from shichen.board.models import Handover
from shichen.city import queries as city
from shichen.city.roles import INTERNAL
from shichen.city.scope import Sight, may
from shichen.refusal import Refusal
from shichen.web import asker, clock, past, siblings
from shichen.web.past import known_then
from shichen.web.policy import policy

BEFORE = 5


@known_then
@policy("view", INTERNAL)
@require_safe
def handover(request: HttpRequest) -> HttpResponse:
    """交接：刚过去的一班留下什么。"""
    return _open_page(request)


@policy("note", INTERNAL)
@require_POST
def sign(request: HttpRequest) -> HttpResponse:
    """交班。"""
    try:
        signed = handing.sign(
            _span(request),
            asker.reach(request),
            str(request.POST.get("note", "")),
            at=clock.shown(),
            by=asker.person(request),
        )
    except Refusal as refusal:
        if refusal.field != "note":
            raise
        return _open_page(request, fault=refusal.sentence, status=422)
    snapshot.refresh(clock.running())
    messages.success(request, _("已交班，等接班的人来接。"))
    return redirect("handover-signed", signed.pk)


@known_then
@policy("view", INTERNAL)
@require_safe
def signed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """一次交班，照签的时候那样。"""
    found = _found(request, pk)
    last = handing.last_of(found.unit_id)
    mine = city.standing_of(request.user, "note", at=clock.running())
    shown = {
        **_shown(request, found.content, Span(found.since, found.until)),
        "siblings": siblings.DOWNLOADS,
        "base": f"/log/handover/{found.pk}",
        "query": request.GET.urlencode(),
        "signed": found,
        "taking": past.asked(request) is None
        and found.taken_by_id is None
        and last is not None
        and last.pk == found.pk,
        "may_take": mine is not None and mine.unit.pk == found.unit_id and request.user.pk != found.signed_by_id,
    }
    return render(request, "board/handover.html", shown)


@known_then
@policy("view", INTERNAL)
@require_safe
def files(request: HttpRequest, ending: str, pk: UUID | None = None) -> HttpResponse:
    """What stands open, or stood when a watch was signed over, as a file: CSV, Excel, JSON, or what its columns mean."""
    if pk is None:
        as_of, span = _as_of(request), _span(request)
        shown = _shown(request, handing.open_at(span, asker.reach(request), as_of=as_of), span, as_of)
    else:
        found = _found(request, pk)
        shown = _shown(request, found.content, Span(found.since, found.until))
    rows = listing.rows(shown)
    return siblings.files(
        request, ending, listing.about(), lambda: map(listing.spoken, rows), lambda: listing.said(shown, rows)
    )


@policy("note", INTERNAL)
@require_POST
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    """接班。"""
    handing.take(_found(request, pk), at=clock.shown(), by=asker.person(request))
    snapshot.refresh(clock.running())
    messages.success(request, _("已接班。"))
    return redirect("handover-signed", pk)


def _open_page(request: HttpRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    as_of, reach, span = _as_of(request), asker.reach(request), _span(request)
    mine = city.standing_of(request.user, "view", at=clock.running())
    rows = Handover.objects.within(reach).select_related("unit", "signed_by", "taken_by")
    if as_of is not None:
        rows = rows.filter(signed_at__lte=as_of)
    before = [_as_it_stood(one) for one in rows[:BEFORE]]
    shown = {
        **_shown(request, handing.open_at(span, reach, as_of=as_of), span, as_of),
        "as_of": as_of,
        "siblings": siblings.DOWNLOADS,
        "base": "/log/handover",
        "query": request.GET.urlencode(),
        "unit": mine.unit if mine else None,
        "span": _asked(request),
        "spans": handing.SPANS,
        "before": before,
        "may_sign": past.asked(request) is None and may(request.user, "note", at=clock.running()),
        "note": str(request.POST.get("note", "")),
        "fault": fault,
    }
    return render(request, "board/handover.html", shown, status=status)


def _shown(request: HttpRequest, content: dict[str, Any], span: Span, as_of: datetime | None = None) -> dict[str, Any]:
    """What stands open, as templates print it, within the reach of this reader."""
    reach = asker.reach(request)
    path, event = city.the_city().path, city.the_event().pk
    board = {"nudged": content["nudged"]}
    owed = [
        showing.row_shown(row, board, span.until)
        for row in (*content["updates"], *content["missing"])
        if reach.covers(unit=row["unit"], path=path, event=event)
    ]
    return {
        "period": span,
        "drawing": Drawing(span.until),  # what stands open is read here, not decided
        "updates": [row for row in owed if row["kind"] == "update"],
        "missing": [row for row in owed if row["kind"] != "update"],
        "pinned": _within(reach, content["pinned"], as_of),
        "significant": _within(reach, content["significant"], as_of),
        "told": content["told"],
    }


def _within(reach: Sight, keys: list[int], as_of: datetime | None) -> list[Any]:
    found = entries.chosen(keys, as_of)
    return [one for one in found if reach.covers(unit=one.unit_id, path=one.area_path, event=one.event_id)]


def _span(request: HttpRequest) -> Span:
    at = _as_of(request) or clock.shown()
    mine = city.standing_of(request.user, "view", at=clock.running())
    return handing.span_of(_asked(request), at, handing.last_of(mine.unit.pk, before=at) if mine else None)


def _asked(request: HttpRequest) -> str:
    asked = str(request.POST.get("span") or request.GET.get("span", handing.LAST))
    return asked if asked in handing.SPANS else handing.LAST


def _as_of(request: HttpRequest) -> datetime | None:
    return clock.as_of(request.GET.get("as_of", ""))


def _found(request: HttpRequest, pk: UUID) -> Handover:
    rows, known = Handover.objects.within(asker.reach(request)).filter(pk=pk), context.known()
    rows = rows if known is None else rows.filter(signed_at__lte=known)
    found = rows.select_related("unit", "signed_by", "taken_by", "signed_entry", "taken_entry").first()
    if found is None:
        raise Http404
    return _as_it_stood(found)


def _as_it_stood(one: Handover) -> Handover:
    """A hand-over as it is known to whoever looks: taken later, it waited then; not to be saved."""
    known = context.known()
    if known is not None and one.taken_at is not None and one.taken_at > known:
        one.taken_by = one.taken_at = one.taken_entry = None
    return one
