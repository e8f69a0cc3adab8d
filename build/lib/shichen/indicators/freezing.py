"""Freezing many figures at once (批量定稿): a day's figures in one act, each as if it were frozen by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from shichen.audit.context import now
from shichen.city.models import Account, Body, Event
from shichen.indicators import many
from shichen.indicators.declare import Scope
from shichen.indicators.models import Figure
from shichen.indicators.services import definition_of, frozen
from shichen.watches import Period

AT_ONCE = 1000


@dataclass(frozen=True)
class Wanted:
    """A figure to be frozen: of what, of which time and place, reported by whom, in which measure (empty: its own)."""

    key: str
    period: Period
    scope: Scope
    reporter: Body
    unit: str = ""


@transaction.atomic
def freeze_all(
    wanted: Sequence[Wanted], *, event: Event, published_at: datetime | None = None, by: Account
) -> list[Figure]:
    """Fix them all, or none: Raises Refusal when nothing was reported for one of them. In the order asked for."""
    computed = many.computed([many.Asked(one.key, one.period, one.scope) for one in wanted])
    definitions = {
        one.indicator.key: definition_of(one.indicator) for one in {c.indicator.key: c for c in computed}.values()
    }
    moment = now()
    figures = [
        frozen(
            one,
            definitions[one.indicator.key],
            reporter=asked.reporter,
            event=event,
            unit=asked.unit,
            published_at=published_at,
            by=by,
            at=moment,
        )
        for asked, one in zip(wanted, computed, strict=True)
    ]
    return Figure.objects.bulk_create(figures, batch_size=AT_ONCE)
