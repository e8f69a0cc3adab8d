"""What a phone at a post is told when it has network: its post, shifts, source areas, reasons, and what it is reminded of."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from shichen.city.models import SourceArea
from shichen.registers.checkpoints.models import Alarm, Device, Passing
from shichen.registers.checkpoints.posts_rules import rules
from shichen.web import clock

RECENT = 500  # passings that say what plates begin with here


def known(device: Device, at: datetime) -> dict[str, Any]:
    """Everything that the page of a post needs while it is out of network."""
    post, said = device.post, rules()
    return {
        "now": at.isoformat(),
        "stands": stands.isoformat() if (stands := clock.stands_at()) else None,  # a demonstration's clock
        "device": {"id": str(device.pk), "label": device.label},
        "post": {"code": post.code, "name": post.name, "network": post.network_id},
        "shifts": [list(hours) for hours in post.hours],
        "prefix": said["phone"]["plate"] or _usual_prefix(device),
        "sources": [_source(one) for one in SourceArea.objects.exclude(plate="")],
        "reasons": said["reasons"],
        "nudges": nudges(device),
    }


def nudges(device: Device) -> list[str]:
    """What the duty officer reminds the post of, until it is done."""
    open_ = Alarm.objects.filter(post=device.post, cleared_at=None, nudged_at__isnull=False).order_by("nudged_at")
    said = gettext("值班员提醒：%(cause)s，%(value)s。")
    return [said % {"cause": one.get_cause_display(), "value": one.value} for one in open_]


def _source(one: SourceArea) -> dict[str, str | None]:
    first, last = (day.isoformat() if day else None for day in (one.valid_from, one.valid_until))
    return {"plate": one.plate, "name": one.name, "from": first, "until": last}


def _usual_prefix(device: Device) -> str:
    recent = Passing.objects.current().filter(post=device.post).exclude(plate_area="").order_by("-occurred_from")
    counted = Counter(recent.values_list("plate_area", flat=True)[:RECENT])
    return counted.most_common(1)[0][0] if counted else ""
