"""Acts and questions on rules of risk levels: enter one, which were known at an instant, what one says."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.db import transaction

from shichen.analysis import papers, powers
from shichen.analysis.risk import rulebook
from shichen.analysis.risk.models import Rule
from shichen.city.models import Account, Event
from shichen.city.scope import Sight


@transaction.atomic
def enter(text: str, reason: str, *, by: Account) -> Rule:
    """Enter a rule; checked whole, kept as it came, never altered. Raises Refusal that names the field."""
    place = powers.may_analyse(by)
    said = rulebook.read(text)
    made = Rule(valid_from=said.valid_from)
    papers.rule_file(made, said, text, powers.reasoned(reason), place, by=by)
    papers.told(
        made,
        "enter_risk_rule",
        "enter_risk_rule",
        f"风险等级规则 {said.id} 入档，{said.valid_from:%Y-%m-%d}起用",
        place,
        by=by,
    )
    return made


def known(event: Event, as_of: datetime) -> list[Rule]:
    """The rules of an event that were entered by an instant, the latest in force first."""
    return list(Rule.objects.filter(event=event, entered_at__lte=as_of).select_related("entered_by"))


def within(reach: Sight) -> list[Rule]:
    """The rules of the events that somebody sees, the latest in force first."""
    return papers.within(Rule.objects.select_related("event", "entered_by"), reach)


@lru_cache(maxsize=32)
def read(text: str) -> rulebook.Rule:
    """What a rule says."""
    return rulebook.read(text)
