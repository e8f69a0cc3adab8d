"""Acts and questions on rules of risk levels: enter one, which were known at an instant, what one says."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.db import IntegrityError, transaction

from shichen.analysis.risk import rulebook
from shichen.analysis.risk.models import Rule
from shichen.analysis.runs import profiles
from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.models import Account, Event
from shichen.city.roles import OPEN
from shichen.city.scope import Sight
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.refusal import Refusal

LONGEST_REASON = 200


@transaction.atomic
def enter(text: str, reason: str, *, by: Account) -> Rule:
    """Enter a rule; checked whole, kept as it came, never altered. Raises Refusal that names the field."""
    place = profiles.may_enter(by)
    said = rulebook.read(text)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Refusal(f"请写明理由，不超过{LONGEST_REASON}字。", field="reason")
    try:
        with transaction.atomic():
            made = Rule.objects.create(
                event=place.event,
                code=said.id,
                name=said.name,
                name_en=said.name_en,
                valid_from=said.valid_from,
                text=text,
                digest=said.digest,
                reason=reason.strip(),
                entered_by=by,
                entered_at=now(),
            )
    except IntegrityError:
        raise Refusal(f"编号 {said.id} 的规则已入档，不改；新的文件请用新的编号。", field="id") from None
    audit.note(
        "enter_risk_rule",
        table="risk.rule",
        subject=made.pk,
        data_class=OPEN,
        unit=place.unit.pk,
        area=place.area.pk,
        reason=made.reason,
        by=by,
    )
    told = f"风险等级规则 {said.id} 入档，{said.valid_from:%Y-%m-%d}起用：{made.reason}"
    told = told.replace("{", "（").replace("}", "）")
    entry = Said(told, place.unit, place.area, place.event, kind=Entry.Kind.SYSTEM, topic="case", act="enter_risk_rule")
    journal.write(entry, by=by)
    return made


def known(event: Event, as_of: datetime) -> list[Rule]:
    """The rules of an event that were entered by an instant, the latest in force first."""
    return list(Rule.objects.filter(event=event, entered_at__lte=as_of).select_related("entered_by"))


def within(reach: Sight) -> list[Rule]:
    """The rules of the events that somebody sees, the latest in force first."""
    events = {event for _unit, _path, event in reach.reaches}
    found = Rule.objects.select_related("event", "entered_by")
    return list(found if None in events else found.filter(event__in=[one for one in events if one]))


@lru_cache(maxsize=32)
def read(text: str) -> rulebook.Rule:
    """What a rule says."""
    return rulebook.read(text)
