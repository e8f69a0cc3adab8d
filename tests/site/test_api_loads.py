"""Bulk rows by API: kept and answered, worked by the job, counted once, refused records back to their sender alone."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client

from shichen.city import signin
from shichen.jobs import running
from shichen.records.manifest import Load
from tests.made import post
from tests.records.bulk.conftest import HEAD, IDS, row

pytestmark = pytest.mark.django_db
AT = datetime(2020, 2, 10, 4, tzinfo=UTC)
DATA = "\n".join([HEAD, row(), row(where="T99", who=IDS[1]), ""]).encode()


@pytest.fixture
def client(tmp_path: Path, settings: LazySettings, cast: Any) -> Client:
    settings.LAKE = tmp_path / "lake"
    post("T01")
    return bearing(cast.office)


def bearing(account: Any) -> Client:
    return Client(headers={"authorization": f"Bearer {signin.token_for(account, 'test')}"})


@pytest.fixture(autouse=True)
def _then() -> Any:
    with time_machine.travel(AT, tick=False):
        yield


def put(client: Client, number: uuid.UUID, data: bytes = DATA, query: str = "", sort: str = "text/csv") -> Any:
    return client.put(f"/api/v1/loads/passings/{number}{query}", data, content_type=sort)


def test_a_file_is_kept_worked_and_its_refused_records_come_back(client: Client, cast: Any) -> None:
    number = uuid.uuid4()
    first = put(client, number, query="?rows=2&filename=a.csv")
    assert (first.status_code, first.json()["state"]) == (201, "received")
    assert put(client, number).status_code == 200
    assert running.run_next(AT)
    said = client.get(f"/api/v1/loads/passings/{number}").json()
    assert (said["state"], said["read"], said["taken"], said["rejected"]) == ("committed", 2, 1, 1)
    assert said["reasons"] == {"checkpoint_unknown": 1}
    back = client.get(f"/api/v1/loads/passings/{number}/refused")
    assert b"".join(back.streaming_content).splitlines()[1].startswith('3,"没有这个卡点"'.encode())


def test_other_bytes_under_the_same_number_change_nothing(client: Client) -> None:
    number = uuid.uuid4()
    put(client, number)
    again = put(client, number, DATA + b"\n")
    assert (again.status_code, Load.objects.count()) == (409, 1)


@pytest.mark.parametrize(
    ("query", "sort", "status"),
    [
        ("?sha256=" + "0" * 64, "text/csv", 422),
        ("?rows=0", "text/csv", 422),
        ("?more=1", "text/csv", 422),
        ("", "image/png", 415),
    ],
)
def test_what_does_not_fit_is_refused_and_not_kept(client: Client, query: str, sort: str, status: int) -> None:
    assert put(client, uuid.uuid4(), query=query, sort=sort).status_code == status
    assert not Load.objects.exists()


def test_refused_records_are_for_their_sender_alone(client: Client, cast: Any) -> None:
    number = uuid.uuid4()
    put(client, number)
    running.run_next(AT)
    other = bearing(cast.traffic)
    assert other.get(f"/api/v1/loads/passings/{number}/refused").status_code in (403, 404)
    assert bearing(cast.auditor).get(f"/api/v1/loads/passings/{number}").status_code == 403
