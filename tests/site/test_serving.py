"""The supervisor: starts web and clock, starts again what dies with growing pauses, and stops both when told."""

from __future__ import annotations

import http.server
import signal
import socket
import sys
import threading
from collections.abc import Iterator

import pytest

from shichen.refusal import Refusal
from shichen.site import serving
from shichen.site.serving import Child, Supervisor

SLEEPER = [sys.executable, "-c", "import signal; signal.pause()"]
DYING = [sys.executable, "-c", "raise SystemExit(3)"]


@pytest.fixture
def said() -> list[str]:
    return []


class TestChild:
    def test_one_that_dies_is_started_again_after_a_pause_that_grows(self, said: list[str]) -> None:
        child = Child("网页服务", DYING)
        pauses = []
        now = 0.0
        for _ in range(3):
            child.start()
            assert child.process is not None
            child.process.wait()
            child.look_after(now, said.append)
            pauses.append(child.due - now)
            now = child.due
        assert pauses == [2.0, 4.0, 8.0]
        assert "退出码 3" in said[0]

    def test_pauses_never_exceed_a_minute(self, said: list[str]) -> None:
        child = Child("时钟", DYING, deaths=50)
        child.start()
        assert child.process is not None
        child.process.wait()
        child.look_after(0.0, said.append)
        assert child.due == 60.0

    def test_before_the_pause_is_over_nothing_starts(self, said: list[str]) -> None:
        child = Child("时钟", SLEEPER, due=10.0)
        child.look_after(9.0, said.append)
        assert child.process is None
        child.look_after(10.0, said.append)
        assert child.process is not None
        child.stop()
        child.process.wait()

    def test_one_that_runs_is_left_alone(self, said: list[str]) -> None:
        child = Child("时钟", SLEEPER)
        child.start()
        first = child.process
        child.look_after(100.0, said.append)
        assert child.process is first
        assert not said
        child.stop()
        child.wait(10**9)
        assert first is not None
        assert first.returncode == -signal.SIGTERM


class TestSupervisor:
    def test_it_stops_its_children_when_the_post_cannot_be_made_ready(self, said: list[str]) -> None:
        child = Child("网页服务", SLEEPER)

        def ready() -> None:
            raise Refusal("没有应答")

        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            with pytest.raises(Refusal):
                Supervisor([child], said.append).run(ready)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        assert child.process is not None
        assert child.process.returncode == -signal.SIGTERM

    def test_told_to_stop_it_stops(self, said: list[str]) -> None:
        child = Child("网页服务", SLEEPER)
        supervisor = Supervisor([child], said.append)
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            supervisor.run(lambda: signal.raise_signal(signal.SIGTERM))
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        assert supervisor.stopping
        assert child.process is not None
        assert child.process.poll() is not None


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken


class TestAddress:
    def test_a_port_that_is_taken_is_refused_before_anything_starts(self, listener: socket.socket) -> None:
        with pytest.raises(Refusal, match="--port"):
            serving.must_be_free("127.0.0.1", listener.getsockname()[1])

    def test_a_free_one_is_free(self) -> None:
        serving.must_be_free("127.0.0.1", 0)

    @pytest.mark.parametrize(
        ("host", "shown"),
        [("127.0.0.1", "http://127.0.0.1:80"), ("0.0.0.0", "http://127.0.0.1:80"), ("::1", "http://[::1]:80")],
    )
    def test_the_address_that_a_person_opens(self, host: str, shown: str) -> None:
        assert serving.address(host, 80) == shown

    def test_the_web_server_listens_where_it_is_told(self) -> None:
        command = serving.web("::1", 80, workers=2, threads=4).command
        assert "[::1]:80" in command
        assert "shichen.site.wsgi:application" in command


class TestAnswering:
    @pytest.fixture
    def port(self) -> Iterator[int]:
        class Healthy(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200 if self.path == "/healthz" else 404)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None: ...

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Healthy)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        server.server_close()
        thread.join()

    def test_a_server_that_answers_is_ready(self, port: int) -> None:
        serving.wait_until_it_answers("127.0.0.1", port, Supervisor([], print))

    def test_one_that_does_not_is_refused(self, listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
        port = listener.getsockname()[1]
        listener.close()
        monkeypatch.setattr(serving, "PATIENCE", 0.2)
        with pytest.raises(Refusal, match="没有应答"):
            serving.wait_until_it_answers("127.0.0.1", port, Supervisor([], print))

    def test_a_post_that_was_told_to_stop_does_not_wait(self, listener: socket.socket) -> None:
        serving.wait_until_it_answers("127.0.0.1", 1, Supervisor([], print, stopping=True))
