"""The door of the lake (接收): what is sent is kept, sealed and synced, with its row; only then is it answered."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from shichen.audit import services as audit
from shichen.city.models import Account, Area, Body, Event
from shichen.keys import Keyring
from shichen.records.bulk import durable, raw
from shichen.records.manifest import Load
from shichen.refusal import Refusal

MOST_BYTES = 500_000_000


@dataclass(frozen=True)
class Delivery:
    """A load as a door hands it in."""

    table: str
    blocks: Iterable[bytes]
    filename: str
    channel: str
    unit: Body
    area: Area
    event: Event
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    declared: int | None = None
    digest: str = ""
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    most: int = MOST_BYTES


def receive(delivery: Delivery, folder: Path, ring: Keyring, *, at: datetime, by: Account) -> tuple[Load, bool]:
    """Keep a load for good, then answer; whether it was here before, byte for byte. Raises Refusal, with nothing kept."""
    part = folder / "tmp" / f"{delivery.id}.raw"
    key = f"raw-{at:%Y-%m}"
    with durable.no_room_said():
        try:
            kept = raw.keep(part, delivery.blocks, ring, key, most=delivery.most)
        except ValueError:
            raise Refusal(f"文件超过 {delivery.most // 1_000_000} MB；请分成几份再送。", field="file") from None
    try:
        return _received(delivery, kept, part, folder, at, by)
    finally:
        part.unlink(missing_ok=True)


def _received(
    delivery: Delivery, kept: raw.Kept, part: Path, folder: Path, at: datetime, by: Account
) -> tuple[Load, bool]:
    if not kept.size:
        raise Refusal("文件是空的；没有收到记录。", field="file")
    if delivery.digest and delivery.digest.lower() != kept.sha256:
        raise Refusal("收到的字节与申报的 SHA-256 不符，可能传到一半断了；没有留存，请重送。", rule="校验和")
    other = Load.objects.filter(id=delivery.id).first()
    if other is not None and other.digest != kept.sha256:
        raise Refusal("这个编号已报送过另一份内容；未作任何改动。请核对后用新编号重报，或作更正。", rule="同号异文")
    before = _same(delivery.table, kept.sha256)
    if before is not None and before.state != Load.State.HELD:
        return before, True
    path = f"raw/{kept.sha256}"
    raw.named(part, folder / path)
    try:
        with transaction.atomic():
            load = _kept(delivery, kept, path, at, by) if before is None else _anew(before, delivery, path, at, by)
            audit.note(
                "receive",
                table="records.load",
                subject=load.id,
                unit=delivery.unit.pk,
                area=delivery.area.pk,
                after=audit.keyed_digest(kept.sha256),
                by=by,
            )
    except IntegrityError:  # another door kept the same bytes in this very moment
        again = _same(delivery.table, kept.sha256)
        if again is None:
            raise
        return again, True
    return load, False


def _kept(delivery: Delivery, kept: raw.Kept, path: str, at: datetime, by: Account) -> Load:
    said = _said(delivery, path, at, by)
    return Load.objects.create(id=delivery.id, table=delivery.table, size=kept.size, digest=kept.sha256, **said)


def _said(delivery: Delivery, path: str, at: datetime, by: Account) -> dict[str, Any]:
    """What a sender says of a file, beside its bytes."""
    return {
        "channel": delivery.channel,
        "filename": delivery.filename[-200:],
        "unit": delivery.unit,
        "area": delivery.area,
        "area_path": delivery.area.path,
        "event": delivery.event,
        "account": by,
        "declared": delivery.declared,
        "details": {"mapping": dict(delivery.mapping)} if delivery.mapping else {},
        "received_at": at,
        "raw": path,
    }


def _anew(held: Load, delivery: Delivery, path: str, at: datetime, by: Account) -> Load:
    """A load that was held is sent once more, as it now is said to be read: the same receipt, worked again."""
    fields = {**_said(delivery, path, at, by), "state": Load.State.RECEIVED, "note": ""}
    if not Load.objects.filter(pk=held.pk, state=Load.State.HELD).update(**fields):
        raise IntegrityError("somebody else sent it in this very moment")
    held.refresh_from_db()
    return held


def _same(table: str, digest: str) -> Load | None:
    return Load.objects.filter(table=table, digest=digest).exclude(state=Load.State.WITHDRAWN).first()
