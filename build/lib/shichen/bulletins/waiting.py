"""What waits in this room: bulletins with something open, within a reviewer's reach."""

from __future__ import annotations

from datetime import datetime

from shichen.bulletins.models import Bulletin
from shichen.city.models import Account
from shichen.city.scope import may, sight
from shichen.web.counters import waiting


@waiting("/bulletins/")
def bulletins(user: Account, at: datetime) -> int:
    """来稿复核：还有几份待核；不复核的人不数。"""
    if not may(user, "review", at=at):
        return 0
    return Bulletin.objects.within(sight(user, "review", at=at)).filter(state=Bulletin.State.WAITING).count()
