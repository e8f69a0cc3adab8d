"""The web door through which a table comes back from a file (词表导入): tried first, then taken in one act."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shichen.bulletins import wording_effects, wording_lists, wording_sheets, wordings
from shichen.bulletins.wording_rows import Table
from shichen.bulletins.wording_sheets import Trial
from shichen.bulletins.wording_views import named
from shichen.intake import uploads
from shichen.intake.uploads import Upload
from shichen.refusal import Refusal
from shichen.web import asker
from shichen.web.policy import policy

SHOWN = 100


@policy("review")
@require_http_methods(["GET", "HEAD", "POST"])
def taken_in(request: HttpRequest, wording: str) -> HttpResponse:
    """导入一张词表：先试，列出新的、改的、停用的、不收的；再一次存入。"""
    found = named(wording)
    if request.method != "POST":
        return _page(request, found)
    upload = trial = None
    try:
        upload = _upload(request, found)
        trial = wording_sheets.tried(found, uploads.data_of(upload), upload.filename)
        if request.POST.get("act") == "take":
            return _take(request, found, upload, trial)
        changes = {key: values for one in trial.changes for key, values in one.own.items()}
        wordings.must_hold(changes)
    except Refusal as refusal:
        status = 413 if refusal.rule == "文件上限" else 422
        return _page(request, found, upload=upload, trial=trial, fault=refusal, status=status)
    return _page(request, found, upload=upload, trial=trial)


def _take(request: HttpRequest, table: Table, upload: Upload, trial: Trial) -> HttpResponse:
    taken = wordings.put_many(trial.changes, str(request.POST.get("reason", "")), by=asker.person(request))
    uploads.drop(upload)
    messages.success(request, _("已导入 %(n)s 行，%(bad)s 行没有收。") % {"n": taken, "bad": trial.refused})
    return HttpResponseRedirect(reverse("wording-table", args=[table.key]))


def _upload(request: HttpRequest, table: Table) -> Upload:
    """The file that was put aside, or the one that comes now. Raises Refusal."""
    kind, account = f"wording {table.key}", str(asker.person(request).pk)
    number = str(request.POST.get("upload", ""))
    if number:
        try:
            upload = uploads.found(UUID(number), account=account)
        except ValueError:
            raise Refusal(uploads.LEFT) from None
        if upload.kind != kind:
            raise Refusal(uploads.LEFT)
        return upload
    file = request.FILES.get("file")
    if file is None:
        raise Refusal("请选一个 .xlsx 或 .csv 文件。", field="file")
    limit = settings.CONFIG["intake.max_file_bytes"]
    if (file.size or 0) > limit:
        raise Refusal(f"文件超过 {limit // 1_000_000} MB；请分成几个文件再传。", rule="文件上限", field="file")
    return uploads.keep(file.read(), file.name or "", kind, account=account)


def _page(
    request: HttpRequest,
    table: Table,
    *,
    upload: Upload | None = None,
    trial: Trial | None = None,
    fault: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    changes = {key: values for one in trial.changes for key, values in one.own.items()} if trial else {}
    shown = {
        "table": table,
        "upload": upload,
        "trial": trial,
        "fault": fault,
        "effects": wording_effects.effects(changes) if changes and not fault else None,
        "faults": trial.faults[:SHOWN] if trial else (),
        "changed": [
            (one.key, wording_lists.changed(table, one.before or {}, one.after or {})) for one in trial.changed[:SHOWN]
        ]
        if trial
        else (),
        "given": request.POST.get("reason", ""),
        "most": wording_sheets.MOST,
        "columns": wording_sheets.fields(table),
    }
    return render(request, "bulletins/tables_import.html", shown, status=status)
