"""What came in and says who somebody is: rows that wait have it sealed, pages show stars, and in time it is emptied (待更正、销毁)."""

from __future__ import annotations

import base64
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from shichen import keys, watches
from shichen.audit import services as audit
from shichen.city.models import Account
from shichen.city.roles import PERSONAL
from shichen.intake import kinds
from shichen.intake.models import Envelope, Reject
from shichen.keys import KeyGone
from shichen.web.masking import STAR, masked

SEALED = "sealed:"
STARS = STAR * 3


def kept(envelope: Envelope, raw: dict[str, Any]) -> dict[str, Any]:
    """What a row says as the database keeps it. Of a report on persons every word is sealed that is not known to name nobody."""
    open_ones = _naming_nobody(envelope.kind)
    if open_ones is None:
        return raw
    return {
        name: value if name in open_ones or value in ("", None) else _seal(envelope, name, value)
        for name, value in raw.items()
    }


def said(row: Reject) -> dict[str, Any]:
    """What a row says, in clear; a word whose key was destroyed says nothing any more."""
    return {name: _open(row, name, value) if _is_sealed(value) else value for name, value in row.raw.items()}


def shown(value: Any) -> str:
    """A word of a row as pages show it."""
    return STARS if _is_sealed(value) else masked(str(value))


def tells_of_persons(kind: str) -> bool:
    """Whether what came in is shown to nobody but who may open it."""
    return _naming_nobody(kind) is not None


@transaction.atomic
def empty(numbers: Collection[UUID], *, by: Account) -> int:
    """Empty what came in once nobody whom it named is held any more (销毁); digest and receipt stay. Returns how many."""
    about = [name for name, kind in kinds.known().items() if kind.personal]
    rows = Envelope.objects.filter(id__in=numbers, kind__in=about).exclude(body=b"")
    found = list(rows)
    for envelope in found:
        unit, area = envelope.unit_id, envelope.area_id
        audit.note(
            "erase", table="intake.envelope", subject=envelope.id, data_class=PERSONAL, unit=unit, area=area, by=by
        )
    Reject.objects.filter(envelope__in=[envelope.id for envelope in found]).update(raw={})
    return rows.update(body=b"")


def _naming_nobody(kind: str) -> set[str] | None:
    """The fields of a report on persons that name nobody; None for reports on other things."""
    known = kinds.known().get(kind)
    if known is None or not known.personal:
        return None
    return {one.name for one in known.fields} - set(known.personal)


def _is_sealed(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(SEALED)


def _seal(envelope: Envelope, name: str, value: Any) -> str:
    key = f"envelope-{watches.local(envelope.received_at):%Y-%m}"
    made = keys.seal(settings.KEYRING, key, str(value).encode(), _where(envelope.id, name))
    return SEALED + base64.b64encode(made).decode()


def _open(row: Reject, name: str, value: str) -> str:
    try:
        made = base64.b64decode(value.removeprefix(SEALED))
        return keys.unseal(settings.KEYRING, made, _where(row.envelope_id, name)).decode()
    except KeyGone:
        return ""


def _where(envelope: Any, name: str) -> str:
    return f"intake.reject.{envelope}.{name}"
