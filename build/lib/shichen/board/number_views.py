"""A number seen in the log as a page (采数): what the reader proposes of it, to be taken, put right or left."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shichen.board import snapshot, taking, telling
from shichen.board.models import Sighting
from shichen.board.reached import visible
from shichen.board.taking import Speaking
from shichen.bulletins import forms, lines, review
from shichen.bulletins.deciding import FIRST
from shichen.city import queries as city
from shichen.city.models import Area
from shichen.city.roles import INTERNAL
from shichen.indicators.declare import known
from shichen.indicators.telling import plain
from shichen.journal.models import Entry
from shichen.refusal import Refusal
from shichen.web import asker, clock, words
from shichen.web.policy import policy

State = Sighting.State
ACTS = {"take": State.ACCEPTED, "reject": State.REJECTED, "not_a_figure": State.NOT_A_FIGURE}
FURTHEST = timedelta(days=400)  # a number of the log speaks of no day further away than this


@policy("review", INTERNAL)
@require_http_methods(["GET", "HEAD", "POST"])
def number(request: HttpRequest, pk: UUID, start: int, end: int) -> HttpResponse:
    """采数：拟采的数字采入台账，或不采；谁先决定，以谁为准。"""
    found = visible(request, pk, "review")
    if not taking.seen_at(found, start, end):
        raise Http404
    one = taking.proposed(found, start, end)
    if request.method != "POST":
        return _page(request, found, one)
    given = forms.typed(request.POST)
    try:
        made = _decide(request, found, one, given)
    except Refusal as refusal:
        first = refusal.rule == FIRST
        return _page(request, found, one, fault=refusal, given=given, status=409 if first else 422)
    snapshot.refresh(clock.running())
    messages.success(request, _said(made))
    return redirect(_back(found, given.get("back", "")))


def _decide(request: HttpRequest, found: Entry, one: Sighting, given: dict[str, str]) -> Sighting:
    state, by = ACTS.get(given.get("act", "")), asker.person(request)
    if state is None:
        raise Refusal("请选：采入台账、不是数字或不采。", field="act")
    if state != State.ACCEPTED:
        return taking.decide(one, state, reason=given.get("reason", ""), by=by)
    values, speaking = forms.values_of(one, given), _speaking(request, found, given)
    return taking.decide(one, state, values=values, speaking=speaking, reason=given.get("reason", ""), by=by)


def _speaking(request: HttpRequest, found: Entry, given: dict[str, str]) -> Speaking:
    """Where and of which day, as the form says. Raises Refusal for a place beyond what one reviews, or a day far off."""
    on = forms.day_of(given.get("on", ""), "on")
    if on is not None and abs(on - found.page_day) > FURTHEST:
        raise Refusal(f"日期离这一条的日版日期超过 {FURTHEST.days} 天；请核对。", field="on")
    name = given.get("area", "").strip()
    area = city.area_named(name, on=on or found.page_day) if name else None
    reach = asker.reach(request, "review")
    if area is not None and not reach.covers(unit=found.unit_id, path=area.path, event=found.event_id):
        raise Refusal(f"「{area.name}」不在您的复核范围。", field="area")
    return Speaking(area, on)


def _said(made: Sighting) -> str:
    if not made.kept or made.figure is None:
        return _("“%(raw)s”：%(state)s；这一条里不再划线。") % {"raw": made.raw, "state": made.get_state_display()}
    shown = f"{words.number(made.value)}{words.measure(made.unit)}"
    link = format_html('<a href="{}">{}</a>', reverse("figure", args=[made.figure.pk]), shown)
    return format_html(_("已采入台账：{}。"), link)


def _page(
    request: HttpRequest,
    found: Entry,
    one: Sighting,
    *,
    fault: Refusal | None = None,
    given: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    line = lines.line(one, known())
    shown = {
        "entry": found,
        "number": one,
        "line": line,
        "box": forms.boxed(given) if given else one,
        "boxed": SimpleNamespace(plain=_value(one, given), period=line.period),
        "decided": taking.decided(found, one.start),
        "struck": telling.struck_by(found),
        "sentence": taking.around(one),
        "periods": review.PERIODS.items(),
        "indicators": sorted(known().values(), key=lambda each: each.key),
        "areas": Area.objects.filter(path__startswith=found.area.path).order_by("path"),
        "units": sorted({each.unit for each in known().values() if each.unit}),
        "fault": fault,
        "given": given or {},
        "back": _back(found, (given or request.GET.dict()).get("back", "")),
        "from_entry": (given or request.GET.dict()).get("back", "") == "entry",
    }
    return render(request, "board/number.html", shown, status=status)


def _value(one: Sighting, given: dict[str, str] | None) -> str:
    """The value as its box holds it: as it was put in, as it was read, or nothing."""
    if given:
        return given.get("value", "")
    return "" if one.value is None else plain(one.value)


def _back(found: Entry, asked: str) -> str:
    """The page that the number was pressed on: the entry's own, or the log on its day."""
    if asked == "entry":
        return reverse("log-entry", args=[found.id])
    return f"{reverse('log')}?day={found.page_day.isoformat()}#e-{found.id}"
