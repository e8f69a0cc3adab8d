"""The web door of suggested rows (建议词表行): each with the corrections it comes from and what it would do; taken or left."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shichen.audit.context import now
from shichen.bulletins import forms, suggestions, wording_effects, wording_lists
from shichen.bulletins.corrections import Correction, Texts
from shichen.bulletins.deciding import FIRST
from shichen.bulletins.models import Bulletin, Declined
from shichen.bulletins.suggesting import Suggestion
from shichen.bulletins.wording_lists import OWN, Line
from shichen.bulletins.wording_rows import TABLES
from shichen.bulletins.wordings import Change
from shichen.city.scope import may
from shichen.refusal import Refusal
from shichen.web import asker
from shichen.web.past import only_now
from shichen.web.policy import policy

PAGE, SHOWN = 4, 6


@only_now
@policy("view")
@require_safe
def suggested(request: HttpRequest) -> HttpResponse:
    """建议的词表行：同样的更正几次以后，建议改哪一行，会改什么；采用或不采用。"""
    return _page(request)


@policy("review")
@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """采用一条建议，写入词表；或不采用，写明理由。"""
    given = forms.typed(request.POST)
    mark, seen, reason = (given.get(name, "") for name in ("mark", "seen", "reason"))
    by = asker.person(request)
    try:
        match given.get("act"):
            case "take":
                rows = suggestions.take(mark, seen, reason, by=by)
                said = _("词表已改：%(row)s。") % {"row": "、".join(one.key for one in rows)}
            case "decline":
                suggestions.decline(mark, seen, reason, by=by)
                said = _("没有采用；同样的更正再多一倍才会再提。")
            case _:
                raise Refusal("请选：采用，或不采用。", field="act")
    except Refusal as refusal:
        return _page(request, fault=refusal, given=given, status=409 if refusal.rule == FIRST else 422)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("suggestions"))


def _page(
    request: HttpRequest, *, fault: Refusal | None = None, given: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    page = Paginator(suggestions.waiting(), PAGE).get_page(request.GET.get("page"))
    texts = Texts()
    reviewing = may(request.user, "review", at=now())
    context = {
        "page": page,
        "suggestions": [_shown(request, one, texts) for one in page],
        "declined": [_declined(one) for one in suggestions.declined()],
        "reviewing": reviewing,
        "fault": fault,
        "given": given or {},
    }
    return render(request, "bulletins/suggestions.html", context, status=status)


def _shown(request: HttpRequest, one: Suggestion, texts: Texts) -> dict[str, Any]:
    """A suggestion in the words of the page; of texts only those within reach."""
    within = {correction.bulletin.pk for correction in one.corrections}
    reach = set(Bulletin.objects.within(asker.reach(request)).filter(pk__in=within).values_list("pk", flat=True))
    told = [correction for correction in one.corrections if correction.bulletin.pk in reach][:SHOWN]
    closed = wording_effects.closed(one.own)
    return {
        "mark": one.mark,
        "seen": suggestions.seen(one),
        "times": one.times,
        "bulletins": len(within),
        "rows": [_row(change) for change in one.changes],
        "corrections": [_told(correction, texts) for correction in told],
        "more": one.times - len(told),
        "effects": wording_effects.effects(one.own),
        "gained": closed.gained,
        "hindrance": suggestions.hindrance(one, closed),
    }


def _row(change: Change) -> dict[str, Any]:
    line = Line(change.table, change.key, change.after or {}, OWN)
    columns = wording_lists.changed(change.table, change.before or {}, change.after or {})
    return {
        "table": change.table,
        "title": line.title,
        "key": change.key,
        "new": change.before is None,
        "columns": [one for one in columns if one[0].name not in line.hidden or change.before is not None],
    }


def _told(one: Correction, texts: Texts) -> dict[str, Any]:
    before, words, after = texts.said(one)
    return {
        "before": before,
        "words": words,
        "after": after,
        "bulletin": one.bulletin,
        "entry": one.entry.ordinal,
        "by": one.by,
        "at": one.at,
    }


def _declined(one: Declined) -> dict[str, Any]:
    """What was not taken: the words of its rows."""
    rows = [
        (TABLES[row["table"]], Line(TABLES[row["table"]], row["key"], row["values"], OWN).title, _said(row["values"]))
        for row in one.rows
    ]
    return {"rows": rows, "one": one}


def _said(values: dict[str, str]) -> str:
    return values.get("all_of") or values.get("aliases") or values.get("measures") or values.get("word", "")
