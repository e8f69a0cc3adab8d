"""Handing out what came in, unmasked (调阅): for a reason under `reveal`, or one's own back; each leaves a row in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.models import Account
from shichen.city.roles import INTERNAL, PERSONAL
from shichen.city.scope import User, may, sight
from shichen.intake import imports, services, texts
from shichen.intake.models import Envelope, Reject
from shichen.intake.rows import JSON_TYPE
from shichen.keys import KeyGone
from shichen.letters import opening
from shichen.refusal import Refusal
from shichen.web.revealing import LONGEST, SHORTEST, NotTheirs
from shichen.web.revealing import reason as why

__all__ = ["LONGEST", "SHORTEST", "NotTheirs"]
_LETTERS = {sort: ending for ending, sort in reversed(opening.SORTS.items())}
_ENDINGS = {**services.SHEET_TYPES, JSON_TYPE: ".json", **_LETTERS}


class Part(StrEnum):
    """What can be handed out of an envelope: the original, byte for byte, or its rows to mend as the same sort of sheet."""

    ORIGINAL = "body"
    REJECTS = "rejects"


@dataclass(frozen=True)
class Handed:
    """A file to hand out: its bytes, its name, and what `attached` calls its type."""

    data: bytes
    name: str
    ending: str = ""


@dataclass(frozen=True)
class Ways:
    """By which ways a person comes to an envelope's original, and whether there are rows of it to hand out as a sheet."""

    own: bool
    reveal: bool
    rows: bool


def ways(envelope: Envelope, by: User) -> Ways:
    """What pages may offer this person."""
    waiting = envelope.media_type in services.SHEET_TYPES and envelope.rejects.filter(state=Reject.State.OPEN).exists()
    return Ways(_is_own(envelope, by) and may(by, "submit", at=now()), _may_reveal(envelope, by), waiting)


def must_reveal(envelope: Envelope, by: User) -> None:
    """Raises NotTheirs where no grant to open masked fields reaches the envelope; to see it masked is a wider right."""
    if not _may_reveal(envelope, by):
        raise NotTheirs(_("您的调阅权限不及于这份来件。"), rule="调阅范围")


def must_be_own(envelope: Envelope, by: User) -> None:
    """Raises NotTheirs for everyone but the sender."""
    if not _is_own(envelope, by):
        raise NotTheirs(_("这份来件不是您报送的；请由报送人取回，或写明理由调阅。"), rule="本人来件")


def reveal(envelope: Envelope, part: Part, reason: str, *, by: Account) -> Handed:
    """Hand out what is otherwise shown masked, to someone with the act `reveal`; the trail keeps why. Raises Refusal."""
    must_reveal(envelope, by)
    given, handed = why(reason), _made(envelope, part)
    noted("reveal", envelope, part, PERSONAL, reason=given, by=by)
    return handed


def take_back(envelope: Envelope, part: Part, *, by: Account) -> Handed:
    """Hand a report back to the person who sent it. Raises Refusal.

    Few roles hold `reveal`: reporters, checkpoints and the Office do not, and who imports a sheet must get its rows to
    mend at once. Their own text tells them nothing new, so no reason is asked for; that they took it is in the trail.
    A colleague of the same unit is not the sender: rows are mended in place, or the head of the unit opens the file.
    """
    must_be_own(envelope, by)
    handed = _made(envelope, part)
    noted("open", envelope, part, PERSONAL, by=by)
    return handed


def pass_on(envelope: Envelope, *, by: Account) -> Handed:
    """Hand out what its sender said tells of nobody (不含个人信息) to one who may see that it came. Raises Refusal."""
    if not impersonal(envelope):
        raise NotTheirs(_("报送人没有说明它不含个人信息；请写明理由调阅。"), rule="调阅范围")
    handed = _made(envelope, Part.ORIGINAL)
    noted("open", envelope, Part.ORIGINAL, by=by)
    return handed


def impersonal(envelope: Envelope) -> bool:
    """Whether the sender said that it tells of nobody."""
    return envelope.details.get("impersonal") is True


@transaction.atomic
def noted(
    action: str, envelope: Envelope, what: str, data_class: str = INTERNAL, *, reason: str = "", by: Account
) -> None:
    """The row of the trail that says who looked, at what of it, and why; without it nothing is shown."""
    audit.note(
        action,
        table="intake.envelope",
        subject=envelope.id,
        data_class=data_class,
        unit=envelope.unit_id,
        area=envelope.area_id,
        reason=reason,
        fields=(what,),
        by=by,
    )


def _is_own(envelope: Envelope, by: User) -> bool:
    return isinstance(by, Account) and envelope.account_id == by.pk


def _may_reveal(envelope: Envelope, by: User) -> bool:
    reach = sight(by, "reveal", PERSONAL, at=now())
    return reach.covers(unit=envelope.unit_id, path=envelope.area.path, event=envelope.event_id)


def _made(envelope: Envelope, part: Part) -> Handed:
    try:
        if part is Part.REJECTS:
            name, data = imports.rejects_file(envelope)
            return Handed(data, name, "xlsx" if name.endswith(".xlsx") else "csv")
        body = texts.open_body(envelope)
    except KeyGone:
        raise Refusal(_("这份原件已按留存期限销毁；数字与凭据仍在。"), rule="留存期限") from None
    return Handed(body, envelope.filename or f"{envelope.id}{_ENDINGS.get(envelope.media_type, '.bin')}")
