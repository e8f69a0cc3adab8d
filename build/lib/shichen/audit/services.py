"""Acts of the trail: writing a row in the transaction of the act, and sealing rows into the chain."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

from shichen import keys
from shichen.audit.context import current, now
from shichen.audit.models import Seal, Trail
from shichen.city.models import Account
from shichen.city.roles import INTERNAL
from shichen.city.scope import roles_of

KEY = "audit-1"
GENESIS = "0" * 64


def note(
    action: str,
    *,
    table: str = "",
    subject: object = "",
    data_class: str = INTERNAL,
    unit: str = "",
    area: str = "",
    reason: str = "",
    case_no: str = "",
    result: str = "done",
    rows: int = 1,
    fields: tuple[str, ...] = (),
    before: str = "",
    after: str = "",
    by: Account | None,
) -> Trail:
    """Write who did or saw what, in the transaction of the act; when this fails the act fails with it."""
    if not connection.in_atomic_block:
        raise AssertionError("a trail row belongs into the transaction of its act")
    moment = now()
    here = current()
    row = Trail(
        at=moment,
        actor=str(by.pk) if by else "anonymous",
        actor_name=by.display_name if by else "公众",
        role=",".join(sorted(roles_of(by, moment))) if by else "anonymous",
        unit=unit,
        area=area,
        action=action,
        table=table,
        subject=str(subject),
        data_class=data_class,
        reason=reason[:200],
        case_no=case_no,
        door=here.door,
        address=here.address,
        request=here.request,
        result=result,
        rows=rows,
        fields=",".join(fields)[:400],
        before=before,
        after=after,
        key_id=KEY,
    )
    row.mac = mac_of(row)
    row.save(force_insert=True)
    seal("audit.trail", row.id, row.mac)
    return row


def mac_of(row: Trail) -> str:
    """The keyed digest of everything a trail row says."""
    return mac_of_row(row, row.key_id, besides={"position", "mac"})


def mac_of_row(row: Model, key_id: str, *, besides: set[str]) -> str:
    """The keyed digest of all columns of a row but those in `besides`; the same before and after it is stored."""
    said = {
        field.attname: _plain(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.attname not in besides
    }
    return keys.mac(settings.KEYRING, key_id, _canonical(said))


def keyed_digest(value: Any) -> str:
    """A digest of a value that cannot be guessed back without the key; what the trail keeps of what changed."""
    return keys.mac(settings.KEYRING, KEY, _canonical(value))


def seal(table: str, row: uuid.UUID, digest: str) -> None:
    """Bind a row into the chain: at once on SQLite, where writers take turns; by `seal_waiting` on PostgreSQL."""
    if connection.vendor == "sqlite":
        _append(table, row, digest)


@transaction.atomic
def seal_waiting(table: str, rows: list[tuple[uuid.UUID, str]]) -> int:
    """Bind rows that are not yet sealed, in the order given, one sealer at a time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [7_100_612])
    sealed = set(Seal.objects.filter(table=table, row__in=[row for row, _ in rows]).values_list("row", flat=True))
    waiting = [(row, digest) for row, digest in rows if row not in sealed]
    for row, digest in waiting:
        _append(table, row, digest)
    return len(waiting)


def head() -> str:
    """Where the chain stands: position and the first sixteen digits of the last link (审计链头)."""
    last = Seal.objects.order_by("-position").first()
    return f"{last.position}-{last.link[:16]}" if last else "0-" + GENESIS[:16]


def link_of(table: str, row: uuid.UUID, digest: str, prev: str) -> str:
    return hashlib.sha256(f"{table}\n{row}\n{digest}\n{prev}".encode()).hexdigest()


def _append(table: str, row: uuid.UUID, digest: str) -> None:
    last = Seal.objects.order_by("-position").values_list("link", flat=True).first() or GENESIS
    Seal.objects.create(table=table, row=row, digest=digest, prev=last, link=link_of(table, row, digest, last))


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
