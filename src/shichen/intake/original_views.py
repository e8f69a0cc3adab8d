"""Addresses that hand out what came in, unmasked: on POST only, for a reason, or to the sender; a link leads to the form."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from shichen.city.roles import PERSONAL
from shichen.intake import originals
from shichen.intake.envelope_views import envelope_page, found_for
from shichen.intake.models import Envelope
from shichen.intake.originals import Handed, NotTheirs, Part
from shichen.refusal import Refusal
from shichen.web import acting, asker
from shichen.web.attached import attached
from shichen.web.policy import policy

METHODS = ["GET", "HEAD", "POST"]


@policy("reveal", PERSONAL)
@require_http_methods(METHODS)
def original(request: HttpRequest, number: UUID) -> HttpResponse:
    """原件，一字不改，只作附件；写明理由才调阅，理由记入审计日志。"""
    return _revealed(request, number, Part.ORIGINAL)


@policy("reveal", PERSONAL)
@require_http_methods(METHODS)
def rejects_file(request: HttpRequest, number: UUID) -> HttpResponse:
    """待更正的行，做成同样的表，后附行号和原因；写明理由才调阅。"""
    return _revealed(request, number, Part.REJECTS)


@policy("submit")
@require_http_methods(METHODS)
def own_original(request: HttpRequest, number: UUID) -> HttpResponse:
    """报送人取回自己报的原件，不必写理由，留痕。"""
    return _taken_back(request, number, Part.ORIGINAL)


@policy("submit")
@require_http_methods(METHODS)
def own_rejects(request: HttpRequest, number: UUID) -> HttpResponse:
    """报送人取回自己报的、待更正的行，不必写理由，留痕。"""
    return _taken_back(request, number, Part.REJECTS)


def _revealed(request: HttpRequest, number: UUID, part: Part) -> HttpResponse:
    found, reason = found_for(request, number), str(request.POST.get("reason", ""))
    try:
        originals.must_reveal(found, request.user)
        if request.method != "POST":
            return _to_the_form(found)
        return _attached(originals.reveal(found, part, reason, by=asker.person(request)))
    except NotTheirs as refusal:
        return _not_theirs(request, refusal)
    except Refusal as refusal:
        if refusal.field != "reason":
            raise
        return envelope_page(request, found, reason=reason, fault=refusal.sentence, status=422)


def _taken_back(request: HttpRequest, number: UUID, part: Part) -> HttpResponse:
    found = found_for(request, number)
    try:
        originals.must_be_own(found, request.user)
        if request.method != "POST":
            return _to_the_form(found)
        return _attached(originals.take_back(found, part, by=asker.person(request)))
    except NotTheirs as refusal:
        return _not_theirs(request, refusal)


def _to_the_form(found: Envelope) -> HttpResponse:
    """A link kept from somewhere hands nothing out; it leads to where it can be asked for."""
    return HttpResponseRedirect(reverse("envelope", args=[found.id]) + "#original")


def _not_theirs(request: HttpRequest, refusal: NotTheirs) -> HttpResponse:
    return acting.refused(request, refusal, status=403)


def _attached(handed: Handed) -> HttpResponse:
    return attached(handed.data, handed.name, handed.ending)


__all__ = ["original", "own_original", "own_rejects", "rejects_file"]
