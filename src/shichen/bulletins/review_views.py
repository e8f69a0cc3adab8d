"""The review of a bulletin as a page (来稿复核), and what a reviewer decides there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shichen.audit.context import now
from shichen.bulletins import forms, review, services
from shichen.bulletins.deciding import FIRST
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.city.models import Body
from shichen.city.scope import may
from shichen.indicators.declare import known
from shichen.journal.models import Column
from shichen.refusal import Refusal
from shichen.web import asker
from shichen.web.past import only_now
from shichen.web.policy import policy
from shichen.web.told import told

ACTS = {
    "accept": Proposal.State.ACCEPTED,
    "edit": Proposal.State.EDITED,
    "reject": Proposal.State.REJECTED,
    "not_a_figure": Proposal.State.NOT_A_FIGURE,
}


@only_now
@policy("view")
@require_safe
def bulletin(request: HttpRequest, number: UUID) -> HttpResponse:
    """复核：左边原文，右边拟采的条目和数字。"""
    return _review(request, _found(request, number), request.GET.get("entry", ""))


@policy("review")
@require_POST
def decide(request: HttpRequest, number: UUID, proposal: UUID) -> HttpResponse:
    """采纳、改后采纳、驳回、非数字。"""
    one = get_object_or_404(Proposal.objects.filter(entry__bulletin=_found(request, number)), pk=proposal)
    given = forms.typed(request.POST)
    try:
        state = ACTS.get(given.get("act", ""))
        if state is None:
            raise Refusal("请选：采纳、改后采纳、驳回或非数字。", field="act")
        values = forms.values_of(one, given) if state == Proposal.State.EDITED else None
        if values is not None and all(getattr(one, name) == value for name, value in values.items()):
            state = Proposal.State.ACCEPTED
        services.decide(
            one,
            state,
            version=_version(given),
            values=values,
            reason=given.get("reason", ""),
            by=asker.person(request),
        )
    except Refusal as refusal:
        return _refused(request, one.entry, refusal, proposal=one)
    return _to(one.entry, _after(one))


@policy("review")
@require_POST
def add(request: HttpRequest, number: UUID, entry: UUID) -> HttpResponse:
    """补录一个没有读出来的数字。"""
    one = _entry(request, number, entry)
    given = forms.typed(request.POST)
    try:
        start, end = forms.place_of(one, services.raw_text(one.bulletin), given)
        made = services.add(one, start, end, forms.values_of(None, given), by=asker.person(request))
    except Refusal as refusal:
        return _refused(request, one, refusal)
    return _to(one, f"p-{made.pk}")


@policy("review")
@require_POST
def accept(request: HttpRequest, number: UUID, entry: UUID) -> HttpResponse:
    """采纳一条：记入日志，其中的数字成为报称数。"""
    one = _entry(request, number, entry)
    given = forms.typed(request.POST)
    try:
        made = services.accept(one, forms.placing_of(one, given), version=_version(given), by=asker.person(request))
    except Refusal as refusal:
        return _refused(request, one, refusal)
    link = format_html('<a href="/log/{}/">{}</a>', made.id, made.label)
    messages.success(request, format_html(_("已采纳，记入日志：{}。"), link))
    return _to_next(one)


@policy("review")
@require_POST
def reject(request: HttpRequest, number: UUID, entry: UUID) -> HttpResponse:
    """驳回一条，写明理由；来稿里仍留着。"""
    one = _entry(request, number, entry)
    given = forms.typed(request.POST)
    try:
        services.reject(one, given.get("reason", ""), version=_version(given), by=asker.person(request))
    except Refusal as refusal:
        return _refused(request, one, refusal)
    messages.success(request, _("已驳回第 %(n)s 条。") % {"n": one.ordinal})
    return _to_next(one)


@policy("review")
@require_POST
def merge(request: HttpRequest, number: UUID) -> HttpResponse:
    """把待核的条目并成一条。"""
    found = _found(request, number)
    try:
        whole = services.merge(found, by=asker.person(request))
    except Refusal as refusal:
        return _review(request, found, "", fault=refusal, status=409)
    return _to(whole, "entry")


def _review(
    request: HttpRequest,
    found: Bulletin,
    asked: str,
    *,
    fault: Refusal | None = None,
    about: Proposal | None = None,
    status: int = 200,
) -> HttpResponse:
    entries = list(found.entries.select_related("body", "decided_by").order_by("ordinal"))
    one = review.chosen(entries, asked)
    every = list(Proposal.objects.filter(entry__bulletin=found).order_by("start"))
    shown: dict[str, Any] = {
        "bulletin": found,
        "marks": review.marks(review.text_of(found), entries, every),
        "entries": entries,
        "entry": one,
        "lines": review.lines(one) if one else [],
        "flags": review.flags(one) if one else [],
        "doubts": review.doubts(one) if one and one.state == ProposedEntry.State.OPEN else [],
        "open_figures": sum(proposal.state == Proposal.State.OPEN for proposal in every),
        "open_entries": sum(each.state == ProposedEntry.State.OPEN for each in entries),
        "reviewing": may(request.user, "review", at=now()),
        "fault": fault,
        "about": about,
        "given": forms.typed(request.POST) if request.method == "POST" else {},
        "told": [pair for pair in told(found.envelope_id, asker.reach(request)) if one and pair[0].id == one.entry_id],
        **_choices(),
    }
    shown["before"], shown["following"] = _neighbours(entries, one)
    return render(request, "bulletins/review.html", shown, status=status)


def _choices() -> dict[str, Any]:
    return {
        "columns": Column.choices,
        "periods": review.PERIODS.items(),
        "indicators": sorted(known().values(), key=lambda one: one.key),
        "bodies": Body.objects.order_by("name"),
    }


def _neighbours(entries: list[ProposedEntry], one: ProposedEntry | None) -> tuple[int | None, int | None]:
    """The places of the entries before and after."""
    places = [entry.ordinal for entry in entries]
    if one is None:
        return None, None
    at = places.index(one.ordinal)
    return (places[at - 1] if at else None), (places[at + 1] if at + 1 < len(places) else None)


def _refused(
    request: HttpRequest, entry: ProposedEntry, refusal: Refusal, *, proposal: Proposal | None = None
) -> HttpResponse:
    """The same page with the sentence on it: 409 where somebody else was first or all is decided, 422 for what was put in."""
    status = 409 if refusal.rule == FIRST or not refusal.field else 422
    about = Proposal.objects.select_related("decided_by").get(pk=proposal.pk) if proposal else None
    return _review(request, entry.bulletin, str(entry.ordinal), fault=refusal, about=about, status=status)


def _after(proposal: Proposal) -> str:
    """The next number to decide in the same entry; the entry itself when none is left."""
    rest = proposal.entry.proposals.filter(state=Proposal.State.OPEN)
    following = rest.filter(start__gt=proposal.start).order_by("start").first() or rest.order_by("start").first()
    return f"p-{following.pk}" if following else "place"


def _to(entry: ProposedEntry, anchor: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('bulletin', args=[entry.bulletin_id])}?entry={entry.ordinal}#{anchor}")


def _to_next(entry: ProposedEntry) -> HttpResponse:
    """The next entry that waits; the one at hand when all are decided."""
    waiting = entry.bulletin.entries.filter(state=ProposedEntry.State.OPEN)
    following = (
        waiting.filter(ordinal__gt=entry.ordinal).order_by("ordinal").first() or waiting.order_by("ordinal").first()
    )
    return _to(following or entry, "entry")


def _found(request: HttpRequest, number: UUID) -> Bulletin:
    rows = Bulletin.objects.within(asker.reach(request)).select_related("unit", "area", "envelope__account")
    return get_object_or_404(rows, Q(pk=number) | Q(envelope_id=number))


def _entry(request: HttpRequest, number: UUID, entry: UUID) -> ProposedEntry:
    return get_object_or_404(ProposedEntry.objects.filter(bulletin=_found(request, number)), pk=entry)


def _version(given: dict[str, str]) -> int:
    text = given.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
