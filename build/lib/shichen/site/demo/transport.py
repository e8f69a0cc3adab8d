"""Public transport of the demonstration: services, the buses set aside, the lines that ran again, as the bureau reported them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial

from shichen import watches
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.intake import services as intake
from shichen.intake.models import Envelope
from shichen.intake.services import Delivery
from shichen.refusal import Refusal
from shichen.site.demo.sheets import CITY

NAMESPACE = uuid.UUID("5b0d5f0e-3b6c-5d0a-8a77-2f2020020207")
FILES = (
    ("transport_service", "transport_services.csv", watches.clock(date(2020, 1, 24), 9)),
    ("transport_fleet", "transport_fleets.csv", watches.clock(date(2020, 2, 2), 0, 50)),
    ("transport_resumption", "transport_resumed_0207.csv", watches.clock(date(2020, 2, 7), 22, 10)),
    ("transport_resumption", "transport_resumed_0210.csv", watches.clock(date(2020, 2, 10), 22, 10)),
)


def ran() -> Iterator[tuple[datetime, partial[None]]]:
    """Each sheet at the hour at which it came."""
    for kind, name, at in FILES:
        yield at, partial(_reported, kind, name, at)


def _reported(kind: str, name: str, at: datetime) -> None:
    delivery = Delivery(
        id=uuid.uuid5(NAMESPACE, name),
        kind=kind,
        body=(CITY / name).read_bytes(),
        media_type="text/csv",
        channel=Envelope.Channel.SHEET,
        unit=city.body_named("市交通运输局", on=watches.civil_day(at)),
        area=city.the_city(),
        event=city.the_event(),
        filename=name,
        reported_at=at,
    )
    envelope = intake.deliver(delivery, by=accounts.system()).envelope
    if envelope.state != Envelope.State.ENTERED:
        raise Refusal(f"演示数据 {name}：{envelope.note}")
