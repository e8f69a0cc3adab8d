"""The walk of those who follow travellers up and give out passes: every act's page, an identity opened, a pass printed."""

from __future__ import annotations

from typing import Any

from shichen.registers.checkpoints.passes.models import Application, Pass
from shichen.registers.travellers.models import Traveller

LOOKS = ("/registers/travellers/", "/registers/travellers/work/?unit=liling", "/registers/pass-series/")
OF_A_CARD = ("call", "visit", "assign", "control", "exclude", "move", "correct", "void")


def walked(walk: Any) -> tuple[Any, ...]:
    """The head of the group that controls, the head of the authority for passes, the commander, the duty officer."""
    lead, head, leader, duty = (walk(name) for name in ("control-lead", "traffic-lead", "leader", "duty"))
    lead.everywhere(LOOKS)
    found = Traveller.objects.current().filter(unit="epidemic-control-group")
    verified = found.filter(state="verified", control_by=None)[0]
    for act in OF_A_CARD:
        _look(lead, f"/registers/travellers/{verified.pk}/{act}/")
        lead.send(f"/registers/travellers/{verified.pk}/{act}/")
    for card in found:
        _look(lead, f"/registers/travellers/{card.pk}/")
    proposed = found.filter(control_by__isnull=False)[0]
    _look(duty, f"/registers/travellers/{proposed.pk}/confirm/")
    lead.send(f"/registers/travellers/{verified.pk}/reveal/", reason="x")
    lead.send(f"/registers/travellers/{verified.pk}/reveal/", reason="核对来源地")
    lead.send("/registers/travellers/search/", number="1")
    lead.send("/registers/travellers/search/", phone="10000000001")
    head.everywhere(("/registers/passes/?state=issued", "/registers/pass-applications/", "/registers/pass-uses/"))
    waiting = Application.objects.current().get(step="once")
    for act in ("approve", "refuse"):
        _look(duty, f"/registers/pass-applications/{waiting.pk}/{act}/")
        duty.send(f"/registers/pass-applications/{waiting.pk}/{act}/")
    issued, blank = (Pass.objects.current().filter(state=state)[0] for state in ("issued", "blank"))
    _look(head, f"/registers/passes/{issued.pk}/revoke/")
    _look(head, f"/registers/passes/{blank.pk}/spoil/")
    return lead, head, leader, duty


def _look(walk: Any, address: str) -> None:
    walk.look(address, walk.client.get(address))
