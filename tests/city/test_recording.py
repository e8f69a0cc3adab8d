"""授权留痕: every act on accounts and grants leaves one row in the trail, in its own transaction, whoever asks for it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from shichen.audit import services as audit
from shichen.audit.context import acting
from shichen.audit.models import Trail
from shichen.city import queries, recording, services
from shichen.city.models import Account, Grant
from shichen.city.scope import roles_of
from shichen.refusal import Refusal
from tests.conftest import Cast
from tests.made import NOON, body

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
TRAFFIC = "traffic-safety-group"


def opened(cast: Any) -> Account:
    return services.open_account("someone", "某人", by=cast.secadmin)


def granted(cast: Any, **more: Any) -> Grant:
    where = {"unit": body(TRAFFIC), "area": queries.the_city(), "event": None, "starts_at": NOON}
    return services.grant(cast.outsider, "reporter", **{**where, **more}, reason="轮值", by=cast.secadmin)


def revoked(cast: Any) -> None:
    services.revoke(cast.traffic.grants.get(), at=NOON, reason="调离", by=cast.secadmin)


def closed(cast: Any) -> None:
    services.close_account(cast.traffic, at=NOON, by=cast.secadmin)


# Each act: how it is done, what its row says, and about whose account.
ACTS: dict[str, tuple[Callable[[Any], object], tuple[str, str, str], str]] = {
    "open_account": (opened, ("open account", "", ""), "someone"),
    "grant": (granted, ("grant", TRAFFIC, "reporter：轮值"), "outsider"),
    "revoke": (revoked, ("revoke", TRAFFIC, "reporter：调离"), "traffic"),
    "close_account": (closed, ("close account", "", ""), "traffic"),
}
# What is no act of a person: the city as its profile describes it, and the house's own account.
SET_UP = {"system", "load_places", "load_bodies", "name_body"}


def state() -> tuple[list[Any], ...]:
    """All accounts and grants, and the trail."""
    return tuple(list(model.objects.order_by("pk").values_list()) for model in (Account, Grant, Trail))


def test_every_act_of_the_room_is_in_the_list() -> None:
    ours = {
        name
        for name, one in inspect.getmembers(services, inspect.isfunction)
        if one.__module__ == services.__name__ and not name.startswith("_")
    }
    assert ours == set(ACTS) | SET_UP
    assert {name for name in ours if "by" in inspect.signature(getattr(services, name)).parameters} == set(ACTS)


@pytest.mark.parametrize("name", ACTS)
class TestAct:
    def test_it_leaves_one_row_that_says_who_did_what_to_whom(self, cast: Cast, name: str) -> None:
        act, (action, unit, reason), whose = ACTS[name]
        before = set(Trail.objects.values_list("pk", flat=True))
        with acting("cli", moment=NOON):
            act(cast)
        (row,) = Trail.objects.exclude(pk__in=before)
        assert (row.action, row.unit, row.reason) == (action, unit, reason)
        assert (row.actor_name, row.role, row.door, row.at) == ("secadmin", "secadmin", "cli", NOON)
        assert (row.table, row.subject) == ("city.account", str(Account.objects.get(username=whose).pk))

    def test_without_its_row_it_is_not_done(self, cast: Cast, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*args: object) -> str:
            raise DatabaseError("no room")

        before = state()
        monkeypatch.setattr(audit, "mac_of", broken)
        with pytest.raises(DatabaseError, match="no room"):
            ACTS[name][0](cast)
        assert state() == before

    def test_while_nobody_takes_it_down_it_is_not_done(
        self, cast: Cast, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = state()
        monkeypatch.setattr(recording, "_RECORDERS", [])
        with pytest.raises(AssertionError, match="takes down"):
            ACTS[name][0](cast)
        assert state() == before

    def test_undone_it_leaves_no_row(self, cast: Cast, name: str) -> None:
        before = state()
        with transaction.atomic():
            ACTS[name][0](cast)
            assert state() != before
            transaction.set_rollback(True)
        assert state() == before


class TestRevoking:
    def test_the_role_holds_no_longer_and_the_account_stays(self, cast: Cast) -> None:
        revoked(cast)
        account: Any = cast.traffic
        assert roles_of(account, NOON) == roles_of(Account.objects.get(pk=account.pk), NOON) == set()
        assert roles_of(account, NOON - HOUR) == {"reporter"}
        assert Account.objects.get(pk=account.pk).is_active

    def test_then_a_role_of_the_three_powers_may_be_given(self, cast: Cast) -> None:
        with pytest.raises(Refusal, match="同一人"):
            _auditor(cast.traffic)
        revoked(cast)
        _auditor(cast.traffic)
        assert roles_of(cast.traffic, NOON) == {"auditor"}  # type: ignore[arg-type]

    def test_one_that_has_not_begun_is_gone(self, cast: Cast) -> None:
        later = granted(cast, starts_at=NOON + HOUR)
        services.revoke(later, at=NOON, reason="不去了", by=services.system())
        assert not Grant.objects.filter(account=later.account).exists()

    def test_it_ends_once_and_says_so(self, cast: Cast) -> None:
        given = Grant.objects.get(account__username="traffic")
        revoked(cast)
        before = state()
        with pytest.raises(Refusal, match="已经结束"):
            services.revoke(given, at=NOON + HOUR, reason="再一次", by=services.system())
        assert state() == before

    @pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
    def test_giving_and_taking_need_a_reason_that_fits(self, cast: Cast, reason: str) -> None:
        given = Grant.objects.get(account__username="traffic")
        with pytest.raises(Refusal, match="理由"):
            services.revoke(given, at=NOON, reason=reason, by=services.system())
        where = {"unit": None, "area": queries.the_city(), "event": None, "starts_at": NOON}
        with pytest.raises(Refusal, match="理由"):
            services.grant(given.account, "office", **where, reason=reason, by=services.system())


def test_closing_takes_back_what_would_begin_later(cast: Cast) -> None:
    granted(cast, starts_at=NOON)
    services.close_account(cast.outsider, at=NOON, by=services.system())  # type: ignore[arg-type]
    assert not Grant.objects.filter(account__username="outsider").exists()


def _auditor(account: Any) -> None:
    where = {"unit": None, "area": queries.the_city(), "event": None, "starts_at": NOON}
    services.grant(account, "auditor", **where, reason="轮岗", by=services.system())
