"""The web door of the ranker (排序): whether there is enough, how each fit did, its weights in words; used and ended here."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from shichen.audit.context import now
from shichen.bulletins import forms, ranking
from shichen.bulletins.deciding import FIRST
from shichen.bulletins.models import Ranking
from shichen.city.scope import may
from shichen.indicators.declare import known
from shichen.prose import ranker
from shichen.prose.ranker import FEATURES, RULES, Past
from shichen.prose.replaying import Day, Met
from shichen.refusal import Refusal
from shichen.web import asker, words
from shichen.web.charts.shares import Line, shares
from shichen.web.past import only_now
from shichen.web.policy import policy
from shichen.web.sentences import said

NAMES = dict(
    zip(
        FEATURES,
        (
            gettext_noop("规则给的分"),
            gettext_noop("规则里的名次"),
            gettext_noop("比别的候选高多少"),
            gettext_noop("所计里有它的词"),
            gettext_noop("句中别处有它的词"),
            gettext_noop("量词是它自己的"),
            gettext_noop("这个单位以前报它"),
            gettext_noop("这个栏目以前有它"),
            gettext_noop("各处以前有它"),
            gettext_noop("和它上次的数相近"),
        ),
        strict=True,
    )
)
LOOKED_AT, EXAMPLES = 500, 3


@only_now
@policy("view")
@require_safe
def order(request: HttpRequest) -> HttpResponse:
    """候选指标的排序：数够不够，算出的权重，逐日回放；启用或停用。"""
    return _page(request)


@policy("review")
@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """算一版排序；启用一版，停用一版，都写明理由。"""
    given, by = forms.typed(request.POST), asker.person(request)
    try:
        match given.get("act"):
            case "fit":
                ranking.fit(by=by)
                told = _("算好一版；还没有启用。")
            case "use":
                ranking.use(_asked(given), given.get("reason", ""), by=by)
                told = _("已启用；以后读来稿按它排候选，待核的可以重读。")
            case "end":
                ranking.end(_asked(given), given.get("reason", ""), by=by)
                told = _("已停用；以后只按规则排，待核的可以重读。")
            case _:
                raise Refusal("请选：算一版、启用或停用。", field="act")
    except Refusal as refusal:
        return _page(request, fault=refusal, status=409 if refusal.rule == FIRST else 422)
    messages.success(request, told)
    return HttpResponseRedirect(reverse("ranking"))


def _asked(given: dict[str, str]) -> Ranking:
    text = given.get("ranking", "")
    return get_object_or_404(Ranking, pk=int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0)


def _page(request: HttpRequest, *, fault: Refusal | None = None, status: int = 200) -> HttpResponse:
    fits = list(Ranking.objects.select_related("by", "used_by", "ended_by")[:20])
    last, confirmed, enough = (fits[0] if fits else None), ranking.confirmed(), ranking.enough()
    days = [Day(*day) for day in last.days] if last else ranking.replayed()
    context = {
        "confirmed": confirmed,
        "enough": enough,
        "missing": max(enough - confirmed, 0),
        "fits": [_fit(one) for one in fits],
        "used": next((one for one in fits if one.in_use), None),
        "last": last,
        "weights": _weights(last) if last else [],
        "examples": _examples(last) if last else [],
        "curve": _curve(days, ranked=last is not None) if days else "",
        "reviewing": may(request.user, "review", at=now()),
        "fault": fault,
    }
    return render(request, "bulletins/ranking.html", context, status=status)


def _fit(one: Ranking) -> dict[str, Any]:
    return {"one": one, "day": ranking.last_day(one.days), "worth": ranking.worth(one)}


def _weights(one: Ranking) -> list[tuple[str, float, float]]:
    """Each feature with its weight, and what the rules alone would have it."""
    return [
        (said(NAMES[name]), float(one.weights.get(name, 0.0)), home) for name, home in zip(FEATURES, RULES, strict=True)
    ]


def _examples(one: Ranking) -> list[dict[str, Any]]:
    """Decided figures that it puts otherwise than the rules, the latest first, with what each feature says."""
    past = Past.of_rows(one.past)
    weights = tuple(float(one.weights.get(name, 0.0)) for name in FEATURES)
    found = (_example(met, past, weights) for met in ranking.decided()[: -LOOKED_AT - 1 : -1])
    return [example for example in found if example][:EXAMPLES]


def _example(met: Met, past: Past, weights: ranker.Weights) -> dict[str, Any] | None:
    rows = {row.indicator: row for row in ranker.rows_of(met.case, past)}
    if not met.rules or met.rules not in rows:
        return None
    first = ranker.order(list(rows.values()), weights)[0][0]
    if first == met.rules:
        return None
    parts = ranker.explained(rows[first], rows[met.rules], weights)
    told = sorted(parts.items(), key=lambda part: -abs(part[1]))
    return {
        "said": next((one for one in met.sayings if not one.startswith("=")), met.decided.subject),
        "first": _named(first),
        "rules": _named(met.rules),
        "right": first == met.case.right,
        "parts": [(said(NAMES[name]), part) for name, part in told if abs(part) >= 0.005],
    }


def _named(key: str) -> str:
    one = known().get(key)
    return words.called(one) if one else key


def _curve(days: list[Day], *, ranked: bool) -> Any:
    """How much of all so far was named rightly, by the rules and with what was learned."""
    lines = [
        Line(_("只按规则"), [one.rules / one.figures for one in days]),
        Line(_("加上记得的说法"), [one.memory / one.figures for one in days]),
    ]
    if ranked:
        lines.append(Line(_("再加排序"), [one.both / one.figures for one in days]))
    last = days[-1]
    finding = _("%(n)s 个采过的数，规则读对 %(rules)s 个，加上记得的说法 %(memory)s 个") % {
        "n": words.number(last.figures),
        "rules": words.number(last.rules),
        "memory": words.number(last.memory),
    }
    if ranked:
        finding += _("，再加排序 %(n)s 个") % {"n": words.number(last.both)}
    on = [date.fromisoformat(one.day) for one in days]
    return shares(on, lines, title=_("指标读对的比例，逐日累计"), finding=finding)
