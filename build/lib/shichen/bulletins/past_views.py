"""A bulletin as a page: its review at work, or, as of a past moment, what was proposed and decided of it by then."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from shichen.audit.context import known
from shichen.bulletins import lines, review, review_views, then
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry, Until
from shichen.indicators.declare import known as declared
from shichen.web import asker
from shichen.web.past import known_then
from shichen.web.policy import policy
from shichen.web.told import told


@known_then
@policy("view")
@require_safe
def bulletin(request: HttpRequest, number: UUID) -> HttpResponse:
    """复核：左边原文，右边拟采的条目和数字；照过去的时刻看，只看不办。"""
    moment = known()
    return review_views.bulletin(request, number) if moment is None else _as_it_stood(request, number, moment)


def _as_it_stood(request: HttpRequest, number: UUID, moment: datetime) -> HttpResponse:
    reach = asker.reach(request)
    rows = then.bulletins(reach, moment).select_related("unit", "area", "envelope__account")
    found = get_object_or_404(rows, Q(pk=number) | Q(envelope_id=number))
    found.state = Bulletin.State(found.stood)
    stood = then.proposed(found, moment) if found.state != Bulletin.State.RECEIVED else then.Stood()
    place = review.chosen({each.ordinal: each.state for each in stood.entries}, request.GET.get("entry", ""))
    one = next((each for each in stood.entries if each.ordinal == place), None)
    names = declared()
    shown: dict[str, Any] = {
        "bulletin": found,
        "marks": review.marks(review.text_of(found), stood.entries, stood.numbers),
        "entries": stood.entries,
        "entry": one,
        "lines": [lines.line(number, names) for number in stood.numbers_of(one)] if one else [],
        "flags": review.flags(one) if one else [],
        "open_figures": sum(each.state == Proposal.State.OPEN for each in stood.numbers),
        "open_entries": sum(each.state == ProposedEntry.State.OPEN for each in stood.entries),
        "told": [pair for pair in told(found.envelope_id, reach) if one and pair[0].id == one.entry_id],
        "lost": stood.lost,
        "cuts_lost": stood.cuts_lost,
        "since": Until.objects.order_by("at").values_list("at", flat=True).first(),
    }
    return render(request, "bulletins/stood.html", shown)
