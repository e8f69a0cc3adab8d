"""The web door of the two pages. Looking at them changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shichen import watches
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Area, Body
from shichen.city.scope import Sight, may, sight
from shichen.indicators import catalogue
from shichen.publications import chronicle as chronicles
from shichen.publications import curve as curves
from shichen.publications import daypage, payload, words
from shichen.publications.chronicle import Chronicle, Narrowing
from shichen.publications.curve import Curve
from shichen.refusal import Refusal
from shichen.registers.cases.queries import PUBLISHED
from shichen.web import clock
from shichen.web.charts.figures import epidemic_curve
from shichen.web.policy import policy

ONE_DAY = timedelta(days=1)


@policy("view")
@require_safe
def days(request: HttpRequest) -> HttpResponse:
    """日版：今天的一版；今天还没有稿，就翻到最近有稿的一天。"""
    today = watches.page_day(clock.shown())
    on = daypage.latest(_sight(request), today) or today
    return HttpResponseRedirect(reverse("day", args=[on.isoformat()]))


@policy("view")
@require_safe
def day(request: HttpRequest, on: str) -> HttpResponse:
    """日版(我们的十二时辰)：一日十二时辰，四栏。"""
    reach = _sight(request)
    page = daypage.build(_date(on), reach, as_of=clock.parsed(request.GET.get("as_of", "")))
    today = watches.page_day(clock.shown())
    context = {
        "page": page,
        "dates": words.masthead(page.on),
        "by_column": request.GET.get("by") == "column",
        "columns": daypage.by_column(page),
        "current": watches.name(clock.shown()) if page.on == today else watches.WATCHES[0],
        "before": page.on - ONE_DAY,
        "after": page.on + ONE_DAY,
        "disputed": catalogue.disputed(reach) if _edits(request) else {},
    }
    return render(request, "publications/day.html", context)


@policy("view")
@require_safe
def day_json(request: HttpRequest, on: str) -> JsonResponse:
    page = daypage.build(_date(on), _sight(request), as_of=clock.parsed(request.GET.get("as_of", "")))
    return _json(payload.of_day(page))


@dataclass(frozen=True)
class Asked:
    """What an address asks of the chronicle."""

    first: date
    last: date
    only: Narrowing
    dated: str
    as_of: datetime | None


@policy("view")
@require_safe
def chronicle(request: HttpRequest) -> HttpResponse:
    """大事记：逐日一句一事，上有疫情曲线。"""
    reach, fault = _sight(request), None
    try:
        asked = _asked(request, reach)
        told = _told(asked, reach)
    except Refusal as refusal:
        asked, fault = _usual(reach), refusal
        told = _told(asked, reach)
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
        return _json(payload.of_chronicle(_told(_asked(request, reach), reach)))
    except Refusal as refusal:
        return JsonResponse({"refused": refusal.sentence}, status=422, json_dumps_params={"ensure_ascii": False})


def _told(asked: Asked, reach: Sight) -> Chronicle:
    return chronicles.build(asked.first, asked.last, reach, as_of=asked.as_of, only=asked.only)


def _asked(request: HttpRequest, reach: Sight) -> Asked:
    given, usual = request.GET, _usual(reach)
    kinds = tuple(kind for kind in given.getlist("kind")[:20] if kind)
    only = Narrowing(kinds, given.get("area", "")[:40], given.get("unit", "")[:60])
    dated = given.get("dated", PUBLISHED)
    if dated not in curves.DATED:
        raise Refusal(_("曲线只有两种日期：published(发布日)、data(数据日)。"), field="dated")
    first, last = _bound(given, "from") or usual.first, _bound(given, "to") or usual.last
    return Asked(first, last, only, dated, clock.parsed(given.get("as_of", "")))


def _usual(reach: Sight) -> Asked:
    """From the first event to the last, or the last 400 days of them."""
    today = watches.civil_day(clock.shown())
    first, last = chronicles.extent(reach) or (today, today)
    return Asked(max(first, last - ONE_DAY * (chronicles.LONGEST - 1)), last, Narrowing(), PUBLISHED, None)


def _bound(given: Mapping[str, str], name: str) -> date | None:
    text = given.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal(f"「{text[:20]}」不是日期；请写成 2020-01-21。", field=name) from None


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


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404("no such date") from None


def _sight(request: HttpRequest) -> Sight:
    return sight(request.user, "view", at=now())


def _json(data: dict[str, object]) -> JsonResponse:
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
