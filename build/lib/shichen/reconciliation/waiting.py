"""What waits in this room: gaps that are asked of the units within somebody's reach."""

from __future__ import annotations

from datetime import datetime

from shichen.city.models import Account
from shichen.city.scope import sight
from shichen.reconciliation import queries
from shichen.reconciliation.models import Disagreement
from shichen.web.counters import waiting


@waiting("/disagreements/")
def gaps(user: Account, at: datetime) -> int:
    """数不符：还有几件待处理。"""
    return queries.disagreements(sight(user, "view", at=at)).filter(state=Disagreement.State.OPEN).count()
