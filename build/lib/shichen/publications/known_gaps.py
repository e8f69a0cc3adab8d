"""Gaps that the reconciliation desk has too (数不符): the page does not ask twice, and keeps what the desk decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from shichen.publications.objecting import Objection, Passed
from shichen.reconciliation.models import Disagreement

SAME = {"running": "running:", "repeat": "dates:", "falls": "falls:"}
"""The families of the desk and how the keys of the page's own objections to the same begin."""
DESK = "数不符"


def told(found: Iterable[Objection]) -> list[Objection]:
    """Objections of a page, each standing for what the desk still asks about its figure, or let pass as the desk did."""
    objections = list(found)
    asked = {one.href for one in objections if one.key.startswith(tuple(SAME.values()))}
    if not asked:
        return objections
    rows = [row for row in Disagreement.objects.filter(family__in=SAME) if asked & _addresses(row)]
    return [_with(one, [row for row in rows if _same(one, row)]) for one in objections]


def _with(one: Objection, rows: list[Disagreement]) -> Objection:
    open_ = tuple(f"disputed:{row.pk}" for row in rows if not row.settled)
    settled = next((row for row in rows if row.settled and row.reason), None)
    if settled is None or open_:
        return replace(one, covers=(*one.covers, *open_))
    by = settled.settled_by.display_name if settled.settled_by else ""
    return replace(one, passed=Passed(settled.reason, by, DESK))


def _same(one: Objection, row: Disagreement) -> bool:
    return one.key.startswith(SAME[row.family]) and one.href in _addresses(row)


def _addresses(row: Disagreement) -> set[str]:
    return {side.get("href", "") for side in row.sides}
