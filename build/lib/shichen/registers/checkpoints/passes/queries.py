"""Questions about passes: what holds of a number and a plate on a day, figures' records, the signed list of what is revoked."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop as _

from shichen import watches
from shichen.indicators.declare import Scope
from shichen.records import sealed
from shichen.records.keeper import RowRecords
from shichen.records.models import RecordQuerySet
from shichen.registers.checkpoints.passes import signing
from shichen.registers.checkpoints.passes.choices import (
    EARLY,
    EXPIRED,
    GONE,
    ISSUED,
    LATE,
    OTHER_PLATE,
    RESULTS,
    REVOKED,
    STATES,
    UNKNOWN,
    VALID,
    VOID,
)
from shichen.registers.checkpoints.passes.models import Pass, Use
from shichen.watches import Period


def result(number: str, plate: str, on: date) -> str:
    """What a post must know of a pass on a vehicle: that it holds, or the first thing that is wrong with it."""
    one: Pass | None = Pass.objects.current().filter(number=number).first()
    if one is None or one.first_day is None or one.last_day is None:
        return UNKNOWN
    if one.plate_index not in ("", sealed.blind(Pass, "plate", plate)):
        return OTHER_PLATE
    if one.state != ISSUED:
        return GONE
    return EARLY if on < one.first_day else LATE if on > one.last_day else VALID


def code_of(one: Pass) -> str:
    """What the square code of a pass says: number, plate, days, key, signature."""
    if one.first_day is None or one.last_day is None:
        raise AssertionError("only a pass that was issued has a code")
    said = signing.Said(one.number, sealed.opened(one, "plate"), one.first_day, one.last_day, one.key_id)
    return f"{said.text}.{one.signature}"


def revocations(at: datetime) -> dict[str, Any]:
    """The list that posts carry with them, signed: what is revoked, short digits of what is in force, its number and time."""
    rows = Pass.objects.current()
    gone = sorted(rows.filter(state__in=(REVOKED, VOID)).values_list("number", flat=True))
    today = watches.civil_day(at)
    held = rows.filter(state=ISSUED, last_day__gte=today).values_list("number", "short", "first_day", "last_day")
    said = {
        "sequence": Pass.objects.filter(revision__gt=1).count(),
        "at": at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "revoked": gone,
        "issued": {number: [short, f"{first:%Y%m%d}", f"{last:%Y%m%d}"] for number, short, first, last in held},
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    signature = signing.sign_text(settings.KEYRING, signing.KEY_ID, text)
    return {"list": text, "key": signing.KEY_ID, "signature": signature}


def stock(period: Period, scope: Scope, state: str = "") -> RowRecords:
    """The passes of all series at the end of the period, in one state or in any."""
    moment = period.end if scope.as_of is None else min(period.end, scope.as_of)
    rows = Pass.objects.current(moment).inside(scope.area)
    last = watches.civil_day(period.end - timedelta(seconds=1))
    if state == EXPIRED:
        rows = rows.filter(state=ISSUED, last_day__lt=last)
    elif state == ISSUED:
        rows = rows.filter(state=ISSUED, last_day__gte=last)
    elif state:
        rows = rows.filter(state=state)
    return RowRecords(rows.select_related("area", "unit", "authority").order_by("number"), describe, href)


def uses(period: Period, scope: Scope, *, let_through: bool | None = None) -> RowRecords:
    """The times that passes were shown within the period."""
    rows: RecordQuerySet = Use.objects.current(scope.as_of).during(period).inside(scope.area)
    if scope.facet("post") is not None:
        rows = rows.filter(post__code=scope.facet("post"))
    if let_through is not None:
        rows = rows.filter(result=VALID) if let_through else rows.exclude(result=VALID)
    ordered = rows.select_related("post", "area", "unit").order_by("occurred_from")
    return RowRecords(ordered, describe_use, lambda use: f"/registers/pass-uses/{use.pk}/", {"post": "post__code"})


def describe(one: Pass) -> dict[str, Any]:
    return {
        _("证号"): one.number,
        _("状态"): STATES[one.state],
        _("签发单位"): one.authority.name,
        _("承运单位"): one.carrier,
        _("有效至"): one.last_day or "",
    }


def describe_use(one: Use) -> dict[str, Any]:
    return {_("证号"): one.number, _("卡点"): one.post.name, _("结果"): RESULTS[one.result], _("区域"): one.area.name}


def href(one: Pass) -> str:
    return f"/registers/passes/{one.pk}/"
