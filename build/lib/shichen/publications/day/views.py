"""The web door of the day page: for readers the released edition, else what the log gives; each edition for ever."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from shichen import watches
from shichen.audit.context import known
from shichen.publications import payload, words
from shichen.publications.day import page as daypage
from shichen.publications.day.page import DayPage
from shichen.publications.editions import editing, pages, then
from shichen.publications.models import Edition
from shichen.publications.printing import shared as printing
from shichen.reconciliation import queries as reconciliation
from shichen.registers.checkpoints import lacks
from shichen.web import asker, clock, past, siblings, strip
from shichen.web.past import known_then, says_always
from shichen.web.policy import policy

ONE_DAY = timedelta(days=1)
OUTSIDE = (Edition.State.RELEASED, Edition.State.WITHDRAWN)


@known_then
@policy("view")
@require_safe
def days(request: HttpRequest) -> HttpResponse:
    """日版：今天的一版；今天还没有稿，就翻到最近有稿的一天。"""
    today = watches.page_day(clock.shown())
    on = daypage.latest(asker.reach(request), today, as_of=siblings.then(request)) or today
    asked = f"?{request.GET.urlencode()}" if request.GET else ""
    return HttpResponseRedirect(reverse("day", args=[on.isoformat()]) + asked)


@known_then
@policy("view")
@require_safe
def day(request: HttpRequest, on: str) -> HttpResponse:
    """日版(我们的十二时辰)：一日十二时辰，四栏。"""
    page, edition = _asked(request, on)
    return _page(request, page, edition, permanent=False)


@known_then
@policy("view")
@require_safe
def day_json(request: HttpRequest, on: str) -> JsonResponse:
    return as_data(payload.of_day(_asked(request, on)[0]))


@says_always
@policy("view")
@require_safe
def day_edition(request: HttpRequest, on: str, edition: str) -> HttpResponse:
    """日版的某一版：永久地址，当时怎么说就怎么说。"""
    held = told(request, Edition.Kind.DAY, _date(on), _date(on), edition)
    return _page(request, pages.day_of(held), held, permanent=True)


@says_always
@policy("view")
@require_safe
def day_edition_json(request: HttpRequest, on: str, edition: str) -> JsonResponse:
    held = told(request, Edition.Kind.DAY, _date(on), _date(on), edition)
    return as_data({"edition": payload.of_edition(held), **payload.of_day(pages.day_of(held))})


def told(request: HttpRequest, kind: str, first: date, last: date, number: str) -> Edition:
    """An edition that went out, by its number; one that is still being made is found by those who make it."""
    rows = Edition.objects.filter(kind=kind, first=first, last=last, number=int(number[:6]))
    found = rows.select_related("approved_by", "reviewed_by", "made_by", "previous").first()
    if found is None:
        raise Http404("no such edition")
    moment = known()
    state = Edition.State(found.state) if moment is None else then.states(moment, found.pk).get(found.pk)
    if state is None or (state not in OUTSIDE and not editing.acts_of(request.user)):
        raise Http404("no such edition")
    return found if moment is None else then.as_it_stood(found, state, moment)


def around(edition: Edition) -> dict[str, Any]:
    """What stands over a permanent page: the edition itself, and the one that took its place."""
    return {"edition": edition, "later": pages.later(edition), "outside": edition.state in OUTSIDE}


def as_data(data: dict[str, Any]) -> JsonResponse:
    return siblings.data(data)


def _page(request: HttpRequest, page: DayPage, edition: Edition | None, *, permanent: bool) -> HttpResponse:
    today = watches.page_day(clock.shown())
    acts = editing.offered(request.user)
    context: dict[str, Any] = {
        "page": page,
        "printed": {},
        "dates": words.masthead(page.on),
        "by_column": request.GET.get("by") == "column",
        "columns": daypage.by_column(page),
        "strip": _strip(page),
        "current": watches.name(clock.shown()) if page.on == today else watches.WATCHES[0],
        "before": page.on - ONE_DAY,
        "after": page.on + ONE_DAY,
        "disputed": reconciliation.disputed(asker.reach(request)) if acts and edition is None else {},
        "permanent": permanent,
        "lacks": [] if permanent else _lacks(request, page),
        "acts": acts,
        "live": bool(request.GET.get("live")),
        "as_of": past.asked(request),
        "head": printing.head_of(edition, page.items),
    }
    if edition is not None:
        context |= around(edition)
    elif acts:
        context["in_hand"] = pages.in_hand(Edition.Kind.DAY, page.on, page.on)
    return render(request, "publications/day.html", context)


def _lacks(request: HttpRequest, page: DayPage) -> list[lacks.Told]:
    """The files of passings of a page that cannot be read, as far as they are about posts that somebody sees (数据不完整)."""
    days = [page.on - ONE_DAY, page.on]
    return lacks.told(days, as_of=siblings.then(request), sight=asker.reach(request))


def _strip(page: DayPage) -> list[strip.Cell]:
    """The twelve watches of the page, each with how many news it holds; a click opens the page at that watch."""
    held = {row.name: sum(len(cell.items) for cell in row.cells) for row in page.rows}
    at = {row.name: row.anchor for row in page.rows}
    return strip.cells(page.on, clock.shown(), held, lambda watch: f"#{at[watch]}")


def _asked(request: HttpRequest, on: str) -> tuple[DayPage, Edition | None]:
    as_of = clock.as_of(request.GET.get("as_of", ""))
    return pages.day(_date(on), asker.reach(request), as_of=as_of, live=bool(request.GET.get("live")))


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404("no such date") from None
