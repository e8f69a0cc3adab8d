"""Leases (占用): who alone changes a day of a table, from the comparison with what is there until the commit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from shichen.records.manifest import Lease
from shichen.refusal import Refusal

LASTS = timedelta(seconds=120)
PATIENCE = 600.0
_PAUSE = 0.1


class Lost(Exception):
    """The lease ran out while its holder was away: another may have changed the day, so the work begins again."""


def take(
    table: str, days: Iterable[date], holder: UUID, clock: Callable[[], datetime], *, patience: float = PATIENCE
) -> None:
    """Have these days to oneself, in their order, waiting for whoever has them now. Raises Refusal when that takes too long."""
    until = time.monotonic() + patience
    for day in sorted(days):
        while not _taken(table, day, holder, clock()):
            if time.monotonic() > until:
                raise Refusal(f"{day} 的流水正由另一批处理，等了 {patience:.0f} 秒仍未完；请稍后再办。", rule="占用")
            time.sleep(_PAUSE)


def must_hold(holder: UUID, days: Iterable[date], at: datetime) -> None:
    """Within the transaction that commits. Raises Lost where another may have been at one of these days."""
    held = Lease.objects.select_for_update().filter(holder=holder, until__gt=at).values_list("day", flat=True)
    if not set(days) <= set(held):
        raise Lost


def leave(holder: UUID) -> None:
    """Give back all days."""
    Lease.objects.filter(holder=holder).delete()


def _taken(table: str, day: date, holder: UUID, at: datetime) -> bool:
    try:
        with transaction.atomic():
            if Lease.objects.filter(table=table, day=day, holder=holder).update(until=at + LASTS):
                return True
            Lease.objects.filter(table=table, day=day, until__lte=at).delete()
            Lease.objects.create(table=table, day=day, holder=holder, until=at + LASTS)
    except IntegrityError:
        return False
    return True
