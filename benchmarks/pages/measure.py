"""How long the pages take that people look at all day, asked of a running post; each figure beside its limit.

python -m benchmarks.pages.measure HOME [--postgres URL] [--only WORD] [--json FILE]
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.trust.house import ROOT, House

PORT = 8977
READERS = 2  # who ask at once, each as soon as it was answered: as many as there are cores
SECONDS = 4.0  # that one page is asked for
BOARD, PAGE = 20.0, 150.0  # milliseconds: the limits for p99 of the board, and of the other pages

SAMPLES = """
import json
from django.utils import timezone
from shichen.city import signin
from shichen.city.models import Account
from shichen.indicators.models import Figure
from shichen.intake.models import Envelope
from shichen.journal.models import Entry
top = Entry.objects.order_by("-page_day", "-reported_at", "-seq")
newest, n = top.first(), Entry.objects.count()
deep = top[min(10_000, n - 100)]
middle = top.filter(seq__lte=newest.seq - n // 2).first()
stated = Figure.objects.filter(basis="stated", uses__entry__page_day=middle.page_day).first()
computed = Figure.objects.filter(basis="computed", key="traffic.vehicles_checked").first()
envelope = Envelope.objects.filter(seq__lte=Envelope.objects.order_by("-seq").first().seq // 2).order_by("-seq").first()
duty = Account.objects.get(username="duty")
print(json.dumps({
    "entries": n, "secret": signin.one_time_way_in(duty, now=timezone.now()), "deep": str(deep.id), "unit": middle.unit_id,
    "day": middle.page_day.isoformat(), "today": newest.page_day.isoformat(), "then": middle.recorded_at.isoformat(),
    "stated": str(stated.pk), "computed": str(computed.pk), "envelope": str(envelope.id), "entry": str(middle.id),
}))
"""


@dataclass(frozen=True)
class Asked:
    """A page: what it is called, its address, the limit of its p99 in milliseconds."""

    name: str
    path: str
    limit: float
    polls: bool = False


@dataclass(frozen=True)
class Answered:
    """What asking one page again and again gave."""

    name: str
    p50: float
    p99: float
    rate: float
    limit: float
    bytes: int
    asked: int
    status: int
    cpu: float = 0.0


class Line:
    """One reader at the post, connecting anew where the post ends a connection; it reads answers that say how long they are."""

    def __init__(self, cookies: str) -> None:
        self.cookies = cookies
        self.open = False

    def _connect(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", PORT))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest, self.open = b"", True

    def ask(self, path: str, *, polls: bool = False) -> tuple[int, bytes, bytes]:
        """Ask once; again where the post had ended the connection between two questions, as a browser would."""
        try:
            return self._asked(path, polls)
        except ConnectionError:
            self.close()
            return self._asked(path, polls)

    def close(self) -> None:
        if self.open:
            self.socket.close()
        self.open = False

    def _asked(self, path: str, polls: bool) -> tuple[int, bytes, bytes]:
        if not self.open:
            self._connect()
        more = "HX-Request: true\r\n" if polls else ""
        said = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nCookie: {self.cookies}\r\n{more}\r\n"
        )
        self.socket.sendall(said.encode())
        head = self._until(b"\r\n\r\n")
        status, lower = int(head[9:12]), head.lower()
        length = 0 if status == 204 else _length(lower)
        while len(self.rest) < length:
            self.rest += self._more()
        body, self.rest = self.rest[:length], self.rest[length:]
        if b"connection: close" in lower:
            self.close()
        return status, head, body

    def _until(self, mark: bytes) -> bytes:
        while mark not in self.rest:
            self.rest += self._more()
        head, _, self.rest = self.rest.partition(mark)
        return head

    def _more(self) -> bytes:
        got = self.socket.recv(262_144)
        if not got:
            raise ConnectionError("the post closed the connection")
        return got


def _length(head: bytes) -> int:
    return int(head.split(b"content-length:")[1].split(b"\r\n")[0]) if b"content-length:" in head else 0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("home", type=Path)
    options.add_argument("--postgres", default="")
    options.add_argument("--only", default="")
    options.add_argument("--seconds", type=float, default=SECONDS)
    asked = options.parse_args()
    house = House(asked.home, asked.postgres)
    with running(house):
        samples = house.ask(SAMPLES)
        cookies = signed_in(samples["secret"])
        found = [measured(page, cookies, asked.seconds) for page in pages(samples, cookies) if asked.only in page.name]
    print(f"{samples['entries']:,} entries")
    for row in table(found):
        print(row)


@contextmanager
def running(house: House) -> Iterator[subprocess.Popen[bytes]]:
    """The post as `shichen up` runs it: two web processes of four threads each, and the clock."""
    command = [sys.executable, "-X", "utf8", "-m", "shichen", "up", "--home", str(house.home), "--port", str(PORT)]
    post = subprocess.Popen(command, env=house.environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", PORT), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > until or post.poll() is not None:
                    raise SystemExit("the post did not start") from None
                time.sleep(0.1)
        time.sleep(3)  # the clock's first round
        yield post
    finally:
        post.send_signal(signal.SIGTERM)
        post.wait(timeout=60)


def signed_in(secret: str) -> str:
    """Come in by a one-time way; the cookies of the session."""
    line = Line("")
    _, head, _ = line.ask(f"/enter/{secret}/")
    held = _cookies(head)
    body = f"csrfmiddlewaretoken={held['csrftoken']}"
    line = Line("")
    line._connect()
    line.socket.sendall(
        f"POST /enter/{secret}/ HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nOrigin: http://127.0.0.1:{PORT}\r\n"
        f"Cookie: csrftoken={held['csrftoken']}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    head = line._until(b"\r\n\r\n")
    held |= _cookies(head)
    if "sessionid" not in held:
        raise SystemExit(f"not let in: {head[:200]!r}")
    cookies = "; ".join(f"{name}={value}" for name, value in held.items())
    _, head, _ = Line(cookies).ask("/")
    held |= _cookies(head)
    return "; ".join(f"{name}={value}" for name, value in held.items())


def _cookies(head: bytes) -> dict[str, str]:
    lines = [
        line.partition(":")[2].strip()
        for line in head.decode("latin-1").split("\r\n")
        if line.lower().startswith("set-cookie:")
    ]
    return dict(line.split(";")[0].split("=", 1) for line in lines)


def pages(held: dict[str, Any], cookies: str) -> list[Asked]:
    """The pages in the order of the table. The board is asked for with the version that an open one has, so that it is 204."""
    version = _version(cookies)
    return [
        Asked("board", "/", BOARD),
        Asked("board, nothing new (204)", f"/board/tiles?v={version}", BOARD, polls=True),
        Asked("board, its panels anew", "/board/tiles?v=0", BOARD, polls=True),
        Asked("day page, today", f"/days/{held['today']}/", PAGE),
        Asked("day page, half way back", f"/days/{held['day']}/", PAGE),
        Asked("log, first page", "/log/", PAGE),
        Asked("log of a unit", f"/log/?unit={held['unit']}", PAGE),
        Asked("log of a day", f"/log/?day={held['day']}", PAGE),
        Asked("log of a watch", f"/log/?watch={quote('午')}", PAGE),
        Asked("log, important ones", "/log/?only=significant", PAGE),
        Asked("log, a frequent word", f"/log/?q={quote('检查')}", PAGE),
        Asked("log, a rare word", f"/log/?q={quote('熔喷布')}", PAGE),
        Asked("log, a word no longer used", f"/log/?q={quote('护目镜')}", PAGE),
        Asked("log, a word that never was", f"/log/?q={quote('氧舱')}", PAGE),
        Asked("log, one character", f"/log/?q={quote('熔')}", PAGE),
        Asked("log, page 200", f"/log/?before={held['deep']}", PAGE),
        Asked("log as of half way back", f"/log/?as_of={quote(held['then'])}", PAGE),
        Asked("an entry", f"/log/{held['entry']}/", PAGE),
        Asked("trace, stated", f"/figures/{held['stated']}/", PAGE),
        Asked("trace, computed", f"/figures/{held['computed']}/", PAGE),
        Asked("catalogue of figures", "/figures/", PAGE),
        Asked("envelopes", "/envelopes/", PAGE),
        Asked("an envelope", f"/envelopes/{held['envelope']}/", PAGE),
    ]


def text(body: bytes) -> str:
    return (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()


def _version(cookies: str) -> str:
    return str(json.loads(text(Line(cookies).ask("/board.json")[2]))["version"])


def first_view(cookies: str) -> dict[str, int]:
    """The bytes that a browser without a cache fetches for the board: the page, its styles, its scripts, as they travel."""
    page = Line(cookies).ask("/")[2]
    found = {"/": len(page)}
    for path in dict.fromkeys(re.findall(r'(?:href|src)="(/static/[^"]+)"', text(page))):
        line = http.client.HTTPConnection("127.0.0.1", PORT)
        line.request("GET", path, headers={"Accept-Encoding": "gzip"})
        found[path] = len(line.getresponse().read())
        line.close()
    return found


def server_seconds() -> float:
    """The processor time of the web processes so far: unlike the time on the wall, whatever else the machine does."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if f"127.0.0.1:{PORT}".encode() in (entry / "cmdline").read_bytes():
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        except OSError:  # gone meanwhile
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def measured(page: Asked, cookies: str, seconds: float) -> Answered:
    """Ask a page from several connections for some seconds, after it was asked for once by each."""
    times: list[float] = []
    sizes: list[int] = []
    statuses: set[int] = set()
    began = time.perf_counter()
    first = Line(cookies).ask(page.path, polls=page.polls)
    alone = time.perf_counter() - began
    if alone > 20:  # once is enough to know
        return Answered(page.name, alone * 1000, alone * 1000, 1 / alone, page.limit, len(first[2]), 1, first[0])
    until = time.perf_counter() + seconds

    def reader() -> None:
        line = Line(cookies)
        line.ask(page.path, polls=page.polls)
        while time.perf_counter() < until:
            asked = time.perf_counter()
            status, head, body = line.ask(page.path, polls=page.polls)
            times.append((time.perf_counter() - asked) * 1000)
            sizes.append(len(head) + len(body))
            statuses.add(status)

    threads = [threading.Thread(target=reader) for _ in range(READERS)]
    began, spent = time.perf_counter(), server_seconds()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    took, spent = time.perf_counter() - began, server_seconds() - spent
    times.sort()
    if not times:
        return Answered(page.name, alone * 1000, alone * 1000, 1 / alone, page.limit, len(first[2]), 1, first[0])
    cpu = spent * 1000 / len(times)
    p50, p99 = times[len(times) // 2], times[min(len(times) - 1, int(len(times) * 0.99))]
    return Answered(page.name, p50, p99, len(times) / took, page.limit, sizes[-1], len(times), max(statuses), cpu)


def table(found: list[Answered]) -> Iterator[str]:
    yield f"{'page':<30}{'p50 ms':>9}{'p99 ms':>9}{'limit':>7}{'ratio':>7}{'req/s':>8}{'cpu ms':>8}{'bytes':>8}{'asked':>7}{'status':>7}"
    for one in found:
        ratio = one.p99 / one.limit
        verdict = "" if ratio <= 1 else "  over"
        yield (
            f"{one.name:<30}{one.p50:>9.1f}{one.p99:>9.1f}{one.limit:>7.0f}{ratio:>7.2f}{one.rate:>8.0f}{one.cpu:>8.1f}{one.bytes:>8}"
            f"{one.asked:>7}{one.status:>7}{verdict}"
        )


if __name__ == "__main__":
    main()
