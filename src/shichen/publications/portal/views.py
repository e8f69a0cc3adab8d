"""The web door of the portal: the public's pages as files, and the acts by which the table of cases goes out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shichen.audit.context import known, now
from shichen.city import queries as city
from shichen.city.scope import sight
from shichen.disclosure import services, then
from shichen.disclosure.models import Clearance, OpenTable
from shichen.disclosure.policy import policy as rules
from shichen.publications.items import sees_all
from shichen.publications.portal import districts, folder, leveled, levels, tables
from shichen.refusal import Refusal
from shichen.web import asker, clock
from shichen.web.past import known_then
from shichen.web.policy import open_to_all, policy

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
KEPT = 60  # seconds that a browser may keep a page
State = OpenTable.State
ROOMS: dict[str, ModuleType] = {tables.NAME: districts, levels.NAME: levels}
"""What goes out as a table of its own, by its name: each proposes and releases."""


@open_to_all
@require_safe
def open_pages(request: HttpRequest, path: str) -> HttpResponse:
    """公开发布：写好的文件，原样给出；不查数据库，也不看是谁。"""
    at = folder.folder()
    found = (at / path).resolve()
    if not found.is_relative_to(at.resolve()):
        raise Http404("no such page")
    if found.is_dir():
        if path and not path.endswith("/"):
            return HttpResponseRedirect(f"/open/{path}/")
        found /= "index.html"
    return _file(found)


@known_then
@policy("view")
@require_safe
def tables_(request: HttpRequest) -> HttpResponse:
    """公开表：放出过的、待签的各区病例表和风险等级。"""
    return _tables(request)


@policy("publish")
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """提出公开各区病例表或风险等级，截至某日。"""
    try:
        until = date.fromisoformat(request.POST.get("until", ""))
    except ValueError:
        return _tables(request, Refusal("请写一个日期，如 2020-02-14。", field="until"))
    room = ROOMS.get(request.POST.get("name", tables.NAME))
    if room is None:
        return _tables(request, Refusal("没有这种公开表。", field="name"))
    try:
        made = room.propose(until, by=asker.person(request))
    except Refusal as refusal:
        return _tables(request, refusal)
    messages.success(request, _("已提出，等第二人签发。"))
    return HttpResponseRedirect(reverse("open-table", args=[made.pk]))


@known_then
@policy("view")
@require_safe
def table(request: HttpRequest, pk: UUID) -> HttpResponse:
    """一张公开表：公众会看到的样子，遮了哪些格。"""
    return _table(request, _found(request, pk))


@policy("approve")
@require_POST
def sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """签发：再审一遍，就此公开。"""
    one = _found(request, pk)
    return _act(request, one, lambda: ROOMS[one.name].release(one, by=asker.person(request)))


@policy("approve")
@require_POST
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """不予签发，写明理由。"""
    one = _found(request, pk)
    return _act(request, one, lambda: services.refuse(one, request.POST.get("note", ""), by=asker.person(request)))


@policy("approve")
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """撤下：不再给公众看，仍列着，注明理由。"""
    one = _found(request, pk)
    return _act(request, one, lambda: services.withdraw(one, request.POST.get("note", ""), by=asker.person(request)))


def _file(at: Path) -> HttpResponse:
    try:
        body = at.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise Http404("no such page") from None
    answer = HttpResponse(body, content_type=TYPES.get(at.suffix, "application/octet-stream"))
    answer["Cache-Control"] = f"public, max-age={KEPT}"
    return answer


def _tables(request: HttpRequest, fault: Refusal | None = None) -> HttpResponse:
    rows = _within(request).filter(name__in=ROOMS).select_related("proposed_by", "decided_by")
    context = {
        "rows": [then.as_it_stood(one, known()) for one in rows],
        "proposes": asker.may_act(request, "publish"),
        "until": request.POST.get("until", "") or f"{clock.shown():%Y-%m-%d}",
        "fault": fault,
    }
    return render(request, "publications/open_tables.html", context, status=422 if fault else 200)


def _table(request: HttpRequest, one: OpenTable, fault: Refusal | None = None) -> HttpResponse:
    approves = asker.may_act(request, "approve")
    cells = one.content["cells"]
    context = {
        "one": one,
        **_printed(one),
        "all": len(cells),
        "shown": sum(cell["mark"] == "" for cell in cells),
        "few": sum(cell["mark"] == "few" for cell in cells),
        "withheld": sum(cell["mark"] == "withheld" for cell in cells),
        "clearance": Clearance.objects.filter(document=one.pk).first() if one.decided_at else None,
        "rules": rules(),
        "signs": approves and one.state == State.PROPOSED,
        "own": one.proposed_by_id == request.user.pk,
        "withdraws": approves and one.state == State.SIGNED,
        "fault": fault,
        "note": request.POST.get("note", ""),
    }
    return render(request, "publications/open_table.html", context, status=422 if fault else 200)


def _printed(one: OpenTable) -> dict[str, Any]:
    """The table as the public would see it."""
    if one.name == levels.NAME:
        return {"levels": leveled.rows(one), "columns": [], "rows": []}
    return {"columns": tables.days(one.content), "rows": tables.grid(one.content)}


def _found(request: HttpRequest, pk: UUID) -> OpenTable:
    return then.as_it_stood(get_object_or_404(_within(request), pk=pk), known())


def _within(request: HttpRequest) -> QuerySet[OpenTable]:
    """Tables speak of the whole city: they are for whoever reaches every unit of it."""
    reach = sight(request.user, "view", at=now())
    rows = OpenTable.objects.all() if sees_all(reach, city.the_city().path) else OpenTable.objects.none()
    return then.standing(rows, known())


def _act(request: HttpRequest, one: OpenTable, act: Callable[[], Any]) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        return _table(request, one, refusal)
    return HttpResponseRedirect(reverse("open-table", args=[one.pk]))
