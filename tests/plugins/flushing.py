"""Emptying the test database after a test that commits: append-only tables let go of their rows, and the city comes back.

Django empties tables after a transactional test (`transactional_db`, `live_server`) and the triggers of the house refuse
just that. Here, in tests alone, the triggers are lifted for that moment and stand again before the next test.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase


@contextmanager
def triggers_lifted() -> Iterator[None]:
    """The database without its triggers, for as long as it takes."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            yield
            for _, statement in triggers:
                cursor.execute(statement)
        else:
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = DEFAULT")


def the_city_comes_back() -> None:
    from shichen.city import services as city
    from shichen.site import profile
    from tests.conftest import DEMO_CITY

    city.system()
    profile.load(DEMO_CITY)


@pytest.fixture(scope="session", autouse=True)
def _emptying_is_possible() -> Iterator[None]:
    usual: Any = TransactionTestCase._fixture_teardown

    def teardown(case: Any) -> None:
        with triggers_lifted():
            usual(case)
        the_city_comes_back()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield
