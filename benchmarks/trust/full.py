"""A post whose disk is full: what it answers, and whether it goes on by itself once there is room (F4)."""

from __future__ import annotations

import hashlib
import json
import sys
import uuid
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client

from shichen.intake import services as intake
from shichen.intake import texts
from shichen.intake.models import Envelope
from shichen.watches import SHANGHAI

START = datetime(2020, 1, 26, tzinfo=SHANGHAI)


def body(shift: int) -> bytes:
    row = {
        "post": "K0",
        "shift_start": (START + timedelta(minutes=5 * shift)).isoformat(),
        "shift_end": (START + timedelta(minutes=5 * shift + 5)).isoformat(),
        "vehicles": 1,
        "persons": 1,
    }
    return json.dumps({"kind": "checkpoint_tally", "rows": [row], "device": "x" * 50}).encode()


def pages(most: int | None = None) -> int:
    with connection.cursor() as cursor:
        if most is not None:
            cursor.execute(f"PRAGMA max_page_count = {most}")
        cursor.execute("PRAGMA page_count")
        return int(cursor.fetchone()[0])


def careless() -> None:
    """The mutant: a failed write is swallowed and answered like a kept one."""
    from django.db import DatabaseError

    from shichen.intake.services import Delivery, Receipt

    usual = intake.deliver

    def deliver(delivery: Delivery, *, by: Any) -> Receipt:
        try:
            return usual(delivery, by=by)
        except DatabaseError:
            kept = Envelope(seq=0, id=delivery.id, digest=hashlib.sha256(delivery.body).hexdigest(), kind=delivery.kind)
            return Receipt(kept, False, "")

    intake.deliver = deliver  # type: ignore[assignment]


def main(token: str, mutant: bool = False) -> None:
    """Prints the answers before, during and after the disk was full, and what of the acknowledged was lost."""
    if mutant:
        careless()
    client, acknowledged = Client(raise_request_exception=False), {}
    answers: dict[str, Counter[int]] = {"full": Counter(), "reading": Counter(), "after": Counter()}

    def put(number: str, shift: int, when: str) -> Any:
        said = client.put(
            f"/api/v1/submissions/{number}",
            body(shift),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
            HTTP_HOST="127.0.0.1",
        )
        answers[when][said.status_code] += 1
        if said.status_code in (200, 201):
            acknowledged[number] = body(shift)
        return said

    waiting = []
    pages(pages() + 6)
    for shift in range(40):
        number = str(uuid.uuid4())
        said = put(number, shift, "full")
        if said.status_code not in (200, 201):
            waiting.append((number, shift, said.headers.get("Retry-After", "")))
            answers["reading"][client.get("/healthz", HTTP_HOST="127.0.0.1").status_code] += 1
            answers["reading"][client.get("/signin/", HTTP_HOST="127.0.0.1").status_code] += 1
    pages(1_000_000)
    for number, shift, _ in waiting:
        put(number, shift, "after")
    lost = [
        number
        for number, sent in acknowledged.items()
        if not (found := Envelope.objects.filter(id=number).first()) or texts.open_body(found) != sent
    ]
    said = {name: dict(counted) for name, counted in answers.items()}
    retry = sum(1 for *_, after in waiting if after)
    print(json.dumps({**said, "waiting": len(waiting), "retry": retry, "lost": len(lost)}))
    sys.stdout.flush()
