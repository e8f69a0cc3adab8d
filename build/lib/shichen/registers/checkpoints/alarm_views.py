"""The duty officer's list of posts (警情): what was raised, who looks after it, the reminder to the post."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shichen import watches
from shichen.city.models import Account
from shichen.city.roles import ROLES
from shichen.city.scope import roles_of, sight
from shichen.registers.checkpoints import escalating, roadside, watching
from shichen.registers.checkpoints.models import Alarm, Device
from shichen.registers.checkpoints.posts_rules import rules
from shichen.registers.checkpoints.roadside import within
from shichen.web import asker, clock, words
from shichen.web.counters import waiting
from shichen.web.past import only_now
from shichen.web.policy import policy

CLEARED_SHOWN = timedelta(hours=24)


@only_now
@policy("view")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """警情：what goes on, the newest first; what was cleared in the last day below."""
    reach, at = asker.reach(request), clock.shown()
    rows = Alarm.objects.filter(within(reach)).select_related("post__network", "acknowledged_by")
    since = at - CLEARED_SHOWN
    context = {
        "going_on": [(one, told(one)) for one in rows.filter(cleared_at=None)],
        "posts": roadside.posts(at, Device.objects.filter(within(reach))),
        "minutes": rules()["escalation"]["minutes"],
        "line": [roles(step) for step in escalating.line()],
        "today": watches.civil_day(at),
        "cleared": rows.filter(cleared_at__gte=since).order_by("-cleared_at"),
        "acting": asker.may_act(request, "note"),
    }
    return render(request, "checkpoints/alarms.html", context)


@policy("note")
@require_POST
def acknowledge(request: HttpRequest, number: UUID) -> HttpResponse:
    """签收."""
    watching.acknowledge(_found(request, number), by=asker.person(request))
    messages.success(request, _("已签收。"))
    return HttpResponseRedirect(reverse("alarms"))


@policy("note")
@require_POST
def nudge(request: HttpRequest, number: UUID) -> HttpResponse:
    """提醒卡点."""
    watching.nudge(_found(request, number), by=asker.person(request))
    messages.success(request, _("已提醒并记入日志；该卡点的手机一有网络就会显示。"))
    return HttpResponseRedirect(reverse("alarms"))


@waiting("/alarms/")
def unacknowledged(user: Account, at: datetime) -> int:
    """What nobody has acknowledged yet of the posts within reach, once it has come to the user's step of the line."""
    step = escalating.step_of(roles_of(user, at))
    if step is None:
        return 0
    waits = Alarm.objects.filter(within(sight(user, "view", at=at)), cleared_at=None, acknowledged_at=None)
    return waits.filter(step__gte=step).count()


def told(alarm: Alarm) -> str:
    """Whose turn it is to acknowledge an alarm, in the language of the page."""
    line = escalating.line()
    return roles(line[min(alarm.step, len(line) - 1)])


def roles(step: tuple[str, ...]) -> str:
    return _("、").join(ROLES[role].en if words.english() else ROLES[role].zh for role in step)


def _found(request: HttpRequest, number: UUID) -> Alarm:
    reach = sight(request.user, "note", at=clock.running())
    rows = Alarm.objects.filter(within(reach)).select_related("post__unit", "post__area", "post__event")
    return get_object_or_404(rows, pk=number)
