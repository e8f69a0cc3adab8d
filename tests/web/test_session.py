"""A session lasts from the last click, not from sign-in; a board that looks by itself does not prolong it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from shichen.audit.models import Trail
from shichen.city import signin
from tests.conftest import Cast

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def at(minutes: int) -> time_machine.travel:
    return time_machine.travel(NOON + timedelta(minutes=minutes), tick=False)


@pytest.fixture
def client(client: Client, cast: Cast) -> Client:
    with at(0):
        client.force_login(cast.office)
        assert client.get("/help/").status_code == 200
    return client


def test_clicking_now_and_then_one_stays_in(client: Client) -> None:
    for minutes in (20, 40, 60):
        with at(minutes):
            assert client.get("/account/").status_code == 200


def test_after_half_an_hour_without_a_click_one_is_out(client: Client) -> None:
    with at(31):
        assert client.get("/account/").status_code == 302


def test_a_board_left_open_does_not_keep_the_session(client: Client) -> None:
    for minutes in (10, 20, 29):
        with at(minutes):
            client.get("/help/", headers={"HX-Request": "true"})
    with at(31):
        assert client.get("/account/").status_code == 302


def test_coming_in_is_in_the_trail(client: Client, cast: Cast) -> None:
    with at(0):
        secret = signin.one_time_way_in(cast.editor, now=NOON)
        client.post(f"/enter/{secret}/")
    assert list(Trail.objects.filter(action="signin").values_list("actor_name", "reason")) == [("editor", "一次性入口")]
