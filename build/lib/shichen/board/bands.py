"""The measures drawn under the curve of the board: what held within its days, the weightiest classes first."""

from __future__ import annotations

from datetime import date
from typing import Any

from shichen import watches
from shichen.board.moment import Moment
from shichen.registers.measures import queries as measures
from shichen.registers.measures.classes import CLASSES
from shichen.registers.measures.queries import Held
from shichen.watches import Period

MOST_DRAWN = 6
MOST_KEPT = 60


def bands(moment: Moment, since: date) -> list[dict[str, Any]]:
    """As they were known at the moment: an end that was told later does not show on an earlier board."""
    span = Period(watches.clock(since, 0), watches.clock(moment.today, 24))
    known = moment.as_of or moment.at
    found = sorted(measures.held(span, area=moment.area, as_of=known), key=_weight)
    return [_plain(one) for one in found[:MOST_KEPT]]


def _weight(one: Held) -> tuple[int, object, str]:
    """Classes in the order of their table; within one the whole city before a part of it, the earlier first."""
    ranks = list(CLASSES)
    kind = one.measure.kind
    return ranks.index(kind) if kind in ranks else len(ranks), (len(one.measure.areas), one.start), one.measure.label


def _plain(one: Held) -> dict[str, Any]:
    return {
        "label": one.measure.label,
        "label_en": one.measure.label_en,
        "kind": one.measure.kind,
        "id": str(one.measure.pk),
        "areas": one.measure.areas,
        "from": one.first.isoformat(),
        "gone": one.gone.isoformat() if one.gone else None,
        "unit": one.measure.unit_id,
        "path": one.measure.area_path,
    }
