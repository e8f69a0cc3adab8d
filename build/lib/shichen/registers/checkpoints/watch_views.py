"""A post's day as a page (按时辰): watch by watch what passed, shift by shift what was stated and what was counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from shichen import watches
from shichen.registers.checkpoints import sheets
from shichen.registers.checkpoints.lacks import Told
from shichen.registers.checkpoints.models import Passing, Post, Tally
from shichen.registers.checkpoints.shifts import spoken
from shichen.sheets.fields import Field
from shichen.web import asker, clock, siblings, words
from shichen.web.past import known_then
from shichen.web.policy import policy
from shichen.web.siblings import About

ONE_DAY = timedelta(days=1)
SHEET = (
    Field("post", gettext_noop("卡点")),
    Field("on", gettext_noop("日期"), "date"),
    Field("watch", gettext_noop("时辰")),
    Field("vehicles", gettext_noop("车辆"), "integer"),
    Field("persons", gettext_noop("人员"), "integer"),
    Field("per_vehicle", gettext_noop("每车人数"), "decimal"),
    Field("source_area_vehicles", gettext_noop("疫源地车辆"), "integer"),
    Field("turned_back", gettext_noop("劝返"), "integer"),
    Field("referred", gettext_noop("移交"), "integer"),
    Field("fever", gettext_noop("发热"), "integer"),
)
COLUMNS = tuple(one.name for one in SHEET[3:])


@known_then
@policy("view")
@require_safe
def shown(request: HttpRequest, number: UUID) -> HttpResponse:
    """按时辰：one post, one civil day."""
    post = _post(request, number)
    on = _day(request, post)
    found = sheets.of_day(post, on, as_of=siblings.then(request))
    context = {
        "post": post,
        "on": on,
        "before": on - ONE_DAY,
        "after": on + ONE_DAY,
        "watches": found.watches,
        "shifts": [(spoken(one.shift.start, one.shift.end), one) for one in found.shifts],
        "lacks": [Told(gap) for gap in found.lacks],
        "siblings": siblings.DOWNLOADS,
        "base": f"/registers/posts/{number}/watches",
        "query": request.GET.urlencode() or f"on={on}",
    }
    return render(request, "checkpoints/watches.html", context)


@known_then
@policy("view")
@require_safe
def files(request: HttpRequest, number: UUID, ending: str) -> HttpResponse:
    """The same as a file, a watch a row."""
    post = _post(request, number)
    on = _day(request, post)
    definition = _("一个卡点一个统计日(0—24时)按时辰的逐车记录合计；定稿的数取班次，不与此相加。")
    return siblings.files(
        request,
        ending,
        About(f"{post.name} {_('按时辰')}", definition, words.called(post.unit), SHEET),
        lambda: _rows(request, post, on),
        lambda: {"post": post.code, "network": post.network_id, "on": on, "watches": list(_rows(request, post, on))},
    )


def _rows(request: HttpRequest, post: Post, on: date) -> Iterator[dict[str, Any]]:
    for one in sheets.of_day(post, on, as_of=siblings.then(request)).watches:
        yield {"post": post.code, "on": on, "watch": one.name, **{name: getattr(one, name) for name in COLUMNS}}


def _post(request: HttpRequest, number: UUID) -> Post:
    rows = Post.objects.within(asker.reach(request)).select_related("network", "unit", "area")
    found: Post | None = rows.filter(pk=number).first()
    as_of = siblings.then(request)
    if found is None or (as_of is not None and found.recorded_at > as_of):
        raise Http404
    return found


def _day(request: HttpRequest, post: Post) -> date:
    """The day that is asked for, else the last on which anything passed there that the register knows of, or a shift was summed up."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        rows = Passing.objects.current(siblings.then(request)).filter(post__first=post.first)
        summed = Tally.objects.current(siblings.then(request)).filter(post__first=post.first, drawn=True)
        lasts = [one.aggregate(last=Max("occurred_from"))["last"] for one in (rows, summed)]
        return watches.civil_day(max((last for last in lasts if last), default=clock.shown()))
