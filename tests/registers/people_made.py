"""Invented people for tests: their numbers begin with 000000, an area that GB/T 2260 gives to no place."""

from __future__ import annotations

from typing import Any

from shichen.city import services as accounts
from shichen.intake.kinds import Arrival
from shichen.intake.models import Envelope
from shichen.registers.people import services
from shichen.registers.people.models import Person
from tests.made import deliver, invented

NUMBER = invented(1)


def values(**more: Any) -> dict[str, Any]:
    return {"name": "甲某", "number": NUMBER, "synthetic": True, **more}


def arrival(**more: Any) -> Arrival:
    """The circumstances of a report that says nothing itself."""
    envelope = _envelope()
    return Arrival(
        envelope, envelope.unit, envelope.area, envelope.event, accounts.system(), envelope.received_at, **more
    )


def _envelope() -> Envelope:
    return deliver("checkpoint_tally", {"post": "没有"}).envelope


def person(**more: Any) -> Person:
    return services.find_or_enter(values(**more), arrival())
