"""The second event of the demonstration (麻疹，哈格洛赫村，1861年): another disease by the same doors, day by day as it was told."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from django.db import transaction

from shichen import watches
from shichen.analysis.runs import asking, disease, profiles
from shichen.audit.context import acting
from shichen.city.models import Account
from shichen.site import profile
from shichen.site.demo import people
from shichen.site.demo.sheets import Arrival, deliver

PLACE = Path(__file__).with_name("hagelloch")
PROFILE, EVENT = "measles", "measles-1861"
BEGAN = datetime(1861, 10, 29, tzinfo=UTC)
LAST = date(1862, 1, 31)
DAYS = ((11, 18), (11, 22), (11, 25), (11, 28), (12, 1), (12, 4), (12, 7), (12, 11), (12, 20))
"""Days of 1861 as of whose noon the analyses are made: through the two waves, so that nowcasts lie over each other and are scored."""
SOLAR = timedelta(seconds=43)
"""The solar time of 1861 is no whole minutes from UTC: noon and so many seconds is."""
Row = dict[str, str]


@transaction.atomic
def load(say: Callable[[str], None] = lambda text: None) -> None:
    """The whole event, or nothing of it: everything comes in at the moment it is said to have come."""
    with acting("demo", moment=BEGAN):
        profile.load(PLACE)
        hands = people.opened(BEGAN)
    say("哈格洛赫村")
    arrivals = [*told(hands), *analysed(hands)]
    for at, arrive in sorted(arrivals, key=lambda arrival: arrival[0]):
        with acting("demo", moment=at):
            arrive()
    say(f"报表 {len(arrivals)} 件")


def told(hands: dict[str, Account]) -> Iterator[Arrival]:
    """Each morning the cases whose rash began the day before, and how many those were; deaths under the number that was told before."""
    by = hands["control"]
    rash, deaths = defaultdict(list), defaultdict(list)
    for row in cases():
        rash[date.fromisoformat(row["rash"])].append(listed(row))
        if row["death"]:
            deaths[date.fromisoformat(row["death"])].append(listed(row, died=True))
    total, day = 0, min(rash)
    while day <= LAST:
        at = watches.clock(day + timedelta(days=1), 9)
        total += len(rash[day])
        count = {"as_of": day.isoformat(), "confirmed_new": str(len(rash[day])), "confirmed_cum": str(total)}
        for name, kind, rows in (
            ("rash", "case_line", rash[day]),
            ("death", "case_line", deaths[day]),
            ("counts", "case_count", [count]),
        ):
            if rows:
                yield at, partial(deliver, kind, f"hagelloch-{day}-{name}.csv", sheet(rows), by, at)
        day += timedelta(days=1)


def cases() -> list[Row]:
    """The facts: of each case its prodrome, its rash, its death."""
    with (PLACE / "cases.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listed(row: Row, *, died: bool = False) -> Row:
    """A case as a row of the line list; how it ended is told once it did."""
    told = {"number": row["number"], "date_onset": row["prodrome"], "date_reporting": row["rash"]}
    ended = {"outcome": "dead", "date_outcome": row["death"]} if died else {"outcome": "", "date_outcome": ""}
    return {**told, "origin": row["origin"], **ended}


def sheet(rows: list[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def analysed(hands: dict[str, Account]) -> Iterator[Arrival]:
    """The profile of measles is entered; the analyses are asked for, and made in the background once the post is up."""
    by, text = hands["expert"], disease.shipped()[PROFILE]
    yield BEGAN + timedelta(hours=1), partial(_enter, text, by)
    for month, day in DAYS:
        at = watches.clock(date(1861, month, day), 12) + SOLAR
        yield at, partial(_ask, at, by)


def _enter(text: str, by: Account) -> None:
    profiles.enter(text, "演示：换一种病", by=by)


def _ask(at: datetime, by: Account) -> None:
    asking.ask(at, by=by)
