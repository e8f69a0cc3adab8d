"""Pages about travellers beside the register: open an identity, look somebody up, a unit's work, quality, perhaps the same."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shichen import watches
from shichen.audit import services as audit
from shichen.audit.context import known, now
from shichen.city import queries as city
from shichen.city.models import Area, Body
from shichen.city.roles import PERSONAL
from shichen.refusal import Refusal
from shichen.registers.people import documents
from shichen.registers.people import queries as people
from shichen.registers.people import services as deciding
from shichen.registers.travellers import following, merging, queries
from shichen.registers.travellers.choices import LISTED, SENDERS, STATES
from shichen.registers.travellers.models import Traveller
from shichen.registers.travellers.views import TRAVELLERS, assignable
from shichen.sheets.fields import Field
from shichen.web import acting, asker, register_lists, siblings
from shichen.web.past import known_then, only_now
from shichen.web.policy import policy
from shichen.web.revealing import NotTheirs
from shichen.web.sentences import said
from shichen.web.siblings import About

METHODS = ["GET", "HEAD", "POST"]
QUALITY = (
    Field("sender", gettext_noop("来源")),
    Field("lists", gettext_noop("名单"), "integer"),
    Field("rows", gettext_noop("行数"), "integer"),
    Field("persons", gettext_noop("人数"), "integer"),
    Field("first", gettext_noop("首次报来"), "integer"),
    Field("reached", gettext_noop("找到人"), "integer"),
    Field("wrong", gettext_noop("错号"), "integer"),
    Field("unknown", gettext_noop("查无此人"), "integer"),
    Field("unresolved", gettext_noop("待核查"), "integer"),
)


@policy("reveal", PERSONAL)
@require_http_methods(METHODS)
def reveal(request: HttpRequest, number: UUID) -> HttpResponse:
    """调阅一个人的身份：写明理由，一人一次，记入审计日志。"""
    card: Traveller = register_lists.record_or_404(TRAVELLERS, _sees(request), number)
    if request.method != "POST":
        return HttpResponseRedirect(TRAVELLERS.href_of(card) + "#reveal")
    units = (card.assignee_id,) if card.assignee_id else ()
    why, case = (str(request.POST.get(name, "")) for name in ("reason", "case_no"))
    try:
        found = deciding.reveal(card.person, why, through=card, units=units, case_no=case, by=asker.person(request))
    except NotTheirs as refusal:
        return acting.refused(request, refusal, status=403)
    except Refusal as refusal:
        given = {"card": card, "fault": refusal, "reason": why, "case_no": case}
        return _unkept(render(request, "travellers/opened.html", given, status=422))
    return _unkept(render(request, "travellers/opened.html", {"card": card, "found": found}))


@only_now
@policy("view", PERSONAL)
@require_http_methods(METHODS)
def search(request: HttpRequest) -> HttpResponse:
    """按证件号码或电话查找：号码只在请求正文里，不进网址；只答可见范围内的卡。"""
    if request.method != "POST":
        return render(request, "travellers/search.html", {"documents": documents.DOCUMENTS})
    given = {name: str(request.POST.get(name, "")).strip() for name in ("document_type", "number", "phone")}
    try:
        found = _looked_up(request, given)
    except Refusal as refusal:
        shown = {"documents": documents.DOCUMENTS, "fault": refusal, "given": given}
        return _unkept(render(request, "travellers/search.html", shown, status=422))
    return _unkept(render(request, "travellers/search.html", {"documents": documents.DOCUMENTS, "found": found}))


@transaction.atomic
def _looked_up(request: HttpRequest, given: dict[str, str]) -> list[tuple[Traveller, Any, str]]:
    """Who has this number. That somebody asked is in the trail, and what for as a digest only."""
    sort = given["document_type"] or documents.RESIDENT
    number = _number(sort, given["number"]) if given["number"] else ""
    phone = documents.phone_read(given["phone"])
    if not number and not phone:
        raise Refusal("请填证件号码或电话，填全；不作模糊查找。", field="number")
    cards = queries.by_identity(_sees(request), city.the_event(), number=number, phone=phone)
    asked = audit.keyed_digest([number, phone])
    audit.note(
        "search",
        table="travellers.traveller",
        data_class=PERSONAL,
        rows=len(cards),
        after=asked,
        by=asker.person(request),
    )
    return [(card, shown, STATES[card.state]) for card, shown in queries.shown(cards)]


def _number(sort: str, said: str) -> str:
    """As it would have been entered, of an invented person or a real one."""
    synthetic = said.strip().startswith(documents.SYNTHETIC)
    return documents.checked(sort, said, on=watches.civil_day(now()), synthetic=synthetic)


@known_then
@policy("view", PERSONAL)
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """本单位的待办：分派来而没有核实的，等着确认的；到时限的在前。"""
    standing = city.standing_of(request.user, "view", at=now())
    units = _units(request)
    asked = str(request.GET.get("unit", "")) or (standing.unit.pk if standing else "")
    unit = Body.objects.filter(pk=asked).first()
    units += [unit] if unit and unit not in units else []
    at = siblings.then(request) or now()
    cards = queries.work(_sees(request), asked, at) if unit else []
    shown = {
        "unit": unit,
        "units": units,
        "at": at,
        "cards": [(card, who, STATES[card.state]) for card, who in queries.shown(cards)],
        "late": sum(card.due_at is not None and card.due_at < at for card in cards),
        "bulk": asker.may_act(request, "correct"),
        "waiting": _waiting(request),
        "assignable": assignable(),
    }
    return render(request, "travellers/work.html", shown)


@policy("correct")
@require_POST
def assign_area(request: HttpRequest) -> HttpResponse:
    """把一个区域里待分派的，一次分派给一个单位。"""
    area = Area.objects.filter(pk=str(request.POST.get("area", ""))).first()
    unit = Body.objects.filter(pk=str(request.POST.get("unit", ""))).first()
    if area is None or unit is None:
        raise Refusal("请选区域和承办单位。", field="unit")
    count = following.assign_area(area, unit, asker.reach(request, "correct"), by=asker.person(request))
    messages.success(request, _("已分派 %(n)s 人。") % {"n": count})
    return HttpResponseRedirect(reverse("travellers-work"))


@known_then
@policy("view", PERSONAL)
@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """各来源的名单：多少行、多少人、找到多少、错号多少。"""
    found = [(one, SENDERS[one.sender]) for one in queries.quality(_sees(request))]
    shown = {"found": found, "siblings": siblings.DOWNLOADS, "query": request.GET.urlencode()}
    return render(request, "travellers/quality.html", shown)


@known_then
@policy("view", PERSONAL)
@require_safe
def quality_files(request: HttpRequest, ending: str) -> HttpResponse:
    """同一张表的文件。"""
    found = queries.quality(_sees(request))
    definition = _("各来源名单的行数、人数与核查结果；人数去重到人，一人可在多个来源的名单上。")
    return siblings.files(
        request,
        ending,
        About(_("名单质量"), definition, _("各报送单位，按可见范围"), QUALITY),
        lambda: ({**_plain(one), "sender": said(SENDERS[one.sender])} for one in found),
        lambda: {"senders": [_plain(one) for one in found]},
    )


@only_now
@policy("view", PERSONAL)
@require_safe
def alike(request: HttpRequest) -> HttpResponse:
    """疑似同一人：两张卡并排，由人决定，程序不自动合并。"""
    pairs = []
    for pair in people.likenesses(city.the_event()):
        cards = [_card_of(request, first) for first in (pair.one, pair.other)]
        if any(cards):
            who = people.shown([pair.one, pair.other])
            pairs.append(
                (pair, [(card, who.get(first)) for card, first in zip(cards, (pair.one, pair.other), strict=True)])
            )
    return render(request, "travellers/alike.html", {"pairs": pairs, "deciding": asker.may_act(request, "correct")})


@policy("correct")
@require_POST
def decide(request: HttpRequest, number: UUID) -> HttpResponse:
    """决定两张卡是不是同一人。"""
    pair = next((one for one in people.likenesses(city.the_event()) if one.pk == number), None)
    if pair is None or not any(_card_of(request, first) for first in (pair.one, pair.other)):
        raise Http404
    same = request.POST.get("same") == "yes"
    merging.decide(pair, same, str(request.POST.get("reason", "")), by=asker.person(request))
    messages.success(request, _("已合为一张卡。") if same else _("已记明不是同一人。"))
    return HttpResponseRedirect(reverse("travellers-alike"))


def _card_of(request: HttpRequest, person: UUID) -> Traveller | None:
    found: Traveller | None = (
        Traveller.objects.current().within(_sees(request)).filter(person=person).select_related("area").first()
    )
    return found


def _units(request: HttpRequest) -> list[Body]:
    """The units that have something to follow up within reach."""
    rows = Traveller.objects.current(known()).within(_sees(request)).order_by()
    return list(Body.objects.filter(pk__in=rows.values("assignee").distinct()))


def _waiting(request: HttpRequest) -> list[Area]:
    """The areas in which cards wait to be assigned."""
    rows = Traveller.objects.current(known()).within(_sees(request)).filter(state=LISTED).order_by()
    return list(Area.objects.filter(pk__in=rows.values("area").distinct()))


def _plain(one: queries.Quality) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in QUALITY}


def _sees(request: HttpRequest) -> Any:
    return asker.reach(request, "view", PERSONAL)


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store, private"
    return response
