"""What the web doors of analyses do alike: have something worked out, check it, sign it, enter a file that it goes by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shichen.analysis.powers import Checked
from shichen.jobs.models import Job
from shichen.refusal import Refusal
from shichen.web import acting, clock


def ask(request: HttpRequest, make: Callable[[datetime], Job]) -> HttpResponse:
    """Have something worked out as of the instant that was sent, or as of the clock of the pages; its job is shown."""

    def act() -> HttpResponse:
        moment = clock.parsed(str(request.POST.get("as_of", ""))) or clock.shown()
        return redirect("job", make(moment).pk)

    return acting.tried(request, act)


def recompute(request: HttpRequest, check: Callable[[], Checked], then: str, page: str, pk: object) -> HttpResponse:
    """Compute again and say whether the same came out; `then` is the version of the program that computed it first."""

    def act() -> HttpResponse:
        checked = check()
        if checked.same:
            messages.success(request, _("重算一致：指纹 %(digest)s。") % {"digest": checked.digest[:12]})
        else:
            said = _("重算不一致：当时程序 %(then)s，现在 %(now)s；请报运维。")
            messages.error(request, said % {"then": then, "now": checked.version})
        return redirect(page, pk)

    return acting.tried(request, act)


def sign(request: HttpRequest, put: Callable[[str], Model], page: str, pk: object) -> HttpResponse:
    """Sign with the note that was sent."""

    def act() -> HttpResponse:
        put(str(request.POST.get("note", "")))
        messages.success(request, _("已签发。"))
        return redirect(page, pk)

    return acting.tried(request, act)


@dataclass(frozen=True)
class Files:
    """Files that can be entered: the page, those that come with the product, the largest in bytes, what a larger one is told."""

    page: str
    shipped: Callable[[], Mapping[str, str]]
    most: int
    too_large: Refusal


def enter(request: HttpRequest, files: Files, put: Callable[[str, str], HttpResponse]) -> HttpResponse:
    """The page on which a file is entered, begun from one that comes with the product; `put` enters text and reason."""
    shipped = files.shipped()
    given = {"text": str(request.POST.get("text", "")), "reason": str(request.POST.get("reason", ""))}
    shown: dict[str, Any] = {"shipped": list(shipped)}
    if request.method != "POST":
        begin = shipped.get(str(request.GET.get("from", "")), "")
        return render(request, files.page, {**shown, "given": {"text": begin}})
    try:
        return put(
            acting.sent_text(request, given["text"], most=files.most, too_large=files.too_large), given["reason"]
        )
    except Refusal as refusal:
        return render(request, files.page, {**shown, "given": given, "fault": refusal}, status=422)
