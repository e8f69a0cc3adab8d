"""Writing a decision on what was proposed: by the version that was seen, and with its row in the trail."""

from __future__ import annotations

from typing import Any

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.bulletins import deciding
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.bulletins.proposed import Decided
from shichen.city.models import Account
from shichen.refusal import Refusal


def claim(row: Decided, version: int, values: dict[str, Any], by: Account) -> None:
    """Write a decision if nobody else decided since `version` was read. Raises Refusal."""
    values = {"decided_by": by, "decided_at": now(), **values, "version": version + 1}
    if not type(row)._default_manager.filter(pk=row.pk, version=version).update(**values):
        row.refresh_from_db()
        raise deciding.too_late(row.decided_by)
    for name, value in values.items():
        setattr(row, name, value)


def note(
    action: str, row: ProposedEntry | Proposal | Bulletin, bulletin: Bulletin, *, by: Account, **more: Any
) -> None:
    """A row in the trail, in the transaction of the act."""
    table = f"bulletins.{'entry' if isinstance(row, ProposedEntry) else type(row)._meta.model_name}"
    audit.note(action, table=table, subject=row.id, unit=bulletin.unit_id, area=bulletin.area_id, by=by, **more)


def must_be_open(entry: ProposedEntry) -> None:
    """Numbers are decided while their entry waits. Raises Refusal."""
    if entry.state != ProposedEntry.State.OPEN:
        raise Refusal(f"这一条已{entry.get_state_display()}，不能再改；如有出入请在日志中更正。")


def close_when_decided(bulletin: Bulletin) -> None:
    """A bulletin of which no entry waits is done with."""
    if not bulletin.entries.filter(state=ProposedEntry.State.OPEN).exists():
        Bulletin.objects.filter(pk=bulletin.pk).update(state=Bulletin.State.CLOSED)
