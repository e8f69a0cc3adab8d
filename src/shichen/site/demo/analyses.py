"""The analyses of the demonstration: a profile of the disease, and instants as of which everything is analysed after the start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial

from shichen import watches
from shichen.analysis.runs import asking, disease, profiles
from shichen.analysis.runs.models import Run
from shichen.city import queries as city
from shichen.city.models import Account

PROFILE = "covid19-2020"
ENTERED = datetime(2020, 1, 24, 1, tzinfo=UTC)
DAYS = ((2, 6), (2, 10), (2, 14), (2, 20), (3, 1), (3, 21), (4, 1))
"""Days as of whose noon the analyses are made, beside the moment at which the demonstration's clock stands."""
MADE = watches.clock(date(2020, 2, 2), 12)
SIGNED = watches.clock(date(2020, 2, 2), 12, 40)
TOLD = (Run.Method.RT, Run.Method.GROWTH, Run.Method.FORECAST)
"""What the commander signs of the city's analyses at noon, so that it stands in the ledger and on the experts' board."""


def analysed(people: dict[str, Account]) -> Iterator[tuple[datetime, Callable[[], object]]]:
    """The profile is entered; what is computed from the counts is asked for, and done in the background once the post is up."""
    by, text = people["expert"], disease.shipped()[PROFILE]
    yield ENTERED, partial(profiles.enter, text, "演示：2020年各文献的参数", by=by)
    yield MADE, partial(_make, by)
    yield SIGNED, partial(_sign, people["leader"])
    for month, day in DAYS:
        at = watches.clock(date(2020, month, day), 12)
        yield at, partial(asking.ask, at, by=by)


def _make(by: Account) -> None:
    asking.make(city.the_city(), city.the_event(), MADE, by=by)


def _sign(by: Account) -> None:
    for run in Run.objects.filter(area=city.the_city(), method__in=TOLD, as_of=MADE, state=Run.State.DONE):
        asking.sign(run, "", by=by)
