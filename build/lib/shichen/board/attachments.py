"""Files beside duty notes (附件): kept as the originals of envelopes, opened by their sender, or as far as grants allow."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from shichen.audit.context import now
from shichen.board import filetypes
from shichen.board.reports import ATTACHMENT
from shichen.city.models import Account
from shichen.city.queries import Standing
from shichen.city.scope import User, may
from shichen.intake import originals
from shichen.intake import services as intake
from shichen.intake.models import Envelope
from shichen.intake.originals import Handed, Part
from shichen.intake.services import Delivery
from shichen.journal.models import Entry
from shichen.refusal import Refusal


@dataclass(frozen=True)
class File:
    """A file as somebody puts it beside a note; `impersonal` when they say that it tells of nobody (不含个人信息)."""

    data: bytes
    name: str
    impersonal: bool = False


@dataclass(frozen=True)
class Ways:
    """The file beside an entry, and how this person may open it: at once, for a reason, or not."""

    envelope: Envelope
    at_once: bool
    for_a_reason: bool


def keep(file: File, acting: Standing, *, at: datetime, by: Account) -> Envelope:
    """Take a file in, sealed, under the digest of its content. Raises Refusal; then the note is not written either."""
    limit = settings.CONFIG["intake.max_file_bytes"]
    if len(file.data) > limit:
        raise Refusal(f"附件超过 {limit // 1_000_000} MB；请压缩或分开。", rule="附件上限", field="attachment")
    name = filetypes.named(file.name)
    delivery = Delivery(
        id=uuid.uuid4(),
        kind=ATTACHMENT.name,
        body=file.data,
        media_type=filetypes.known(file.data, name).media_type,
        channel=Envelope.Channel.WEB,
        unit=acting.unit,
        area=acting.area,
        event=acting.event,
        filename=name,
        reported_at=at,
        details={"beside": "log", "impersonal": file.impersonal},
    )
    return intake.deliver(delivery, by=by).envelope


def ways(entry: Entry, by: User) -> Ways | None:
    """The file beside an entry, with the ways to it; None where there is none."""
    found = of(entry)
    if found is None:
        return None
    own = found.account_id == getattr(by, "pk", None) and may(by, "note", at=now())
    return Ways(found, own or originals.impersonal(found), originals.ways(found, by).reveal)


def of(entry: Entry) -> Envelope | None:
    """The file beside an entry."""
    if entry.envelope is None:
        return None
    found = Envelope.objects.filter(id=entry.envelope, kind=ATTACHMENT.name)
    return found.select_related("area", "unit", "account").first()


def handed(found: Ways, reason: str, *, by: Account) -> Handed:
    """The file, byte for byte, with a row in the trail. Raises NotTheirs, and Refusal without a reason where one is due."""
    if originals.impersonal(found.envelope):
        return originals.pass_on(found.envelope, by=by)
    if found.at_once:
        return originals.take_back(found.envelope, Part.ORIGINAL, by=by)
    return originals.reveal(found.envelope, Part.ORIGINAL, reason, by=by)


__all__ = ["File", "Ways", "handed", "keep", "of", "ways"]
