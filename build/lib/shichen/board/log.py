"""The log as a page (值班日志) with its siblings, and the note that is written on it."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from shichen import watches
from shichen.board import entries, notes, snapshot, telling
from shichen.board.asked import Asked, read
from shichen.board.attachments import File
from shichen.board.entries import Page
from shichen.board.forms import Composer, composer_at
from shichen.board.line import Drawing
from shichen.board.notes import Note
from shichen.board.reached import done, visible
from shichen.board.telling import Takes
from shichen.city import queries as city
from shichen.city.roles import INTERNAL
from shichen.city.scope import Sight, sight
from shichen.journal.models import Column, Entry
from shichen.refusal import Refusal
from shichen.sheets.fields import Field
from shichen.web import asker, clock, past, siblings, strip, words
from shichen.web.past import known_then, only_now
from shichen.web.policy import policy

SHEET = tuple(
    Field(name, label)
    for name, label in (
        ("label", gettext_noop("编号")),
        ("page_day", gettext_noop("日版日期")),
        ("printed_watch", gettext_noop("时辰")),
        ("reported_at", gettext_noop("报送时间")),
        ("recorded_at", gettext_noop("入册时间")),
        ("column", gettext_noop("栏目")),
        ("unit_text", gettext_noop("单位")),
        ("topic", gettext_noop("事项")),
        ("text", gettext_noop("内容")),
        ("struck_reason", gettext_noop("划去理由")),
        ("id", gettext_noop("标识")),
    )
)


@known_then
@policy("view", INTERNAL)
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """值班日志."""
    if request.GET.get("view") == "handover":
        return redirect("handover")
    follows = _followed(request)
    return _page(request, composer_at(clock.shown(), follows.id if follows else None), follows=follows)


@policy("note", INTERNAL)
@require_POST
def write(request: HttpRequest) -> HttpResponse:
    """A duty note; what cannot be taken stays in the composer with its reason."""
    form = Composer(request.POST, request.FILES)
    if form.is_valid():
        entry = done(form, lambda: notes.write(_note(request, form), at=clock.shown(), by=asker.person(request)))
        if entry is not None:
            snapshot.refresh(clock.running())
            messages.success(request, _("已记入日志：%(label)s。") % {"label": words.label(entry.label)})
            return redirect(_beside(entry))
    return _page(request, form, status=422, follows=_followed(request))


@only_now
@policy("view", INTERNAL)
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """What an open log asks for every few seconds: 204 while nothing came, else how many entries; their text waits."""
    asked, given = read(request.GET.dict()), request.GET
    last = given.get("last", "")
    since = (int(last) if last.isdecimal() and len(last) < 19 else 0, clock.parsed(given.get("known", "")))
    found = entries.news(asked, sight(request.user, "view", at=clock.running()), since)
    if str(found) == (given.get("told") or "0"):
        return HttpResponse(status=204)
    return render(request, "board/news.html", {"n": found, "address": asked.address(), "drawn": since})


@known_then
@policy("view", INTERNAL)
@require_safe
def log_json(request: HttpRequest) -> JsonResponse:
    asked = read(request.GET.dict())
    rows = [telling.as_row(entry) for entry in _rows(request, asked)]
    return JsonResponse({"entries": rows, "most": entries.MOST_ROWS}, json_dumps_params={"ensure_ascii": False})


@known_then
@policy("view", INTERNAL)
@require_safe
def log_sheet(request: HttpRequest, ending: str) -> HttpResponse:
    asked = read(request.GET.dict())
    return siblings.sheet(map(telling.as_row, _rows(request, asked)), SHEET, "log", ending)


@known_then
@policy("view", INTERNAL)
@require_safe
def log_metadata(request: HttpRequest) -> JsonResponse:
    """What the log is, and what the columns of its sheet mean."""
    read(request.GET.dict())
    definition = _("值班日志：所记与所办，只增不改；划去的仍在，写明理由。至多 %(n)s 条，新的在前。") % {
        "n": entries.MOST_ROWS
    }
    source, endings = _("各报送单位，按可见范围"), ("csv", "xlsx", "json")
    return siblings.metadata(request, _("值班日志"), definition, SHEET, source=source, endings=endings)


def _page(request: HttpRequest, form: Composer, status: int = 200, *, follows: Entry | None = None) -> HttpResponse:
    asked = read(request.GET.dict())
    reach = sight(request.user, "view", at=clock.running())
    found: Page = entries.page(asked, reach)
    standing = city.standing_of(request.user, "note", at=clock.running())
    takes = None if past.asked(request) else Takes(asker.reach(request, "review"))
    return render(
        request,
        "board/log.html",
        {
            "asked": asked,
            "drawing": Drawing(clock.shown(), takes, pins=standing is not None and asked.as_of is None),
            "page": found,
            "next": entries.next_page(asked, found),
            "address": asked.address(),
            "choices": entries.choices(reach),
            "siblings": siblings.DOWNLOADS,
            "columns": Column.choices,
            "form": form,
            "standing": standing,
            "drawn": entries.drawn() if asked.newest else None,
            "strip": _strip(asked, reach),
            "follows": follows,
            "pinned": entries.on_top(asked, reach),
            "limit": settings.CONFIG["intake.max_file_bytes"] // 1_000_000,
        },
        status=status,
    )


def _strip(asked: Asked, reach: Sight) -> list[strip.Cell]:
    """The twelve watches of the day asked for, else of the day at hand; a search or a later page is of no one day."""
    if asked.q or not (asked.day or asked.newest):
        return []
    at = clock.shown()
    on = asked.day or watches.page_day(at)

    def address(watch: str) -> str:
        return f"{reverse('log')}?{asked.address(day=on.isoformat(), watch='' if watch == asked.watch else watch)}"

    return strip.cells(on, at, entries.counted(on, asked, reach), address, here=asked.watch)


def _note(request: HttpRequest, form: Composer) -> Note:
    """What the composer says. Raises Refusal for an entry to go on from that is not within reach."""
    given, file = form.cleaned_data, form.cleaned_data["attachment"]
    if file is not None and file.size > settings.CONFIG["intake.max_file_bytes"]:
        limit = settings.CONFIG["intake.max_file_bytes"] // 1_000_000
        raise Refusal(f"附件超过 {limit} MB；请压缩或分开。", rule="附件上限", field="attachment")
    return Note(
        given["text"],
        given["column"],
        given["occurred_at"],
        given["significant"],
        next_update=given["next_update"],
        follows=visible(request, given["follows"], "note") if given["follows"] else None,
        attachment=File(file.read(), file.name, given["impersonal"]) if file is not None else None,
    )


def _followed(request: HttpRequest) -> Entry | None:
    """The entry that the composer goes on from, where the address or the form names one within reach."""
    named = str(request.POST.get("follows") or request.GET.get("follows", ""))
    try:
        return visible(request, UUID(named), "note") if named else None
    except (ValueError, Http404):
        return None


def _beside(entry: Entry) -> str:
    """Where the log shows an entry that was just written: on top, or among its day where a demonstration's clock stands."""
    day = f"?day={entry.page_day.isoformat()}" if clock.stands_at() else ""
    return f"{reverse('log')}{day}#e-{entry.id}"


def _rows(request: HttpRequest, asked: Asked) -> list[Entry]:
    return entries.listed(asked, sight(request.user, "view", at=clock.running()), entries.MOST_ROWS)
