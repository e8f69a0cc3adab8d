"""Careless and hostile loads by the real doors: refused with a sentence, or listed by line and reason while the rest is taken."""

from __future__ import annotations

import json
import resource
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from django.conf import LazySettings
from django.test import Client

from shichen.city import signin
from shichen.jobs import running
from shichen.keys import Keyring
from shichen.records.bulk.passings import REASONS
from shichen.records.manifest import Load
from shichen.site.commands import import_bulk
from tests.made import post
from tests.site.bad_loads import CORPUS, GOOD, SECOND, Bad, text

pytestmark = pytest.mark.django_db
AT = datetime(2020, 2, 10, 4, tzinfo=UTC)
COMMAND = import_bulk.PASSINGS
SOON, LITTLE = 30, 400 << 10
"""Seconds for one file on a busy machine, and kilobytes that this process may grow by."""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch, cast: Any) -> Any:
    settings.LAKE = tmp_path / "lake"
    settings.KEYRING = Keyring()  # of its own: what other processes destroy on time is not missed here
    post("T01")
    post("T02")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(import_bulk, "set_up", lambda home: None)
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def bounded() -> Any:
    begun, grown = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.monotonic() - begun < SOON
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown < LITTLE


def named(one: Bad) -> str:
    return one.name


def must_be(one: Bad, said: dict[str, Any], back: bytes) -> None:
    """The answer is what the file deserves, and it adds up."""
    if one.held:
        assert (said["state"], said["taken"]) == ("held", 0)
        assert one.held in said["note"]
        return
    assert said["state"] == "committed", said["note"]
    refused = len(one.lines)
    assert (said["taken"], said["duplicate"], said["rejected"]) == (one.taken, one.duplicate, refused), said["reasons"]
    assert said["read"] == one.taken + one.duplicate + refused
    assert said["reasons"] == one.reasons
    assert numbers(back) == list(one.lines)


def numbers(back: bytes) -> list[int]:
    """The lines that stand in front of the records of a returned file, each with a reason beside it."""
    found = []
    for line in back.decode("utf-8", "replace").splitlines():
        front = line.split(",", 1)[0].removeprefix('{"行号": ')
        if front.isdigit():
            found.append(int(front))
    return found


@pytest.mark.parametrize("one", CORPUS, ids=named)
@pytest.mark.usefixtures("bounded")
def test_on_the_command_line(one: Bad, tmp_path: Path) -> None:
    path, back = tmp_path / "a.csv", tmp_path / "back"
    path.write_bytes(one.data)
    arguments = [str(path), "--json", "--rejects", str(back)]
    result = CliRunner().invoke(COMMAND, [*arguments, *(["--rows", str(one.declared)] if one.declared else [])])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    said = json.loads(result.output)
    if "error" in said:
        assert (result.exit_code, one.taken) == (4, 0)
        assert one.held in said["error"]
        return
    assert result.exit_code == (5 if one.held or one.lines else 0)
    must_be(one, said, back.read_bytes() if back.exists() else b"")


@pytest.mark.parametrize("one", CORPUS, ids=named)
@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize("door", ["token", "page"])
def test_by_address_and_by_page(one: Bad, door: str, cast: Any) -> None:
    """A page sends a file by the same address, with its session and the word against forgery in place of a token."""
    client, more = by_token(cast.office) if door == "token" else by_page(cast.office)
    address = f"/api/v1/loads/passings/{uuid.uuid4()}"
    rows = f"?rows={one.declared}" if one.declared else ""
    first = client.put(address + rows, one.data, content_type="text/csv", headers={"content-type": "text/csv", **more})
    assert first.status_code in (201, 422), first.content
    if first.status_code == 422:
        assert one.held in first.json()["error"]["sentence"]
        assert not Load.objects.exists()
        return
    assert running.run_next(AT)
    said = client.get(address).json()
    back = client.get(f"{address}/refused") if said["rejected"] else None
    must_be(one, said, b"".join(back.streaming_content) if back is not None else b"")  # type: ignore[attr-defined]
    page = Client()
    page.force_login(cast.office)
    shown = page.get(f"/registers/loads/{said['id']}/").content.decode()
    assert all(reason.zh in shown for reason in REASONS if reason.name in one.reasons)


