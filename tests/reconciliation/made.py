"""What the tests of this room make: findings, work items, a check of one's own."""

from __future__ import annotations

from typing import Any

from shichen.reconciliation.checks import Finding, Side
from shichen.reconciliation.models import Disagreement
from tests.made import NOON


def gap(value: str = "15", **more: Any) -> Finding:
    """Parts that do not add up to 68; `about` makes gaps with other numbers the same matter."""
    sides = (Side("医院", "10"), Side("备用", value, more.pop("href", "/figures/x/")))
    return Finding("sum", "r", f"总数68，分项之和{value}", sides, **more)


def item(**more: Any) -> Disagreement:
    """A work item as it stands in the table."""
    given = {
        "rule": "a≤b",
        "family": "part",
        "signature": "s",
        "title": "其中数大于总数",
        "sides": [{"label": "甲", "value": "3人", "href": "/figures/"}, {"label": "乙", "value": "2人", "href": ""}],
        "opened_at": NOON,
    }
    return Disagreement.objects.create(**{**given, **more})
