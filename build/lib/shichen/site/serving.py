"""Running a post: the web server and the clock as children of one supervisor, which starts, watches and stops them."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from shichen.refusal import Refusal
from shichen.site.tls import Pair

Say = Callable[[str], None]
PATIENCE = 30.0  # seconds a child is given to stop by itself, and a fresh server to answer


@dataclass
class Child:
    """One process of the post; restarted with growing pauses when it dies."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    due: float = 0.0

    def start(self) -> None:
        self.process = subprocess.Popen(self.command)  # noqa: S603 - our own command, no outside text

    def look_after(self, now: float, say: Say) -> None:
        """Start it again some time after it died."""
        if self.process is not None and self.process.poll() is not None:
            self.deaths += 1
            self.due = now + min(60.0, 2.0**self.deaths)
            say(f"{self.name} 停了(退出码 {self.process.returncode})，{self.due - now:.0f} 秒后重启。")
            self.process = None
        if self.process is None and now >= self.due:
            self.start()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, until: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Supervisor:
    """Keeps the children running until it is told to stop."""

    children: list[Child]
    say: Say
    stopping: bool = field(default=False)

    def run(self, ready: Callable[[], None]) -> None:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._asked_to_stop)
        for child in self.children:
            child.start()
        try:
            ready()
            while not self.stopping:
                for child in self.children:
                    child.look_after(time.monotonic(), self.say)
                time.sleep(0.2)
        finally:
            for child in self.children:
                child.stop()
            until = time.monotonic() + PATIENCE
            for child in self.children:
                child.wait(until)

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True


def must_be_free(host: str, port: int) -> None:
    """Raises Refusal when something else listens there already."""
    with contextlib.closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refusal(
                f"{host}:{port} 用不了({error.strerror})；停掉占用它的程序，或用 --port 另选一个端口。"
            ) from None


def wait_until_it_answers(host: str, port: int, supervisor: Supervisor, pair: Pair | None = None) -> None:
    """Until /healthz answers 200, over HTTPS where it is served so. Raises Refusal after half a minute."""
    host = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - asked, not bound
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not supervisor.stopping:
        with (
            contextlib.suppress(OSError, http.client.HTTPException),
            contextlib.closing(_connection(host, port, pair)) as connection,
        ):
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.client.OK:
                return
        time.sleep(0.1)
    if not supervisor.stopping:
        raise Refusal("网页服务 30 秒内没有应答；请看上面的报错，或运行 shichen doctor。")


def _connection(host: str, port: int, pair: Pair | None) -> http.client.HTTPConnection:
    if pair is None:
        return http.client.HTTPConnection(host, port, timeout=2)
    return http.client.HTTPSConnection(host, port, timeout=2, context=pair.asking)


def web(host: str, port: int, *, workers: int, threads: int, pair: Pair | None = None) -> Child:
    """The web server: gunicorn with threads, each worker renewed now and then.

    A connection is for one question: kept open, it would stay with its worker, and a busy one would keep readers waiting
    while the other has nothing to do; made anew, it goes to whichever is free.
    """
    command = [
        sys.executable,
        *("-X", "utf8", "-m", "gunicorn", "shichen.site.wsgi:application"),
        *("--bind", f"[{host}]:{port}" if ":" in host else f"{host}:{port}"),
        *("--workers", str(workers), "--threads", str(threads), "--worker-class", "gthread"),
        *("--max-requests", "20000", "--max-requests-jitter", "4000", "--keep-alive", "0"),
        *("--graceful-timeout", "20", "--timeout", "60", "--log-level", "warning", "--no-control-socket"),
    ]
    if pair is not None:
        command += ["--certfile", str(pair.cert), "--keyfile", str(pair.key)]
    return Child("网页服务", command)


def clock() -> Child:
    """The process that does what is due: snapshots, envelopes left waiting, sealing."""
    return Child("时钟", [sys.executable, "-X", "utf8", "-m", "shichen.site.clock"])


def address(host: str, port: int, scheme: str = "http") -> str:
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - shown, not bound
    return f"{scheme}://{f'[{shown}]' if ':' in shown else shown}:{port}"


def quiet_environment(home: str, pair: Pair | None = None, hosts: list[str] | None = None) -> None:
    """What the children inherit: with HTTPS also that cookies keep to it, and by which names phones may ask.

    Browsers are told to insist on HTTPS (HSTS) only where the certificate is one that they trust by themselves.
    """
    if pair is not None:
        os.environ["SHICHEN_SERVER__HTTPS"] = "true"
        os.environ["SHICHEN_SERVER__HSTS"] = "false" if pair.ca else "true"
        os.environ["SHICHEN_SERVER__ALLOWED_HOSTS"] = ",".join(hosts or [])
    os.environ["SHICHEN_HOME"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "shichen.site.settings"
