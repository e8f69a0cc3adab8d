"""Setting right what could not be taken (更正退回的行): hand a row in again, give it up, try all of an envelope again."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction

from shichen.audit import services as audit
from shichen.city.models import Account
from shichen.intake import kinds, services, withheld
from shichen.intake.models import Envelope, Reject
from shichen.intake.rows import JSON_TYPE
from shichen.intake.services import Delivery, Receipt
from shichen.refusal import Refusal
from shichen.web.masking import masked

Told = Callable[[int, int], None]  # so much of so much is done; may raise, to stop between two rows


def replay(envelope: Envelope, *, by: Account, told: Told = lambda done, total: None) -> tuple[int, int]:
    """Try again what could not be taken, after a rule, a name or a place was set right: (taken now, still open)."""
    if envelope.state == Envelope.State.HELD and not envelope.rejects.exists():
        services.enter(envelope)
    mended, waiting = 0, list(envelope.rejects.filter(state=Reject.State.OPEN))
    for done, reject in enumerate(waiting):
        told(done, len(waiting))
        try:
            mend(reject, withheld.said(reject), "重放", by=by)
            mended += 1
        except Refusal as refusal:
            Reject.objects.filter(pk=reject.pk).update(faults=[masked(refusal.sentence)])
    return mended, envelope.rejects.filter(state=Reject.State.OPEN).count()


@transaction.atomic
def mend(reject: Reject, values: dict[str, Any], reason: str, *, by: Account) -> Receipt:
    """Hand a row in again, set right; it comes in by the same door and names the envelope it mends. Raises Refusal."""
    envelope = reject.envelope
    kinds.named(envelope.kind).read(values)
    delivery = Delivery(
        id=uuid.uuid4(),
        kind=envelope.kind,
        schema=envelope.schema,
        body=json.dumps(values, ensure_ascii=False, default=str).encode(),
        media_type=JSON_TYPE,
        channel=Envelope.Channel.WEB,
        unit=envelope.unit,
        area=envelope.area,
        event=envelope.event,
        reported_at=envelope.reported_at,
        corrects=envelope.id,
        reason=reason,
    )
    receipt = services.deliver(delivery, by=by)
    if receipt.envelope.state != Envelope.State.ENTERED:
        fault = receipt.envelope.rejects.first()
        raise Refusal(fault.faults[0] if fault else receipt.envelope.note)
    _close(reject, Reject.State.MENDED, receipt.envelope.id)
    _close_when_mended(envelope)
    return receipt


@transaction.atomic
def void(reject: Reject, reason: str, *, by: Account) -> None:
    """Give a row up, with a reason; it stays on record. Raises Refusal."""
    if not reason.strip():
        raise Refusal("作废一行要写明理由。", field="reason")
    _close(reject, Reject.State.VOID)
    audit.note("void", table="intake.reject", subject=reject.id, unit=reject.envelope.unit_id, reason=reason, by=by)
    _close_when_mended(reject.envelope)


def _close(reject: Reject, state: Reject.State, mended_by: uuid.UUID | None = None) -> None:
    """Settle an open row. Raises Refusal when somebody else came first."""
    if not Reject.objects.filter(pk=reject.pk, state=Reject.State.OPEN).update(state=state, mended_by=mended_by):
        reject.refresh_from_db()
        raise Refusal(f"第 {reject.row_no} 行已{reject.get_state_display()}。", rule="先到先办")
    reject.state, reject.mended_by = state, mended_by


def _close_when_mended(envelope: Envelope) -> None:
    if envelope.state == Envelope.State.HELD and not envelope.rejects.filter(state=Reject.State.OPEN).exists():
        envelope.state = Envelope.State.CORRECTED
        envelope.save(update_fields=["state"])
