"""Opening what is shown masked (调阅): the right to, a reason, and a row of the trail in the same transaction, or nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.audit.models import Trail
from shichen.city.models import Account
from shichen.city.roles import PERSONAL
from shichen.city.scope import User, sight
from shichen.keys import KeyGone
from shichen.records import sealed
from shichen.records.models import Record
from shichen.refusal import Refusal
from shichen.sheets.fields import Field, Unreadable
from shichen.web.masking import masked

SHORTEST, LONGEST = 4, 200
MOST_AN_HOUR = 60
"""Records that one person opens in an hour; who needs more asks for a list with a purpose (chosen, design of trust 6)."""
CASE_NO = Field("case_no", "案号", maximum=60)
_REASON = Field("reason", "理由")


class NotTheirs(Refusal):
    """This person may see that a record is there, and what it says masked, but may not open it (403)."""


def may_reveal(by: User, record: Record, *, units: tuple[str, ...] = (), data_class: str = PERSONAL) -> bool:
    """Whether a grant to open masked fields reaches a record; `units` are further ones that it is entrusted to."""
    reach = sight(by, "reveal", data_class, at=now())
    every = (record.unit_id, *units)
    return any(reach.covers(unit=unit, path=record.area_path, event=record.event_id) for unit in every)


@transaction.atomic
def reveal(
    holder: Any,
    names: tuple[str, ...],
    why: str,
    *,
    through: Record,
    units: tuple[str, ...] = (),
    case_no: str = "",
    data_class: str = PERSONAL,
    by: Account,
) -> dict[str, str]:
    """The texts of sealed columns of one record, to one person, for a reason that the trail keeps. Raises Refusal.

    `through` is the record by which the person came upon it and whose scope decides: a traveller's card, for the person
    behind it.
    """
    if not may_reveal(by, through, units=units, data_class=data_class):
        raise NotTheirs(_("您的调阅权限不及于这份记录。"), rule="调阅范围")
    given, case = reason(why), _case(case_no)
    _not_too_many(by)
    try:
        found = {name: sealed.opened(holder, name) for name in names}
    except KeyGone:
        raise Refusal(_("这份记录的身份信息已按留存期限销毁；只留计数。"), rule="留存期限") from None
    audit.note(
        "reveal",
        table=holder._meta.label_lower,
        subject=getattr(holder, "first", holder.pk),
        data_class=data_class,
        unit=through.unit_id,
        area=through.area_id,
        reason=given,
        case_no=case,
        fields=names,
        by=by,
    )
    return found


def reason(said: str) -> str:
    """Why, in a few words of their own; identities in it are masked, since the trail outlives what it speaks of."""
    try:
        given = str(_REASON.read(said) or "")
    except Unreadable as unreadable:
        raise Refusal(unreadable.sentence, field="reason") from None
    if len(given) > LONGEST or sum(map(str.isalnum, given)) < SHORTEST:  # dots and strokes say nothing
        bounds = {"least": SHORTEST, "most": LONGEST}
        raise Refusal(_("请写明调阅的理由，%(least)s 至 %(most)s 个字。") % bounds, field="reason")
    return masked(given)


def _case(said: str) -> str:
    try:
        return masked(str(CASE_NO.read(said) or ""))
    except Unreadable as unreadable:
        raise Refusal(unreadable.sentence, field="case_no") from None


def _not_too_many(by: Account) -> None:
    since = now() - timedelta(hours=1)
    if Trail.objects.filter(action="reveal", actor=str(by.pk), at__gte=since).count() >= MOST_AN_HOUR:
        raise Refusal(
            _("一小时内最多调阅 %(most)s 份；请过一会儿再办，或由单位负责人分办。") % {"most": MOST_AN_HOUR},
            rule="调阅限次",
        )
