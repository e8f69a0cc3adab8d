"""Bulletins of the demonstration that are taken as they are read: each of them meets a check of the reader on real numbers."""

from __future__ import annotations

import tomllib
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from shichen.bulletins import services as bulletins
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account
from shichen.intake import services as intake
from shichen.intake.models import Envelope
from shichen.intake.services import Delivery

FILE = Path(__file__).with_name("zhuzhou") / "bulletins.toml"
NAMESPACE = uuid.UUID("0c5f4b5a-6f1f-5c2e-8a70-2f2020021400")
OF_A_PLACE = "分区的数登记册里有，不另采"
Row = dict[str, Any]


def told(people: Mapping[str, Account]) -> Iterator[tuple[datetime, partial[None]]]:
    """Each bulletin at the hour at which it came."""
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["bulletin"]:
        yield row["at"], partial(_tell, row, people["reviewer"])


def _tell(row: Row, reviewer: Account) -> None:
    """A bulletin comes in, is read, and its entries are taken as they were read, or left out with a reason."""
    area = city.area_named(row["area"], on=row["covers"]) if "area" in row else city.the_city()
    delivery = Delivery(
        id=uuid.uuid5(NAMESPACE, row["id"]),
        kind="bulletin",
        body=row["text"].encode(),
        media_type="text/plain",
        channel=Envelope.Channel.BULLETIN,
        unit=city.body_named(row["body"], on=row["covers"]),
        area=area,
        event=city.the_event(),
        filename=f"{row['id']}.txt",
        reported_at=row["at"],
        details={"covers": row["covers"].isoformat(), "kind": "work_bulletin", "source": row["source"]},
    )
    envelope = intake.deliver(delivery, by=accounts.system()).envelope
    for entry in Bulletin.objects.get(envelope=envelope).entries.all():
        if "leave_out" in row:
            bulletins.reject(entry, row["leave_out"], version=entry.version, by=reviewer)
        else:
            _take(entry, reviewer)


def _take(entry: ProposedEntry, reviewer: Account) -> None:
    """The numbers of the whole place; those of its parts stand in the register of cases."""
    for number in entry.proposals.exclude(place=""):
        bulletins.decide(number, Proposal.State.REJECTED, version=number.version, reason=OF_A_PLACE, by=reviewer)
    bulletins.accept(entry, bulletins.Placing(), version=entry.version, by=reviewer)
