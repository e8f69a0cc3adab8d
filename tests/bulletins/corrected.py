"""What the tests of suggestions put in: bulletins whose numbers and units persons put right."""

from __future__ import annotations

from datetime import date
from typing import Any

from shichen.bulletins import services
from shichen.bulletins.models import Bulletin, Proposal
from shichen.bulletins.services import Placing
from shichen.city import services as accounts
from tests.bulletins.wordings import OURS, numbers, waiting
from tests.made import DAY, body

State = Proposal.State


def put_right(text: str, *, at: int = 0, unit: str = "", covers: date = DAY, **values: Any) -> Bulletin:
    """A bulletin of which one number is taken as something else than was read, and the rest as it was."""
    made, by = waiting(text, covers=covers), accounts.system()
    one = numbers(made)[at]
    services.decide(one, State.EDITED, version=one.version, values=values, by=by)
    return taken(made, unit)


def no_figure(text: str, *, at: int = 0) -> Bulletin:
    """A bulletin of which a person says that one number is none."""
    made = waiting(text)
    one = numbers(made)[at]
    services.decide(one, State.NOT_A_FIGURE, version=one.version, by=accounts.system())
    return taken(made)


def taken(made: Bulletin, unit: str = "") -> Bulletin:
    """Every entry into the log, of a body that is named, or of the one that was read."""
    for entry in made.entries.order_by("ordinal"):
        placing = Placing(column="一线阻击", body=body(unit) if unit else None)
        services.accept(entry, placing, version=entry.version, by=accounts.system())
    made.refresh_from_db()
    return made


def cars(times: int) -> None:
    """The same words each day, taken for vehicles checked."""
    for n in range(times):
        put_right(f"天元区今天查看往来小车{10 + n}台。", indicator=OURS)
