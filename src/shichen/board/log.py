"""The log as a page (值班日志) with its siblings, one entry, and the acts on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shichen import watches
from shichen.audit import context
from shichen.board import attachments, entries, notes, snapshot
from shichen.board.attachments import File
from shichen.board.entries import Asked, Page
from shichen.board.forms import Composer, Correction, Reason, composer_at
from shichen.board.notes import Note
from shichen.city import queries as city
from shichen.city.roles import INTERNAL
from shichen.city.scope import Sight, may, sight
from shichen.intake import originals
from shichen.intake.originals import NotTheirs
from shichen.journal import pins
from shichen.journal import services as journal
from shichen.journal.models import Column, Entry, Mark
from shichen.refusal import Refusal
from shichen.sheets.fields import Field
from shichen.watches import WATCHES
from shichen.web import asker, clock, past, siblings, strip, words
from shichen.web.attached import attached
from shichen.web.past import known_then, only_now
from shichen.web.policy import policy
from shichen.web.sentences import said

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


DOWNLOADS = (("csv", "CSV"), ("xlsx", "Excel"), ("json", "JSON"), ("metadata.json", ""))


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
        entry = _done(form, lambda: notes.write(_note(request, form), at=clock.shown(), by=asker.person(request)))
        if entry is not None:
            snapshot.refresh(clock.running())
            messages.success(request, _("已记入日志：%(label)s。") % {"label": words.label(entry.label)})
            return redirect(_beside(entry))
    return _page(request, form, status=422, follows=_followed(request))


@policy("note", INTERNAL)
@require_POST
def pin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """置顶，或取下。"""
    found, up = _visible(request, pk, "note"), request.POST.get("act") != "unpin"
    if up:
        pins.pin(found, by=asker.person(request))
    else:
        pins.unpin(found, by=asker.person(request))
    said = _("%(label)s 已置顶。") if up else _("%(label)s 已取下。")
    messages.success(request, said % {"label": words.label(found.label)})
    return redirect("log")


@only_now
@policy("view", INTERNAL)
@require_http_methods(["GET", "HEAD", "POST"])
def attachment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """附件，只作附件下载；可能有个人信息的，写明理由才调阅，理由记入审计日志。"""
    found = _visible(request, pk, "view")
    ways = attachments.ways(found, request.user)
    if ways is None:
        raise Http404
    if request.method != "POST":
        return redirect(f"{reverse('log-entry', args=[pk])}#attachment")
    reason = str(request.POST.get("reason", ""))
    try:
        handed = attachments.handed(ways, reason, by=asker.person(request))
    except NotTheirs as refusal:
        said = {"sentence": refusal.sentence, "rule": refusal.rule}
        return render(request, "web/refused.html", said, status=403)
    except Refusal as refusal:
        if refusal.field != "reason":
            raise
        return _entry_page(request, found, reason=reason, fault=refusal.sentence, status=422)
    return attached(handed.data, handed.name)


@only_now
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


@known_then
@policy("view", INTERNAL)
@require_safe
def log_json(request: HttpRequest) -> JsonResponse:
    asked = entries.read(request.GET.dict())
    rows = [entries.as_row(entry) for entry in _rows(request, asked)]
    return JsonResponse({"entries": rows, "most": entries.MOST_ROWS}, json_dumps_params={"ensure_ascii": False})


@known_then
@policy("view", INTERNAL)
@require_safe
def log_sheet(request: HttpRequest, ending: str) -> HttpResponse:
    asked = entries.read(request.GET.dict())
    return siblings.sheet(map(entries.as_row, _rows(request, asked)), SHEET, "log", ending)


@known_then
@policy("view", INTERNAL)
@require_safe
def log_metadata(request: HttpRequest) -> JsonResponse:
    """What the log is, and what the columns of its sheet mean."""
    entries.read(request.GET.dict())
    definition = _("值班日志：所记与所办，只增不改；划去的仍在，写明理由。至多 %(n)s 条，新的在前。") % {
        "n": entries.MOST_ROWS
    }
    source, endings = _("各报送单位，按可见范围"), ("csv", "xlsx", "json")
    return siblings.metadata(request, _("值班日志"), definition, SHEET, source=source, endings=endings)


@known_then
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
        form, lambda: journal.strike(found, form.cleaned_data["reason"], by=asker.person(request))
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
            form,
            lambda: notes.correct(found, given["text"], given["reason"], at=clock.shown(), by=asker.person(request)),
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
    notes.mark_significant(found, reason=gettext_noop("值班员标为重要"), by=asker.person(request))
    snapshot.refresh(clock.running())
    messages.success(request, _("%(label)s 已标为重要。") % {"label": words.label(found.label)})
    return redirect("log-entry", pk)


def _page(request: HttpRequest, form: Composer, status: int = 200, *, follows: Entry | None = None) -> HttpResponse:
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
            "siblings": DOWNLOADS,
            "columns": Column.choices,
            "watches": WATCHES,
            "form": form,
            "standing": standing,
            "drawn": entries.drawn() if asked.newest else None,
            "strip": _strip(asked, reach),
            "follows": follows,
            "pinned": entries.on_top(asked, reach),
            "limit": settings.CONFIG["intake.max_file_bytes"] // 1_000_000,
            "at": clock.shown(),
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
    reason: str = "",
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    at = clock.running()
    struck, before = entries.struck_by(found), list(found.replaces.select_related("entry"))
    reach = sight(request.user, "correct", at=at)
    acts, known = past.asked(request) is None, context.known()
    before = [mark for mark in before if known is None or mark.at <= known]
    mine = acts and reach.covers(unit=found.unit_id, path=found.area_path, event=found.event_id)
    shown: dict[str, Any] = {
        "entry": found,
        "struck": struck,
        "replaces": [mark.entry for mark in before if mark.kind == Mark.Kind.STRUCK],
        "goes_on_from": [mark.entry for mark in before if mark.kind == Mark.Kind.UPDATED],
        "pin": pins.pinned(sight(request.user, "view", at=at), as_of=known).get(found.pk),
        "ways": attachments.ways(found, request.user) if acts else None,
        "bounds": (originals.SHORTEST, originals.LONGEST),
        "reason": reason,
        "fault": fault,
        "at": clock.shown(),
        "may_correct": mine and struck is None and found.kind != Entry.Kind.SYSTEM,
        "may_mark": acts and may(request.user, "note", at=at) and struck is None,
        "striking": striking or Reason(auto_id="strike_%s"),
        "correcting": correcting or Correction(initial={"text": found.text}),
    }
    return render(request, "board/entry.html", shown, status=status)


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
        follows=_visible(request, given["follows"], "note") if given["follows"] else None,
        attachment=File(file.read(), file.name, given["impersonal"]) if file is not None else None,
    )


def _followed(request: HttpRequest) -> Entry | None:
    """The entry that the composer goes on from, where the address or the form names one within reach."""
    named = str(request.POST.get("follows") or request.GET.get("follows", ""))
    try:
        return _visible(request, UUID(named), "note") if named else None
    except (ValueError, Http404):
        return None


def _beside(entry: Entry) -> str:
    """Where the log shows an entry that was just written: on top, or among its day where a demonstration's clock stands."""
    day = f"?day={entry.page_day.isoformat()}" if clock.stands_at() else ""
    return f"{reverse('log')}{day}#e-{entry.id}"


def _rows(request: HttpRequest, asked: Asked) -> list[Entry]:
    return entries.listed(asked, sight(request.user, "view", at=clock.running()), entries.MOST_ROWS)


def _visible(request: HttpRequest, pk: UUID, action: str) -> Entry:
    """The entry within the reach of that action; one out of sight is not there."""
    rows = Entry.objects.within(sight(request.user, action, at=clock.running())).filter(id=pk)
    marks, known = Mark.objects.select_related("by", "successor"), context.known()
    if known is not None:
        rows, marks = rows.filter(recorded_at__lte=known), marks.filter(at__lte=known)
    found = (
        rows.select_related("unit", "area", "author", "reading")
        .prefetch_related(Prefetch("marks", marks), "uses__figure")
        .first()
    )
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
