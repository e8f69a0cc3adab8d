"""The web door of bulk rows (流水): what was sent and what came of it, sending a file, what the lake holds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from shichen.jobs import queries as jobs
from shichen.records.bulk import tables
from shichen.records.bulk.shape import Table
from shichen.records.manifest import Batch, Load
from shichen.registers.loads import services
from shichen.sheets.fields import Field
from shichen.web import asker, siblings, words
from shichen.web.past import only_now
from shichen.web.policy import policy
from shichen.web.siblings import About

SHOWN = 100
SHEET = (
    Field("number", gettext_noop("批号"), "integer"),
    Field("table", gettext_noop("流水")),
    Field("filename", gettext_noop("文件名")),
    Field("unit", gettext_noop("单位")),
    Field("state", gettext_noop("状态")),
    Field("received_at", gettext_noop("接收时间"), "datetime"),
    Field("read", gettext_noop("读到"), "integer"),
    Field("taken", gettext_noop("入库"), "integer"),
    Field("duplicate", gettext_noop("重复"), "integer"),
    Field("rejected", gettext_noop("拒收"), "integer"),
    Field("snapshot", gettext_noop("快照"), "integer"),
    Field("digest", gettext_noop("校验和")),
)


@only_now
@policy("view")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """流水：各批读到多少、入库多少、拒收多少；读到的一行不少。"""
    shown = {
        "kinds": [(one.name, called(one)) for one in services.tables()],
        "kind": _kind(request),
        "loads": [(one, called(tables.of(one.table))) for one in _loads(request)[:SHOWN]],
        "sends": asker.may_act(request, "submit"),
        "most": settings.CONFIG["lake.max_bytes"] // 1_000_000,
        "keep": settings.CONFIG["lake.keep_days"],
        "aside": Batch.objects.filter(state=Batch.State.QUARANTINED, removed=None).count(),
        "siblings": siblings.DOWNLOADS,
        "query": request.GET.urlencode(),
    }
    return render(request, "loads/loads.html", shown)


@only_now
@policy("view")
@require_safe
def listed_files(request: HttpRequest, ending: str) -> HttpResponse:
    """The same list as a file: CSV, Excel, JSON, or what its columns mean."""
    about = About(
        _("流水"),
        _("成批送来的过卡、停留记录：每一批读到 = 入库 + 重复 + 拒收。"),
        _("各报送单位，按可见范围"),
        SHEET,
    )
    found = list(_loads(request)) if ending != "metadata.json" else []
    return siblings.files(
        request,
        ending,
        about,
        lambda: [_in_words(one) for one in found],
        lambda: {"loads": [_row(one) for one in found]},
    )


@only_now
@policy("view")
@require_safe
def load(request: HttpRequest, number: UUID) -> HttpResponse:
    """一批流水：谁送的、读到多少、每种拒收原因各多少；拒收的记录只退给送来的人。"""
    found = _loads(request).filter(id=number).first()
    if found is None:
        raise Http404
    reasons = [
        ((one.en if words.english() else one.zh), found.reasons[one.name])
        for one in tables.of(found.table).reasons
        if one.name in found.reasons
    ]
    shown = {
        "load": found,
        "called": called(tables.of(found.table)),
        "reasons": reasons,
        "mine": found.account_id == asker.person(request).pk,
        "job": jobs.of(found.id) if found.state in (Load.State.RECEIVED, Load.State.WORKING) else None,
    }
    return render(request, "loads/load.html", shown)


def called(table: Table) -> str:
    """What a table of bulk rows is called in the language of the page."""
    return table.en if words.english() else table.zh


def _kind(request: HttpRequest) -> str:
    """The table whose loads are asked for; none, for all of them."""
    asked = str(request.GET.get("kind", ""))
    return asked if asked in tables.TABLES else ""


def _loads(request: HttpRequest) -> QuerySet[Load]:
    found = Load.objects.filter(asker.reach(request).q()).select_related("unit", "account")
    return found.filter(table=_kind(request)) if _kind(request) else found


def _in_words(one: Load) -> dict[str, Any]:
    words_of = {"unit": words.called(one.unit), "state": one.get_state_display()}
    return _row(one) | words_of | {"table": called(tables.of(one.table))}


def _row(one: Load) -> dict[str, Any]:
    said = {field.name: getattr(one, field.name) for field in SHEET}
    return said | {"unit": one.unit_id, "snapshot": one.snapshot_id}
