"""The web door of risk levels: every area with its map and its history, one area with what it rests on, asking, checking, signing."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shichen import watches
from shichen.analysis import doors
from shichen.analysis.risk import absent, asking, drawing, queries, rules_in_force, saying, sheets
from shichen.analysis.risk.models import Assessment, Level
from shichen.analysis.risk.saying import Standing
from shichen.city import queries as city
from shichen.refusal import Refusal
from shichen.web import acting, asker, clock, siblings, words
from shichen.web.attached import attached
from shichen.web.past import only_now, says_always
from shichen.web.policy import policy

INSTANTS = 30
PICTURES = ("svg", "png", "pdf")
ENDINGS = (*siblings.DOWNLOADS[:3], *((one, one.upper()) for one in PICTURES), siblings.DOWNLOADS[3])


@only_now
@policy("view")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """风险等级：市和各区域的等级、依据、规则、起于何日；历史逐日；数据截至何时可选。"""
    (moment, fault), reach = clock.until(request), asker.reach(request)
    found, rules = queries.newest(reach, moment), rules_in_force.within(reach)
    instants = queries.instants(reach, INSTANTS)
    shown = {
        "areas": _standing(found, moment),
        "map": drawing.map_(found) if found else "",
        "key": drawing.key(found) if found else "",
        "figure": drawing.figure(found) if found else "",
        "on": drawing.last(found) if found else "",
        "rules": rules,
        "absent": absent.told(reach, moment or clock.shown(), rules) if not found else None,
        "instants": [(f"{watches.local(one):%Y-%m-%dT%H:%M}", words.moment(one)) for one in instants],
        "chosen": f"{watches.local(moment):%Y-%m-%dT%H:%M}" if moment else "",
        "fault": fault,
        "may_ask": asker.may_act(request, "analyse"),
        "now": f"{watches.local(clock.shown()):%Y-%m-%dT%H:%M}",
        "siblings": ENDINGS if found else siblings.DOWNLOADS,
        "query": request.GET.urlencode(),
    }
    return render(request, "risk/overview.html", shown, status=422 if fault else 200)


@only_now
@policy("view")
@require_safe
def overview_files(request: HttpRequest, ending: str) -> HttpResponse:
    """The same as a file: one line an area, or what its columns mean."""
    moment, _fault = clock.until(request)
    found = queries.newest(asker.reach(request), moment) if ending != "metadata.json" else []
    lines = [sheets.line(one) for one in _standing(found, moment)]
    return siblings.files(request, ending, sheets.of_all(), lambda: lines, lambda: {"areas": lines})


@only_now
@policy("view")
@require_safe
def overview_picture(request: HttpRequest, picture: str) -> HttpResponse:
    """The history of every area as a picture."""
    moment, _fault = clock.until(request)
    found = queries.newest(asker.reach(request), moment)
    if not found:
        raise Http404
    return attached(drawing.file(found, picture), f"{_('风险等级')}.{picture}", picture)


@only_now
@policy("view")
@require_safe
def one(request: HttpRequest, number: UUID) -> HttpResponse:
    """一个区域的风险等级：逐日、依据的日报和聚集性疫情、规则、办公室调整、核对与签发。"""
    return _page(request, _found(request, number))


@says_always
@policy("view")
@require_safe
def one_files(request: HttpRequest, number: UUID, ending: str) -> HttpResponse:
    """The days of an area as a sheet, or with all they rest on as JSON, or what the columns mean."""
    found = _found(request, number)
    rows = lambda: [sheets.day(row) for row in found.rows]  # noqa: E731 - asked for sheets alone
    return siblings.files(request, ending, sheets.of_one(found), rows, lambda: sheets.whole(found))


@says_always
@policy("view")
@require_safe
def one_picture(request: HttpRequest, number: UUID, picture: str) -> HttpResponse:
    """The history of an area as a picture."""
    found = _found(request, number)
    return attached(drawing.file([found], picture), f"{words.called(found.area)} {found.number}.{picture}", picture)


@policy("analyse")
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """重新判定：市和各区域，数据截至一个时刻；在后台算。"""
    return doors.ask(request, lambda moment: asking.ask(moment, by=asker.person(request)))


@policy("analyse")
@require_POST
def recompute(request: HttpRequest, number: UUID) -> HttpResponse:
    """重算核对：照所存的输入和规则再算一遍，看结果是否一样。"""
    found, by = _found(request, number), asker.person(request)
    check = lambda: asking.recompute(found, by=by)  # noqa: E731 - tried by the door
    return doors.recompute(request, check, found.epi_version, "risk-one", found.pk)


@policy("approve")
@require_POST
def sign(request: HttpRequest, number: UUID) -> HttpResponse:
    """签发：签发之后等级才可以出现在指挥板和对外页面上；自己提出的由另一个人签发。"""
    found, by = _found(request, number), asker.person(request)
    return doors.sign(request, lambda note: asking.sign(found, note, by=by), "risk-one", found.pk)


@policy("approve")
@require_POST
def override(request: HttpRequest, number: UUID) -> HttpResponse:
    """办公室调整：另立一条记录，写明理由和起止；算出的等级照旧显示在旁边。"""
    found = _found(request, number)

    def act() -> HttpResponse:
        first, last = _day(request, "from_day"), _day(request, "to_day")
        if first is None:
            raise Refusal("请写明从哪一天起。", field="from_day")
        said = (str(request.POST.get("level", "")), first, last, str(request.POST.get("reason", "")))
        asking.override(found.area, *said, by=asker.person(request))
        messages.success(request, _("已记入；算出的等级不变，两者并列。"))
        return redirect("risk-one", found.pk)

    return acting.tried(request, act)


def _page(request: HttpRequest, found: Assessment) -> HttpResponse:
    rules = {one.code: one for one in rules_in_force.within(asker.reach(request))}
    overrides = queries.all_overrides(found.area, found.event)
    today = date.fromisoformat(found.rows[-1]["date"])
    shown = {
        "one": found,
        "title": f"{words.called(found.area)} · {_('风险等级')}",
        "finding": saying.finding(found),
        "standing": saying.standing(found, queries.overrides([found.area], found.event, today).get(found.area_id)),
        "figure": drawing.figure([found]),
        "days": [saying.standing(found, None, date.fromisoformat(row["date"])) for row in reversed(found.rows)],
        "corrections": saying.corrections(found),
        "rules": [
            (rules[name["id"]], rules_in_force.read(rules[name["id"]].text))
            for name in found.inputs["rules"]
            if name["id"] in rules
        ],
        "overrides": overrides,
        "levels": Level.choices,
        "others": list(queries.others(found).defer("rows", "inputs")[:INSTANTS]),
        "signature": getattr(found, "signature", None),
        "may_check": asker.may_act(request, "analyse"),
        "may_sign": asker.may_act(request, "approve"),
        "siblings": ENDINGS,
    }
    return render(request, "risk/one.html", shown)


def _standing(found: list[Assessment], moment: datetime | None) -> list[Standing]:
    """Each area with what the Office set for its last day."""
    if not found:
        return []
    made = []
    for one_ in found:
        on = date.fromisoformat(one_.rows[-1]["date"])
        made.append((one_, on))
    by_day = {
        on: queries.overrides([one_.area for one_, _on in made], city.the_event(), on, moment) for _one, on in made
    }
    return [saying.standing(one_, by_day[on].get(one_.area_id)) for one_, on in made]


def _day(request: HttpRequest, name: str) -> date | None:
    text = str(request.POST.get(name, "")).strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal("日期写成 2020-02-09。", field=name) from None


def _found(request: HttpRequest, number: UUID) -> Assessment:
    found = queries.assessments(asker.reach(request)).filter(pk=number).first()
    if found is None:
        raise Http404
    return found
