"""The pages of bulk passings: what was sent and what came of it; who may not see the unit sees nothing of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.records.bulk.conftest import IDS, Write, folder, row, write

__all__ = ["folder", "write"]
pytestmark = pytest.mark.django_db


def client(account: Any) -> Client:
    made = Client()
    made.force_login(account)
    return made


def test_the_list_and_a_load_show_that_nothing_is_lost(write: Write, cast: Any) -> None:
    load = write([row(), row(where="T99", who=IDS[1])], name="卡口0202.csv")
    office = client(cast.office)
    page = office.get("/registers/loads/").content.decode()
    assert "卡口0202.csv" in page
    one = office.get(f"/registers/loads/{load.id}/").content.decode()
    assert "没有这个卡点" in one
    assert f"/api/v1/loads/passings/{load.id}/refused" in one
    assert not any(who in page + one for who in IDS)
    (said,) = office.get("/registers/loads.json").json()["loads"]
    assert (said["read"], said["taken"], said["rejected"]) == (2, 1, 1)


def test_a_held_load_says_why_and_what_to_do(write: Write, cast: Any) -> None:
    load = write([row()], declared=5)
    assert "申报 5 行" in client(cast.office).get(f"/registers/loads/{load.id}/").content.decode()


def test_who_did_not_send_it_is_not_offered_what_was_refused(write: Write, cast: Any) -> None:
    load = write([row(where="T99")])
    address = f"/registers/loads/{load.id}/"
    assert client(cast.traffic).get(address).status_code == 404
    assert client(cast.outsider).get(address).status_code in (302, 403)


def test_without_scripts_the_page_says_how_else(write: Write, cast: Any) -> None:
    page = client(cast.office).get("/registers/loads/").content.decode()
    assert "shichen import passings" in page
    assert 'id="send" class="row" hidden' in page
