"""The log as a page (值班日志) with its siblings, one entry, and the acts on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from shichen import watches
from shichen.board import entries, notes, snapshot
from shichen.board.entries import Asked, Page
from shichen.board.forms import Composer, Correction, Reason, composer_at
from shichen.board.notes import Note
from shichen.city import queries as city
from shichen.city.models import Account
from shichen.city.roles import INTERNAL
from shichen.city.scope import Sight, may, sight
from shichen.journal import services as journal
from shichen.journal.models import Column, Entry
from shichen.refusal import Refusal
from shichen.sheets import writing
from shichen.sheets.fields import Field
from shichen.watches import WATCHES
from shichen.web import clock, strip, words
from shichen.web.corrections import door
from shichen.web.policy import policy
from shichen.web.sentences import headed, said

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


@policy("view", INTERNAL)
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """值班日志."""
    return _page(request, composer_at(clock.shown()))


@policy("note", INTERNAL)
@require_POST
def write(request: HttpRequest) -> HttpResponse:
    """A duty note; what cannot be taken stays in the composer with its reason."""
    form = Composer(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        note = Note(given["text"], given["column"], given["occurred_at"], given["significant"])
        entry = _done(form, lambda: notes.write(note, at=clock.shown(), by=_account(request)))
        if entry is not None:
            snapshot.refresh(clock.running())
            messages.success(request, _("已记入日志：%(label)s。") % {"label": words.label(entry.label)})
            return redirect(_beside(entry))
    return _page(request, form, status=422)


@policy("view", INTERNAL)
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """What an open log asks for every few seconds: 204 while nothing came, else how many entries; their text waits."""
    asked, given = entries.read(request.GET.dict()), request.GET
    last = given.get("last", "")
    since = (int(last) if last.isdecimal() and len(last) < 19 else 0, clock.parsed(given.get("known", "")))
    found = entries.news(asked, sight(request.user, "view", at=clock.running()), since)
    if str(found) == (given.get("told") or "0"):
        return HttpResponse(status=204)
    return render(request, "board/news.html", {"n": found, "address": asked.address(), "drawn": since})


@policy("view", INTERNAL)
@require_safe
def log_json(request: HttpRequest) -> JsonResponse:
    asked = entries.read(request.GET.dict())
    rows = [entries.as_row(entry) for entry in _rows(request, asked)]
    return JsonResponse({"entries": rows, "most": entries.MOST_ROWS}, json_dumps_params={"ensure_ascii": False})


@policy("view", INTERNAL)
@require_safe
def log_csv(request: HttpRequest) -> HttpResponse:
    asked = entries.read(request.GET.dict())
    body = writing.write_csv((entries.as_row(entry) for entry in _rows(request, asked)), headed(SHEET))
    answer = HttpResponse(body, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="log.csv"'
    return answer


@policy("view", INTERNAL)
@require_safe
def entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One entry: what it says, where it came from, what became of it."""
    return _entry_page(request, _visible(request, pk, "view"))


@policy("correct", INTERNAL)
@require_POST
def strike(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _visible(request, pk, "correct")
    form = Reason(request.POST)
    if form.is_valid() and _done(
        form, lambda: journal.strike(found, form.cleaned_data["reason"], by=_account(request))
    ):
        snapshot.refresh(clock.running())
        messages.success(request, _("%(label)s 已划去，原文仍可读。") % {"label": words.label(found.label)})
        return redirect("log-entry", pk)
    return _entry_page(request, found, striking=form, status=422)


@policy("correct", INTERNAL)
@require_POST
def correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _visible(request, pk, "correct")
    form = Correction(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        new = _done(
            form, lambda: notes.correct(found, given["text"], given["reason"], at=clock.shown(), by=_account(request))
        )
        if new is not None:
            snapshot.refresh(clock.running())
            messages.success(request, _("已更正：新记录 %(label)s。") % {"label": words.label(new.label)})
            return redirect("log-entry", new.id)
    return _entry_page(request, found, correcting=form, status=422)


@policy("note", INTERNAL)
@require_POST
def significant(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _visible(request, pk, "note")
    notes.mark_significant(found, reason=gettext_noop("值班员标为重要"), by=_account(request))
    snapshot.refresh(clock.running())
    messages.success(request, _("%(label)s 已标为重要。") % {"label": words.label(found.label)})
    return redirect("log-entry", pk)


def _page(request: HttpRequest, form: Composer, status: int = 200) -> HttpResponse:
    asked = entries.read(request.GET.dict())
    reach = sight(request.user, "view", at=clock.running())
    found: Page = entries.page(asked, reach)
    standing = city.standing_of(request.user, "note", at=clock.running())
    return render(
        request,
        "board/log.html",
        {
            "asked": asked,
            "page": found,
            "next": entries.next_page(asked, found),
            "address": asked.address(),
            "choices": entries.choices(reach),
            "columns": Column.choices,
            "watches": WATCHES,
            "form": form,
            "standing": standing,
            "drawn": entries.drawn() if asked.newest else None,
            "strip": _strip(asked, reach),
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


def _entry_page(
    request: HttpRequest,
    found: Entry,
    *,
    striking: Reason | None = None,
    correcting: Correction | None = None,
    status: int = 200,
) -> HttpResponse:
    at = clock.running()
    struck = entries.struck_by(found)
    reach = sight(request.user, "correct", at=at)
    mine = reach.covers(unit=found.unit_id, path=found.area_path, event=found.event_id)
    context: dict[str, Any] = {
        "entry": found,
        "spans": [(use.start, use.end, door(use.figure)) for use in found.uses.all()],
        "struck": struck,
        "replaces": [mark.entry for mark in found.replaces.select_related("entry")],
        "may_correct": mine and struck is None and found.kind != Entry.Kind.SYSTEM,
        "may_mark": may(request.user, "note", at=at) and struck is None,
        "striking": striking or Reason(auto_id="strike_%s"),
        "correcting": correcting or Correction(initial={"text": found.text}),
    }
    return render(request, "board/entry.html", context, status=status)


def _beside(entry: Entry) -> str:
    """Where the log shows an entry that was just written: on top, or among its day where a demonstration's clock stands."""
    day = f"?day={entry.page_day.isoformat()}" if clock.stands_at() else ""
    return f"{reverse('log')}{day}#e-{entry.id}"


def _rows(request: HttpRequest, asked: Asked) -> list[Entry]:
    return entries.listed(asked, sight(request.user, "view", at=clock.running()), entries.MOST_ROWS)


def _visible(request: HttpRequest, pk: UUID, action: str) -> Entry:
    """The entry within the reach of that action; one out of sight is not there."""
    rows = Entry.objects.within(sight(request.user, action, at=clock.running())).filter(id=pk)
    found = rows.select_related("unit", "area", "author").prefetch_related("marks__by", "uses__figure").first()
    if found is None:
        raise Http404
    return found


def _done(form: Any, act: Callable[[], Any]) -> Any:
    """What the act gives; a Refusal becomes its sentence beside the field it names."""
    try:
        return act()
    except Refusal as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, said(refusal.sentence))
        return None


def _account(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)
    return request.user
