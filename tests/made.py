"""What tests make for themselves: deliveries, posts, tallies, counts, bulletins, stated figures."""

from __future__ import annotations

import json
import os
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from shichen import watches
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account, Area, Body
from shichen.indicators import services as indicators
from shichen.indicators.models import Figure
from shichen.indicators.services import Span, Stated
from shichen.intake import services as intake
from shichen.intake.models import Envelope
from shichen.intake.services import Delivery, Receipt
from shichen.registers.cases.models import DailyCount
from shichen.registers.checkpoints.models import Post, Tally
from shichen.registers.people import documents
from shichen.registers.places.models import Place
from shichen.watches import Period

SOURCE = Path(__file__).parents[1] / "src"
DAY = date(2020, 2, 2)
NOON = datetime(2020, 2, 2, 4, tzinfo=UTC)


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a process of the post finds around it, without anything of the tests."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SHICHEN_", "PYTEST_"))}
    ours = {"SHICHEN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "shichen.site.settings", "PYTHONPATH": str(SOURCE)}
    return {**clean, **ours, **more}


def area(name: str) -> Area:
    return Area.objects.get(name=name)


def body(code: str) -> Body:
    return Body.objects.get(code=code)


def delivery(kind: str, said: Any, *, unit: str = "office", place: Area | None = None, **more: Any) -> Delivery:
    """A report as JSON, or as bytes where `said` is bytes."""
    raw = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
    return Delivery(
        **{
            "id": uuid.uuid4(),
            "kind": kind,
            "body": raw,
            "media_type": "application/json",
            "channel": Envelope.Channel.API,
            "unit": body(unit),
            "area": place or city.the_city(),
            "event": city.the_event(),
            **more,
        }
    )


def deliver(kind: str, said: Any, *, by: Account | None = None, **more: Any) -> Receipt:
    return intake.deliver(delivery(kind, said, **more), by=by or accounts.system())


def post_row(code: str, network: str = "traffic", **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": f"{code}号点",
        "network": network,
        "area": "天元区",
        "opened_on": "2020-01-25",
        **more,
    }


def post(code: str = "Z01", network: str = "traffic", **more: Any) -> Post:
    receipt = deliver("checkpoint_post", post_row(code, network, **more))
    assert receipt.envelope.state == Envelope.State.ENTERED, receipt.envelope.note
    return Post.objects.current().get(code=code, network=network)


def place_row(code: str, name: str, kind: str = "shop", **more: Any) -> dict[str, Any]:
    return {"code": code, "name": name, "kind": kind, "area": "天元区", "opened_on": "2020-01-01", **more}


def place(code: str, name: str, kind: str = "shop", **more: Any) -> Place:
    receipt = deliver("place", place_row(code, name, kind, **more))
    assert receipt.envelope.state == Envelope.State.ENTERED, receipt.envelope.note
    return Place.objects.current().get(code=code)


def tally_row(code: str = "Z01", hours: tuple[int, int] = (0, 8), day: date = DAY, **more: Any) -> dict[str, Any]:
    return {
        "post": code,
        "shift_start": watches.clock(day, hours[0]).isoformat(),
        "shift_end": watches.clock(day, hours[1]).isoformat(),
        "vehicles": 10,
        "persons": 25,
        **more,
    }


def tally(code: str = "Z01", hours: tuple[int, int] = (0, 8), day: date = DAY, **more: Any) -> Tally:
    receipt = deliver("checkpoint_tally", tally_row(code, hours, day, **more))
    assert receipt.envelope.state == Envelope.State.ENTERED, receipt.envelope.note
    return Tally.objects.current().get(envelope=receipt.envelope.id)


def count(day: date, place: str = "株洲市", **more: Any) -> DailyCount:
    row = {"area": place, "as_of": day.isoformat(), **more}
    receipt = deliver("case_count", row)
    assert receipt.envelope.state == Envelope.State.ENTERED, receipt.envelope.note
    return DailyCount.objects.current().get(envelope=receipt.envelope.id)


def bulletin(text: str, *, covers: date = DAY, by: Account | None = None, unit: str = "office", **more: Any) -> Receipt:
    return deliver(
        "bulletin",
        text.encode(),
        by=by,
        unit=unit,
        media_type="text/plain",
        channel=Envelope.Channel.BULLETIN,
        details={"covers": covers.isoformat(), "kind": "work_bulletin"},
        **more,
    )


def invented(serial: int, born: str = "19900101") -> str:
    """The 公民身份号码 of an invented person: 000000 is an area that GB/T 2260 gives to no place; the check holds."""
    seventeen = f"000000{born}{serial % 1000:03d}"
    return seventeen + documents.check_character(seventeen)


def day_of(day: date) -> Period:
    return watches.whole(day, watches.Day.CIVIL)


def stated(value: str | int, unit: str, *, key: str = "", day: date | None = DAY, **more: Any) -> Figure:
    """A figure in the ledger that a report asserts."""
    place = more.pop("place", None) or city.the_city()
    one = Stated(
        value=Decimal(str(value)),
        unit=unit,
        span=Span(0, 3, str(value), f"报称{value}{unit}。", 0),
        envelope=uuid.uuid4(),
        reporter=body(more.pop("reporter", "office")),
        area=place,
        event=city.the_event(),
        stated_at=more.pop("stated_at", NOON),
        key=key,
        period=day_of(day) if day else None,
        **more,
    )
    return indicators.state(one, entry=None, by=accounts.system())
