"""A session lasts from the last click, not from sign-in; a board that looks by itself does not prolong it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import DatabaseError, OperationalError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory

from shichen.audit.models import Trail
from shichen.city import signin
from shichen.web.sessions import SessionMiddleware
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


class TestASessionThatCannotBeWritten:
    """Django calls every failure to write a session a session that was ended; a page must not be lost by a lock."""

    def answered(self, method: str, trouble: Exception) -> HttpResponseBase:
        def save() -> None:
            try:
                raise trouble
            except DatabaseError as error:
                raise UpdateError from error

        request = getattr(RequestFactory(), method)("/log/")
        request.session = SessionStore()
        request.session["seen"] = 1
        request.session.save = save
        return SessionMiddleware(lambda _: HttpResponse("the page")).process_response(request, HttpResponse("the page"))

    def test_a_page_is_read_all_the_same(self) -> None:
        answer = self.answered("get", OperationalError("others are writing"))
        assert (answer.status_code, answer.content) == (200, b"the page")

    def test_what_was_sent_is_told_when_to_come_again(self) -> None:
        answer = self.answered("post", OperationalError("others are writing"))
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")

    def test_one_that_was_ended_meanwhile_is_still_refused(self) -> None:
        with pytest.raises(SessionInterrupted):
            self.answered("get", DatabaseError("Forced update did not affect any rows."))
