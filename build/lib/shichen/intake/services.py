"""Acts at the door: keep the envelope, answer, and only then work it into records (接报)."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction

from shichen import keys
from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account, Area, Body, Event
from shichen.intake import kinds, rows, texts, withheld
from shichen.intake.kinds import Arrival, Duplicate, Entered, Fault, Kind
from shichen.intake.models import Envelope, Reject
from shichen.intake.rows import JSON_TYPE, Loose
from shichen.refusal import Refusal
from shichen.web.masking import masked

log = logging.getLogger("shichen.intake")
SHEET_TYPES = {
    "text/csv": ".csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}


@dataclass(frozen=True)
class Delivery:
    """A report as a door hands it in. `id` is made by the client when the report is finished."""

    id: uuid.UUID
    kind: str
    body: bytes
    media_type: str
    channel: str
    unit: Body
    area: Area
    event: Event
    schema: int = 1
    filename: str = ""
    device: str = ""
    device_at: datetime | None = None
    reported_at: datetime | None = None
    corrects: uuid.UUID | None = None
    reason: str = ""
    details: dict[str, Any] | None = None


@dataclass(frozen=True)
class Receipt:
    """The answer to a delivery: it says received, not right. `again` when the same bytes were here before."""

    envelope: Envelope
    again: bool
    head: str

    def as_dict(self) -> dict[str, Any]:
        envelope = self.envelope
        return {
            "id": str(envelope.id),
            "sha256": envelope.digest,
            "seq": envelope.seq,
            "head": self.head,
            "state": envelope.state,
            "read": envelope.read,
            "taken": envelope.taken,
            "duplicate": envelope.duplicate,
            "blank": envelope.blank,
            "to_mend": envelope.rejects.filter(state=Reject.State.OPEN).count(),
            "note": envelope.note,
        }


class Conflict(Refusal):
    """The same id came with other bytes: nothing was changed, a person must decide (409)."""


class Worked(Refusal):
    """Someone else worked the envelope meanwhile: a resend at the same moment, or the job. Theirs is the outcome."""


def receive(delivery: Delivery, *, by: Account) -> Receipt:
    """Keep a report for good, with its audit row, then answer. Raises Refusal, and Conflict for a changed resend."""
    _must_be_allowed(delivery, by)
    digest = hashlib.sha256(delivery.body).hexdigest()
    try:
        with transaction.atomic():
            before = Envelope.objects.filter(id=delivery.id).first()
            envelope = before or _keep(delivery, digest, by)
    except IntegrityError:
        before = envelope = Envelope.objects.get(id=delivery.id)
    if before is not None and not keys.same(before.digest, digest):
        raise Conflict("这个编号已报送过另一份内容；未作任何改动。请核对后用新编号重报，或作更正。", rule="同号异文")
    return Receipt(envelope, before is not None, audit.head())


def deliver(delivery: Delivery, *, by: Account) -> Receipt:
    """Receive a report and work it into records at once; what cannot be worked stays, held, with the reason."""
    receipt = receive(delivery, by=by)
    if receipt.envelope.state == Envelope.State.RECEIVED:
        receipt = replace(receipt, envelope=enter(receipt.envelope))
    return receipt


def enter(envelope: Envelope) -> Envelope:
    """Work a kept envelope into records, in one transaction; a refusal of the whole holds it, with the reason."""
    try:
        work_through(envelope)
    except Worked:
        envelope.refresh_from_db()
    except Refusal as refusal:
        hold(envelope, refusal.sentence)
    return envelope


def work_through(envelope: Envelope, *, most: int | None = None) -> Entered:
    """Make records of an envelope and keep what became of it; parsing comes before the transaction. Raises Refusal.

    With `most` only so many rows are worked, for a trial; the others are counted as `untried`.
    """
    kind, body = kinds.named(envelope.kind), texts.said_in(envelope)
    arrival = Arrival(envelope, envelope.unit, envelope.area, envelope.event, envelope.account, now())
    work = kind.work or _work_rows(kind, body, envelope, most)
    with transaction.atomic():
        _must_be_as_seen(envelope)
        entered = work(body, arrival)
        _keep_outcome(envelope, entered)
    return entered


def enter_waiting(before: datetime) -> int:
    """Work all envelopes that were kept but never worked, because the process died in between."""
    waiting = list(Envelope.objects.filter(state=Envelope.State.RECEIVED, received_at__lt=before).order_by("seq")[:500])
    for envelope in waiting:
        try:
            enter(envelope)
        except OperationalError:  # the database, not the envelope: tried again at the next turn
            raise
        except Exception:  # one envelope that breaks the house must not keep those behind it waiting
            log.exception("envelope %s", envelope.id)
            hold(envelope, "入册时程序出错；原件已留存，已记入错误日志，请联系运维。")
    return len(waiting)


def _must_be_allowed(delivery: Delivery, by: Account) -> None:
    act = kinds.named(delivery.kind).act
    if not city.may_submit(by, unit=delivery.unit, area=delivery.area, event=delivery.event, at=now(), act=act):
        raise Refusal(f"{by.display_name} 无权以「{delivery.unit}」的名义在{delivery.area}报送。", rule="报送范围")
    limit = settings.CONFIG["intake.max_bytes" if delivery.media_type == JSON_TYPE else "intake.max_file_bytes"]
    if len(delivery.body) > limit:
        raise Refusal(f"报送有 {len(delivery.body)} 字节，超过上限 {limit} 字节；请分开报送。", field="body")
    if not delivery.body:
        raise Refusal("报送是空的；未作任何改动。", field="body")


def _keep(delivery: Delivery, digest: str, by: Account) -> Envelope:
    moment = now()
    envelope = Envelope(
        id=delivery.id,
        kind=delivery.kind,
        schema=delivery.schema,
        unit=delivery.unit,
        area=delivery.area,
        event=delivery.event,
        account=by,
        device=delivery.device,
        channel=delivery.channel,
        media_type=delivery.media_type,
        filename=delivery.filename[-200:],
        device_at=delivery.device_at,
        reported_at=delivery.reported_at or moment,
        received_at=moment,
        size=len(delivery.body),
        digest=digest,
        corrects=delivery.corrects,
        reason=delivery.reason,
        details=delivery.details or {},
    )
    key = f"envelope-{moment:%Y-%m}"
    envelope.body = keys.seal(settings.KEYRING, key, delivery.body, envelope.where)
    envelope.words = texts.sealed(envelope, key, delivery.body)
    envelope.save(force_insert=True)
    audit.note(
        "receive",
        table="intake.envelope",
        subject=envelope.id,
        unit=delivery.unit.pk,
        area=delivery.area.pk,
        reason=delivery.reason,
        after=audit.keyed_digest(digest),
        by=by,
    )
    return envelope


def _work_rows(kind: Kind, body: bytes, envelope: Envelope, most: int | None) -> Callable[[bytes, Arrival], Entered]:
    loose, entered = rows.read(kind, body, envelope, most=most)

    def work(body: bytes, arrival: Arrival) -> Entered:
        records = take_rows(kind, loose, arrival, entered)
        if records and kind.tell is not None:
            kind.tell(records, arrival)
        return entered

    return work


def take_rows(kind: Kind, loose: list[Loose], arrival: Arrival, entered: Entered) -> list[Any]:
    """Make records of rows, each for itself, and count what became of them; within the caller's transaction."""
    records = []
    for row in loose:
        try:
            with transaction.atomic():
                records.append(kind.take(row.values, replace(arrival, row_no=row.row_no)))  # type: ignore[misc]
        except Duplicate:
            entered.duplicate += 1
        except Refusal as refusal:
            entered.faults.append(Fault(row.line, row.said, (refusal.sentence,), row.sheet, (refusal.field,)))
    entered.taken += len(records)
    return records


