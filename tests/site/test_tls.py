"""HTTPS on the local network: an authority made once, a certificate for this machine's names, answered and verified."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from shichen.refusal import Refusal
from shichen.site import tls
from shichen.site.tls import Pair
from tests.made import environment
from tests.plugins.loaded import Copied

AT = datetime(2026, 1, 5, tzinfo=UTC)
NAMES = ["post.example", "127.0.0.1", "localhost"]


def test_keys_are_for_the_owner_alone(tmp_path: Path) -> None:
    tls.own(tmp_path, NAMES, AT)
    for file in (tmp_path / "tls").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert stat.S_IMODE((tmp_path / "tls").stat().st_mode) == 0o700


def test_the_authority_is_made_once_and_the_certificate_anew_only_when_it_must(tmp_path: Path) -> None:
    first = tls.own(tmp_path, NAMES, AT)
    fingerprint, cert = first.fingerprint, first.cert.read_bytes()
    assert re.fullmatch(r"([0-9A-F]{2}:){31}[0-9A-F]{2}", fingerprint)
    assert tls.own(tmp_path, NAMES[1:], AT + timedelta(days=300)).cert.read_bytes() == cert
    assert tls.own(tmp_path, [*NAMES, "10.0.0.7"], AT).cert.read_bytes() != cert
    late = tls.own(tmp_path, [*NAMES, "10.0.0.7"], AT + timedelta(days=380))
    assert late.cert.read_bytes() != cert
    assert late.fingerprint == fingerprint


def test_a_pair_that_does_not_belong_together_is_refused(tmp_path: Path) -> None:
    pair = tls.own(tmp_path, NAMES, AT)
    assert tls.given(pair.cert, pair.key).ca is None
    with pytest.raises(Refusal, match="用不了"):
        tls.given(pair.cert, tmp_path / "tls" / "ca.key")


def test_this_machine_is_called_by_its_name_and_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "_routed", lambda: "10.0.0.7")
    names = tls.names_here("0.0.0.0")
    assert {"localhost", "127.0.0.1", "10.0.0.7", socket.gethostname()} <= set(names)
    assert "0.0.0.0" not in names
    assert tls.address_for_phones(["localhost", "127.0.0.1", "10.0.0.7"]) == "10.0.0.7"


def test_the_page_of_the_certificate_is_there_only_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    assert Client().get("/ca/").status_code == Client().get("/ca.crt").status_code == 404
    pair = tls.own(tmp_path, NAMES, AT)
    monkeypatch.setattr(settings, "HOME", type(settings.HOME)(tmp_path))
    assert pair.fingerprint in Client().get("/ca/").content.decode()
    answer = Client().get("/ca.crt")
    assert answer.content == (tmp_path / "tls/ca.crt").read_bytes()
    assert answer["Content-Type"] == "application/x-x509-ca-cert"


@contextmanager
def served(home: Path, *options: str) -> Iterator[tuple[int, str]]:
    """A demonstration over HTTPS: its port, and what it said when it was there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = [sys.executable, "-X", "utf8", "-m", "shichen", "demo", "--home", str(home), "--port", str(port), *options]
    log = home.with_suffix(".log")
    with log.open("w") as out:
        running = subprocess.Popen(line, env=environment(home), stdout=out, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + 60
        while "卡点手机" not in log.read_text() and time.monotonic() < until and running.poll() is None:
            time.sleep(0.1)
        time.sleep(0.2)
        yield port, log.read_text()
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=40) == 0


def asked(port: int, pair: Pair, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=pair.asking)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.mark.slow
def test_it_answers_over_https_verified_by_its_own_authority(demonstrated: Copied) -> None:
    home = demonstrated("tls")
    with served(home, "--tls", "--host", "127.0.0.1") as (port, said):
        pair = tls.own(home, ["127.0.0.1"], datetime.now(UTC))
        assert pair.fingerprint in said
        assert "/ca/" in said
        signin = asked(port, pair, "/signin/")
        assert signin.status == 200
        assert "Secure" in str(signin.getheader("Set-Cookie"))
        assert signin.getheader("Strict-Transport-Security") is None
        stranger = http.client.HTTPSConnection("127.0.0.1", port, context=ssl.create_default_context())
        with pytest.raises(ssl.SSLCertVerificationError):
            stranger.connect()
        stranger.close()
