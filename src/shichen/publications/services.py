"""Acts of this room: say over which time the measure of an entry holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.models import Account
from shichen.journal.models import Entry
from shichen.publications.models import Band
from shichen.refusal import Refusal


@transaction.atomic
def band(
    entry: Entry,
    measure: str,
    label: str,
    start: datetime,
    end: datetime | None = None,
    *,
    areas: Iterable[str] = (),
    partial: bool = False,
    replaces: Band | None = None,
    by: Account,
) -> Band:
    """Record that the measure an entry tells of holds from `start` to `end` (exclusive; None: not known). Raises Refusal."""
    if not label.strip():
        raise Refusal("措施要有名称，才能画在曲线下面。", field="label")
    if end is not None and end <= start:
        raise Refusal("措施的止期不能早于起期。", field="end")
    if Band.objects.filter(entry=entry, measure=measure, label=label).exists():
        raise Refusal(f"{entry.label} 已记过「{label}」。", field="label")
    made = Band.objects.create(
        entry=entry,
        measure=measure,
        label=label.strip(),
        starts_at=start,
        ends_at=end,
        areas=list(areas),
        partial=partial,
        replaces=replaces,
        recorded_at=now(),
    )
    audit.note("band", table="publications.band", subject=made.id, unit=entry.unit_id, area=entry.area_id, by=by)
    return made