def _must_be_as_seen(envelope: Envelope) -> None:
    """Raises Worked when the envelope is no longer as it was read; holds it for the rest of the transaction."""
    seen = Envelope.objects.select_for_update().values_list("state", "entered_at").get(pk=envelope.pk)
    if seen != (envelope.state, envelope.entered_at):
        raise Worked("这份来件刚由另一次请求办理；以那一次的结果为准。")


def keep_faults(envelope: Envelope, faults: list[Fault]) -> None:
    """The rows that could not be taken, each with why not."""
    for fault in faults:
        Reject.objects.update_or_create(
            envelope=envelope,
            sheet=fault.sheet,
            row_no=fault.row_no,
            defaults={"raw": withheld.kept(envelope, fault.raw), "faults": list(map(masked, fault.sentences))},
        )


def _keep_outcome(envelope: Envelope, entered: Entered) -> None:
    keep_faults(envelope, entered.faults)
    envelope.read, envelope.taken, envelope.blank = entered.read, entered.taken, entered.blank
    envelope.duplicate = entered.duplicate
    envelope.state = Envelope.State.HELD if entered.faults else Envelope.State.ENTERED
    envelope.note = masked(entered.note or _summary(entered))[:400]
    envelope.entered_at = now()
    envelope.save(update_fields=["read", "taken", "duplicate", "blank", "state", "note", "entered_at"])


def _summary(entered: Entered) -> str:
    first = entered.faults[0].sentences[0] if entered.faults else ""
    return summed_up(entered.read, entered.taken, entered.duplicate, len(entered.faults), entered.blank, first)


def summed_up(read: int, taken: int, duplicate: int, to_mend: int, blank: int, first: str) -> str:
    """What became of the rows of a report, in words; they add up, or the house is broken."""
    if read != taken + duplicate + to_mend + blank:
        raise AssertionError(f"rows do not add up: {read} {taken} {duplicate} {to_mend} {blank}")
    parts = [f"读到 {read} 行", f"入册 {taken} 行"]
    if duplicate:
        parts.append(f"重复 {duplicate} 行")
    if to_mend:
        parts.append(f"待更正 {to_mend} 行：{first}")
    return "，".join(parts)


def hold(envelope: Envelope, sentence: str) -> None:
    """Keep an envelope as it is, with why nothing more was made of it (待更正)."""
    envelope.state, envelope.note = Envelope.State.HELD, masked(sentence)[:400]
    envelope.save(update_fields=["state", "note"])
