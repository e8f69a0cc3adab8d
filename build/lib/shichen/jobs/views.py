"""Long work as pages (后台任务): the list with what the clock does by itself, one job, and the part of it that is polled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shichen.city.roles import INTERNAL
from shichen.city.scope import sight
from shichen.jobs import kinds, payload, queries, services, then
from shichen.jobs.models import Job
from shichen.jobs.queries import Standing
from shichen.refusal import Refusal
from shichen.web import asker, clock, past, siblings
from shichen.web.past import known_then, only_now
from shichen.web.policy import policy

SHOWN = 100
STOP_POLLING = 286


@known_then
@policy("view", INTERNAL)
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """后台任务."""
    shown = {
        "jobs": [_row(request, one) for one in _listed(request)],
        "clockwork": _clockwork() if past.asked(request) is None else None,
        "now": clock.running(),
        "siblings": siblings.DOWNLOADS,
        "query": request.GET.urlencode(),
    }
    return render(request, "jobs/jobs.html", shown)


@known_then
@policy("view", INTERNAL)
@require_safe
def jobs_files(request: HttpRequest, ending: str) -> HttpResponse:
    """The same list as a file: CSV, Excel, JSON, or what its columns mean."""
    return siblings.files(
        request,
        ending,
        payload.about(),
        lambda: [payload.row(one, _called(one.job)) for one in _listed(request)],
        lambda: {"jobs": [payload.of_job(one) for one in _listed(request)], **_clock(request)},
    )


@known_then
@policy("view", INTERNAL)
@require_safe
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """一件任务."""
    found = _standing(request, [_found(request, pk)])
    if not found:
        raise Http404
    return render(request, "jobs/job.html", _row(request, found[0]))


@only_now
@policy("view", INTERNAL)
@require_safe
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What an open page asks for every second; 286 when there is nothing more to ask."""
    row = _row(request, queries.standing(_found(request, pk), clock.running()))
    return render(request, "jobs/progress.html", row, status=STOP_POLLING if row["one"].over else 200)


@policy("submit", INTERNAL)
@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    services.cancel(_found(request, pk), by=asker.person(request))
    messages.success(request, _("正在取消；已办的都在。"))
    return redirect("job", pk)


@policy("submit", INTERNAL)
@require_POST
def again(request: HttpRequest, pk: UUID) -> HttpResponse:
    services.again(_found(request, pk), by=asker.person(request))
    messages.success(request, _("已排队，接着办。"))
    return redirect("job", pk)


def _row(request: HttpRequest, one: Standing) -> dict[str, Any]:
    return {
        "one": one,
        "job": one.job,
        "kind": _called(one.job),
        "theirs": past.asked(request) is None and services.theirs(one.job, asker.person(request)),
    }


def _called(found: Job) -> str:
    try:
        return kinds.named(found.kind).called
    except Refusal:  # of an earlier version of the house
        return found.kind


def _listed(request: HttpRequest) -> list[Standing]:
    rows = Job.objects.within(sight(request.user, "view", at=clock.running())).select_related("unit", "area", "by")
    moment = past.asked(request)
    return _standing(request, (rows if moment is None else rows.filter(made_at__lte=moment))[:SHOWN])


def _standing(request: HttpRequest, rows: Iterable[Job]) -> list[Standing]:
    """Jobs as they stand, or as they stood at the moment that is asked for."""
    moment = past.asked(request)
    return [queries.standing(one, clock.running()) for one in rows] if moment is None else then.standing(rows, moment)


def _clock(request: HttpRequest) -> dict[str, Any]:
    """What the clock does by itself, as data; it writes down the last time only, so of a past there is none."""
    return {"clock": queries.clockwork()} if past.asked(request) is None else {}


def _clockwork() -> list[dict[str, Any]]:
    """What the clock does by itself, each with when it was last done and how it went."""
    return [
        {
            "name": name,
            **said,
            "at": datetime.fromisoformat(said["at"]),
            "fault_at": datetime.fromisoformat(said["fault_at"]) if said.get("fault_at") else None,
        }
        for name, said in queries.clockwork().items()
    ]


def _found(request: HttpRequest, pk: UUID) -> Job:
    rows = Job.objects.within(sight(request.user, "view", at=clock.running())).filter(pk=pk)
    found = rows.select_related("unit", "area", "by").first()
    if found is None:
        raise Http404
    return found
