"""One entry of the log as a page: what it says, where it came from, what became of it, and the acts on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shichen.audit import context
from shichen.board import attachments, notes, snapshot, telling
from shichen.board.forms import Correction, Reason
from shichen.board.reached import done, visible
from shichen.board.telling import Takes
from shichen.city.roles import INTERNAL
from shichen.city.scope import may, sight
from shichen.intake import originals
from shichen.intake.originals import NotTheirs
from shichen.journal import pins
from shichen.journal import services as journal
from shichen.journal.models import Entry, Mark
from shichen.refusal import Refusal
from shichen.web import acting, asker, clock, past, words
from shichen.web.attached import attached
from shichen.web.past import known_then, only_now
from shichen.web.policy import policy


@known_then
@policy("view", INTERNAL)
@require_safe
def entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One entry: what it says, where it came from, what became of it."""
    return _entry_page(request, visible(request, pk, "view"))


@policy("correct", INTERNAL)
@require_POST
def strike(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = visible(request, pk, "correct")
    form = Reason(request.POST)
    if form.is_valid() and done(
        form, lambda: journal.strike(found, form.cleaned_data["reason"], by=asker.person(request))
    ):
        snapshot.refresh(clock.running())
        messages.success(request, _("%(label)s 已划去，原文仍可读。") % {"label": words.label(found.label)})
        return redirect("log-entry", pk)
    return _entry_page(request, found, striking=form, status=422)


@policy("correct", INTERNAL)
@require_POST
def correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = visible(request, pk, "correct")
    form = Correction(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        new = done(
            form,
            lambda: notes.correct(found, given["text"], given["reason"], at=clock.shown(), by=asker.person(request)),
        )
        if new is not None:
            snapshot.refresh(clock.running())
            messages.success(request, _("已更正：新记录 %(label)s。") % {"label": words.label(new.label)})
            return redirect("log-entry", new.id)
    return _entry_page(request, found, correcting=form, status=422)


@policy("note", INTERNAL)
@require_POST
def significant(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = visible(request, pk, "note")
    notes.mark_significant(found, reason=gettext_noop("值班员标为重要"), by=asker.person(request))
    snapshot.refresh(clock.running())
    messages.success(request, _("%(label)s 已标为重要。") % {"label": words.label(found.label)})
    return redirect("log-entry", pk)


@policy("note", INTERNAL)
@require_POST
def pin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """置顶，或取下。"""
    found, up = visible(request, pk, "note"), request.POST.get("act") != "unpin"
    if up:
        pins.pin(found, by=asker.person(request))
    else:
        pins.unpin(found, by=asker.person(request))
    said = _("%(label)s 已置顶。") if up else _("%(label)s 已取下。")
    messages.success(request, said % {"label": words.label(found.label)})
    return redirect("log")


@only_now
@policy("view", INTERNAL)
@require_http_methods(["GET", "HEAD", "POST"])
def attachment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """附件，只作附件下载；可能有个人信息的，写明理由才调阅，理由记入审计日志。"""
    found = visible(request, pk, "view")
    ways = attachments.ways(found, request.user)
    if ways is None:
        raise Http404
    if request.method != "POST":
        return redirect(f"{reverse('log-entry', args=[pk])}#attachment")
    reason = str(request.POST.get("reason", ""))
    try:
        handed = attachments.handed(ways, reason, by=asker.person(request))
    except NotTheirs as refusal:
        return acting.refused(request, refusal, status=403)
    except Refusal as refusal:
        if refusal.field != "reason":
            raise
        return _entry_page(request, found, reason=reason, fault=refusal.sentence, status=422)
    return attached(handed.data, handed.name)


def _entry_page(
    request: HttpRequest,
    found: Entry,
    *,
    striking: Reason | None = None,
    correcting: Correction | None = None,
    reason: str = "",
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    at = clock.running()
    struck, before = telling.struck_by(found), list(found.replaces.select_related("entry"))
    reach = sight(request.user, "correct", at=at)
    acts, known = past.asked(request) is None, context.known()
    before = [mark for mark in before if known is None or mark.at <= known]
    mine = acts and reach.covers(unit=found.unit_id, path=found.area_path, event=found.event_id)
    shown: dict[str, Any] = {
        "entry": found,
        "takes": Takes(asker.reach(request, "review"), back="entry") if acts else None,
        "struck": struck,
        "replaces": [mark.entry for mark in before if mark.kind == Mark.Kind.STRUCK],
        "goes_on_from": [mark.entry for mark in before if mark.kind == Mark.Kind.UPDATED],
        "pin": pins.pinned(sight(request.user, "view", at=at), as_of=known).get(found.pk),
        "ways": attachments.ways(found, request.user) if acts else None,
        "bounds": (originals.SHORTEST, originals.LONGEST),
        "reason": reason,
        "fault": fault,
        "at": clock.shown(),
        "may_correct": mine and struck is None and found.kind != Entry.Kind.SYSTEM,
        "may_mark": acts and may(request.user, "note", at=at) and struck is None,
        "striking": striking or Reason(auto_id="strike_%s"),
        "correcting": correcting or Correction(initial={"text": found.text}),
    }
    return render(request, "board/entry.html", shown, status=status)
