"""kill -9 of the web server at random moments while four clients report: acknowledged, lost, doubled, altered (F1)."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

from benchmarks.trust.house import House, prepared

CLIENTS = 4
ZONE = timezone(timedelta(hours=8))
FIRST = datetime(2020, 1, 26, tzinfo=ZONE)
RIGHT = "shichen.site.wsgi:application"
RESENT = 0.15  # the share of acknowledged reports that the network delivers twice

VERIFY = """
import hashlib, json
from collections import Counter
from django.db import connection
from django.utils import timezone
from shichen.audit.models import Trail
from shichen.audit.queries import TRAIL, verify
from shichen.intake import services as intake
from shichen.intake import texts
from shichen.intake.models import Envelope
from shichen.journal import queries as journal
from shichen.journal.models import Entry
from shichen.registers.checkpoints.models import Tally
from shichen.site import schedule
intake.enter_waiting(timezone.now())
while schedule.seal():
    pass
envelopes = Envelope.objects.filter(kind="checkpoint_tally")
trail = Counter(Trail.objects.filter(action="receive").values_list("subject", flat=True))
tallies, entries = Counter(map(str, Tally.objects.values_list("envelope", flat=True))), Counter(
    map(str, Entry.objects.values_list("envelope", flat=True)))
verdict = verify({"audit.trail": TRAIL, "journal.entry": journal.SEALED})
whole = "ok"
if connection.vendor == "sqlite":
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        whole = cursor.fetchone()[0]
print(json.dumps({
    "fault": verdict.fault, "integrity": whole,
    "vehicles": sum(Tally.objects.current().values_list("vehicles", flat=True)),
    "envelopes": {str(one.id): [hashlib.sha256(texts.open_body(one)).hexdigest(), one.state, trail[str(one.id)],
                                tallies[str(one.id)], entries[str(one.id)]] for one in envelopes},
}))
"""


@dataclass
class Report:
    """What became of what the clients sent. All but the first three must be nought."""

    kills: int = 0
    acknowledged: int = 0
    met_again: int = 0  # resends that met a report which was committed though its answer was lost
    lost: int = 0
    altered: int = 0
    doubled: int = 0
    unworked: int = 0
    without_trail: int = 0
    locked: int = 0
    wrong_total: int = 0
    fault: str = ""

    @property
    def clean(self) -> bool:
        bad = (self.lost, self.altered, self.doubled, self.unworked, self.without_trail, self.locked, self.wrong_total)
        return not any(bad) and not self.fault


@dataclass
class Client:
    """Reports one shift after the other; sends the same bytes again until they are acknowledged, and sometimes after."""

    number: int
    house: House
    port: int
    stop: threading.Event
    given_up: threading.Event
    random: random.Random
    resent: float
    acknowledged: dict[str, bytes] = field(default_factory=dict)
    vehicles: int = 0
    met_again: int = 0
    answers: Counter[int] = field(default_factory=Counter)

    def run(self) -> None:
        shift = 0
        while not self.stop.is_set():
            number, body, vehicles = str(uuid.uuid4()), *self._report(shift)
            first = True
            while (status := self._put(number, body)) not in (200, 201):
                first = False
                if self.given_up.is_set():
                    return
                if status == 422:
                    raise AssertionError("a sound report was refused")
                time.sleep(0.01)
            self.met_again += status == 200
            self.acknowledged[number] = body
            self.vehicles += vehicles
            shift += 1
            if first and self.random.random() < self.resent:  # the network delivers it twice
                self._put(number, body)

    def _report(self, shift: int) -> tuple[bytes, int]:
        start, vehicles = FIRST + timedelta(minutes=5 * shift), self.random.randrange(1000)
        row = {
            "post": f"K{self.number}",
            "shift_start": start.isoformat(),
            "shift_end": (start + timedelta(minutes=5)).isoformat(),
            "vehicles": vehicles,
            "persons": vehicles,
        }
        return json.dumps({"kind": "checkpoint_tally", "rows": [row]}).encode(), vehicles

    def _put(self, number: str, body: bytes) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Authorization": f"Bearer {self.house.token}", "Content-Type": "application/json"}
        try:
            connection.request("PUT", f"/api/v1/submissions/{number}", body, headers)
            answer = connection.getresponse()
            said = answer.read()
            self.answers[answer.status] += 1
            if answer.status in (200, 201) and json.loads(said)["sha256"] != hashlib.sha256(body).hexdigest():
                return 0
            return answer.status
        except (OSError, http.client.HTTPException, ValueError):
            return 0
        finally:
            connection.close()


@dataclass
class Server:
    """gunicorn with two workers, in a process group of its own, so that all of it dies at once."""

    house: House
    application: str
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            *(sys.executable, "-X", "utf8", "-m", "gunicorn", self.application, "--bind", f"127.0.0.1:{self.port}"),
            *("--workers", "2", "--threads", "2", "--worker-class", "gthread", "--log-level", "error", "--preload"),
            "--no-control-socket",
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.house.environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def trial(folder: Path, *, kills: int, seed: int, postgres: str = "") -> Report:
    """A trial in a fresh post of its own."""
    with prepared(folder, posts=CLIENTS, postgres=postgres) as house:
        return trial_in(house, kills=kills, seed=seed)


def trial_in(house: House, *, kills: int, seed: int, application: str = RIGHT, resent: float = RESENT) -> Report:
    """Kill the server so many times; then wait until everything is acknowledged, and compare with what is kept."""
    chance = random.Random(seed)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(house, application, port, house.home / "server.log")
    stop, given_up = threading.Event(), threading.Event()
    clients = [Client(n, house, port, stop, given_up, random.Random(chance.random()), resent) for n in range(CLIENTS)]
    threads = [threading.Thread(target=client.run) for client in clients]
    server.start()
    for thread in threads:
        thread.start()
    try:
        for _ in range(kills):
            _wait_for_reports(clients, more=chance.randrange(5, 25))
            time.sleep(chance.uniform(0, 0.05))
            server.kill()
            server.start()
        _wait_for_reports(clients, more=5)
        stop.set()
        for thread in threads:
            thread.join()
    finally:
        stop.set()
        given_up.set()
        server.kill()
    return _compared(clients, house, kills, server.log)


def _wait_for_reports(clients: list[Client], *, more: int) -> None:
    """Until so many further reports were acknowledged: only a server at work is worth killing."""
    wanted = _acknowledged(clients) + more
    until = time.monotonic() + 30
    while _acknowledged(clients) < wanted:
        if time.monotonic() > until:
            raise TimeoutError([client.answers for client in clients])
        time.sleep(0.005)


def _acknowledged(clients: list[Client]) -> int:
    return sum(len(client.acknowledged) for client in clients)


def _compared(clients: list[Client], house: House, kills: int, log: Path) -> Report:
    kept = house.ask(VERIFY)
    sent = {number: body for client in clients for number, body in client.acknowledged.items()}
    report = Report(kills, len(sent), sum(client.met_again for client in clients))
    for number, body in sent.items():
        found = kept["envelopes"].pop(number, None)
        if found is None:
            report.lost += 1
            continue
        digest, state, trail, tallies, entries = found
        report.altered += digest != hashlib.sha256(body).hexdigest()
        report.without_trail += trail != 1
        report.doubled += tallies > 1 or entries > 1
        report.unworked += state != "entered" or tallies != 1 or entries != 1
    report.doubled += len(kept["envelopes"])  # nobody sent these under such a number
    report.wrong_total = abs(kept["vehicles"] - sum(client.vehicles for client in clients))
    report.locked = log.read_text(errors="replace").count("database is locked")
    report.fault = kept["fault"] or ("" if kept["integrity"] == "ok" else kept["integrity"])
    return report


def main() -> None:
    kills, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 60, random.SystemRandom().randrange(10**9)
    began = time.perf_counter()
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = trial(
            Path(folder) / "home", kills=kills, seed=seed, postgres=os.environ.get("SHICHEN_TEST_POSTGRES", "")
        )
    for name, value in vars(report).items():
        print(f"{name:14} {value}")
    print(f"{'seconds':14} {time.perf_counter() - began:.0f}")
    sys.exit(0 if report.clean else 1)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
