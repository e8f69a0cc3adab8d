"""三权分立 in the database: two grants that may not stand together are refused by whatever way they come, past the service too."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from shichen.city import queries, services
from shichen.city.apart import powers_apart
from shichen.city.models import Account, Grant
from shichen.city.roles import APART, ROLES, clash
from tests.made import NOON

SQLITE = pytest.mark.skipif(connection.vendor != "sqlite", reason="times are text in SQLite alone")
POSTGRES = pytest.mark.skipif(connection.vendor != "postgresql", reason="writers take turns in SQLite")
HOUR = timedelta(hours=1)
GIVEN = [role for role in ROLES if role != "anonymous"]
INSERT = "INSERT INTO city_grant (id, account_id, role, area_id, starts_at, ends_at, granted_by_id, reason) VALUES ({})"


@pytest.fixture
def account(db: None) -> Account:
    return services.open_account("someone", "某人", by=services.system())


def made(account: Account, role: str, starts_at: datetime = NOON, ends_at: datetime | None = None) -> Grant:
    by, area = services.system(), queries.the_city()
    return Grant(account=account, role=role, area=area, starts_at=starts_at, ends_at=ends_at, granted_by=by)


def put(*grants: Grant) -> None:
    """Into the table as they are, without the service."""
    for one in grants:
        one.save(force_insert=True)


def refused(act: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            act()
    except IntegrityError as error:
        return "stand apart" in str(error)
    return False


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def raw(account: Account, role: str, starts_at: Any = NOON, ends_at: Any = None, verb: str = "INSERT") -> None:
    """A row put in as from a shell: no model, no manager."""
    plain = connection.vendor == "sqlite"
    number, whose, by = uuid.uuid4(), account.pk, services.system().pk
    keys = [one.hex if plain else one for one in (number, whose, by)]
    times = [f"{at:%Y-%m-%d %H:%M:%S}" if plain and isinstance(at, datetime) else at for at in (starts_at, ends_at)]
    statement = INSERT.replace("INSERT", verb, 1).format(", ".join(["%s"] * 8))
    run(statement, keys[0], keys[1], role, queries.the_city().pk, *times, keys[2], "")


@contextmanager
def without_the_hold() -> Iterator[None]:
    """The table as it was before: what each of these tests would let through."""
    if connection.vendor == "sqlite":
        for act in ("insert", "update"):
            run(f"DROP TRIGGER city_grant_apart_{act}")
    else:
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run("ALTER TABLE city_grant DISABLE TRIGGER city_grant_apart")
    yield


class TestRoles:
    @pytest.mark.parametrize("held", GIVEN)
    @pytest.mark.parametrize("apart", APART)
    def test_the_database_refuses_what_the_service_refuses_and_nothing_else(
        self, account: Account, held: str, apart: str
    ) -> None:
        put(made(account, held))
        assert refused(lambda: put(made(account, apart))) == (clash({held}, apart) is not None)

    @pytest.mark.parametrize("apart", APART)
    def test_nor_is_any_role_put_beside_one_of_the_three(self, account: Account, apart: str) -> None:
        put(made(account, apart))
        assert [role for role in GIVEN if not refused(lambda role=role: put(made(account, role)))] == [apart]  # type: ignore[misc]

    def test_ordinary_roles_stand_side_by_side(self, account: Account) -> None:
        put(*(made(account, role) for role in GIVEN if role not in APART))

    def test_another_account_is_another_person(self, account: Account) -> None:
        other = services.open_account("other", "另一人", by=services.system())
        put(made(account, "auditor"), made(other, "sysadmin"))


class TestWays:
    """Each way into the table, and that without the hold it would be open."""

    WAYS: tuple[Callable[[Account], object], ...] = (
        lambda account: put(made(account, "auditor")),
        lambda account: Grant.objects.bulk_create([made(account, "reporter"), made(account, "auditor")]),
        lambda account: Grant.objects.bulk_create([made(account, "auditor")], ignore_conflicts=True),
        lambda account: raw(account, "auditor"),
        lambda account: Grant.objects.filter(account=account, role="hospital").update(role="auditor"),
        lambda account: Grant.objects.filter(role="secadmin").update(account=account),
        lambda account: Grant.objects.filter(role="sysadmin").update(ends_at=None),
        lambda account: Grant.objects.filter(role="sysadmin").update(ends_at=NOON + HOUR),
    )
    NAMES = ("create", "bulk create", "ignoring conflicts", "raw", "role", "account", "no end", "later end")

    @pytest.fixture
    def account(self, account: Account) -> Account:
        """An account of two ordinary roles, which was an operator until noon; another is the security officer."""
        other = services.open_account("other", "另一人", by=services.system())
        put(made(account, "reporter"), made(account, "hospital"), made(other, "secadmin"))
        put(made(account, "sysadmin", NOON - HOUR, NOON))
        return account

    @pytest.mark.parametrize("way", WAYS, ids=NAMES)
    def test_it_is_closed(self, account: Account, way: Callable[[Account], object]) -> None:
        before = set(Grant.objects.values_list("account", "role", "ends_at"))
        assert refused(lambda: way(account))
        assert set(Grant.objects.values_list("account", "role", "ends_at")) == before

    @pytest.mark.parametrize("way", WAYS, ids=NAMES)
    def test_mutant_without_the_hold_it_is_open(self, account: Account, way: Callable[[Account], object]) -> None:
        with without_the_hold():
            way(account)

    @SQLITE
    @pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "INSERT OR IGNORE", "INSERT OR ROLLBACK"])
    def test_no_word_of_sqlite_walks_past(self, account: Account, verb: str) -> None:
        assert refused(lambda: raw(account, "auditor", verb=verb))


class TestTimes:
    def test_a_grant_that_ended_does_not_count(self, account: Account) -> None:
        put(made(account, "auditor", NOON - HOUR, NOON), made(account, "office", NOON))

    def test_one_that_ends_a_moment_later_does(self, account: Account) -> None:
        put(made(account, "auditor", NOON - HOUR, NOON + timedelta(microseconds=1)))
        assert refused(lambda: put(made(account, "office", NOON)))

    def test_one_that_begins_later_counts_from_then_on(self, account: Account) -> None:
        put(made(account, "auditor", NOON + HOUR))
        put(made(account, "office", NOON, NOON + HOUR))
        assert refused(lambda: put(made(account, "cdc", NOON, NOON + 2 * HOUR)))

    def test_ending_one_makes_room_for_the_other(self, account: Account) -> None:
        put(made(account, "auditor", NOON))
        Grant.objects.update(ends_at=NOON + HOUR)
        put(made(account, "office", NOON + HOUR))

    @SQLITE
    @pytest.mark.parametrize(
        "written",
        [
            "2020-02-02T04:00:00",
            "2020-02-02 12:00:00+08:00",
            "2020-02-02",
            "now",
            "",
            2458881.6,
            b"2020-02-02 04:00:00",
        ],
    )
    def test_a_time_written_otherwise_cannot_be_compared_and_is_refused(self, account: Account, written: Any) -> None:
        for times in ((written, None), ("2020-01-01 00:00:00", written)):
            with pytest.raises(IntegrityError, match=r"UTC|ends_after_start"), transaction.atomic():
                raw(account, "office", *times)


class TestAnyTimes(TestCase):
    """Whatever the times: refused exactly when some moment belongs to both."""

    ends = st.one_of(st.none(), st.integers(1, 8))

    @settings(max_examples=150, deadline=None)
    @given(
        first=st.tuples(st.integers(0, 7), ends),
        second=st.tuples(st.integers(0, 7), ends),
        unit=st.sampled_from([0, 1]),
    )
    def test_two_grants(self, first: tuple[int, int | None], second: tuple[int, int | None], unit: int) -> None:
        step = (HOUR, timedelta(microseconds=250_000))[unit]
        spans = [(start, None if length is None else start + length) for start, length in (first, second)]
        held = [{moment for moment in range(20) if start <= moment < (end or 20)} for start, end in spans]
        account = services.open_account("anyone", "某人", by=services.system())
        one, two = (
            made(account, role, NOON + start * step, None if end is None else NOON + end * step)
            for role, (start, end) in zip(("secadmin", "office"), spans, strict=True)
        )
        put(one)
        assert refused(lambda: put(two)) == bool(held[0] & held[1])


def test_grants_that_clash_already_stop_the_migration(account: Account) -> None:
    step, editor = powers_apart(*APART), SimpleNamespace(connection=connection)

    def stand() -> None:
        step.code(None, editor)  # type: ignore[arg-type]

    def fall() -> None:
        if connection.vendor == "postgresql":
            run("SET CONSTRAINTS ALL IMMEDIATE")
        step.reverse_code(None, editor)  # type: ignore[arg-type,misc]

    fall()
    put(made(account, "auditor"))
    stand()
    assert refused(lambda: put(made(account, "office")))
    fall()
    put(made(account, "office"))
    assert refused(stand)


@POSTGRES
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ"])
def test_of_two_who_grant_at_once_the_second_is_refused(level: str) -> None:
    """The second waits for the first, though neither sees the other's row when it begins."""
    account = services.open_account("someone", "某人", by=services.system())
    first, second = made(account, "auditor"), made(account, "sysadmin")
    begun, done, said = threading.Event(), threading.Event(), []

    def other() -> None:
        try:
            with transaction.atomic():
                run(f"SET TRANSACTION ISOLATION LEVEL {level}")
                said.append(Grant.objects.filter(account=account).count())
                begun.set()
                put(second)
        except DatabaseError as error:
            said.append(type(error).__name__)
        finally:
            done.set()
            connection.close()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        put(first)
        thread.start()
        assert begun.wait(10)
        assert not done.wait(0.3)  # it waits for its turn
    thread.join(10)
    assert said[0] == 0
    assert said[1] in {"IntegrityError", "OperationalError"}
    assert Grant.objects.get(account=account).role == "auditor"
