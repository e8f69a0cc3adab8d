"""The web door of the chronicle. Looking at it changes nothing."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Area, Body
from shichen.city.scope import Sight, may, sight
from shichen.indicators import catalogue
from shichen.publications import asked as asking
from shichen.publications import curve as curves
from shichen.publications import payload, words
from shichen.publications.asked import Asked
from shichen.publications.chronicle import Chronicle
from shichen.publications.curve import Curve
from shichen.refusal import Refusal
from shichen.web.charts.figures import epidemic_curve
from shichen.web.policy import policy


@policy("view")
@require_safe
def chronicle(request: HttpRequest) -> HttpResponse:
    """大事记：逐日一句一事，上有疫情曲线。"""
    reach, fault = _sight(request), None
    try:
        asked = asking.read(request, reach)
        told = asking.told(asked, reach)
    except Refusal as refusal:
        asked, fault = asking.usual(reach), refusal
        told = asking.told(asked, reach)
    curve = curves.drawn(told, city.the_city(), reach, dated=asked.dated)
    editor = _edits(request)
    context = {
        "told": told,
        "asked": asked,
        "fault": fault,
        "curve": curve,
        "chart": _chart(curve, told),
        "total": {"value": curve.total, "href": _total_at(told, asked)},
        "days": [one for one in told.days if one.items or (editor and not asked.only)],
        "rail": [one for one in told.days if one.items or editor],
        "editor": editor,
        "disputed": catalogue.disputed(reach) if editor else {},
        "areas": Area.objects.filter(pk__in={item.entry.area_id for item in told.items} | {asked.only.area}),
        "units": Body.objects.filter(pk__in={item.entry.unit_id for item in told.items} | {asked.only.unit}),
        "json": f"{reverse('chronicle-json')}?{request.GET.urlencode()}",
        "switches": _switches(request, asked),
    }
    return render(request, "publications/chronicle.html", context, status=422 if fault else 200)


@policy("view")
@require_safe
def chronicle_json(request: HttpRequest) -> JsonResponse:
    reach = _sight(request)
    try:
        return _json(payload.of_chronicle(asking.told(asking.read(request, reach), reach)))
    except Refusal as refusal:
        return JsonResponse({"refused": refusal.sentence}, status=422, json_dumps_params={"ensure_ascii": False})


def _chart(curve: Curve, told: Chronicle) -> str:
    return epidemic_curve(
        curve.days,
        title=curve.title,
        finding=words.finding(curve),
        unit=_("例"),
        as_of=told.as_of or curve.until,
        marks=[(event.on, event.label) for event in curve.events],
        bands=[(band.first, band.gone, band.label) for band in curve.measures],
    )


def _total_at(told: Chronicle, asked: Asked) -> str:
    """Where the sum of the bars is worked out from the same records, with each of them shown."""
    at = told.as_of.isoformat() if told.as_of else ""
    given = {"from": told.first, "to": told.last, "area": city.the_city().pk, "dated": asked.dated, "as_of": at}
    return f"/figures/cases.confirmed_new/?{urlencode({name: str(value) for name, value in given.items() if value})}"


def _switches(request: HttpRequest, asked: Asked) -> list[tuple[str, str, bool]]:
    """The two ways of dating the curve, each as the address of this page in that way."""
    found = []
    for key, label in curves.DATED.items():
        given = request.GET.copy()
        given["dated"] = key
        found.append((f"?{given.urlencode()}#curve", str(label), key == asked.dated))
    return found


def _edits(request: HttpRequest) -> bool:
    """Whether the reader is one who puts the pages together: sees what is missing and what is still asked (待核)."""
    return may(request.user, "publish", at=now()) or may(request.user, "review", at=now())


def _sight(request: HttpRequest) -> Sight:
    return sight(request.user, "view", at=now())


def _json(data: dict[str, object]) -> JsonResponse:
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
