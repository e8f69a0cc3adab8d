"""The review of a bulletin as a page (来稿复核), and what a reviewer decides there.

An act answers with the desk alone where a script asks for it (htmx), else by a way to the page; both show the same.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shichen.bulletins import alike, deskwork, forms, review, services, undoing
from shichen.bulletins.deciding import FIRST
from shichen.bulletins.deskwork import Outcome
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.refusal import Refusal
from shichen.web import asker
from shichen.web.past import only_now
from shichen.web.policy import policy

ACTS = {
    "accept": Proposal.State.ACCEPTED,
    "edit": Proposal.State.EDITED,
    "reject": Proposal.State.REJECTED,
    "not_a_figure": Proposal.State.NOT_A_FIGURE,
}
UNDO = "undo"


@only_now
@policy("view")
@require_safe
def bulletin(request: HttpRequest, number: UUID) -> HttpResponse:
    """复核：左边原文，右边拟采的条目和数字。"""
    found = _found(request, number)
    return _page(request, found, request.GET.get("entry", ""), deskwork.taken_up(found, request.GET))


@policy("review")
@require_POST
def decide(request: HttpRequest, number: UUID, proposal: UUID) -> HttpResponse:
    """采纳、改后采纳、驳回、非数字；或撤销，回到待核。"""
    found = _found(request, number)
    one = get_object_or_404(
        Proposal.objects.filter(entry__bulletin=found).select_related("entry__bulletin"), pk=proposal
    )
    given = forms.typed(request.POST)
    try:
        _decide(request, one, given)
    except Refusal as refusal:
        return _refused(request, one.entry, refusal, given, proposal=one)
    focus = f"p-{one.pk}" if given.get("act") == UNDO else deskwork.focus_after(one)
    return _answer(request, one.entry, Outcome(focus=focus, touched=(one.entry,)))


def _decide(request: HttpRequest, one: Proposal, given: dict[str, str]) -> None:
    by, version = asker.person(request), _version(given)
    if given.get("act") == UNDO:
        undoing.number(one, version=version, by=by)
        return
    state = ACTS.get(given.get("act", ""))
    if state is None:
        raise Refusal("请选：采纳、改后采纳、驳回或非数字。", field="act")
    values = forms.values_of(one, given) if state == Proposal.State.EDITED else None
    if values is not None and all(getattr(one, name) == value for name, value in values.items()):
        state = Proposal.State.ACCEPTED
    services.decide(one, state, version=version, values=values, reason=given.get("reason", ""), by=by)


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
        return _refused(request, one, refusal, given)
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
        return _refused(request, one, refusal, given)
    return _onwards(request, one, _("第 %(n)s 条已记入日志 %(label)s。") % {"n": one.ordinal, "label": made.label})


@policy("review")
@require_POST
def reject(request: HttpRequest, number: UUID, entry: UUID) -> HttpResponse:
    """驳回一条，写明理由；来稿里仍留着。"""
    one = _entry(request, number, entry)
    given = forms.typed(request.POST)
    try:
        services.reject(one, given.get("reason", ""), version=_version(given), by=asker.person(request))
    except Refusal as refusal:
        return _refused(request, one, refusal, given)
    return _onwards(request, one, _("已驳回第 %(n)s 条。") % {"n": one.ordinal})


@policy("review")
@require_POST
def undo(request: HttpRequest, number: UUID, entry: UUID) -> HttpResponse:
    """撤销对一条的驳回；已记入日志的，到日志里更正。"""
    one = _entry(request, number, entry)
    given = forms.typed(request.POST)
    try:
        undoing.entry(one, version=_version(given), by=asker.person(request))
    except Refusal as refusal:
        return _refused(request, one, refusal, given)
    said = _("已撤销对第 %(n)s 条的驳回。") % {"n": one.ordinal}
    return _answer(request, one, Outcome(said=said, focus=deskwork.focus_of(one), touched=(one,)))


@policy("review")
@require_POST
def merge(request: HttpRequest, number: UUID) -> HttpResponse:
    """把待核的条目并成一条。"""
    found = _found(request, number)
    try:
        whole = services.merge(found, by=asker.person(request))
    except Refusal as refusal:
        return _page(request, found, "", Outcome(fault=refusal, status=409))
    return _to(whole, deskwork.ENTRY)


def _onwards(request: HttpRequest, one: ProposedEntry, said: str) -> HttpResponse:
    """The next entry that waits; after the last one the next bulletin that waits; when there is none, the one at hand."""
    following = deskwork.next_entry(one)
    if following is not None:
        return _answer(request, following, Outcome(said=said, focus=deskwork.focus_of(following), touched=(one,)))
    said = f"{said} {_('这一份核完了。')}"
    bulletin = review.next_waiting(asker.reach(request, "review"), one.bulletin)
    if bulletin is None:
        return _answer(request, one, Outcome(said=said, focus=deskwork.ENTRY, touched=(one,)))
    if not _by_script(request):
        messages.success(request, said)
        return HttpResponseRedirect(reverse("bulletin", args=[bulletin.pk]))
    answer = _page(request, bulletin, "", Outcome(said=said), template="bulletins/bulletin.html")
    answer["HX-Retarget"], answer["HX-Reswap"] = "#bulletin", "outerHTML show:window:top"
    answer["HX-Push-Url"] = reverse("bulletin", args=[bulletin.pk])
    return answer


def _answer(request: HttpRequest, entry: ProposedEntry, how: Outcome) -> HttpResponse:
    """What an act leads to: the desk at an entry, or a way to the page there."""
    if not _by_script(request):
        if how.said:
            messages.success(request, how.said)
        return _to(entry, how.focus)
    answer = _page(request, _found(request, entry.bulletin_id), str(entry.ordinal), how)
    answer["HX-Replace-Url"] = f"{reverse('bulletin', args=[entry.bulletin_id])}?entry={entry.ordinal}"
    return answer


def _refused(
    request: HttpRequest,
    entry: ProposedEntry,
    refusal: Refusal,
    given: dict[str, str],
    *,
    proposal: Proposal | None = None,
) -> HttpResponse:
    """The same desk with the sentence on it and all that was put in: 409 where somebody was first, 422 for what was put in."""
    status = 409 if refusal.rule == FIRST or not refusal.field else 422
    about = Proposal.objects.select_related("decided_by").get(pk=proposal.pk) if proposal else None
    how = Outcome(fault=refusal, about=about, given=given, status=status, touched=(entry,))
    return _page(request, entry.bulletin, str(entry.ordinal), how)


def _page(request: HttpRequest, found: Bulletin, asked: str, how: Outcome, template: str = "") -> HttpResponse:
    """The page, or for a script the desk with the marks of the entries that changed."""
    context = deskwork.shown(request, found, asked, how)
    template = template or ("bulletins/answer.html" if _by_script(request) else "bulletins/review.html")
    if template == "bulletins/answer.html":
        numbers = Proposal.objects.filter(entry__in=how.touched).select_related("entry")
        context["changed"], context["decided"] = numbers, how.touched
    else:
        context |= deskwork.beside(found)
        context["around"] = review.around(asker.reach(request), found)
        context["alike"] = alike.of(found, asker.reach(request))
        context["replaced_by"] = Bulletin.objects.within(asker.reach(request)).filter(replaces=found).first()
    response = render(request, template, context, status=how.status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _by_script(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers and "HX-Boosted" not in request.headers


def _to(entry: ProposedEntry, anchor: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('bulletin', args=[entry.bulletin_id])}?entry={entry.ordinal}#{anchor}")


def _found(request: HttpRequest, number: UUID) -> Bulletin:
    rows = Bulletin.objects.within(asker.reach(request)).select_related("unit", "area", "event", "envelope__account")
    rows = rows.defer("envelope__body", "envelope__words")
    return get_object_or_404(rows, Q(pk=number) | Q(envelope_id=number))


def _entry(request: HttpRequest, number: UUID, entry: UUID) -> ProposedEntry:
    return get_object_or_404(ProposedEntry.objects.filter(bulletin=_found(request, number)), pk=entry)


def _version(given: dict[str, str]) -> int:
    text = given.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
