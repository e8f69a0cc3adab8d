"""The web door of the desk (核对台): work items with the evidence of both sides, and the acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shichen import watches
from shichen.audit.context import known, now
from shichen.city.models import Account, Body
from shichen.city.scope import Sight, may
from shichen.indicators import correcting
from shichen.indicators.models import Figure
from shichen.reconciliation import desk, evidence, looking_back, payload, queries, services, then
from shichen.reconciliation.desk import Asked
from shichen.reconciliation.models import Disagreement, Settlement
from shichen.reconciliation.rulebook import rulebook
from shichen.refusal import Refusal
from shichen.web import asker, clock, siblings
from shichen.web.past import known_then
from shichen.web.policy import policy
from shichen.web.sentences import said

State, Outcome = Disagreement.State, Disagreement.Outcome
TASK = "task"
REASONS = 8
AT_ONCE = 200


@known_then
@policy("view")
@require_safe
def disagreements(request: HttpRequest) -> HttpResponse:
    """核对台：对不上的两边，各自的出处，谁来处理，处理了没有；相符的也数得出来。"""
    reach = asker.reach(request)
    context = {
        **_list(request, desk.read(request.GET.dict()), reach),
        "tallies": queries.tallies(reach),
        "round": queries.last_round(),
        "since": looking_back.since(),
        "faults": rulebook().faults if queries.sees_all(reach) else (),
        "refreezable": _refreezable(request, reach) if asker.may_act(request, "freeze") else [],
        "siblings": siblings.DOWNLOADS,
        "base": "/disagreements",
    }
    return render(request, "reconciliation/desk.html", context)


@known_then
@policy("view")
@require_safe
def disagreements_sheet(request: HttpRequest, ending: str) -> HttpResponse:
    """The same list as a file: JSON, CSV or Excel."""
    asked = desk.read({"state": desk.EVERY, **request.GET.dict()})
    found = desk.rows(asked, asker.reach(request), request.user)[: desk.MOST_ROWS]
    rows = found if asked.as_of is None else then.as_it_stood(found, asked.as_of)
    if ending == "json":
        return siblings.data({"disagreements": [payload.of_disagreement(row) for row in rows]})
    return siblings.sheet(map(payload.row, rows), payload.SHEET, _("数不符"), ending)


@known_then
@policy("view")
@require_safe
def disagreements_metadata(request: HttpRequest) -> JsonResponse:
    """What a disagreement is, and what the columns of the sheet mean."""
    definition = _("数不符：照核对规则比过而对不上的两边，各有出处；由人处理，写明理由，从不悄悄改数。")
    source, endings = _("各报送单位，按可见范围"), ("csv", "xlsx", "json")
    return siblings.metadata(request, _("数不符"), definition, payload.SHEET, source=source, endings=endings)


@known_then
@policy("view")
@require_safe
def disagreement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """一条数不符：双方的依据、规则、经过、处理。"""
    return _item(request, _found(request, pk))


@known_then
@policy("view")
@require_safe
def disagreement_json(request: HttpRequest, pk: UUID) -> JsonResponse:
    one = _found(request, pk)
    return siblings.data(payload.of_item(one, evidence.of(one, asker.reach(request)), list(_steps(one))))


@policy("resolve")
@require_POST
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """处理一条：以哪一方为准、两数并存，或转督办；都要写理由，可定日期再看。"""
    one, asked = _found(request, pk), desk.read(request.GET.dict())
    given = {name: request.POST.get(name, "").strip() for name in ("outcome", "reason", "look_again_on", "owner")}
    following = desk.following(one, asked, asker.reach(request), request.user)
    try:
        _settle(one, given, at=clock.shown(), by=asker.person(request))
    except Refusal as refusal:
        return _item(request, one, refusal, given)
    messages.success(request, _("已处理：%(title)s") % {"title": one.title})
    return HttpResponseRedirect(_address(following, asked))


@policy("resolve")
@require_POST
def assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """指定承办人或责任单位。"""

    def act(one: Disagreement, by: Account) -> None:
        chosen = request.POST.get("assignee", "")
        owner = Body.objects.filter(pk=request.POST.get("owner", "")).first()
        assignee = next((person for person in _resolvers() if str(person.pk) == chosen), None)
        said_ = request.POST.get("reason", "")
        services.assign(one, assignee=assignee, owner=owner, reason=said_, at=clock.shown(), by=by)

    return _done(request, pk, act)


@policy("resolve")
@require_POST
def take_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """接手。"""
    return _done(request, pk, lambda one, by: services.take_over(one, at=clock.shown(), by=by))


@policy("resolve")
@require_POST
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """重开已处理的一条。"""
    return _done(
        request, pk, lambda one, by: services.reopen(one, request.POST.get("reason", ""), at=clock.shown(), by=by)
    )


@policy("note")
@require_POST
def note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """给后来处理的人留一句话。"""
    return _done(
        request, pk, lambda one, by: services.note(one, request.POST.get("reason", ""), at=clock.shown(), by=by)
    )


@policy("freeze")
@require_POST
def refreeze(request: HttpRequest) -> HttpResponse:
    """记录已变而未对外发布的数，一次重新定稿。"""
    figures, reason = _refreezable(request, asker.reach(request)), request.POST.get("reason", "")
    done, left = 0, ""
    for figure in figures:
        try:
            correcting.refreeze(figure, reason, by=asker.person(request))
            done += 1
        except Refusal as refusal:
            left = said(refusal.sentence)
    if done:
        messages.success(request, _("已重新定稿 %(n)s 个数；下一轮核对时相应各条自动办结。") % {"n": done})
    if left:
        messages.error(request, left)
    return HttpResponseRedirect(f"{reverse('disagreements')}?family=moved")


def _settle(one: Disagreement, given: dict[str, str], *, at: datetime, by: Account) -> None:
    outcome, _colon, side = given["outcome"].partition(":")
    day = _day(given["look_again_on"])
    if outcome == TASK:
        owner = Body.objects.filter(pk=given["owner"]).first()
        if owner is None:
            raise Refusal("转督办要选责任单位。", field="owner")
        services.follow_up(one, owner, given["reason"], look_again_on=day, at=at, by=by)
        return
    number = int(side) if side.isdigit() and len(side) < 4 else None
    services.settle(one, outcome, given["reason"], side=number, look_again_on=day, at=at, by=by)


def _done(request: HttpRequest, pk: UUID, act: Callable[[Disagreement, Account], object]) -> HttpResponse:
    """One act on one item, and back to it; what is not allowed stands on its page."""
    one, asked = _found(request, pk), desk.read(request.GET.dict())
    try:
        act(one, asker.person(request))
    except Refusal as refusal:
        return _item(request, one, refusal)
    return HttpResponseRedirect(_address(one, asked))


def _item(
    request: HttpRequest, one: Disagreement, fault: Refusal | None = None, given: dict[str, str] | None = None
) -> HttpResponse:
    asked, reach = desk.read(request.GET.dict()), asker.reach(request)
    resolving = asker.may_act(request, "resolve")
    context = {
        **_list(request, asked, reach),
        "one": one,
        "sides": evidence.of(one, reach),
        "steps": _steps(one).select_related("by", "owner", "assignee"),
        "settling": resolving and not one.settled,
        "resolving": resolving,
        "noting": asker.may_act(request, "note"),
        "freezing": asker.may_act(request, "freeze"),
        "correcting": asker.may_act(request, "correct"),
        "resolvers": _resolvers() if resolving else (),
        "bodies": Body.objects.order_by("name") if resolving else (),
        "reasons": _reasons(one) if resolving else (),
        "following": desk.following(one, asked, reach, request.user),
        "fault": fault,
        "given": given or {},
        "earliest": watches.civil_day(clock.shown()),
    }
    return render(request, "reconciliation/item.html", context, status=422 if fault else 200)


def _list(request: HttpRequest, asked: Asked, reach: Sight) -> dict[str, Any]:
    """The list at the side, the same on every page of the desk."""
    found = desk.desk(asked, reach, request.user)
    return {"desk": found, "asked": asked, "query": asked.address(), "State": State}


def _address(one: Disagreement | None, asked: Asked) -> str:
    where = reverse("disagreement", args=[one.pk]) if one is not None else reverse("disagreements")
    query = asked.address()
    return f"{where}?{query}" if query else where


def _reasons(one: Disagreement) -> list[str]:
    """The reasons lately given for gaps of this family, to be taken up with two keys."""
    rows = Disagreement.objects.filter(family=one.family, settled_at__isnull=False).exclude(reason="")
    given = rows.exclude(outcome=Outcome.RULE).exclude(outcome="").order_by("-settled_at")
    return list(dict.fromkeys(given.values_list("reason", flat=True)[:60]))[:REASONS]


def _resolvers() -> list[Account]:
    """The people who may settle a disagreement."""
    people = Account.objects.filter(is_active=True, kind=Account.Kind.PERSON).order_by("display_name")
    return [one for one in people if may(one, "resolve", at=now())]


def _refreezable(request: HttpRequest, reach: Sight) -> list[Figure]:
    """The figures of the open items 记录已变 that were told nobody outside: they are simply frozen anew."""
    if not may(request.user, "freeze", at=now()):
        return []
    items = queries.disagreements(reach).filter(family="moved", state=State.OPEN)[:AT_ONCE]
    wanted = [pk for item in items for pk in item.figures]
    rows = Figure.objects.within(reach).filter(pk__in=wanted, successor=None, published_at=None)
    return list(rows.filter(basis=Figure.Basis.COMPUTED))


def _found(request: HttpRequest, pk: UUID) -> Disagreement:
    """The item within reach, as it stood at the moment that is asked for; before it was raised it is not there."""
    rows, moment = queries.disagreements(asker.reach(request)), known()
    if moment is None:
        return get_object_or_404(rows, pk=pk)
    return then.as_it_stood([get_object_or_404(rows, pk=pk, opened_at__lte=moment)], moment)[0]


def _steps(one: Disagreement) -> QuerySet[Settlement]:
    """What was done to an item, as far as whoever looks knows."""
    moment = known()
    return one.steps.all() if moment is None else one.steps.filter(at__lte=moment)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal(f"日期「{text[:20]}」读不懂；请写成 2020-02-10。", field="look_again_on") from None
