"""The web door of what rounds found (核对所见): what agrees, and the rules in force with what each found."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shichen.reconciliation import inforce, looking_back, payload, queries
from shichen.reconciliation.reading import Rulebook
from shichen.web import asker, siblings
from shichen.web.past import known_then
from shichen.web.policy import policy

AGREEING = 100


@known_then
@policy("view")
@require_safe
def agreeing(request: HttpRequest) -> HttpResponse:
    """相符的：比过什么，数对得上，按类别。"""
    reach = asker.reach(request)
    family = request.GET.get("family", "")
    rows = queries.agreeing(reach)
    shown = rows.filter(family=family) if family else rows
    page = Paginator(shown, AGREEING).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "family": family,
        "tallies": [one for one in queries.tallies(reach) if one.agree],
        "round": queries.last_round(),
        "whole": queries.sees_all(reach),
        "since": looking_back.since(),
        "siblings": siblings.DOWNLOADS,
        "query": request.GET.urlencode(),
    }
    return render(request, "reconciliation/agreeing.html", context)


@known_then
@policy("view")
@require_safe
def agreeing_files(request: HttpRequest, ending: str) -> HttpResponse:
    """The same list as a file: CSV, Excel, JSON, or what its columns mean."""
    rows, family = queries.agreeing(asker.reach(request)), request.GET.get("family", "")
    rows = rows.filter(family=family) if family else rows
    return siblings.files(
        request, ending, payload.of_agreeing(), lambda: map(payload.compared, rows), lambda: payload.comparisons(rows)
    )


@known_then
@policy("view")
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """核对规则：每条比什么，写在哪里，上一轮比了几次。"""
    book, checked = inforce.in_force() or (Rulebook((), ()), [])
    context = {
        "written": inforce.written(book),
        "coded": inforce.coded(checked),
        "faults": book.faults,
        "since": looking_back.since(),
        "siblings": siblings.DOWNLOADS,
        "query": request.GET.urlencode(),
    }
    return render(request, "reconciliation/rules.html", context)


@known_then
@policy("view")
@require_safe
def rules_files(request: HttpRequest, ending: str) -> HttpResponse:
    """The same list as a file: CSV, Excel, JSON, or what its columns mean."""
    book, checked = inforce.in_force() or (Rulebook((), ()), [])
    listed = [*inforce.written(book), *inforce.coded(checked)]
    return siblings.files(
        request,
        ending,
        payload.of_rules(),
        lambda: map(payload.rule, listed),
        lambda: {"rules": [payload.of_rule(one) for one in listed]},
    )
