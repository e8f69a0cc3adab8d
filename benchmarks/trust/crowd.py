"""Many processes that write at once: how long the unluckiest waits, how often the database says "locked", what is lost."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[2] / "src")]

Work = Callable[[int, float], dict[str, Any]]


def crowd(processes: int, seconds: float, work: Work) -> list[dict[str, Any]]:
    """What each of so many processes said that did `work` at the same time."""
    from django.db import connections

    connections.close_all()
    pipes = []
    start = time.monotonic() + 0.3
    for number in range(processes):
        read, write = os.pipe()
        if os.fork() == 0:
            os.close(read)
            with os.fdopen(write, "w") as out:
                json.dump(work(number, start + seconds), out)
            os._exit(0)
        os.close(write)
        pipes.append(read)
    said = []
    for read in pipes:
        with os.fdopen(read) as answer:
            text = answer.read()
        said.append(json.loads(text) if text else {"died": 1})
        os.wait()
    return said


def reports(number: int, until: float) -> dict[str, Any]:
    """Report shift after shift through the door; how many, the worst wait, how often the database was locked."""
    from benchmarks.trust.crash import report
    from django.db import OperationalError

    from shichen.city import services as accounts
    from shichen.intake import services as intake

    system, done, worst, locked, shift = accounts.system(), 0, 0.0, 0, number * 10_000
    while time.monotonic() < until:
        one, began = report(uuid.uuid4(), shift := shift + 1), time.monotonic()
        try:
            intake.receive(one, by=system)
            done += 1
        except OperationalError:
            locked += 1
        worst = max(worst, time.monotonic() - began)
    return {"done": done, "worst": worst, "locked": locked}


def corrections(number: int, until: float, *, times: int = 25) -> dict[str, Any]:
    """Add one vehicle to the same tally so many times, by corrections; who comes second reads again."""
    from shichen.city import services as accounts
    from shichen.refusal import Refusal
    from shichen.registers.checkpoints import services
    from shichen.registers.checkpoints.models import Tally

    done = refused = 0
    while done < times:
        old = Tally.objects.current().get()
        try:
            services.correct_tally(old, {"vehicles": old.vehicles + 1}, f"第{number}人加一", by=accounts.system())
            done += 1
        except Refusal as refusal:
            if refusal.rule != "先到先更":
                raise
            refused += 1
    return {"done": done, "refused": refused}


def overwriting(number: int, until: float, *, times: int = 200) -> dict[str, Any]:
    """The mutant: read, add one, write over."""
    from shichen.registers.checkpoints.models import Tally

    for _ in range(times):
        old = Tally.objects.current().get()
        Tally.objects.filter(pk=old.pk).update(vehicles=old.vehicles + 1)
    return {"done": times, "refused": 0}


def deferred() -> None:
    """The mutant: transactions that begin as readers and become writers when it is too late."""
    from django.db import connection, connections

    connection.settings_dict["OPTIONS"]["transaction_mode"] = "DEFERRED"
    connections.close_all()
    without_turns()


def without_turns() -> None:
    """The mutant: nobody queues before the lock."""
    from shichen.site.sqlite_turn.base import DatabaseWrapper

    DatabaseWrapper._take_turn = lambda self: None  # type: ignore[method-assign]


def contend(processes: int, seconds: float, mutant: str = "") -> None:
    """Prints what became of a crowd of reporters; runs within a prepared post."""
    {"": lambda: None, "deferred": deferred, "without turns": without_turns}[mutant]()
    print(json.dumps(crowd(processes, seconds, reports)))


def edit(processes: int, mutant: bool = False) -> None:
    """Prints what became of one tally that many correct at once; runs within a prepared post."""
    from benchmarks.trust.crash import report

    from shichen.city import services as accounts
    from shichen.intake import services as intake
    from shichen.registers.checkpoints.models import Tally

    intake.deliver(report(uuid.uuid4(), 1), by=accounts.system())
    before = Tally.objects.current().get().vehicles
    said = crowd(processes, 0, overwriting if mutant else corrections)
    last = Tally.objects.current().get()
    print(json.dumps({"said": said, "added": last.vehicles - before, "revision": last.revision}))


def main() -> None:
    from benchmarks.trust.house import prepared

    for mutant in ("", "without turns", "deferred"):
        with tempfile.TemporaryDirectory() as folder, prepared(Path(folder) / "home") as house:
            said = house.ask(f"from benchmarks.trust import crowd; crowd.contend(8, 5, {mutant!r})")
        done, locked = sum(one["done"] for one in said), sum(one["locked"] for one in said)
        worst = max(one["worst"] for one in said)
        print(
            f"{mutant or 'as shipped':14} 8 writers: {done / 5:6.0f} reports/s, worst wait {worst:5.2f} s, locked {locked}"
        )


if __name__ == "__main__":
    main()
