"""Two bulletins side by side as a page (两稿对照): what differs, numbers first; and the act by which a reissue replaces the former."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shichen.bulletins import replacing
from shichen.bulletins.alike import OTHERS, Shelf
from shichen.bulletins.models import Bulletin
from shichen.refusal import Refusal
from shichen.web import asker
from shichen.web.past import only_now
from shichen.web.policy import policy


@only_now
@policy("view")
@require_safe
def beside(request: HttpRequest, number: UUID, other: UUID) -> HttpResponse:
    """两稿对照：不同的数在前，然后逐条对照文字。"""
    return _page(request, *_both(request, number, other))


@policy("review")
@require_POST
def replace(request: HttpRequest, number: UUID, other: UUID) -> HttpResponse:
    """这一份替换先前的一份：没核的记为已替换，核过的不动。"""
    later, former = _both(request, number, other)
    try:
        closed = replacing.replace(later, former, by=asker.person(request))
    except Refusal as refusal:
        return _page(request, later, former, fault=refusal)
    messages.success(request, _("已标为替换；先前一份里没核的 %(n)s 个数记为已替换，核过的不变。") % {"n": closed})
    return HttpResponseRedirect(reverse("beside", args=[later.pk, former.pk]))


def _both(request: HttpRequest, number: UUID, other: UUID) -> tuple[Bulletin, Bulletin]:
    """Two bulletins within reach, the one received later first."""
    rows = Bulletin.objects.within(asker.reach(request)).select_related("unit", "area", "envelope")
    rows = rows.defer("envelope__body", "envelope__words")
    found = get_object_or_404(rows, pk=number), get_object_or_404(rows, pk=other)
    if number == other:
        raise Http404("one bulletin alone")
    former, later = sorted(found, key=lambda one: (one.received_at, str(one.pk)))
    return (found[0], found[1]) if found[0].received_at == found[1].received_at else (later, former)


def _page(request: HttpRequest, later: Bulletin, former: Bulletin, fault: Refusal | None = None) -> HttpResponse:
    shelf = Shelf.of([later, former])
    alike = shelf.between(later, former)
    pairs = shelf.pairs(later, former)
    replaced = later.replaces_id == former.pk
    free = not later.replaces_id and not Bulletin.objects.filter(replaces=former).exists()
    context = {
        "later": later,
        "former": former,
        "alike": alike,
        "pairs": pairs,
        "differing": sum(not pair.same for pair in pairs),
        "passages": list(shelf.passages(later, former)),
        "replaced": replaced,
        "offers": free and alike is not None and alike.kind != OTHERS and asker.may_act(request, "review"),
        "disagreeing": replacing.disagreeing(later, former) if replaced else [],
        "fault": fault,
    }
    return render(request, "bulletins/beside.html", context, status=409 if fault else 200)
