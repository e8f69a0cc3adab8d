"""A process that dies at every single statement of a report, one after the other: whatever is left must make sense."""

from __future__ import annotations

import json
import os
import signal
import sys
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, connections, transaction

from shichen.audit import services as audit
from shichen.audit.models import Seal, Trail
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Body
from shichen.intake import services as intake
from shichen.intake.models import Envelope
from shichen.intake.services import Delivery
from shichen.journal.models import Entry
from shichen.registers.checkpoints.models import Tally
from shichen.watches import SHANGHAI

MOST = 400


def report(number: uuid.UUID, shift: int) -> Delivery:
    start = datetime(2020, 1, 26, tzinfo=SHANGHAI) + timedelta(minutes=5 * shift)
    row = {
        "post": "K0",
        "shift_start": start.isoformat(),
        "shift_end": (start + timedelta(minutes=5)).isoformat(),
        "vehicles": 3,
        "persons": 4,
    }
    return Delivery(
        id=number,
        kind="checkpoint_tally",
        body=json.dumps(row).encode(),
        media_type="application/json",
        channel="api",
        unit=Body.objects.get(code="traffic-safety-group"),
        area=city.the_city(),
        event=city.the_event(),
    )


def dies_at(statement: int, deliver: Callable[[], object]) -> bool:
    """Deliver in a child that kills itself before its n-th statement; whether it died."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        left = [statement]

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            deliver()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def wrong_with(number: uuid.UUID) -> str:
    """What does not make sense about what is left of a report; empty when all of it or nothing is there."""
    envelope = Envelope.objects.filter(id=number).first()
    trail = Trail.objects.filter(action="receive", subject=str(number))
    tallies, entries = Tally.objects.filter(envelope=number).count(), Entry.objects.filter(envelope=number).count()
    if envelope is None:
        return "leftovers without envelope" if trail.exists() or tallies or entries else ""
    if trail.count() != 1:
        return f"{trail.count()} trail rows"
    if connection.vendor == "sqlite" and not Seal.objects.filter(row=trail.get().id).exists():
        return "a trail row outside the chain"
    done = envelope.state == Envelope.State.ENTERED
    return (
        ""
        if (tallies, entries) == (int(done), int(done))
        else f"{envelope.state}: {tallies} tallies, {entries} entries"
    )


def careless() -> None:
    """The mutant: the trail row is written in a transaction of its own, after the act."""
    usual = audit.note

    def later(action: str, **more: Any) -> None:
        transaction.on_commit(lambda: _alone(action, more))

    def _alone(action: str, more: dict[str, Any]) -> None:
        with transaction.atomic():
            usual(action, **more)

    audit.note = later  # type: ignore[assignment]


def main(mutant: bool = False) -> None:
    """Prints as JSON how many deaths there were, what was left wrong, and what the resends made of it."""
    (careless if mutant else nullcontext)()
    system, deaths, wrong, unworked = accounts.system(), 0, [], 0
    for statement in range(1, MOST):
        number, shift = uuid.uuid4(), statement
        one = report(number, shift)
        died = dies_at(statement, lambda: intake.deliver(one, by=system))  # noqa: B023 - called at once
        deaths += died
        wrong += [f"died at statement {statement}: {fault}"] if (fault := wrong_with(number)) else []
        intake.deliver(one, by=system)  # the client sends it again
        unworked += Tally.objects.filter(envelope=number).count() != 1
        if not died:
            break
    print(json.dumps({"deaths": deaths, "wrong": wrong, "unworked": unworked}))
    sys.stdout.flush()
