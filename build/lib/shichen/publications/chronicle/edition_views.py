"""The permanent page of a chronicle's edition: what it said on its dates, and the curve as it was known then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shichen.city import queries as city
from shichen.city.scope import Sight
from shichen.publications import payload, words
from shichen.publications.chronicle import curve as curves
from shichen.publications.chronicle import page as chronicle_page
from shichen.publications.chronicle.curve import Curve
from shichen.publications.chronicle.page import Desk
from shichen.publications.chronicle.telling import Chronicle
from shichen.publications.day.views import around, as_data, told
from shichen.publications.editions import pages
from shichen.publications.models import Edition
from shichen.publications.printing import shared as printing
from shichen.web.charts.figures import epidemic_curve
from shichen.web.past import says_always
from shichen.web.policy import policy

EVERYWHERE = Sight(((None, "", None),))


@says_always
@policy("view")
@require_safe
def chronicle_edition(request: HttpRequest, first: str, last: str, edition: str) -> HttpResponse:
    """大事记的某一版：永久地址，当时怎么说就怎么说。"""
    held = told(request, Edition.Kind.CHRONICLE, _date(first), _date(last), edition)
    chronicle = pages.chronicle_of(held)
    curve = _curve(chronicle, held)
    context = {
        **around(held),
        "told": chronicle,
        "decades": chronicle_page.decades(chronicle, Desk(), empty=False),
        "curve": curve,
        "chart": _chart(curve, pages.known_at(held, chronicle)),
        "head": printing.head_of(held, chronicle.items),
    }
    return render(request, "edition/chronicle.html", context)


@says_always
@policy("view")
@require_safe
def chronicle_edition_json(request: HttpRequest, first: str, last: str, edition: str) -> JsonResponse:
    held = told(request, Edition.Kind.CHRONICLE, _date(first), _date(last), edition)
    return as_data({"edition": payload.of_edition(held), **payload.of_chronicle(pages.chronicle_of(held))})


def _curve(chronicle: Chronicle, edition: Edition) -> Curve:
    """The curve as it stood when the words were fixed; what was reported since belongs to a later edition."""
    known = replace(chronicle, as_of=pages.known_at(edition, chronicle))
    return curves.drawn(known, city.the_city(), EVERYWHERE)


def _chart(curve: Curve, as_of: datetime) -> str:
    return epidemic_curve(
        curve.days,
        title=curve.title,
        finding=words.finding(curve),
        unit=_("例"),
        as_of=as_of,
        marks=curve.marks,
        bands=curve.bands,
    )


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404("no such date") from None
