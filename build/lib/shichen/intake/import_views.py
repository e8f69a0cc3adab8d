"""The import wizard (导入): upload, assign columns, rehearse, confirm; the result is the envelope's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shichen.audit.context import now
from shichen.city.queries import Standing
from shichen.intake import imports, kinds, queries, uploads
from shichen.intake.imports import Trial
from shichen.intake.kinds import Kind
from shichen.intake.services import Conflict, Delivery
from shichen.intake.uploads import Upload
from shichen.refusal import Refusal
from shichen.sheets.table import Table
from shichen.web import asker, clock
from shichen.web.attached import attached
from shichen.web.policy import policy

FAULTS_SHOWN = 100
SAMPLES = 5
UNUSED = "-"
LARGE = 1000  # rows: beyond, a request would hold its reader, and the database, longer than a page may


@dataclass(frozen=True)
class Desk:
    """What one step of an import works on: the upload, who acts, and the delivery it would make."""

    upload: Upload
    kind: Kind
    acting: Standing
    delivery: Delivery


@policy("submit")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """第一步：选种类、传文件。"""
    acting, fault, status = queries.standing(asker.person(request), now()), None, 200
    asked = str(request.POST.get("kind") or request.GET.get("kind", ""))
    if request.method == "POST":
        try:
            upload, before = _uploaded(request, asked, acting)
        except Refusal as refusal:
            fault, status = refusal, 413 if refusal.rule == "文件上限" else 422
        else:
            if before is None:
                return HttpResponseRedirect(reverse("import-columns", args=[upload.id]))
            return render(request, "intake/import_known.html", {"before": before, "upload": upload})
    offered = [one.kind for one in queries.offered(acting, clock.shown()) if one.kind.fields]
    limit = settings.CONFIG["intake.max_file_bytes"] // 1_000_000
    shown = {"kinds": offered, "asked": asked, "fault": fault, "limit": limit, "acting": acting}
    return render(request, "intake/import_start.html", shown, status=status)


@policy("submit")
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, number: UUID) -> HttpResponse:
    """第二步：哪一列是什么；试导入；确认。"""
    try:
        desk = _desk(request, number)
    except Refusal as refusal:
        return render(request, "intake/import_gone.html", {"fault": refusal}, status=404)
    if request.method != "POST":
        return _columns(request, desk)
    details = _decided(request, desk)
    if isinstance(details, Refusal):
        return _columns(request, desk, fault=details)
    desk = _desk_of(request, uploads.decided(desk.upload, **details))
    return _take(request, desk) if request.POST.get("act") == "take" else _try(request, desk)


@policy("submit")
@require_safe
def template(request: HttpRequest, kind: str, ending: str) -> HttpResponse:
    """一种报送的空表，带表头和一行示例。"""
    found = kinds.known().get(kind)
    if found is None or not found.fields or ending not in ("csv", "xlsx"):
        raise Http404
    return attached(imports.template(found, ending), f"{found.called}-{_('模板')}.{ending}", ending)


def _uploaded(request: HttpRequest, kind: str, acting: Standing) -> tuple[Upload, Any]:
    """The file put aside, and the envelope by which it came before. Raises Refusal."""
    if queries.offered_kind(kind, acting, clock.shown()) is None:
        raise Refusal("请先选这是哪一种表。", field="kind")
    file = request.FILES.get("file")
    if file is None:
        raise Refusal("请选一个 .xlsx 或 .csv 文件。", field="file")
    limit = settings.CONFIG["intake.max_file_bytes"]
    if (file.size or 0) > limit:
        raise Refusal(f"文件超过 {limit // 1_000_000} MB；请分成几个文件再传。", rule="文件上限", field="file")
    upload = uploads.keep(file.read(), file.name or "", kind, account=str(asker.person(request).pk))
    before = queries.imported_before(upload.sha256, kind, acting.unit)
    if before is None:
        try:
            upload = uploads.decided(upload, **imports.as_remembered(_desk_of(request, upload).delivery))
        except Refusal:
            uploads.drop(upload)
            raise
    else:
        uploads.drop(upload)
    return upload, before


def _desk(request: HttpRequest, number: UUID) -> Desk:
    return _desk_of(request, uploads.found(number, account=str(asker.person(request).pk)))


def _desk_of(request: HttpRequest, upload: Upload) -> Desk:
    acting = queries.standing(asker.person(request), now())
    delivery = imports.delivery_of(
        uploads.data_of(upload),
        upload.filename,
        upload.kind,
        acting,
        details=upload.details,
        number=upload.id,
        reported_at=clock.shown(),
    )
    return Desk(upload, kinds.named(upload.kind), acting, delivery)


def _decided(request: HttpRequest, desk: Desk) -> dict[str, Any] | Refusal:
    """What the page says of the columns, checked; the columns are those of the file, not those of the address."""
    names = {one.name for one in desk.kind.fields}
    try:
        found = imports.columns(imports.table_of(desk.delivery, most=imports.HEAD))
        year = str(request.POST.get("year", "")).strip()
        if year and not (year.isascii() and year.isdigit() and 1900 <= int(year) <= 2100):
            raise Refusal("年份请写四位数字，如 2020。", field="year")
        answers = [str(request.POST.get(f"column-{place}", UNUSED)) for place in range(len(found))]
        used = [name for name in answers if name in names]
        if len(used) != len(set(used)):
            raise Refusal("同一个字段对应了两列；请只留一列。", field="mapping")
        mapping = {one.key: name if name in names else None for one, name in zip(found, answers, strict=True)}
        defaults = {name: str(request.POST.get(f"default-{name}", "")).strip() for name in names - set(used)}
        details = {
            "mapping": mapping,
            "defaults": {n: v for n, v in defaults.items() if v},
            "year": int(year) if year else None,
        }
        for one in desk.kind.fields:
            if one.name in details["defaults"]:  # type: ignore[operator]
                one.read(defaults[one.name])
    except Refusal as refusal:
        return refusal
    except ValueError as unreadable:
        return Refusal(str(unreadable), field="defaults")
    return details


def _columns(request: HttpRequest, desk: Desk, *, fault: Refusal | None = None) -> HttpResponse:
    table = imports.table_of(desk.delivery, most=imports.HEAD)
    found = imports.columns(table)
    taken = {one.field for one in found}
    shown = {
        "desk": desk,
        "table": table,
        "columns": found,
        "samples": range(SAMPLES),
        "without": [
            (one, desk.upload.details.get("defaults", {}).get(one.name, ""))
            for one in desk.kind.fields
            if one.name not in taken
        ],
        "heads": _heads(table),
        "fault": fault,
        "remembered": bool(desk.upload.details.get("mapping")),
    }
    return render(request, "intake/import_columns.html", shown, status=422 if fault else 200)


def _try(request: HttpRequest, desk: Desk) -> HttpResponse:
    try:
        trial = imports.tried(desk.delivery, by=asker.person(request), most=LARGE)
    except Refusal as refusal:
        return _columns(request, desk, fault=refusal)
    shown = {
        "desk": desk,
        "trial": trial,
        "faults": trial.faults[:FAULTS_SHOWN],
        "more": max(len(trial.faults) - FAULTS_SHOWN, 0),
        "answers": _answers(request, desk, trial),
    }
    return render(request, "intake/import_trial.html", shown)


def _take(request: HttpRequest, desk: Desk) -> HttpResponse:
    try:
        if imports.table_of(desk.delivery, most=LARGE).unread:
            job = imports.take_later(desk.delivery, by=asker.person(request))
            uploads.drop(desk.upload)
            return HttpResponseRedirect(reverse("job", args=[job.pk]))
        done = imports.take(desk.delivery, by=asker.person(request))
    except Conflict as conflict:
        return _columns(request, desk, fault=conflict)
    uploads.drop(desk.upload)
    return HttpResponseRedirect(reverse("receipt", args=[done.envelope.id]))


def _answers(request: HttpRequest, desk: Desk, trial: Trial) -> list[tuple[str, str]]:
    """The page's answers once more, so that confirming sends what was tried."""
    wanted = (
        "year",
        *(f"column-{n}" for n in range(len(imports.columns(trial.table)))),
        *(f"default-{f.name}" for f in desk.kind.fields),
    )
    return [(name, str(request.POST[name])) for name in wanted if name in request.POST]


def _heads(table: Table) -> list[tuple[str, str]]:
    """Where the headings of each sheet stand."""
    found = [(sheet.name, sheet.head_lines) for sheet in table.sheets if sheet.used]
    return [(name, _("、").join(str(line) for line in lines)) for name, lines in found]
