"""What may be done with an official document: write, save, send up, send back, issue, withdraw, give up."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shichen.publications.editions.guarding import editors
from shichen.publications.papers import numbering, steps, telling, views
from shichen.publications.papers.models import Paper
from shichen.publications.papers.views import PAPERS
from shichen.refusal import Refusal
from shichen.web import asker
from shichen.web.policy import policy
from shichen.web.sentences import said

Act = Callable[[Paper], Paper]


@policy("confirm")
@require_POST
@editors("confirm", sentence=PAPERS)
def write(request: HttpRequest) -> HttpResponse:
    """拟稿：新写一份。"""
    given, kind = request.POST.dict(), request.POST.get("kind", "")
    try:
        issuer = next((one for one in views.issuers() if one.pk == given.get("issuer")), None)
        if issuer is None:
            raise Refusal("请选发文机关。", field="issuer")
        made = steps.draft(kind, issuer, given, by=asker.person(request))
    except Refusal as refusal:
        return views.written(request, kind, refusal)
    messages.success(request, _("存下了。"))
    return HttpResponseRedirect(telling.href(made))


@policy("confirm")
@require_POST
@editors("confirm", sentence=PAPERS)
def save(request: HttpRequest, pk: UUID) -> HttpResponse:
    """改稿：存成新的一稿，旧的仍在；台账里的数可以找出来放进正文。"""
    given, seen = request.POST.dict(), _whole(request, "seen")
    if given.get("put"):
        given["body"] = f"{given.get('body', '').rstrip()}{{{given['put']}}}"
    return _done(request, pk, "save", lambda one: steps.save(one, given, seen=seen, by=asker.person(request)))


@policy("confirm")
@require_POST
@editors("confirm", sentence=PAPERS)
def send(request: HttpRequest, pk: UUID) -> HttpResponse:
    """送签。"""
    return _done(request, pk, "send", lambda one: steps.send(one, on=views.today(), by=asker.person(request)))


@policy("approve")
@require_POST
@editors("approve", sentence=PAPERS)
def send_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """退回拟稿人。"""
    return _for_a_reason(request, pk, "back", steps.send_back)


@policy("approve")
@require_POST
@editors("approve", sentence=PAPERS)
def issue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """签发：由第二人；这时给号、定日期。"""
    seen, after, on = _whole(request, "seen"), _whole(request, "after"), views.today()

    def act(one: Paper) -> Paper:
        return steps.issue(one, seen=seen, on=on, after=after, by=asker.person(request))

    return _done(request, pk, "issue", act)


@policy("approve")
@require_POST
@editors("approve", sentence=PAPERS)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """撤回已签发的公文；号留着。"""
    return _for_a_reason(request, pk, "withdraw", steps.withdraw)


@policy("confirm")
@require_POST
@editors("confirm", sentence=PAPERS)
def drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """作废没有签发的稿。"""
    return _for_a_reason(request, pk, "drop", steps.drop)


def _for_a_reason(request: HttpRequest, pk: UUID, at: str, act: Callable[..., Paper]) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _done(request, pk, at, lambda one: act(one, reason, by=asker.person(request)))


def _done(request: HttpRequest, pk: UUID, at: str, act: Act) -> HttpResponse:
    told = views.found(request, pk)
    try:
        made = act(told.paper)
    except Refusal as refusal:
        return views.shown(request, views.found(request, pk), fault=refusal, at=at)
    number = numbering.given(made).text if made.serial else ""
    messages.success(request, _("存下了。") if at == "save" else f"{said(made.get_state_display())} {number}".strip())
    return HttpResponseRedirect(telling.href(made) + _looked_for(request))


def _looked_for(request: HttpRequest) -> str:
    """A draft that was saved while looking for a figure comes back with what was found."""
    words = request.POST.get("q", "").strip()[:40]
    return f"?{urlencode({'q': words})}#figures" if words and "find" in request.POST else ""


def _whole(request: HttpRequest, name: str) -> int:
    """A number of the form: which wording somebody had before them, which number was used last."""
    text = request.POST.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
