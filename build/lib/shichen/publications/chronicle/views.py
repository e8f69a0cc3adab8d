"""The web door of the chronicle: the released edition of these dates, else what the log gives; rules' proposals accepted."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shichen.audit.context import known
from shichen.city import queries as city
from shichen.city.models import Area, Body
from shichen.city.scope import Sight
from shichen.journal.models import Entry
from shichen.publications import payload, words
from shichen.publications.chronicle import asked as asking
from shichen.publications.chronicle import curve as curves
from shichen.publications.chronicle import page as chronicle_page
from shichen.publications.chronicle import proposing
from shichen.publications.chronicle.asked import Asked
from shichen.publications.chronicle.curve import Curve
from shichen.publications.chronicle.dating import files_on
from shichen.publications.chronicle.page import Choice, Desk
from shichen.publications.chronicle.telling import Chronicle, Narrowing
from shichen.publications.day.views import around, as_data
from shichen.publications.editions import editing, pages
from shichen.publications.editions.guarding import editors
from shichen.publications.models import Edition
from shichen.publications.printing import chronicle as print_chronicle
from shichen.publications.printing.shared import Imprint
from shichen.publications.rules import rules
from shichen.refusal import Refusal
from shichen.web import asker
from shichen.web.charts.figures import epidemic_curve
from shichen.web.past import known_then
from shichen.web.policy import policy
from shichen.web.sentences import said

EVERYWHERE = Sight(((None, "", None),))
"""A released edition says the same to everybody."""
KEPT = ("from", "to", "kind", "area", "unit", "dated", "as_of", "live", "proposals")


@known_then
@policy("view")
@require_safe
def chronicle(request: HttpRequest) -> HttpResponse:
    """大事记：逐日一句一事，上有疫情曲线；有发布的版次时看发布的，未发布的注明未定版。"""
    reach, fault = asker.reach(request), None
    try:
        asked = asking.read(request, reach)
        told, edition = asking.shown(asked, reach)
    except Refusal as refusal:
        asked, fault = asking.usual(reach, as_of=known()), refusal
        told, edition = asking.shown(asked, reach)
    acts = editing.offered(request.user)
    edits = bool(acts) and edition is None
    desk = Desk()
    if edits and not asked.only:
        desk = chronicle_page.desk(told, reach, proposals=bool(request.GET.get("proposals")))
    context = {
        **_page(request, told, asked, edition, reach),
        "fault": fault,
        "acts": acts,
        "desk": desk,
        "decades": chronicle_page.decades(told, desk, empty=edits and not asked.only),
        "proposing": bool(request.GET.get("proposals")) and "publish" in acts and edits,
        "in_hand": pages.in_hand(Edition.Kind.CHRONICLE, told.first, told.last) if acts else None,
        "rules": rules().chronicle.selection,
    }
    return render(request, "publications/chronicle.html", context, status=422 if fault else 200)


@known_then
@policy("view")
@require_safe
def chronicle_json(request: HttpRequest) -> JsonResponse:
    reach = asker.reach(request)
    try:
        told, edition = asking.shown(asking.read(request, reach), reach)
    except Refusal as refusal:
        return JsonResponse({"refused": refusal.sentence}, status=422, json_dumps_params={"ensure_ascii": False})
    said = {"edition": payload.of_edition(edition)} if edition is not None else {}
    return as_data({**said, **payload.of_chronicle(told)})


@policy("publish")
@require_POST
@editors("publish")
def accept(request: HttpRequest, number: UUID) -> HttpResponse:
    """收入大事记：凡例所拟的一条，标上类别与加粗词句。"""
    entry = get_object_or_404(Entry.objects.within(asker.reach(request)), id=number)
    given = request.POST
    found = proposing.of_entry(entry)
    try:
        kind = given.get("accepted", "") or (found.kinds[0] if found else "")
        phrase = given.get("phrase", found.item.key_phrase if found else "")
        why = found.reason if found else ""
        proposing.accept(entry, kind, key_phrase=phrase, reason=why, by=asker.person(request))
        messages.success(request, _("已收入大事记：%(label)s") % {"label": entry.label})
    except Refusal as refusal:
        messages.error(request, said(refusal.sentence))
    day = files_on(entry, rules().chronicle)
    back = [(name, value) for name in KEPT for value in given.getlist(name) if value]
    return HttpResponseRedirect(f"{reverse('chronicle')}?{urlencode(back)}#d{day:%m%d}")


def _page(request: HttpRequest, told: Chronicle, asked: Asked, edition: Edition | None, reach: Sight) -> dict[str, Any]:
    """What every reader sees: lines, curve, filters, the ways to the same page in other forms."""
    fixed = print_chronicle.of_edition(told, Imprint(edition)) if edition else told
    curve = curves.drawn(fixed, city.the_city(), EVERYWHERE if edition else reach, dated=asked.dated)
    items = told.items
    return {
        "told": told,
        "asked": asked,
        "curve": curve,
        "chart": _chart(curve, fixed),
        "corrected": curves.corrected_in(curve, city.the_city(), as_of=fixed.as_of),
        "total": {"value": curve.total, "href": _total_at(fixed, asked)},
        "choices": _choices(request, told, asked, reach),
        "areas": Area.objects.filter(pk__in={item.entry.area_id for item in items} | {asked.only.area}),
        "units": Body.objects.filter(pk__in={item.entry.unit_id for item in items} | {asked.only.unit}),
        "query": _query(request),
        "live_at": f"{reverse('chronicle')}?{_query(request, live='1')}",
        "switches": _switches(request, asked),
        **(around(edition) if edition is not None else {"edition": None}),
    }


def _choices(request: HttpRequest, told: Chronicle, asked: Asked, reach: Sight) -> list[Choice]:
    """The kinds that have lines here, as filters; a chosen one leads back to all."""
    whole = told if not asked.only.kinds else asking.shown(_any_kind(asked), reach)[0]
    counted = chronicle_page.counts(whole)
    found = []
    for kind in told.rules.kinds:
        chosen = kind.key in asked.only.kinds
        wanted = [key for key in asked.only.kinds if key != kind.key] if chosen else [*asked.only.kinds, kind.key]
        if counted[kind.key] or chosen:
            found.append(Choice(kind, counted[kind.key], f"?{_query(request, kind=wanted)}", chosen))
    return found


def _any_kind(asked: Asked) -> Asked:
    only = Narrowing((), asked.only.area, asked.only.unit)
    return Asked(asked.first, asked.last, only, asked.dated, asked.as_of, asked.live)


def _chart(curve: Curve, told: Chronicle) -> str:
    return epidemic_curve(
        curve.days,
        title=curve.title,
        finding=words.finding(curve),
        unit=_("例"),
        as_of=told.as_of or curve.until,
        marks=curve.marks,
        bands=curve.bands,
    )


def _total_at(told: Chronicle, asked: Asked) -> str:
    """Where the sum of the bars is worked out from the same records, with each of them shown."""
    at = told.as_of.isoformat() if told.as_of else ""
    given = {"from": told.first, "to": told.last, "area": city.the_city().pk, "dated": asked.dated, "as_of": at}
    return f"/figures/cases.confirmed_new/?{urlencode({name: str(value) for name, value in given.items() if value})}"


def _switches(request: HttpRequest, asked: Asked) -> list[tuple[str, str, bool]]:
    """The two ways of dating the curve, each as the address of this page in that way."""
    return [
        (f"?{_query(request, dated=key)}#curve", str(label), key == asked.dated) for key, label in curves.DATED.items()
    ]


def _query(request: HttpRequest, **instead: str | list[str]) -> str:
    """What the address asks, with something else asked instead."""
    given = request.GET.copy()
    for name, value in instead.items():
        given.setlist(name, value if isinstance(value, list) else [value])
    return given.urlencode()
