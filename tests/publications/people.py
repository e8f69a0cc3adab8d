"""Whom the tests of editions act by, and editions at each step on their way."""

from __future__ import annotations

from typing import cast

from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account
from shichen.indicators.models import Figure
from shichen.publications.editions import drafting, opening
from shichen.publications.editions import outgoing as editions
from shichen.publications.models import Edition, Slot
from tests.conftest import LONG_AGO
from tests.made import DAY, body, stated
from tests.publications.made import bind, printed

KIND = Edition.Kind


def person(name: str, role: str = "office", unit: str = "office") -> Account:
    account = accounts.open_account(name, name, by=accounts.system())
    where = {"unit": body(unit), "area": city.the_city(), "event": city.the_event()}
    accounts.grant(account, role, **where, starts_at=LONG_AGO, reason="试", by=accounts.system())
    return cast(Account, account)


def editor(name: str = "zu") -> Account:
    return person(name, "newsroom", "publicity-group")


def page_of_two() -> Figure:
    """Two entries on the page of the day, one of them with a figure."""
    figure = stated(30, "台次", reporter="traffic-safety-group")
    bind(printed("全天共查车30台次。", slot="午", column="一线阻击", unit="traffic-safety-group"), figure, "30台次")
    printed("召开调度会。", slot="子", column="指挥调度")
    return figure


def drafted(by: Account) -> Edition:
    """Everything taken, the other places confirmed blank."""
    made = opening.open_draft(KIND.DAY, DAY, DAY, by=by)
    drafting.take_all(made, by=by)
    drafting.confirm_rest(made, by=by)
    return made


def reviewed(by: Account, office: Account) -> Edition:
    return editions.review(drafted(by), by=office)


def released(by: Account, office: Account, leader: Account) -> Edition:
    signed = editions.approve(reviewed(by, office), by=leader)
    return editions.release(signed, by=by)


def slot(edition: Edition, place: str) -> Slot:
    return Slot.objects.get(edition=edition, place=place)
