"""The duty officer's list of posts (警情): what was raised, who looks after it, the reminder to the post."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shichen.city.models import Account
from shichen.city.scope import Sight, sight
from shichen.registers.checkpoints import watching
from shichen.registers.checkpoints.models import Alarm
from shichen.web import asker, clock
from shichen.web.counters import waiting
from shichen.web.past import only_now
from shichen.web.policy import policy

CLEARED_SHOWN = timedelta(hours=24)


@only_now
@policy("view")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """警情：what goes on, the newest first; what was cleared in the last day below."""
    rows = Alarm.objects.filter(_within(asker.reach(request))).select_related("post__network", "acknowledged_by")
    since = clock.shown() - CLEARED_SHOWN
    context = {
        "going_on": rows.filter(cleared_at=None),
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
    """What nobody has acknowledged yet of the posts within reach."""
    reach = sight(user, "view", at=at)
    return Alarm.objects.filter(_within(reach), cleared_at=None, acknowledged_at=None).count()


def _within(reach: Sight) -> Q:
    return reach.q(unit="post__unit_id", path="post__area_path", event="post__event_id")


def _found(request: HttpRequest, number: UUID) -> Alarm:
    reach = sight(request.user, "note", at=clock.running())
    rows = Alarm.objects.filter(_within(reach)).select_related("post__unit", "post__area", "post__event")
    return get_object_or_404(rows, pk=number)