def by_token(account: Any) -> tuple[Client, dict[str, str]]:
    return Client(headers={"authorization": f"Bearer {signin.token_for(account, 'test')}"}), {}


def by_page(account: Any) -> tuple[Client, dict[str, str]]:
    client = Client(enforce_csrf_checks=True)
    client.force_login(account)
    client.get("/registers/loads/")
    return client, {"X-CSRFToken": client.cookies["csrftoken"].value}


def test_without_the_word_against_forgery_nothing_is_kept(cast: Any) -> None:
    client, _ = by_page(cast.office)
    sent = client.put(f"/api/v1/loads/passings/{uuid.uuid4()}", text(GOOD), content_type="text/csv")
    assert (sent.status_code, Load.objects.count()) == (403, 0)


def test_a_batch_twice_and_a_batch_that_holds_one_before_count_once(cast: Any) -> None:
    client, more = by_token(cast.office)

    def sent(data: bytes) -> dict[str, Any]:
        address = f"/api/v1/loads/passings/{uuid.uuid4()}"
        number = client.put(address, data, content_type="text/csv", headers=more).json()["id"]
        running.run_next(AT)
        found: dict[str, Any] = client.get(f"/api/v1/loads/passings/{number}").json()
        return found

    first, again, both = sent(text(GOOD)), sent(text(GOOD)), sent(text(GOOD, SECOND))
    assert first == again
    assert (both["taken"], both["duplicate"], both["rejected"]) == (1, 1, 0)


def test_half_a_body_is_not_kept_under_the_sum_of_the_whole(cast: Any) -> None:
    import hashlib

    whole = text(GOOD, SECOND)
    client, _ = by_token(cast.office)
    address = f"/api/v1/loads/passings/{uuid.uuid4()}?sha256={hashlib.sha256(whole).hexdigest()}"
    half = client.put(address, whole[:-30], content_type="text/csv")
    assert (half.status_code, Load.objects.count()) == (422, 0)
    assert "传到一半" in half.json()["error"]["sentence"]
    assert client.put(address, whole, content_type="text/csv").status_code == 201


def test_of_several_files_each_is_told_and_one_that_is_refused_keeps_no_other_out(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.csv", "b.csv", "c.csv")]
    for file, data in zip(files, (text(GOOD), b"", text(SECOND, "坏")), strict=True):
        file.write_bytes(data)
    mending = tmp_path / "c.拒收.csv"
    mending.write_text("正在改", encoding="utf-8")
    result = CliRunner().invoke(COMMAND, [*map(str, files), "--json"])
    said = [json.loads(line) for line in result.output.splitlines()]
    assert result.exit_code == 4
    assert [(one.get("taken"), one["file"]) for one in said] == [(1, "a.csv"), (None, "b.csv"), (1, "c.csv")]
    assert "文件是空的" in said[1]["error"]
    assert mending.read_text(encoding="utf-8") == "正在改"
    assert numbers((tmp_path / "c.拒收2.csv").read_bytes()) == [3]
    assert CliRunner().invoke(COMMAND, [*map(str, files), "--rejects", "x"]).exit_code == 4


def test_what_was_refused_is_to_be_had_again(tmp_path: Path) -> None:
    path, back = tmp_path / "a.csv", tmp_path / "back.csv"
    path.write_bytes(text(GOOD, "坏"))
    assert CliRunner().invoke(COMMAND, [str(path)]).exit_code == 5
    again = CliRunner().invoke(COMMAND, [str(path), "--rejects", str(back)])
    assert ("已入过库" in again.output, numbers(back.read_bytes())) == (True, [3])


def test_by_address_a_heading_that_is_not_known_is_said(cast: Any) -> None:
    client, _ = by_token(cast.office)
    data, address = text(GOOD).replace("时间".encode(), "过了的时刻".encode()), f"/api/v1/loads/passings/{uuid.uuid4()}"
    client.put(address, data, content_type="text/csv")
    running.run_next(AT)
    assert client.get(address).json()["state"] == "held"
    said = client.put(f"{address}?map=过了的时刻=时间", data, content_type="text/csv")
    assert (said.status_code, said.json()["state"]) == (201, "received")
    running.run_next(AT)
    assert (client.get(address).json()["taken"], Load.objects.count()) == (1, 1)
    assert client.put(f"{address}?map=时间", data, content_type="text/csv").status_code == 422
