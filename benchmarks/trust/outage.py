"""A served post whose database goes away, is locked, comes back: what its pages answer meanwhile (F24)."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO
from urllib.parse import urlencode

from benchmarks.trust.house import ROOT, House

OFFICER = """
from django.utils import timezone
from shichen.board import snapshot
from shichen.city import queries, services, signin
system = services.system()
officer = services.open_account("officer", "值班员", by=system)
services.grant(officer, "office", unit=queries.the_office(), area=queries.the_city(), event=queries.the_event(),
               starts_at=timezone.now(), reason="trial", by=system)
snapshot.refresh(timezone.now())
print(signin.one_time_way_in(officer, now=timezone.now()))
"""
# Holds the write lock from outside, as a tool of the machine would; says when it has it, lets go at the end of its input.
HOLDER = """
import sys
from shichen.site import safe_sqlite
safe_sqlite.install()
import sqlite3
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
held.execute("ROLLBACK")
"""


@dataclass(frozen=True)
class Answer:
    """What a page answered, and how long that took."""

    status: int
    seconds: float
    text: str
    headers: dict[str, str]


@dataclass
class Reader:
    """Somebody with a browser: keeps cookies, follows nothing."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, b"", headers)

    def post(self, path: str, **form: str) -> Answer:
        body = urlencode({"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **form}).encode()
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def copy(self) -> Reader:
        return Reader(self.port, dict(self.cookies))

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        began = time.monotonic()
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            line.request(method, path, body, {"Cookie": cookies, **headers})
            said = line.getresponse()
            text = said.read().decode("utf-8", "replace")
        finally:
            line.close()
        for cookie in said.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return Answer(said.status, time.monotonic() - began, text, dict(said.headers))


@dataclass
class Served:
    """A post that is served, with an officer who looks at its board."""

    house: House
    reader: Reader
    log: IO[bytes]

    def said(self) -> str:
        """What the processes wrote down."""
        self.log.seek(0)
        return self.log.read().decode("utf-8", "replace")


@contextmanager
def served(house: House, *, threads: int = 4) -> Iterator[Served]:
    """The web server and the clock, as `shichen up` runs them, and an officer signed in."""
    secret, port = house.run(OFFICER).strip(), _free_port()
    environment = {**house.environment, "SHICHEN_SERVER__THREADS": str(threads)}
    web = [
        sys.executable,
        "-X",
        "utf8",
        "-m",
        "gunicorn",
        "shichen.site.wsgi:application",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    web += ["--workers", "1", "--threads", str(threads), "--worker-class", "gthread", "--no-control-socket"]
    clock = [sys.executable, "-X", "utf8", "-m", "shichen.site.clock"]
    with (house.home / "served.log").open("w+b") as log:
        children = [
            subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
            for command in (web, clock)
        ]
        try:
            reader = _signed_in(Reader(port), secret)
            yield Served(house, reader, log)
        finally:
            for child in children:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()


@contextmanager
def locked(house: House) -> Iterator[None]:
    """The embedded database with its write lock held by another process."""
    command = [sys.executable, "-X", "utf8", "-c", HOLDER, str(house.home / "shichen.sqlite3")]
    holder = subprocess.Popen(command, env=house.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == b"held\n"
        yield
    finally:
        holder.communicate()


@contextmanager
def moved_away(house: House) -> Iterator[None]:
    """The embedded database under another name."""
    path = house.home / "shichen.sqlite3"
    path.rename(path.with_suffix(".elsewhere"))
    try:
        yield
    finally:
        if path.exists():
            raise AssertionError("a new database was made where the old one went missing")
        path.with_suffix(".elsewhere").rename(path)


@contextmanager
def refusing(house: House, postgres: str) -> Iterator[None]:
    """The PostgreSQL database as it is when its server goes down: nobody gets in, who was in is out."""
    import psycopg  # only trials on PostgreSQL need it

    name = house.url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def _signed_in(reader: Reader, secret: str) -> Reader:
    until = time.monotonic() + 60
    while True:
        try:
            reader.get(f"/enter/{secret}/")
            break
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
    came = reader.post(f"/enter/{secret}/")
    assert came.status == 302, came.text[:500]
    assert reader.get("/").status == 200
    return reader


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
