"""What comes in as sheets in the demonstration: posts, tallies of shifts, counts of cases."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import cache, partial
from itertools import groupby
from pathlib import Path

from shichen import watches
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.models import Account, Area
from shichen.city.queries import Standing
from shichen.intake import services as intake
from shichen.intake.models import Envelope
from shichen.intake.services import Delivery
from shichen.refusal import Refusal

CITY = Path(__file__).with_name("zhuzhou")
NAMESPACE = uuid.UUID("6b5f7c1e-0d0a-5f6e-9d1b-2f2020020200")
"""Under it stand the numbers of what is sent in as a sheet or a text."""
Arrival = tuple[datetime, Callable[[], None]]


def brought(people: dict[str, Account]) -> Iterator[Arrival]:
    """Posts when they were set up, each shift's tallies when it is over, each day's counts when they were published."""
    yield from sheet("checkpoint_post", "posts.csv", people["duty"], lambda row: watches.clock(date(2020, 1, 28), 20))
    yield from sheet("checkpoint_tally", "tallies.csv", people["duty"], _after_the_shift)
    yield from sheet("case_count", "case_counts.csv", people["control"], _when_published, _of_the_city)
    # The other cities of the province lie outside every grant of this post: the house itself takes them in, for comparison.
    afterwards = watches.clock(date(2020, 3, 31), 10)
    yield from sheet(
        "case_count", "case_counts.csv", accounts.system(), lambda row: afterwards, lambda row: not _of_the_city(row)
    )


def _of_the_city(row: dict[str, str]) -> bool:
    return row["area"] in _areas_of_the_city()


@cache
def _areas_of_the_city() -> frozenset[str]:
    return frozenset(Area.objects.filter(path__startswith=city.the_city().path).values_list("code", flat=True))


def sheet(
    kind: str,
    name: str,
    by: Account,
    when: Callable[[dict[str, str]], datetime],
    wanted: Callable[[dict[str, str]], bool] = lambda row: True,
) -> Iterator[Arrival]:
    """The rows of a file as the sheets that came in, one for each moment."""
    with (CITY / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        head, rows = list(reader.fieldnames or ()), [row for row in reader if wanted(row)]
    for at, group in groupby(sorted(rows, key=when), key=when):
        out = io.StringIO()
        writer = csv.DictWriter(out, head, lineterminator="\n")
        writer.writeheader()
        writer.writerows(group)
        local = watches.local(at)
        piece = f"{local:%Y-%m-%d-%H%M}-{by.username}-{name}"
        yield at, partial(deliver, kind, piece, out.getvalue().encode(), by, at)


def _after_the_shift(row: dict[str, str]) -> datetime:
    return datetime.fromisoformat(row["shift_end"]) + timedelta(minutes=10)


def _when_published(row: dict[str, str]) -> datetime:
    """Counts as of 24:00 come the next morning; what an aggregator showed last on the day itself comes that night."""
    day = date.fromisoformat(row["published_on"])
    return watches.clock(day, 23, 40) if row["published_on"] == row["as_of"] else watches.clock(day, 9, 30)


def deliver(kind: str, name: str, body: bytes, by: Account, at: datetime) -> None:
    standing = city.standing_of(by, "submit", at=at) or Standing(city.the_office(), city.the_city(), city.the_event())
    delivery = Delivery(
        id=uuid.uuid5(NAMESPACE, name),
        kind=kind,
        body=body,
        media_type="text/csv",
        channel=Envelope.Channel.SHEET,
        unit=standing.unit,
        area=standing.area,
        event=standing.event,
        filename=name,
        reported_at=at,
    )
    envelope = intake.deliver(delivery, by=by).envelope
    if envelope.state != Envelope.State.ENTERED:
        raise Refusal(f"演示数据 {name}：{envelope.note}")
