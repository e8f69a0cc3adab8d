"""What the tests of the reader's tables put in and read."""

from __future__ import annotations

from typing import Any

from shichen.bulletins import services, wordings
from shichen.bulletins.models import Bulletin, Proposal, Wording
from shichen.bulletins.services import Placing
from shichen.city import services as accounts
from tests.made import bulletin

OURS = "traffic.vehicles_checked"
SAID = {"id": OURS, "row": "2", "measures": "台", "all_of": "查看；小车"}
TEXT = "天元区今天查看往来小车55台。"


def put(table: str, key: str = "", **values: str) -> Wording:
    return wordings.put(table, values, "试", by=accounts.system(), key=key)


def take_out(table: str, key: str) -> Wording:
    return wordings.take_out(table, key, "试", by=accounts.system())


def waiting(text: str, **more: Any) -> Bulletin:
    return Bulletin.objects.get(envelope=bulletin(text, **more).envelope)


def closed(text: str, **more: Any) -> Bulletin:
    """A bulletin of which every number was taken."""
    made = waiting(text, **more)
    for entry in made.entries.all():
        services.accept(entry, Placing(column="一线阻击"), version=entry.version, by=accounts.system())
    made.refresh_from_db()
    return made


def numbers(of: Bulletin) -> list[Proposal]:
    return list(Proposal.objects.filter(entry__bulletin=of).order_by("start"))
