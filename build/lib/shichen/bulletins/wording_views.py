"""The web door of the reader's tables (词表): all of them, one with its rows, one row with its history; reading again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shichen.audit.context import now
from shichen.bulletins import forms, rereading, suggestions, wording_effects, wording_lists, wording_sheets, wordings
from shichen.bulletins.deciding import FIRST
from shichen.bulletins.wording_columns import WORDED
from shichen.bulletins.wording_lists import SOURCES, Line
from shichen.bulletins.wording_rows import TABLES, Column, Table
from shichen.bulletins.wordings import Change
from shichen.city.scope import may, sight
from shichen.indicators.declare import known
from shichen.refusal import Refusal
from shichen.sheets.fields import Field
from shichen.web import asker, siblings
from shichen.web.past import only_now
from shichen.web.policy import policy
from shichen.web.sentences import said

PAGE = 50
SHEETS = (("csv", "CSV"), ("xlsx", "Excel"))


@only_now
@policy("view")
@require_safe
def tables(request: HttpRequest) -> HttpResponse:
    """词表：读来稿所依据的词，每张表有多少行，谁最近改过。"""
    reviewing = may(request.user, "review", at=now())
    shown = {
        "cards": wording_lists.cards(),
        "reviewing": reviewing,
        "suggested": len(suggestions.waiting()),
        "stale": len(rereading.stale(sight(request.user, "review", at=now()))) if reviewing else 0,
        "most": rereading.AT_ONCE,
    }
    return render(request, "bulletins/tables.html", shown)


@only_now
@policy("view")
@require_safe
def table(request: HttpRequest, wording: str) -> HttpResponse:
    """一张词表：一行行的词，各从哪里来。"""
    found = named(wording)
    word, source = _asked(request)
    every = wording_lists.lines(found, word=word, source=source)
    page = Paginator(every, PAGE).get_page(request.GET.get("page"))
    shown = {
        "table": found,
        "page": page,
        "q": word,
        "source": source,
        "sources": [(key, said(name)) for key, name in SOURCES.items()],
        "siblings": SHEETS,
        "query": urlencode({"q": word, "source": source}) if word or source else "",
        "reviewing": may(request.user, "review", at=now()),
    }
    return render(request, "bulletins/tables_one.html", shown)


@only_now
@policy("view")
@require_safe
def table_file(request: HttpRequest, wording: str, ending: str) -> HttpResponse:
    """词表的文件：列在页上的行，照样可以再导入。"""
    found = named(wording)
    word, source = _asked(request)
    columns: list[Field] = [*wording_sheets.fields(found), wording_sheets.SOURCE]
    rows = wording_sheets.rows(wording_lists.lines(found, word=word, source=source))
    return siblings.sheet(rows, columns, said(found.name), ending)


@only_now
@policy("view")
@require_safe
def row(request: HttpRequest, wording: str) -> HttpResponse:
    """词表的一行：现在怎样，以前怎样；在这里改、停用、放回。没有写明哪一行时是新的一行。"""
    found, key = named(wording), _plain(request.GET.get("key", ""), 200)
    line = wording_lists.line(found, key) if key else None
    if key and line is None:
        raise Http404
    return row_page(request, found, line, dict(line.values) if line else _prefilled(request, found))


@policy("review")
@require_POST
def put(request: HttpRequest, wording: str) -> HttpResponse:
    """先看会改什么，再存；停用一行，放回一行。"""
    found, given = named(wording), forms.typed(request.POST)
    key = given.get("key", "")[:200]
    line = wording_lists.line(found, key) if key else None
    try:
        change = _change(found, key, given)
        if given.get("act") == "try":
            wordings.must_hold(change.own)
            return row_page(request, found, line, given, change=change)
        made = _kept(found, key, given, by=asker.person(request))
    except Refusal as refusal:
        status = 409 if refusal.rule == FIRST else 422
        return row_page(request, found, line, {**(line.values if line else {}), **given}, fault=refusal, status=status)
    messages.success(request, _("词表已改：%(row)s。") % {"row": made.key})
    return HttpResponseRedirect(_address("wording-row", found, key=made.key))


@policy("review")
@require_POST
def reread(request: HttpRequest) -> HttpResponse:
    """用新词表重读待核的来稿；采过的、驳回的不动。"""
    by = asker.person(request)
    done = rereading.reread_all(sight(by, "review", at=now()), by=by)
    said_of = {"n": done.bulletins, "changed": done.changed, "new": done.new, "gone": done.gone, "kept": done.kept}
    told = _(
        "已重读 %(n)s 份：%(changed)s 个数字换了读法，新读出 %(new)s 个，不再读出 %(gone)s 个，%(kept)s 个已处理的照旧。"
    )
    messages.success(request, told % said_of)
    return HttpResponseRedirect(reverse("wordings"))


def named(wording: str) -> Table:
    """The table of an address; another address is none."""
    if wording not in TABLES:
        raise Http404
    return TABLES[wording]


def _change(table: Table, key: str, given: dict[str, str]) -> Change:
    match given.get("act"):
        case "out":
            return wordings.removal(table.key, key)
        case "back":
            return wordings.return_of(table.key, key)
        case "try" | "put":
            return wordings.proposed(table.key, given, key)
    raise Refusal("请选：看看会改什么、保存、停用或放回。", field="act")


def _kept(table: Table, key: str, given: dict[str, str], *, by: Any) -> Any:
    seen = given.get("seen", "")
    known_row = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 18 else 0
    more = {"by": by, "seen": known_row}
    match given.get("act"):
        case "out":
            return wordings.take_out(table.key, key, given.get("why", ""), **more)
        case "back":
            return wordings.lay_back(table.key, key, given.get("why", ""), **more)
    return wordings.put(table.key, given, given.get("reason", ""), key=key, **more)


def row_page(
    request: HttpRequest,
    table: Table,
    line: Line | None,
    given: dict[str, str],
    *,
    change: Change | None = None,
    fault: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = {
        "table": table,
        "line": line,
        "boxes": _boxes(table, line, given),
        "given": given,
        "seen": line.last.pk if line and line.last else 0,
        "history": wording_lists.history(table, line.key) if line else [],
        "change": change,
        "effects": wording_effects.effects(change.own) if change else None,
        "fault": fault,
        "reviewing": may(request.user, "review", at=now()),
        "indicators": sorted(known().values(), key=lambda one: one.key) if table.key == "catalogue" else (),
    }
    return render(request, "bulletins/tables_row.html", shown, status=status)


def _boxes(table: Table, line: Line | None, given: dict[str, str]) -> list[tuple[Column, str, bool]]:
    """The columns with what stands in them, and whether that stays: what names a row. Only first rows word sentences."""
    further = table.key == "catalogue" and line is not None and line.values.get("row") != "1"
    return [
        (one, given.get(one.name, ""), line is not None and one.name in table.named_by)
        for one in table.columns
        if not (further and one.name in WORDED)
    ]


def _prefilled(request: HttpRequest, table: Table) -> dict[str, str]:
    """A new row may be opened with some of its boxes filled, by the page that leads to it."""
    return {one.name: _plain(request.GET.get(one.name, ""), 200) for one in table.columns}


def _address(name: str, table: Table, **asked: str) -> str:
    return f"{reverse(name, args=[table.key])}?{urlencode(asked)}"


def _asked(request: HttpRequest) -> tuple[str, str]:
    word = _plain(request.GET.get("q", ""), 60).strip()
    source = str(request.GET.get("source", ""))
    return word, source if source in SOURCES else ""


def _plain(text: str, most: int) -> str:
    """What can be seen of a text in an address."""
    return "".join(filter(str.isprintable, text))[:most]
